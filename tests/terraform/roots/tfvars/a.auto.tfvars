auto = "a.auto"
last = "a.auto"
