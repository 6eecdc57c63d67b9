"""Configuration: what a repository wants of walint, read from its files into one frozen value.

`walint.config.read` reads the files; it is imported where there are some.
"""

from walint.config.model import Config, ConfigError

__all__ = ["Config", "ConfigError"]
