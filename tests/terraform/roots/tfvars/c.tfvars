base = "not read by itself"
