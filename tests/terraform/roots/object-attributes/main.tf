locals {
  pairs  = { for i in range(3) : "k${i}" => { index = i, even = i % 2 == 0 } }
  merged = merge({ a = { x = 1 } }, { a = { y = 2 }, b = null })
  deep   = { list = [{ map = { key = ["found"] } }] }
}

output "structures" {
  value = {
    evens    = [for k, v in local.pairs : k if v.even]
    inverted = { for k, v in local.pairs : v.index => k }
    merged   = local.merged
    found    = local.deep.list[0].map["key"][0]
    lookups  = [lookup(local.pairs, "k1", null), lookup({}, "x", "none"), try(local.merged.b.c, "null inside")]
    values   = values(local.pairs)[*].index
    zip      = zipmap(["x", "y"], [[1], [2]])
    chunks   = chunklist([1, 2, 3], 2)
    flat     = flatten([[1, [2]], [], [[[3]]]])
    trans    = transpose({ a = ["1", "2"], b = ["2"] })
    set      = setproduct([1, 2], ["a"])
    slice    = slice([1, 2, 3, 4], 1, 3)
    index    = index(["a", "b"], "b")
    sums     = [sum([1, 2.5]), max(1, 2), alltrue([true, true]), anytrue([]), length({})]
    compact  = [compact(["a", "", "b"]), distinct(["a", "b", "a"]), reverse([1, 2]), concat([1], [2], [])]
    match    = matchkeys(["i1", "i2", "i3"], ["a", "b", "a"], ["a"])
  }
}

resource "aws_ssm_parameter" "p" {
  for_each = local.pairs
  name     = each.key
  type     = "String"
  value    = jsonencode(each.value)
}
