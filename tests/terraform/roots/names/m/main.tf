output "paths" {
  value = [path.module, path.root, basename(path.module), fileexists("${path.module}/main.tf")]
}
