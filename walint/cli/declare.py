"""How commands declare their arguments: `Annotated[list[str] | None, Option("--var", help=...)]`.

Declared so, they can be read without the library that draws the help: see `quick`.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, get_args, get_origin, get_type_hints

REQUIRED: Final = object()
"""The default of what must be given."""


class Option:
    """An option; `settings` are those of typer's: help, metavar, min, show_default."""

    __slots__ = ("flags", "settings")

    def __init__(self, *flags: str, **settings: Any) -> None:
        self.flags = flags
        self.settings = settings


class Argument:
    """What stands without a flag; `settings` as for `Option`."""

    __slots__ = ("settings",)

    def __init__(self, **settings: Any) -> None:
        self.settings = settings


class Declared(NamedTuple):
    """One parameter of a command.

    Attributes:
        type: of one value: str, int, bool, Path, or an enumeration.
        many: whether it may be given several times.
        default: `REQUIRED` where it must be given.
        annotation: its type as a whole.
    """

    name: str
    type: Any
    many: bool
    default: Any
    how: Option | Argument
    annotation: Any

    @property
    def flags(self) -> tuple[str, ...]:
        given = self.how.flags if isinstance(self.how, Option) else ()
        return given or ("--" + self.name.strip("_").replace("_", "-"),)


def declared(command: Callable[..., Any]) -> list[Declared]:
    """The parameters of a command, in order."""
    hints = get_type_hints(command, include_extras=True)
    out = []
    for name, default in _defaults(command).items():
        annotation, how = hints[name].__origin__, hints[name].__metadata__[0]
        optional = type(None) in get_args(annotation)
        inner = get_args(annotation)[0] if optional else annotation
        many = get_origin(inner) is list
        kind = get_args(inner)[0] if many else inner
        out.append(Declared(name, kind, many, default, how, annotation))
    return out


def _defaults(command: Any) -> dict[str, Any]:
    """A function's parameters, in order; the standard library's `inspect` tells the same and takes 5 ms to import."""
    command = getattr(command, "__wrapped__", command)
    code = command.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    given = command.__defaults__ or ()
    found = dict(zip(names[code.co_argcount - len(given) : code.co_argcount], given, strict=True))
    found |= command.__kwdefaults__ or {}
    return {name: found.get(name, REQUIRED) for name in names}
