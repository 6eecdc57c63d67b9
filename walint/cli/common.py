"""What several commands share: options by their types, colours, output."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from walint.cli.declare import Argument, Option

if TYPE_CHECKING:
    from walint.config import Config
    from walint.options import Options
    from walint.source import Problem

# So many warnings are said where nobody asked for them.
FEW = 20
# So many characters are encoded at a time.
_PIECE = 1 << 20
EXIT_FINDINGS = 1
EXIT_UNUSABLE = 2


class Profile(StrEnum):
    recommended = "recommended"
    strict = "strict"


class Scenarios(StrEnum):
    given = "given"
    all = "all"


class UsageError(Exception):
    """The call itself is wrong; the message is one clear sentence."""


_THIS_FOLDER = "Files or folders; this folder if none are given. A Terraform file stands for its module."
Paths = Annotated[list[Path] | None, Argument(help=_THIS_FOLDER, show_default=False)]
Variables = Annotated[
    list[str] | None, Option("--var", metavar="NAME=VALUE", help="Set a Terraform variable.", show_default=False)
]
VarFiles = Annotated[
    list[Path] | None,
    Option("--var-file", metavar="FILE", help="Read Terraform variables from a file.", show_default=False),
]
Workspace = Annotated[
    str | None, Option(metavar="NAME", help='Terraform\'s workspace; "default" if not given.', show_default=False)
]
Parameter = Annotated[
    list[str] | None,
    Option("--parameter", metavar="NAME=VALUE", help="Set a CloudFormation parameter.", show_default=False),
]
ParameterFiles = Annotated[
    list[Path] | None,
    Option("--parameters", metavar="FILE", help="Read CloudFormation parameters from a file.", show_default=False),
]
Region = Annotated[str | None, Option(metavar="REGION", help="The region that is deployed to.", show_default=False)]
AccountId = Annotated[str | None, Option(metavar="ID", help="The account that is deployed to.", show_default=False)]
Partition = Annotated[str | None, Option(metavar="NAME", help="aws, aws-cn, aws-us-gov.", show_default=False)]
Root = Annotated[
    Path | None,
    Option(metavar="DIR", help="Read nothing outside of it.", show_default=False),
]
Profiles = Annotated[
    Profile | None, Option("--profile", help="What most teams want (recommended), or all.", show_default=False)
]
Select = Annotated[
    list[str] | None,
    Option("--select", "-s", metavar="RULE", help="Only this rule, service, pillar or s3-*.", show_default=False),
]
Ignore = Annotated[
    list[str] | None, Option("--ignore", "-i", metavar="RULE", help="All but this one.", show_default=False)
]
Explored = Annotated[
    Scenarios | None,
    Option("--scenarios", help="Take defaults as given, or look behind them.", show_default=False),
]
Jobs = Annotated[
    int | None, Option("--jobs", min=1, metavar="N", help="How many processes; one a core.", show_default=False)
]


def pairs(given: list[str] | None, option: str) -> dict[str, str]:
    """`NAME=VALUE` arguments as a mapping; later ones win."""
    out: dict[str, str] = {}
    for text in given or []:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f'{option}: "{text}" is not of the form NAME=VALUE')
        out[name] = value
    return out


def given(
    var: list[str] | None,
    var_file: list[Path] | None,
    workspace: str | None,
    parameter: list[str] | None,
    parameter_files: list[Path] | None,
    region: str | None,
    account_id: str | None,
    partition: str | None,
    scenarios: StrEnum | None,
    profile: StrEnum | None = None,
    select: list[str] | None = None,
    ignore: list[str] | None = None,
) -> dict[str, Any]:
    """What the command line sets, by the keys of a configuration; what it does not set is not in it."""
    if parameter_files:
        from walint.cloudformation.parameters import ParameterFileError, read_parameter_file

        for path in parameter_files:
            try:
                read_parameter_file(path)
            except ParameterFileError as error:
                raise UsageError(str(error)) from None
    files = tuple(path.resolve() for path in parameter_files or ())
    for path in var_file or ():
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
    inputs = {
        "variables": pairs(var, "--var"),
        "variable_files": tuple(path.resolve() for path in var_file or ()),
        "parameters": (*files, by_name) if (by_name := pairs(parameter, "--parameter")) else files,
        "region": region,
        "account_id": account_id,
        "partition": partition,
        "workspace": workspace,
    }
    settings = {
        "inputs": {name: value for name, value in inputs.items() if value},
        "scenarios": scenarios and scenarios.value,
        "profile": profile and profile.value,
        "select": select,
        "ignore": ignore,
    }
    return {name: value for name, value in settings.items() if value}


def run_options(config: Config, root: Path | None, **more: Any) -> Options:
    """The options of a run."""
    from walint.run import Options

    if root is not None and not root.exists():
        raise UsageError(f"{root}: no such file or folder")
    more.setdefault("suppressions", config.suppressions)
    return Options(config=config, root=root.resolve() if root else None, **more)


def baseline_of(config: Config) -> Path | None:
    """The baseline that the configuration names.

    Raises:
        UsageError: the linted paths are governed by files that name different ones.
    """
    named = config.baselines
    if len(named) > 1:
        shown = " and ".join(os.path.relpath(file) for file in named)
        raise UsageError(
            f"the linted paths are governed by configurations with different baselines ({shown}); "
            "lint them one by one, or give --baseline"
        )
    return Path(os.path.relpath(named[0])) if named else None


def use_color(stream: Any) -> bool:
    """Colour on a terminal only; NO_COLOR and FORCE_COLOR are respected."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return bool(stream.isatty()) and os.environ.get("TERM") != "dumb"


def write(text: str | Iterable[str]) -> None:
    """Print to stdout as UTF-8, whatever the locale says: a text, or its pieces."""
    sys.stdout.flush()
    sys.stdout.buffer.writelines(encoded((text,) if isinstance(text, str) else text))
    sys.stdout.flush()


def encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    """Text as UTF-8."""
    for piece in pieces:
        for start in range(0, len(piece), _PIECE):
            yield piece[start : start + _PIECE].encode("utf-8", "backslashreplace")


def say(text: str) -> None:
    """Talk goes to stderr, so that a report on stdout stays whole; what names say in it does nothing to a terminal."""
    from walint.report.terminal import harmless, log_safe

    print("\n".join(log_safe(harmless(line)) for line in text.split("\n")), file=sys.stderr)


def say_undeclared(declared: Collection[str], parameter: Iterable[str] | None, var: Iterable[str] | None) -> None:
    """Say which parameters and variables of the command line no template declares, and what is nearest."""
    for option, section, given in (("--parameter", "Parameters.", parameter), ("--var", "var.", var)):
        for name in dict.fromkeys(text.partition("=")[0].strip() for text in given or ()):
            if section + name not in declared:
                from difflib import get_close_matches

                known = sorted(it.removeprefix(section) for it in declared if it.startswith(section))
                near = get_close_matches(name, known, 1)
                hint = f'; did you mean "{near[0]}"?' if near else ""
                say(f'walint: {option}: nothing that was judged declares "{name}"{hint}')


def say_problems(problems: Iterable[Problem], most: int | None = None) -> None:
    """What could not be read or evaluated, a line each; what a template says in them does nothing to a terminal.

    Args:
        most: so many warnings at the most; all errors are said.
    """
    from walint.report.terminal import harmless

    warnings = 0
    for problem in problems:
        warnings += problem.severity == "warning"
        if problem.severity == "error" or most is None or warnings <= most:
            say(harmless(str(problem)))
    if most is not None and warnings > most:
        say(f"walint: {warnings - most} more warnings; `walint check --verbose` lists them")


def unusable(problems: Iterable[Problem]) -> int:
    """The exit code where something could not be read, else 0."""
    return EXIT_UNUSABLE if any(problem.severity == "error" for problem in problems) else 0


def values_table(asked: Mapping[str, int]) -> str:
    """The values that rules asked for: how many, what share was unknown, and the most frequent reasons."""
    total = sum(asked.values())
    unknown = {reason: count for reason, count in asked.items() if reason}
    share = 100 * sum(unknown.values()) / total if total else 0.0
    lines = [f"values asked for: {total}, unknown: {sum(unknown.values())} ({share:.1f} %)"]
    for reason, count in sorted(unknown.items(), key=lambda item: (-item[1], item[0]))[:20]:
        lines.append(f"{count:8} {reason}")
    return "\n".join(lines)
