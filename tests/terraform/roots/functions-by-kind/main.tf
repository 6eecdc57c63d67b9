locals {
  m = { b = { x = 1, y = [1, 2] }, a = { x = 2, y = [] }, "c d" = { x = 3, y = [3] } }
  out = {
    setops    = [setunion(["a", "b"], ["c"]), setintersection(["a", "b"], ["b"]), setsubtract(["a", "b"], ["a"]), setproduct(["x", "y"], [1, 2])]
    lists     = [chunklist(range(5), 2), slice(range(10), 2, 4), reverse(["a", 1, true]), distinct([1, "1", 2, 1]), sort(["b", "a", "10", "9"]), range(5, 0, -2), range(1, 2, 0.25), concat([1], ["a"], [[2]]), flatten([[1, [2]], toset([3])]), index(["a", "b"], "b"), element(["a", "b", "c"], 4)]
    maps      = [merge(local.m, { z = 1 }), keys(local.m), values(local.m)[*].x, lookup(local.m, "q", { x = 0 }), zipmap(["a", "b"], [1, "2"]), transpose({ a = ["1", "2"], b = ["2"] }), matchkeys(["i", "j", "k"], ["a", "b", "a"], ["a"]), { for k, v in local.m : k => sum(concat([0], v.y)) }]
    strings   = [split(",", "a,,b"), join("-", [1, true, "x"]), replace("a.b.c", ".", "-"), replace("aXbX", "/X(.)?/", "<$1>"), regex("(?P<y>\\d{4})-(?P<m>\\d\\d)", "on 2024-05"), regexall("[a-z]+", "ab 1 cd"), title("hello wORLD"), substr("héllo", 1, 3), strrev("añb"), trim("??x?", "?"), trimprefix("abc", "a"), trimsuffix("abc", "c"), indent(2, "a\nb"), chomp("x\n\n"), startswith("abc", "ab"), endswith("abc", "bc"), strcontains("abc", "b")]
    encodings = [base64encode("é"), base64decode("w6k="), urlencode("a b&c/ü"), jsonencode({ z = 1, a = "<&>", n = null, f = 1.5, l = [] }), jsondecode("{\"a\": [1, 2.50, null, true]}"), yamlencode({ a = [1, "x: y", null], b = { c = "multi\nline", "1" = true } }), yamldecode("a: [1, 0x10, ~, yes]\nb: |\n  t\n  u\nc: 2001-01-01\nd: &x {e: 1}\nf: *x"), csvdecode("a,b\n1,\"x,y\"\n2,z"), textencodebase64("hi", "UTF-16LE"), textdecodebase64("aABpAA==", "UTF-16LE")]
    hashes    = [md5("a"), sha1("a"), sha256("a"), sha512("a"), base64sha256("a"), base64sha512("a"), uuidv5("dns", "example.com"), uuidv5("url", "x")]
    net       = [cidrhost("10.0.0.0/8", -2), cidrnetmask("10.0.0.0/12"), cidrsubnet("fd00::/8", 8, 5), cidrsubnets("10.0.0.0/16", 4, 4, 8, 2), cidrhost("fd00::/64", 258)]
    dates     = [formatdate("EEEE, DD MMM YYYY hh:mm:ss ZZZ", "2024-02-29T13:04:05Z"), formatdate("h'o''clock' AA", "2024-02-29T13:04:05+02:00"), timeadd("2024-02-28T23:00:00Z", "25h10m"), timecmp("2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00")]
    types     = [tobool("true"), tostring(1.0), tonumber("1.50"), tolist(toset(["b", "a"])), tomap({ a = 1, b = "x" }), toset([true, "x"]), can(tobool("yes")), alltrue([]), anytrue([false, "true"])]
    paths     = [basename("a/b/c.txt"), dirname("a/b/c.txt"), path.module, path.root, fileexists("${path.module}/main.tf"), fileset(path.module, "m*.tf")]
    templ     = [templatestring(local.t, { name = "n", list = [1, 2] })]
  }
  t = "hi $${name} %%{ for x in list }$${x},%%{ endfor }"
}
output "out" { value = local.out }
output "each" { value = { for k, v in local.out : k => try(length(v), -1) } }
resource "aws_sqs_queue" "q" {
  name = local.out.strings[1]
}
