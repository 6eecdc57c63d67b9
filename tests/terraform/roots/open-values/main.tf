# What is known of values that depend on something that is there only after apply.

resource "terraform_data" "u" {
}

locals {
  text   = terraform_data.u.id
  number = tonumber(terraform_data.u.id)
  flag   = tobool(terraform_data.u.id)
  any    = jsondecode(terraform_data.u.id)
  list   = split(",", terraform_data.u.id)
  set    = toset(split(",", terraform_data.u.id))
  map    = zipmap(split(",", terraform_data.u.id), split(",", terraform_data.u.id))
  object = { known = "k", open = local.text, nested = { known = 1, open = local.text } }
  tuple  = [1, local.text, "three"]
}

output "logic" {
  value = [
    false && local.flag, local.flag && false, true && local.flag, true || local.flag, local.flag || true,
    local.flag || false, !local.flag, local.flag == local.flag, local.flag ? 1 : 2, local.flag ? 1 : 1,
    false && local.text == "x", true || local.number > 1,
  ]
}

output "comparisons" {
  value = [
    local.text == "a", local.text != "a", local.text == null, local.number > 1, local.number == 1, "a" == "a",
    local.tuple == [1], local.tuple == [2, local.text, "three"], local.object == {}, local.text == 1,
    [local.text] == [], { a = local.text } == { b = local.text }, local.list == null,
  ]
}

output "arithmetic" {
  value = [local.number + 1, 1 + 1, -local.number, local.number * 0, "${local.number}", 5 % 2]
}

output "templates" {
  value = [
    "a${local.text}", "${local.text}", "${local.number}b", "a${"known"}", "%{if local.flag}x%{endif}y",
    "%{for x in local.list}x%{endfor}", "%{for x in local.tuple}${x}%{endfor}", "%{if true}known%{endif}",
    "%{for x in ["a"]}${x}${local.text}%{endfor}", <<-EOT
      known
      ${local.text}
    EOT
  ]
}

output "steps" {
  value = [
    local.object.known, local.object.open, local.object.nested.known, local.object["known"], local.tuple[0],
    local.tuple[1], local.tuple[2], local.list[0], local.map["a"], local.map.b, local.any.x.y, local.any[0],
    local.tuple[local.number], local.object[local.text], { a = 1, b = 2 }[local.text], ["a", "b"][local.number],
  ]
}

output "splats" {
  value = [
    [local.object, { known = "l" }][*].known, [local.object][*].open, local.list[*], local.tuple[*],
    [local.object][*].nested.known, local.any[*].x, local.text[*], [{ a = [local.text, "x"] }][*].a[1],
  ]
}

output "loops" {
  value = [
    [for x in local.tuple : x], [for i, x in local.tuple : i], [for x in local.list : x], [for x in ["a", "b"] : "${x}${local.text}"],
    { for k, v in local.object : k => v }, { for x in ["a", "b"] : x => local.text }, { for x in local.list : x => 1 },
    { for x in [local.text] : x => 1 }, [for k, v in local.object : k], [for x in local.set : x], [for x in [1, 2] : x if local.flag],
    [for x in [1, 2] : local.text if x == 1], { for x in ["a", "b"] : x => local.number... },
  ]
}

output "constructed" {
  value = [
    [local.text, "known"], { a = local.text, b = "known" }, { (local.text) = 1 }, { "${local.text}" = 1 },
    { (upper("a")) = local.text }, [[local.text], ["x"]], { a = { b = { c = local.text, d = 1 } } },
  ]
}

output "conditionals" {
  value = [
    true ? "known" : local.text, false ? "known" : local.text, local.flag ? "a" : "b", local.flag ? [1] : [2],
    local.text == "x" ? "y" : "y", true ? local.tuple : [], local.flag ? local.object : local.object,
    (local.flag ? { a = 1, b = 2 } : { a = 3, b = 2 }), true ? { a = local.text } : { a = 1 },
    false ? [local.text] : ["x", "y"], local.any == null ? 1 : 2,
  ]
}

output "attempts" {
  value = [
    try(local.text, "x"), try(local.object.none, "fallback"), can(local.object.none), can(local.object.known),
    try(local.tuple[5], local.tuple[0]), try(local.object.known, local.text), try(tonumber("x"), local.text),
    can(local.text), try(local.map["x"], "y"), try("known", local.text),
  ]
}

output "lengths" {
  value = [
    length(local.tuple), length(local.object), length([local.text]), length(local.list), length(local.text),
    length({ a = local.text }), length([for x in local.tuple : x]), length(keys(local.object)),
  ]
}

output "collections" {
  value = [
    keys(local.object), values({ a = local.text, b = "k" }), merge({ a = 1 }, { b = local.text }), merge(local.map, { a = 1 }),
    concat([1], [local.text]), concat(["a"], local.list), element(local.tuple, 0), lookup(local.object, "known"),
    lookup({ a = local.text }, "b", "dflt"), contains(["a", "b"], local.text), contains([local.text, "b"], "b"),
    flatten([["a"], [local.text]]), reverse(local.tuple), slice(local.tuple, 0, 1), coalesce("a", local.text),
    zipmap(["a", "b"], [local.text, "k"]), distinct(["a", "a"]), sort(["b", "a"]), sort(["b", local.text]),
    one([local.text]), setunion(["a"], [local.text]), toset(["a", local.text]), tolist([local.text, "a"]),
    tomap({ a = local.text, b = "x" }), range(local.number), compact(["a", ""]), chunklist(local.tuple, 2), index(["a", "b"], "b"),
  ]
}

output "strings" {
  value = [
    upper("a"), upper(local.text), join(",", ["a", local.text]), join(",", ["a", "b"]), split(",", local.text),
    split(",", "a,b"), format("%s", "x"), format("%s-%s", "x", local.text), replace(local.text, "a", "b"),
    substr("abc", 0, 1), trimspace(local.text), jsonencode({ a = local.text }), jsonencode({ a = 1 }), tostring(local.number),
    startswith(local.text, "a"), base64encode(local.text), md5("x"), title(local.text), regexall("a", local.text),
  ]
}

output "mixed" {
  value = {
    known  = { for k, v in { a = 1 } : k => v }
    object = merge(local.object, { known = "changed" })
    deep   = jsondecode(jsonencode({ a = "x", b = [1, 2] }))
    spread = max([1, 2]...)
    nested = [for o in [local.object] : o.nested.known]
  }
}

resource "terraform_data" "uses" {
  input = { known = local.object.known, open = local.object.open, list = local.tuple }
}

resource "terraform_data" "each" {
  for_each = { a = local.text, b = "known" }
  input    = each.value
}

resource "terraform_data" "counted" {
  count = length(local.tuple)
  input = local.tuple[count.index]
}
