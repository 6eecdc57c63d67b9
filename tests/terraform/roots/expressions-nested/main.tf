variable "cfg" {
  type = any
  default = {
    envs  = { dev = { size = "1", az = ["a"] }, prod = { size = 3, az = ["a", "b", "c"], extra = true } }
    flags = ["x", "y"]
  }
}
locals {
  prec   = [1 + 2 * 3 - 4 / 2 % 3, !true || false && true, 1 < 2 == true, -2 - -3, (1 + 2) * 3, true ? false ? 1 : 2 : 3, false ? 1 : true ? 2 : 3, !(1 > 2) && 2 >= 2]
  cond   = [true ? 1 : "a", false ? [1] : [], true ? { a = 1 } : { b = 2 }, true ? tolist(["a"]) : [], false ? null : 5, true ? [1, "a"] : [true, false, null]]
  idx    = [var.cfg.envs["dev"].az[0], var.cfg.envs.prod.az.2, var.cfg["envs"]["prod"]["extra"], var.cfg.flags[length(var.cfg.flags) - 1], [for e in var.cfg.envs : e.size], var.cfg.envs.*.dev.size, [[1, 2], [3]][0][1], { "a.b" = 1 }["a.b"]]
  splats = [[{ a = [{ b = 1 }, { b = 2 }] }, { a = [] }][*].a[*].b, [[1, 2], [3]].*.0, [{ a = { b = [7, 8] } }][*].a.b[1], [{ a = [5, 6] }].*.a[0], toset(["p", "q"])[*], {}[*]]
  fors   = [[for i, x in ["a", "b", "c"] : "${i}${x}" if i % 2 == 0], { for k, v in var.cfg.envs : v.size => k }, { for s in ["aa", "b", "cc"] : length(s) => s... }, [for k, v in { z = 1, a = 2 } : k], [for x in toset(["3", "1"]) : x], { for k in sort(keys(var.cfg.envs)) : upper(k) => [for z in var.cfg.envs[k].az : "${k}${z}"] if k != "dev" }, [for x in [[1, 2], [3]] : [for y in x : y * 10]], [for o in [{ a = 1 }] : merge(o, { b = o.a + 1 })]]
  objs   = [{ (var.cfg.flags[0]) = 1, "k-${var.cfg.flags[1]}" : 2, 3 = "three", true = "t", if = "kw" }, { a : 1, b = 2
    c = 3 }, { "a" = { "b" = { c = [] } } }]
  weird  = [ /* c1 */ 1, # c2
    2, // c3
    # last
  ]
  multi = (
    true
    ? "yes"
    : "no"
  )
  keyed = { for i in range(3) : format("k%02d", i) => i }
  self_shadow = [for var in ["x"] : var]
  strkeys = keys({ b = 1, B = 2, "10" = 3, "9" = 4, _ = 5, "é" = 6, "~" = 7 })
}
output "o" { value = [local.prec, local.cond, local.idx, local.splats, local.fors, local.objs, local.weird, local.multi, local.keyed, local.self_shadow, local.strkeys] }
resource "aws_instance" "i" {
  for_each      = { for name, env in var.cfg.envs : name => env if try(env.extra, false) || env.size == "1" }
  ami           = "ami-${each.key}"
  instance_type = each.value.size > 2 ? "m5.large" : "t3.micro"
  monitoring    = lookup(each.value, "extra", false)
  tags          = { for z in each.value.az : "zone-${z}" => z == "a" }
  dynamic "ebs_block_device" {
    for_each = { for i, z in each.value.az : "/dev/sd${z}" => 10 * (i + 1) }
    content {
      device_name = ebs_block_device.key
      volume_size = ebs_block_device.value
      encrypted   = each.value.size == 3
    }
  }
  root_block_device {
    encrypted = true
    tags      = { "of" = each.key }
  }
}
