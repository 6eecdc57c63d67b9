"""Fuzzing of everything that reads hostile text: docs/security.md."""
