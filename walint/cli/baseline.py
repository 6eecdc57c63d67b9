"""`walint baseline`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from walint.cli import common, configuration
from walint.cli.declare import Option

_DEFAULT = Path(".walint-baseline.json")


def command(
    paths: common.Paths = None,
    output: Annotated[
        Path | None,
        Option(
            "--output",
            "-o",
            metavar="FILE",
            show_default=False,
            help="Where to write it; else the configuration's `baseline`, or .walint-baseline.json.",
        ),
    ] = None,
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
    jobs: common.Jobs = None,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> int:
    """Write down what is there today, so that `check --baseline` reports only what comes later.

    Exit code: 0, or 2 for wrong usage or a template that cannot be read (the others are in the baseline).
    """
    from walint import workers
    from walint.cli import outputs
    from walint.cli.judging import Asked, judge
    from walint.history.baseline import written

    given = common.given(
        var, var_file, workspace, parameter, parameters, region, account_id, partition, scenarios,
        profile, select, ignore,
    )  # fmt: skip
    found, rules = configuration.load(paths or [], config, given)
    named = common.baseline_of(found)
    output = output or named or _DEFAULT
    outputs.check_writable(output)
    options = common.run_options(found, root, jobs=jobs or workers.processors())
    report = judge(Asked(tuple(paths or ()), quiet=quiet), options, rules)
    text, number = written(report, output.absolute().parent)
    outputs.write_files({output: text})
    common.say_problems((it for it in report.problems if it.severity == "error" or not quiet), common.FEW)
    if not quiet:
        common.say(f"walint: {number} finding{'' if number == 1 else 's'} in {output}; commit it with the code")
        if named is None:
            common.say(
                f"walint: `check --baseline {output}` heeds it, and so does `baseline: {output}` in .walint.yaml"
            )
    return common.unusable(report.problems)
