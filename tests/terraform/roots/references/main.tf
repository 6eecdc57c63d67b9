resource "aws_s3_bucket" "b" {
  bucket        = "ref-bucket"
  force_destroy = false
  tags          = { Name = "ref" }
}

resource "aws_s3_bucket_policy" "p" {
  bucket = aws_s3_bucket.b.bucket
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::${aws_s3_bucket.b.bucket}/*"
    }]
  })
}

resource "aws_s3_bucket_versioning" "v" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_security_group" "g" {
  name = "g"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
    description = "ssh"
  }
}

resource "aws_instance" "i" {
  ami                    = "ami-1"
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.g.id]
  root_block_device {
    encrypted   = true
    volume_size = 20
  }
}

resource "aws_ssm_parameter" "p" {
  name  = aws_s3_bucket_versioning.v.versioning_configuration[0].status
  type  = "String"
  value = "${aws_instance.i.root_block_device[0].volume_size} ${aws_s3_bucket.b.tags["Name"]} ${aws_s3_bucket.b.tags.Name}"
}

output "from_blocks" {
  value = [
    aws_instance.i.root_block_device[0].encrypted,
    aws_instance.i.root_block_device.0.volume_size,
    [for r in aws_security_group.g.ingress : r.from_port],
    aws_s3_bucket_versioning.v.versioning_configuration[*].status,
    aws_s3_bucket.b.tags,
  ]
}

output "unknown" {
  value = [aws_s3_bucket.b.arn, aws_s3_bucket.b.id, aws_instance.i.private_ip]
}
