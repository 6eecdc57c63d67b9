"""`walint fix`"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from walint.cli import common, configuration
from walint.cli.declare import Option

if TYPE_CHECKING:
    from walint.fixing.mending import Mended


def command(
    paths: common.Paths = None,
    rule: Annotated[
        list[str] | None,
        Option("--rule", "-r", metavar="RULE", help="Only fixes of this rule or service.", show_default=False),
    ] = None,
    diff: Annotated[bool, Option("--diff", help="Print the patch, and change nothing.")] = False,
    unsafe: Annotated[bool, Option("--unsafe", help="Also what may break a running system.")] = False,
    profile: common.Profiles = None,
    select: common.Select = None,
    ignore: common.Ignore = None,
    var: common.Variables = None,
    var_file: common.VarFiles = None,
    workspace: common.Workspace = None,
    parameter: common.Parameter = None,
    parameters: common.ParameterFiles = None,
    region: common.Region = None,
    account_id: common.AccountId = None,
    partition: common.Partition = None,
    scenarios: common.Explored = None,
    config: configuration.ConfigFile = None,
    root: common.Root = None,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Say only what was not fixed.")] = False,
) -> int:
    """Mend what rules know how to mend, in the files themselves.

    Each fix is proven before it is written: its finding is gone, and nothing new has appeared.

    Exit code: 0, 1 where a fix could not be made, 2 wrong usage or a file that cannot be read or written.
    """
    from walint.cli.progress import Bar
    from walint.fixing import fix
    from walint.policy.selection import chosen

    given = common.given(
        var, var_file, workspace, parameter, parameters, region, account_id, partition, scenarios,
        profile, select, ignore,
    )  # fmt: skip
    found, rules = configuration.load(paths or [], config, given)
    wanted = {it.id: it for it in chosen(rules, "strict", rule or ())}
    if rule and "profile" not in given and any(it.profile == "strict" for it in wanted.values()):
        # Whoever names a strict rule means it.
        found = found.over({**given, "profile": common.Profile.strict.value})
    options = common.run_options(found, root)
    with Bar(wanted=not quiet) as bar:
        mended = fix(paths or [], options, rules, Path.cwd(), lambda it: it.id in wanted, unsafe, bar)
    common.say_problems(it for it in mended.problems if it.severity == "error")
    if diff:
        _print_patch(mended)
    written = mended.texts if diff else _write(mended)
    _tell(mended, len(written), diff, quiet)
    if len(written) < len(mended.texts) or any(it.severity == "error" for it in mended.problems):
        return common.EXIT_UNUSABLE
    return common.EXIT_FINDINGS if mended.unfixed else 0


def _print_patch(mended: Mended) -> None:
    from walint.fixing.patch import patch
    from walint.report.terminal import harmless

    for path, text in sorted(mended.texts.items()):
        made = patch(harmless(_name(path)), mended.before[path], text, Path(path).read_bytes())
        if sys.stdout.isatty():  # somebody reads it, and no program applies it
            made = "\n".join(map(harmless, made.split("\n")))
        common.write(made)


def _write(mended: Mended) -> dict[str, str]:
    """Write the changed files; one that has changed since it was read is left alone. Returns those written."""
    from walint.cli.outputs import write_files
    from walint.fixing.patch import encoded
    from walint.reading import Unreadable, decode

    data: dict[Path, bytes] = {}
    written: dict[str, str] = {}
    for path, text in sorted(mended.texts.items()):
        try:
            there = Path(path).read_bytes()
            same = decode(there) == mended.before[path]
        except (OSError, Unreadable):
            same = False
        if same:
            data[Path(path)] = encoded(text, there)
            written[path] = text
        else:
            common.say(f"{_name(path)}: it has changed meanwhile and is left alone; run `walint fix` again")
    write_files(data)
    return written


def _tell(mended: Mended, files: int, diff: bool, quiet: bool) -> None:
    """What was fixed and what not, a line each, on stderr where stdout holds the patch."""
    say = common.say
    if not quiet:
        done = "would fix" if diff else "fixed"
        fixed = [(it.finding.span, it.finding.rule.id) for it in mended.fixed]
        for span, id_ in dict.fromkeys(fixed):
            say(f"{span.file}:{span.line}: {done} {id_}")
    unfixed = [f"{it.span.file}:{it.span.line}: not fixed: {it.finding.rule.id}: {it.reason}" for it in mended.unfixed]
    for line in dict.fromkeys(unfixed):
        say(line)
    if not quiet:
        for (rule, why), number in Counter((it.finding.rule.id, it.reason) for it in mended.unsafe).items():
            say(f"unsafe: {rule} ({_count(number, 'finding', 'findings')}): {why}")
        counted = f"{_count(len(mended.fixed), 'fix', 'fixes')} in {_count(files, 'file', 'files')}"
        more = f", {len(mended.unfixed)} could not be made" if mended.unfixed else ""
        asked = f", {len(mended.unsafe)} more with --unsafe" if mended.unsafe else ""
        say(f"{counted}{more}{asked}")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _name(path: str) -> str:
    from walint.discovery import display_name

    return display_name(path, str(Path.cwd()))
