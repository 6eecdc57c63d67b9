variable "acls" {
  default = {
    web = {
      rules = [
        { name = "rate", priority = 1, rate = 100, geo = ["SE", "NO"] },
        { name = "managed", priority = 2, managed = { vendor = "AWS", name = "Common", exclude = ["A", "B"] } },
        { name = "ip", priority = 3, set = "arn:aws:wafv2:us-east-1:111122223333:regional/ipset/x/y" },
      ]
    }
    api = { rules = [] }
  }
}
resource "aws_wafv2_web_acl" "w" {
  for_each = var.acls
  name     = each.key
  scope    = "REGIONAL"
  dynamic "default_action" {
    for_each = [each.key == "web" ? "allow" : "block"]
    content {
      dynamic "allow" {
        for_each = default_action.value == "allow" ? [1] : []
        content {}
      }
      dynamic "block" {
        for_each = default_action.value == "block" ? [1] : []
        content {
          custom_response { response_code = 403 }
        }
      }
    }
  }
  dynamic "rule" {
    for_each = { for r in each.value.rules : r.priority => r }
    content {
      name     = rule.value.name
      priority = rule.key
      dynamic "action" {
        for_each = can(rule.value.managed) ? [] : ["block"]
        content {
          block {}
        }
      }
      dynamic "override_action" {
        for_each = try([rule.value.managed], [])
        content {
          none {}
        }
      }
      statement {
        dynamic "rate_based_statement" {
          for_each = try([rule.value.rate], [])
          iterator = rate
          content {
            limit = rate.value
            dynamic "scope_down_statement" {
              for_each = try([rule.value.geo], [])
              content {
                geo_match_statement {
                  country_codes = scope_down_statement.value
                }
              }
            }
          }
        }
        dynamic "managed_rule_group_statement" {
          for_each = try([rule.value.managed], [])
          iterator = m
          content {
            vendor_name = m.value.vendor
            name        = m.value.name
            dynamic "rule_action_override" {
              for_each = toset(try(m.value.exclude, []))
              content {
                name = rule_action_override.key
                action_to_use {
                  count {}
                }
              }
            }
          }
        }
        dynamic "ip_set_reference_statement" {
          for_each = try([rule.value.set], [])
          content {
            arn = ip_set_reference_statement.value
          }
        }
      }
      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${each.key}-${rule.value.name}"
        sampled_requests_enabled   = rule.key % 2 == 0
      }
    }
  }
  visibility_config {
    cloudwatch_metrics_enabled = length(each.value.rules) > 0
    metric_name                = each.key
    sampled_requests_enabled   = false
  }
}
