"""`walint graph`"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from walint.cli import common, configuration
from walint.cli.check import Scenarios
from walint.cli.declare import Argument, Option


class Format(StrEnum):
    json = "json"
    mermaid = "mermaid"
    dot = "dot"


def command(
    path: Annotated[Path, Argument(help="A template, a plan, or a folder with one Terraform root module.")],
    format_: Annotated[Format, Option("--format", "-f", help="How to print it.")] = Format.json,
    var: common.Variables = None,
    var_file: common.VarFiles = None,
    workspace: common.Workspace = None,
    parameter: common.Parameter = None,
    parameters: common.ParameterFiles = None,
    region: common.Region = None,
    account_id: common.AccountId = None,
    partition: common.Partition = None,
    scenarios: Annotated[Scenarios | None, Option(help="As for `check`.", show_default=False)] = None,
    config: configuration.ConfigFile = None,
    root: common.Root = None,
) -> int:
    """Print the resources of a template, every value resolved, and what refers to what."""
    from walint import run
    from walint.report import GRAPHS

    given = common.given(var, var_file, workspace, parameter, parameters, region, account_id, partition, scenarios)
    found, _ = configuration.load([path], config, given)
    options = common.run_options(found, root)
    graphs, problems = run.load([path], options)
    rendered = GRAPHS[format_.value](graphs, problems)
    common.write(rendered)
    shown = sorted({*problems, *(problem for graph in graphs for problem in graph.problems)})
    common.say_problems(shown)
    if common.unusable(shown):
        return common.EXIT_UNUSABLE
    if not graphs:
        raise common.UsageError(f"{path}: no template found")
    return 0
