"""What was there before: a baseline that is kept in a file, and an earlier revision that git keeps."""
