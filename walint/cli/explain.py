"""`walint explain`"""

from __future__ import annotations

import shutil
from typing import Annotated

from walint.cli import common
from walint.cli.declare import Argument


def command(rule: Annotated[str, Argument(help="A rule's id, or the id of the same control elsewhere.")]) -> None:
    """Say why a rule matters and how to mend what it finds."""
    from walint.cli import configuration
    from walint.policy.explain import explain

    _, rules = configuration.load((), None, {})
    text = explain(rule, rules, width=min(shutil.get_terminal_size((100, 24)).columns, 100))
    if text is None:
        from difflib import get_close_matches

        near = get_close_matches(rule, [known.id for known in rules], 1)
        hint = f'; did you mean "{near[0]}"?' if near else "; `walint rules` lists what there is"
        raise common.UsageError(f'there is no rule "{rule}"{hint}')
    common.write(text)
