variable "rules" {
  type = list(object({ port = number, cidrs = list(string), note = optional(string) }))
  default = [
    { port = 80, cidrs = ["10.0.0.0/8"] },
    { port = 443, cidrs = ["0.0.0.0/0"], note = "public" },
  ]
}

variable "origins" {
  default = {
    site = { domain = "site.example.com", headers = { "X-One" = "1", "X-Two" = "2" } }
    api  = { domain = "api.example.com", headers = {} }
  }
}

variable "optional" {
  type    = object({ days = number })
  default = null
}

resource "aws_security_group" "g" {
  name = "dynamic"

  dynamic "ingress" {
    for_each = var.rules
    content {
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      protocol    = "tcp"
      cidr_blocks = ingress.value.cidrs
      description = coalesce(ingress.value.note, "rule ${ingress.key}")
    }
  }

  dynamic "egress" {
    for_each = toset(["tcp", "udp"])
    iterator = proto
    content {
      from_port   = 0
      to_port     = 65535
      protocol    = proto.value
      cidr_blocks = ["0.0.0.0/0"]
      description = "${proto.key} out"
    }
  }
}

resource "aws_cloudfront_distribution" "d" {
  enabled = true

  dynamic "origin" {
    for_each = var.origins
    iterator = o
    content {
      domain_name = o.value.domain
      origin_id   = o.key

      dynamic "custom_header" {
        for_each = o.value.headers
        iterator = h
        content {
          name  = h.key
          value = "${o.key}:${h.value}"
        }
      }
    }
  }

  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "site"
    viewer_protocol_policy = "redirect-to-https"

    dynamic "forwarded_values" {
      for_each = [1]
      content {
        query_string = forwarded_values.value == 1
        cookies {
          forward = "none"
        }
      }
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "l" {
  bucket = "bucket"

  rule {
    id     = "always"
    status = "Enabled"
    filter {
      prefix = ""
    }
    expiration {
      days = 10
    }
    dynamic "noncurrent_version_expiration" {
      for_each = var.optional[*]
      content {
        noncurrent_days = noncurrent_version_expiration.value.days
      }
    }
  }

  dynamic "rule" {
    for_each = { short = 30, long = 365 }
    content {
      id     = rule.key
      status = "Enabled"
      filter {
        prefix = "${rule.key}/"
      }
      expiration {
        days = rule.value
      }
    }
  }
}
