"""`walint review`"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from walint.cli import common, configuration
from walint.cli.check import Engine
from walint.cli.declare import Option

if TYPE_CHECKING:
    from walint.review.model import Review
    from walint.review.sketch import Sketch


class Format(StrEnum):
    html = "html"
    markdown = "markdown"
    json = "json"


def command(
    paths: common.Paths = None,
    format_: Annotated[Format, Option("--format", "-f", help="What to write.")] = Format.html,
    output: Annotated[
        Path | None,
        Option("--output", "-o", metavar="FILE", help="Where to write it; else to stdout.", show_default=False),
    ] = None,
    compare: Annotated[
        Path | None,
        Option(metavar="FILE", help="Show what changed since this review (JSON).", show_default=False),
    ] = None,
    profile: common.Profiles = None,
    select: common.Select = None,
    ignore: common.Ignore = None,
    baseline: Annotated[
        Path | None, Option(metavar="FILE", help="Say what is in this baseline.", show_default=False)
    ] = None,
    since: Annotated[
        str | None, Option(metavar="REV", help="Say what was there before a change since REV.", show_default=False)
    ] = None,
    with_: Annotated[
        list[Engine] | None, Option("--with", help="Ask this program as well.", show_default=False)
    ] = None,
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
    jobs: common.Jobs = None,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> int:
    """Write a Well-Architected review of the templates that people can read, send and print.

    Exit code: 0, or 2 for wrong usage or a template that cannot be read (the review says which).
    """
    from walint import workers
    from walint.cli import outputs
    from walint.cli.judging import Asked

    if output is not None:
        outputs.check_writable(output)
    given = common.given(
        var, var_file, workspace, parameter, parameters, region, account_id, partition, scenarios,
        profile, select, ignore,
    )  # fmt: skip
    earlier = None if compare is None else _earlier(compare)
    engines = tuple(engine.value for engine in with_ or ())
    asked = Asked(tuple(paths or ()), baseline=baseline, since=since, quiet=quiet, engines=engines)
    review, sketches = made(asked, config, given, root, jobs or workers.processors())
    if earlier is not None and compare is not None:
        review = _compared(review, earlier, compare)
    text = _rendered(review, sketches, format_, account_id or "", region or "", quiet)
    if output is None:
        common.write(text)
    else:
        outputs.write_files({output: text})
    common.say_problems((it for it in review.problems if it.severity == "error" or not quiet), common.FEW)
    for notice in review.notices:
        common.say(f"walint: {notice}")
    return common.EXIT_UNUSABLE if review.notices else common.unusable(review.problems)


def made(
    asked: Any, config: Path | None, given: dict[str, Any], root: Path | None, jobs: int
) -> tuple[Review, list[Sketch]]:
    """A run as `check` makes it, and the review of it."""
    from walint import __version__
    from walint.cli.judging import judge
    from walint.cli.repository import repository
    from walint.report.options import Options
    from walint.review.build import build
    from walint.review.sketch import sketch

    found, rules = configuration.load(asked.governed, config, given)
    options = common.run_options(found, root, jobs=jobs, look=sketch)
    report = judge(asked, options, rules)
    sketches: list[Sketch] = sorted(report.seen)
    told = Options(__version__, repository=repository(Path.cwd()))
    paths = [Path.cwd().name if path == Path() else str(path) for path in asked.paths or (Path(),)]
    return build(report, sketches, rules, told, paths), sketches


def _rendered(review: Review, sketches: list[Sketch], format_: Format, account: str, region: str, quiet: bool) -> str:
    if format_ is Format.json:
        from walint.review import structured

        return structured.render(review)
    if format_ is Format.markdown:
        from walint.review import markdown

        return markdown.render(review)
    from walint.review import page
    from walint.review.pictures import drawn, scenes_of

    pictures, why = drawn(scenes_of(review, sketches, account, region))
    if why and not quiet:
        common.say(f"walint: {why}; the page comes without it")
    return page.render(review, pictures, why)


def _earlier(path: Path) -> dict[str, Any]:
    from walint.reading import Unreadable, read_text
    from walint.review.structured import NotAReview, read

    try:
        return read(read_text(str(path), "plan_size"))
    except (Unreadable, NotAReview) as error:
        raise common.UsageError(f"{path}: {error}") from None


def _compared(review: Review, earlier: dict[str, Any], path: Path) -> Review:
    from walint.review.compare import compared
    from walint.review.structured import NotAReview

    try:
        return compared(review, earlier)
    except NotAReview as error:
        raise common.UsageError(f"{path}: {error}") from None
