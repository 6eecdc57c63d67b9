locals {
  größe = "groß"
  emoji = "😀"
}

output "texts" {
  value = [local.größe, upper(local.größe), length("é😀"), substr("日本語", 1, 1), "\u65e5", strrev("añ"), jsonencode("<é&>")]
}

resource "aws_sqs_queue" "q" {
  name = "q"
  tags = { "Größe" = local.größe }
}
