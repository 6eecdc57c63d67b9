# Kept as it should be, in Terraform's several resources.
resource "aws_s3_bucket" "invoices" {
  bucket = "${local.name}-invoices"
}

resource "aws_s3_bucket_versioning" "invoices" {
  bucket = aws_s3_bucket.invoices.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "invoices" {
  bucket = aws_s3_bucket.invoices.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.shop.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "invoices" {
  bucket                  = aws_s3_bucket.invoices.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# Pictures of the goods: no versions, and one of the four locks is open.
resource "aws_s3_bucket" "images" {
  bucket = "${local.name}-images"
}

resource "aws_s3_bucket_public_access_block" "images" {
  bucket                  = aws_s3_bucket.images.id
  block_public_acls       = true
  block_public_policy     = false
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "images" {
  bucket = aws_s3_bucket.images.id
  policy = data.aws_iam_policy_document.images.json
}

data "aws_iam_policy_document" "images" {
  statement {
    sid       = "Pictures"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.images.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_kms_key" "shop" {
  description = "Encrypts the shop's invoices"
}

resource "aws_db_subnet_group" "shop" {
  name       = local.name
  subnet_ids = var.subnet_ids
}

# Not encrypted, in one zone outside production, with a password for all to read.
resource "aws_db_instance" "shop" {
  identifier              = local.name
  engine                  = "postgres"
  engine_version          = "17.6"
  instance_class          = "db.t4g.medium"
  allocated_storage       = 50
  storage_type            = "gp3"
  multi_az                = local.production
  backup_retention_period = 0
  deletion_protection     = local.production
  db_subnet_group_name    = aws_db_subnet_group.shop.name
  vpc_security_group_ids  = [aws_security_group.database.id]
  username                = "shop"
  password                = "summer-sale-2024"
  skip_final_snapshot     = true
}
