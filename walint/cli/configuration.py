"""The configuration of a command: what files say, and the command line over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from walint.cli import common
from walint.cli.declare import Option
from walint.config import Config, ConfigError
from walint.config.find import find_file

if TYPE_CHECKING:
    from walint.policy.model import Rule
    from walint.source import Problem

ConfigFile = Annotated[
    Path | None,
    Option(
        "--config",
        metavar="FILE",
        help="Use this; else the nearest .walint.yaml.",
        show_default=False,
    ),
]


def load(paths: Sequence[Path], named: Path | None, given: Mapping[str, Any]) -> tuple[Config, Sequence[Rule]]:
    """The configuration of some paths, and the rules, users' own included.

    Args:
        named: a configuration file to use instead of those above the paths.
        given: what the command line says, which counts more than any file.

    Raises:
        UsageError: with all faults of the files, one a line.
    """
    from walint.policy import pack

    files = [named] if named is not None else find_files(paths)
    if not files:
        return Config(given=given), pack.load()
    from walint.config.read import load_config
    from walint.limits import DEFAULTS
    from walint.watchdog import Exhausted, deadline

    try:
        # What a configuration says of limits holds for templates; it is bounded itself.
        with deadline(DEFAULTS.seconds, DEFAULTS.memory):
            config, rules = load_config(files, _rules, Path.cwd(), named is not None)
    except Exhausted:
        most = f"{DEFAULTS.seconds} s of processor time or {DEFAULTS.memory} MB of memory"
        names = ", ".join(map(str, files))
        raise common.UsageError(f"{names}: to read it and the rules that it names takes more than {most}") from None
    except ConfigError as error:
        first, *others = error.problems
        more = "".join(f"\nwalint: {problem}" for problem in others)
        raise common.UsageError(f"{first}{more}") from None
    return config.over(given), rules


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The configuration files that govern some paths; those of the working directory where none are given."""
    found = (find_file(path) for path in paths or (Path(),))
    return list(dict.fromkeys(file for file in found if file is not None))


def _rules(folders: Sequence[Path]) -> tuple[Sequence[Rule], Sequence[Problem]]:
    """The rules that ship with walint and those of some folders."""
    from walint.policy import pack

    rules = pack.load()
    if not folders:
        return rules, ()
    from walint.policy.rulefile import read_own_rules

    own, problems = read_own_rules(folders, rules, Path.cwd())
    return sorted((*rules, *own), key=lambda rule: rule.id), problems
