"""Where reports go: one or several at once, to stdout and to files."""

import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from walint.cli import common

if TYPE_CHECKING:
    from walint.policy.model import Report
    from walint.report.options import Options

# FORMAT=FILE; a file whose own name looks like that is written ./name=x
_NAMED: Final = r"([\w-]+)="


class Target(NamedTuple):
    """A report in one format.

    Attributes:
        path: None for stdout.
    """

    format: str
    path: Path | None


def targets(format_: str, output: Sequence[str] | None) -> list[Target]:
    """What `--format` and `--output` ask for: a FILE takes the format of `--format`, FORMAT=FILE its own.

    Without a plain FILE the report of `--format` goes to stdout.

    Raises:
        UsageError: a format that there is not, a file named twice, or one that cannot be written.
    """
    found = [_target(format_, text) for text in output or ()]
    if all(re.match(_NAMED, text) for text in output or ()) and not any(target.path is None for target in found):
        found.insert(0, Target(format_, None))
    seen: set[str] = set()
    for target in found:
        real = "" if target.path is None else os.path.realpath(target.path)
        if real in seen:
            raise common.UsageError(f"{target.path or 'standard output'}: two reports cannot go to one file")
        seen.add(real)
        if target.path is not None:
            check_writable(target.path)
    return found


def _target(format_: str, text: str) -> Target:
    from walint.report import REPORTS

    named = re.match(_NAMED, text)
    if named is None:
        return Target(format_, _path(text))
    if named[1] not in REPORTS:
        from difflib import get_close_matches

        near = get_close_matches(named[1], list(REPORTS), 1)
        hint = f'did you mean "{near[0]}"' if near else f"there are {', '.join(REPORTS)}"
        raise common.UsageError(f'there is no format "{named[1]}" for --output {text}; {hint}')
    if named.end() == len(text):
        raise common.UsageError(f"--output {text}: name a file after the equals sign")
    return Target(named[1], _path(text[named.end() :]))


def _path(text: str) -> Path | None:
    return None if text in ("-", "/dev/stdout") else Path(text)


def check_writable(path: Path) -> None:
    """Say before the work what would fail after it.

    Raises:
        UsageError: the file cannot be written.
    """
    folder = path.parent
    if path.is_dir():
        raise common.UsageError(f"{path}: cannot be written: it is a folder")
    if not folder.is_dir():
        raise common.UsageError(f"{path}: cannot be written: there is no folder {folder}")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise common.UsageError(f"{path}: cannot be written: Permission denied")


def showing(target: Target, **shown: bool) -> "Options":
    """How a report looks at its target: on the terminal at hand or in a file.

    Args:
        shown: what to show besides the findings: `show_open`, `show_suppressed`, `verbose`.
    """
    from walint import __version__
    from walint.report.options import Options

    color = target.path is None and common.use_color(sys.stdout)
    width = min(_columns() or 100, 140)
    origin = None
    if target.format != "text":
        from walint.cli.repository import repository

        origin = repository(Path.cwd())
    return Options(__version__, color, width, repository=origin, **shown)


def _columns() -> int:
    """The width of the terminal, 0 where there is none; what `shutil` says, which takes 2 ms to import."""
    try:
        given = int(os.environ.get("COLUMNS", 0))
    except ValueError:
        given = 0
    if given > 0:
        return given
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 0


def deliver(report: "Report", wanted: Sequence[Target], **shown: bool) -> None:
    """Render a report for each target; all files are written before the first one takes its place.

    Args:
        shown: as for `showing`.

    Raises:
        UsageError: where a file cannot be written.
    """
    from walint.report import REPORTS

    rendered = [(target.path, REPORTS[target.format](report, showing(target, **shown))) for target in wanted]
    write_files({path: pieces for path, pieces in rendered if path is not None})
    for path, pieces in rendered:
        if path is None:
            common.write(pieces)


def write_files(texts: Mapping[Path, str | bytes | Iterator[str]]) -> None:
    """Write files whole or not at all: beside them first, then renamed, all of them or none.

    A link stays, with its target written; what is no file, such as /dev/stdout, is written to.

    Args:
        texts: what each is to hold, at once or piece by piece.

    Raises:
        UsageError: where one cannot be written.
    """
    staged: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, text in texts.items():
            if path.exists() and not path.is_file():
                with path.open("wb") as file:
                    file.writelines(_data(text))
            else:
                staged.append((_beside(path, _data(text)), path.resolve()))
        for temporary, path in staged:
            temporary.replace(path)
    except OSError as error:
        raise common.UsageError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _data(text: str | bytes | Iterator[str]) -> Iterator[bytes]:
    return iter((text,)) if isinstance(text, bytes) else common.encoded((text,) if isinstance(text, str) else text)


def _beside(path: Path, data: Iterable[bytes]) -> Path:
    """A new file in the folder of another, with what that one is to hold and its permissions."""
    import tempfile

    real = path.resolve()
    number, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    try:
        with open(number, "wb") as file:
            file.writelines(data)
        Path(name).chmod(stat.S_IMODE(real.stat().st_mode) if real.exists() else 0o666 & ~_umask())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
