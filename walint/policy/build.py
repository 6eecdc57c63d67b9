"""Compiles rules and vocabulary into walint/data: `python -m walint.policy.build`."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from walint.policy import pack
from walint.policy.examples import examples_of
from walint.policy.explain import EXAMPLES
from walint.policy.functions.actions import FILE as ACTIONS
from walint.policy.rulefile import read_rules, rule_files
from walint.vocabulary.build import TableError, build_vocabulary


class BuildError(Exception):
    """A rule file or a table of the vocabulary has faults; the message lists all of them, one a line."""


def build_all(root: Path) -> None:
    """Compile everything below the project's root.

    Raises:
        BuildError: where a rule file or a table has a fault.
    """
    try:
        # First, since rules are checked against CloudFormation's schema.
        build_vocabulary(root)
    except TableError as error:
        raise BuildError(str(error)) from error
    shutil.copyfile(root / "vocabulary" / ACTIONS.name, root / "walint" / "data" / ACTIONS.name)
    rules, problems = read_rules(rule_files(root / "rules"))
    if problems:
        raise BuildError("\n".join(str(problem) for problem in problems))
    pack.PACK.parent.mkdir(exist_ok=True)
    (root / "walint" / "data" / pack.PACK.name).write_text(pack.dump(rules), encoding="utf-8")
    examples = {rule.id: found for rule in rules if (found := examples_of(root / "fixtures", rule.id))}
    (root / "walint" / "data" / EXAMPLES.name).write_text(json.dumps(examples), encoding="utf-8")


if __name__ == "__main__":
    try:
        build_all(Path(__file__).parent.parent.parent)
    except BuildError as error:
        sys.exit(str(error))
