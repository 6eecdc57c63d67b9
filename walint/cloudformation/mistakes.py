"""Whether a template may refer to what is not there.

What no rule asks for is not evaluated; where there may be a mistake all of it is, so that the mistake is told whatever
rules there are.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Final

from walint.values import Property, symbols

# Where references begin, and what a packager fills in.
_MARKS: Final = ("!Ref ", "Ref:", 'Ref"', "GetAtt", "FindInMap", "${", "Rain::")
_NAME: Final = re.compile(r"""["']?\s*:?[\s\[-]*["']?([A-Za-z0-9]+)(?![A-Za-z0-9:])""")


def may_miss(text: str, names: Container[str]) -> bool:
    """Whether a template's text refers to anything but these names; far quicker than to evaluate it."""
    for mark in _MARKS:
        for piece in text.split(mark)[1:]:
            named = _NAME.match(piece)
            if named is not None and named[1] not in names:
                return True
    return False


def evaluate(properties: Iterable[Property]) -> None:
    """Evaluate all that there is, so that what is wrong is known."""
    for value in properties:
        for _ in symbols(value):
            pass
