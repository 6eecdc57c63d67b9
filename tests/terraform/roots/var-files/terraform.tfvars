a = "from tfvars"
b = "12"
c = ["x", 1, true]
d = { x = "5" }
e = "tfvars"
f = { one = 1, two = "2" }
h = [{ k = "z" }, { k = "a", v = "3" }, { k = "z", v = 0 }]
