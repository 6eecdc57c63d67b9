resource "aws_sqs_queue" "n" {
  name = "n"
}
