locals {
  object = { b = [1, "two", null, true], a = { nested = "x\"y" } }
}

output "encoded" {
  value = {
    json   = jsonencode(local.object)
    yaml   = yamldecode(yamlencode(local.object))
    base64 = [base64encode("héllo"), base64decode("aGk="), base64sha256("x")]
    hashes = [md5("x"), sha1("x"), sha256("x"), sha512("x")]
    url    = urlencode("a b/c?d=e&f")
    csv    = csvdecode("a,b\n1,2\n3,\"x,y\"\n")
    uuid   = uuidv5("dns", "example.com")
  }
}

output "dates" {
  value = [formatdate("YYYY-MM-DD", "2024-02-29T12:00:00Z"), timeadd("2024-02-29T12:00:00Z", "24h30m"), timecmp("2024-01-01T00:00:00Z", "2023-01-01T00:00:00Z")]
}

resource "aws_ssm_parameter" "p" {
  name  = "encoded"
  type  = "String"
  value = jsonencode(local.object)
}

resource "aws_iam_policy" "p" {
  name = "p"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for action in ["s3:Get*", "s3:Put*"] : { Effect = "Allow", Action = action, Resource = "*" }]
  })
}
