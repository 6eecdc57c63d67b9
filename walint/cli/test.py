"""`walint test`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from walint.cli import common
from walint.cli.declare import Argument


def command(
    rules: Annotated[
        list[Path], Argument(metavar="RULES_DIR...", help="Folders with rule files, or single files of them.")
    ],
) -> int:
    """Try rules of your own on their fixtures.

    Fixtures lie below the folder or in a folder `fixtures` beside it. Exit code: 0 all findings are as announced, 1 not
    all, 2 a rule file with faults.
    """
    from walint.discovery import display_name
    from walint.policy import pack
    from walint.policy.rulefile import FIXTURES, read_own_rules
    from walint.trial import fixtures_below, tried

    for path in rules:
        if not path.exists():
            raise common.UsageError(f"{path}: no such file or folder")
    own, problems = read_own_rules(rules, pack.load(), Path.cwd())
    if problems:
        common.say_problems(problems)
        return common.EXIT_UNUSABLE
    if not own:
        raise common.UsageError(f"{', '.join(map(str, rules))}: no rules; a rule file is a .yaml with a list of rules")

    def shown(path: Path) -> str:
        return display_name(str(path.absolute()), str(Path.cwd()))

    folders = [path if path.is_dir() else path.parent for path in rules]
    folders += [beside for folder in folders if (beside := folder.absolute().parent / FIXTURES).is_dir()]
    found = [fixtures_below(folder, own) for folder in folders]
    fixtures = sorted({fixture.path.absolute(): fixture for some, _ in found for fixture in some}.values())
    # One file of rules says nothing of the fixtures of the others.
    strangers = [path for given, (_, some) in zip(rules, found, strict=False) if given.is_dir() for path in some]
    lines = [f"{shown(path)}: named after no rule" for path in strangers]
    unlike = 0
    for fixture in fixtures:
        faults = tried(fixture, own)
        unlike += bool(faults)
        for fault in faults:
            name = shown(fixture.path / fault.file if fault.file and fixture.path.is_dir() else fixture.path)
            lines.append(f"{name}:{fault.line}: {fault.message}" if fault.line else f"{name}: {fault.message}")
    for rule in own:
        there = {language for fixture in fixtures if fixture.rule == rule.id for language in fixture.languages()}
        if not there:
            lines.append(f"{rule.id}: no fixture; write {rule.id}.tf or {rule.id}.yaml")
        elif missing := [language for language in rule.languages if language not in there]:
            common.say(f"{rule.id}: not tried in {' and '.join(missing)}; add a fixture, or name its `languages`")
    common.write("".join(f"{line}\n" for line in dict.fromkeys(lines)))
    common.say(f"{_counted(len(own), 'rule')}, {_counted(len(fixtures), 'fixture')}, {unlike} not as announced")
    return common.EXIT_FINDINGS if lines else 0


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
