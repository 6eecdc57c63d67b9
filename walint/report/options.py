"""What a report may be told besides the findings."""

from typing import NamedTuple


class Repository(NamedTuple):
    """The repository that the linted files are kept in, as far as the caller knows it.

    Attributes:
        uri: where it is kept, absolute: "https://example.com/team/infra".
        revision: the commit's id, or "".
        branch: or "".
        prefix: the path from the repository's root to the working directory, with forward slashes: "stacks/prod".
    """

    uri: str
    revision: str = ""
    branch: str = ""
    prefix: str = ""


class Options(NamedTuple):
    """How to render a report.

    Attributes:
        version: walint's own.
        color: whether terminal colours may be used.
        width: columns of the terminal.
        show_open: show the open findings in the text as well; they are always counted.
        show_suppressed: list the suppressed findings in the text, each with its reason; they are always counted.
        quiet: in the text a line for each finding, and nothing else but errors.
        verbose: list internal surprises and what was passed by.
        repository: None where none is known.
    """

    version: str
    color: bool = False
    width: int = 100
    show_open: bool = False
    show_suppressed: bool = False
    quiet: bool = False
    verbose: bool = False
    repository: Repository | None = None
