# a comment on top
// another kind
/* a block
   over lines */

resource /* between */ "aws_sqs_queue" "q" { # after a brace
  name = "q" // after a value
  /* before */ delay_seconds = /* inside */ 5
  tags = { # in an object
    // alone
    A = "1", # after a comma
    B = "2"  /* and here */
  }

  # at the end
}

output "list" {
  value = [
    1, # one
    # two is missing
    3,
    /* four */ 4, // last
  ]
}

output "not_comments" {
  value = ["# no", "// no", "/* no */", "http://x#y"]
}

output "joined" {
  value = (
    1 # first
    + 2 // second
    /* third */ + 3
  )
}

output "one_line" { value = "x" }
