"""`walint check`"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from walint.cli import common, configuration
from walint.cli.declare import Option


class Format(StrEnum):
    text = "text"
    sarif = "sarif"
    code_scanning = "code-scanning"
    json = "json"
    junit = "junit"
    gitlab = "gitlab"
    github = "github"
    markdown = "markdown"
    csv = "csv"


class Severity(StrEnum):
    critical = "critical"
    high = "high"
    medium = "medium"
    low = "low"
    info = "info"


class Engine(StrEnum):
    cfn_lint = "cfn-lint"
    checkov = "checkov"


def command(
    paths: common.Paths = None,
    format_: Annotated[Format, Option("--format", "-f", help="How to report.")] = Format.text,
    output: Annotated[
        list[str] | None,
        Option(
            "--output",
            "-o",
            metavar="[FORMAT=]FILE",
            show_default=False,
            help="Write it to a file; FORMAT=FILE: one report more.",
        ),
    ] = None,
    profile: common.Profiles = None,
    select: common.Select = None,
    ignore: common.Ignore = None,
    baseline: Annotated[
        Path | None,
        Option(metavar="FILE", help="Only what is not in this baseline.", show_default=False),
    ] = None,
    no_baseline: Annotated[bool, Option("--no-baseline", help="Also what is in the configuration's.")] = False,
    since: Annotated[
        str | None,
        Option(metavar="REV", help="Only what a change since REV brought.", show_default=False),
    ] = None,
    with_: Annotated[
        list[Engine] | None,
        Option("--with", help="Ask this program as well.", show_default=False),
    ] = None,
    fail_on: Annotated[
        Severity | None, Option(help="The least severity that fails; else low.", show_default=False)
    ] = None,
    exit_zero: Annotated[bool, Option("--exit-zero", help="End in 0 also with findings.")] = False,
    show_open: Annotated[bool, Option("--show-open", help="Show what the templates leave open.")] = False,
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
    stdin_filename: Annotated[
        str | None,
        Option(metavar="NAME", help="Read this file's text from stdin.", show_default=False),
    ] = None,
    stats: Annotated[bool, Option("--stats", help="Count values, and why some are unknown.")] = False,
    jobs: common.Jobs = None,
    show_suppressed: Annotated[
        bool, Option("--show-suppressed", help="List what is suppressed, with the reasons.")
    ] = False,
    no_suppressions: Annotated[bool, Option("--no-suppressions", help="Judge as if nothing were suppressed.")] = False,
    report_unused: Annotated[
        bool, Option("--report-unused-suppressions", help="Report the unused and the reasonless.")
    ] = False,
    require_reason: Annotated[bool, Option("--require-reason", help="Without a reason none holds.")] = False,
    watch: Annotated[bool, Option("--watch", help="Lint again whenever a file is saved.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="A line a finding, and nothing else.")] = False,
    verbose: Annotated[bool, Option("--verbose", "-v", help="Say what was passed by and what surprised.")] = False,
) -> int:
    """Judge templates by the rules and report what should change.

    Exit code: 0 nothing to report, 1 findings, 2 wrong usage or a template that cannot be read.
    """

    from walint import workers
    from walint.cli import outputs
    from walint.cli.judging import Asked, judge

    if quiet and verbose:
        raise common.UsageError("--quiet and --verbose say the opposite of each other; give one of them")
    wanted = outputs.targets(format_.value, output)
    given = common.given(
        var, var_file, workspace, parameter, parameters, region, account_id, partition, scenarios,
        profile, select, ignore,
    )  # fmt: skip
    given |= {"fail-on": fail_on.value} if fail_on else {}
    tightened = {"require-reason": require_reason, "report-unused": report_unused}
    given["suppressions"] = tightened | ({"enabled": False} if no_suppressions else {})
    engines = tuple(engine.value for engine in with_ or ())
    asked = Asked(tuple(paths or ()), stdin_filename, baseline, since, quiet, verbose, engines)
    if no_baseline and baseline is not None:
        raise common.UsageError("--baseline and --no-baseline say the opposite of each other; give one of them")

    shown = {"show_open": show_open, "show_suppressed": show_suppressed, "quiet": quiet, "verbose": verbose}

    def lint() -> int:
        found, rules = configuration.load(asked.governed, config, given)
        options = common.run_options(
            found,
            root,
            stats=stats,
            remedies=any(target.format == "sarif" for target in wanted),
            jobs=jobs or workers.processors(),
        )
        before = baseline if baseline or since or no_baseline else common.baseline_of(found)
        texts = [target for target in wanted if target.format == "text"]
        if len(texts) == 1 and not (before or since or engines):
            options = options._replace(text=outputs.showing(texts[0], **shown))
        report = judge(asked._replace(baseline=before), options, rules)
        outputs.deliver(report, wanted, **shown)
        if not any(target.format == "text" for target in wanted):
            told = (it for it in report.problems if it.severity == "error" or not quiet)
            common.say_problems(told, None if verbose else common.FEW)
        common.say_undeclared(report.inputs, parameter, var)
        for notice in report.notices:
            common.say(f"walint: {notice}")
        if stats:
            common.say(common.values_table(report.asked))
        return _exit_code(report, found.fail_on or Severity.low.value, exit_zero)

    if watch:
        from walint.cli.watch import watch as keep_linting

        keep_linting(asked, lint, [target.path for target in wanted if target.path is not None])
    return lint()


def _exit_code(report: object, fail_on: str, exit_zero: bool) -> int:
    from walint.policy.model import SEVERITIES, Report
    from walint.policy.tally import tally

    assert isinstance(report, Report)
    if report.notices or any(problem.severity == "error" for problem in report.problems):
        return common.EXIT_UNUSABLE
    counted = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    failed = any(kind.verdict == "fail" and kind.rule.severity in counted for kind, _ in tally(report).reported())
    return common.EXIT_FINDINGS if failed and not exit_zero else 0
