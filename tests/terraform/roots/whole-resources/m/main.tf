variable "name" {}
variable "size" { type = number }
resource "aws_sqs_queue" "q" {
  name          = var.name
  delay_seconds = var.size
  tags          = { Size = var.size, Name = var.name }
}
resource "aws_ssm_parameter" "p" {
  count = var.size
  name  = "${aws_sqs_queue.q.name}-${count.index}"
  type  = "String"
  value = aws_sqs_queue.q.delay_seconds * 10 + count.index
}
output "queue" { value = aws_sqs_queue.q }
output "params" {
  value     = aws_ssm_parameter.p
  sensitive = true
}
output "all" { value = { size = var.size, names = aws_ssm_parameter.p[*].name } }
