e = <<-X
  heredoc b
X
