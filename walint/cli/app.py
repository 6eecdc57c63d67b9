"""The command line as typer reads it: help, completion, and what is to be said of mistakes."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from walint.cli.commands import COMMANDS, command_of
from walint.cli.declare import REQUIRED, Option, declared


def _for_typer(command: Callable[..., Any]) -> Callable[..., None]:
    """A command with its parameters declared in typer's words; what it returns becomes the exit code."""
    parameters = []
    for each in declared(command):
        if isinstance(each.how, Option):
            how: Any = typer.Option(*each.how.flags, **each.how.settings)
        else:
            how = typer.Argument(**each.how.settings)
        annotation: Any = Annotated[(each.annotation, how)]
        default = inspect.Parameter.empty if each.default is REQUIRED else each.default
        parameters.append(
            inspect.Parameter(each.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        )

    @functools.wraps(command)
    def run(**given: Any) -> None:
        raise typer.Exit(command(**given) or 0)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


app = typer.Typer(
    name="walint",
    help="Lint CloudFormation and Terraform against the AWS Well-Architected Framework.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name in COMMANDS:
    app.command(_name)(_for_typer(command_of(_name)))


def _version(value: bool) -> None:
    from walint import __version__

    if value:
        typer.echo(f"walint {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Lint CloudFormation and Terraform against the AWS Well-Architected Framework."""
