"""How much a text may ask for: bounds in sizes.

A text of a few lines can ask for more than any machine has. Whoever builds something asks for its limit first, and
refuses with `OverLimit`; whoever can give up a part alone (an expression, a condition, a verdict) catches it there.

The limits in force are ambient, as the precision of decimal arithmetic is: they hold for a whole unit of work, and
nothing that is computed within them depends on them in any other way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, NamedTuple


class Limits(NamedTuple):
    """The limits, by the names that they have in a configuration (with dashes).

    Attributes:
        seconds: processor time for one template, or one root module with all that it calls.
        memory: megabytes that the same may add to what was in use before it.
        file_size: bytes of a file, plans aside.
        plan_size: bytes of a plan as JSON.
        nesting: levels of a document or expression; Terraform's own syntax is never read deeper than 64.
        values: what one document holds, aliases counted; what one value holds in all, `PER_VALUE` characters as one.
        items: of one list, set or map that a function makes.
        text: characters of a string.
        instances: of one resource, data source or call, and of one dynamic block.
        modules: instances of modules in one root module.
        module_depth: modules within modules.
        stacks: nested stacks of one template.
        stack_depth: stacks within stacks.
        loop_entries: what one Fn::ForEach makes.
        snippets: that one template includes.
        files: that one `fileset` looks at.
        scenarios: combinations of open conditions for one verdict.
        condition_terms: of one condition, when all conditions that it is made of are written out.
        regex_steps: of one search with a regular expression.
    """

    seconds: int = 20
    memory: int = 500
    file_size: int = 2_000_000
    plan_size: int = 100_000_000
    nesting: int = 200
    values: int = 500_000
    items: int = 100_000
    text: int = 1_000_000
    instances: int = 10_000
    modules: int = 2_000
    module_depth: int = 50
    stacks: int = 500
    stack_depth: int = 20
    loop_entries: int = 5_000
    snippets: int = 100
    files: int = 100_000
    scenarios: int = 64
    condition_terms: int = 2_000
    regex_steps: int = 1_000_000


class OverLimit(Exception):
    """Something would be larger than allowed. The message says what, and how the limit is called."""


# So many characters of text count as one of `values`.
PER_VALUE: Final = 100

DEFAULTS: Final = Limits()
_current: ContextVar[Limits] = ContextVar("limits", default=DEFAULTS)


def limits() -> Limits:
    """The limits in force."""
    return _current.get()


@contextmanager
def using(wanted: Limits) -> Iterator[None]:
    """Put limits in force."""
    token = _current.set(wanted)
    try:
        yield
    finally:
        _current.reset(token)


def exceeded(name: str, sentence: str) -> str:
    """What to say where a limit is passed, with its setting; `{}` in the sentence is the limit itself."""
    return f"{sentence.format(getattr(limits(), name))} (limits.{name.replace('_', '-')})"


def used_up(name: str) -> str:
    """What to say where the watchdog interrupted somebody for want of time or memory."""
    amount = "{} s of processor time" if name == "seconds" else "{} MB of memory"
    return exceeded(name, f"more than the {amount} that one template has")


def at_most(name: str, size: int, sentence: str) -> None:
    """Refuse a size above a limit.

    Raises:
        OverLimit: with the sentence, in which `{}` is the limit.
    """
    if size > getattr(limits(), name):
        raise OverLimit(exceeded(name, sentence))


def check_text(size: int) -> None:
    """Refuse a string of so many characters; raises OverLimit."""
    at_most("text", size, "a string would have more than {} characters")
