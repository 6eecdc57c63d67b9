"""`walint graph`"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from walint.cli import common, configuration
from walint.cli.declare import Argument, Option


class Format(StrEnum):
    json = "json"
    mermaid = "mermaid"
    dot = "dot"
    svg = "svg"
    html = "html"


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
    scenarios: common.Explored = None,
    config: configuration.ConfigFile = None,
    root: common.Root = None,
) -> int:
    """Print the resources of a template, every value resolved, and what refers to what.

    svg and html draw them, coloured by the worst finding of each.
    """
    from walint import run
    from walint.report import GRAPHS
    from walint.report.conceal import Concealer

    given = common.given(var, var_file, workspace, parameter, parameters, region, account_id, partition, scenarios)
    if format_ in (Format.svg, Format.html):
        return _drawn(path, format_, config, given, root, account_id or "", region or "")
    found, _ = configuration.load([path], config, given)
    options = common.run_options(found, root)
    graphs, problems = run.load([path], options)
    rendered: list[str] = []
    # Values are evaluated as they are written.
    fault = run.bounded(
        str(path),
        options.as_config().limits(os.path.abspath(path)),
        lambda: rendered.append(GRAPHS[format_.value](graphs, problems)),
    )
    if fault is not None:
        problems.append(fault)
        rendered.append(GRAPHS[format_.value]((), problems))
    common.write(rendered[0])
    shown = sorted(
        {*problems, *(it for graph in graphs for it in map(Concealer(graph.hidden).problem, graph.problems))}
    )
    common.say_problems(shown)
    if common.unusable(shown):
        return common.EXIT_UNUSABLE
    if not graphs:
        raise common.UsageError(f"{path}: no template found")
    return 0


def _drawn(
    path: Path,
    format_: Format,
    config: Path | None,
    given: dict[str, Any],
    root: Path | None,
    account: str,
    region: str,
) -> int:
    from walint import workers
    from walint.cli.judging import Asked
    from walint.cli.review import made
    from walint.review import page
    from walint.review.picture.layout import NoLayout
    from walint.review.pictures import alone, drawn, scenes_of

    review, sketches = made(Asked((path,)), config, given, root, workers.processors())
    common.say_problems(review.problems)
    if not sketches:
        if common.unusable(review.problems):
            return common.EXIT_UNUSABLE
        raise common.UsageError(f"{path}: no template found")
    found = scenes_of(review, sketches, account, region)
    if not found:
        raise common.UsageError(f"{path}: there are no resources to draw")
    try:
        if format_ is Format.svg:
            common.write(alone(found))
        else:
            pictures, why = drawn(found)
            if why:
                raise NoLayout(why)
            common.write(page.render(review, pictures, whole=False))
    except NoLayout as error:
        raise common.UsageError(str(error)) from None
    return common.unusable(review.problems)
