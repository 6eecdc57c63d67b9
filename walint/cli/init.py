"""`walint init`"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from walint.cli import common, outputs
from walint.cli.declare import Argument, Option


def command(
    folder: Annotated[Path, Argument(help="Where to write it; this folder if not given.")] = Path(),
    force: Annotated[bool, Option("--force", help="Write over the one that is there.")] = False,
) -> None:
    """Write a first .walint.yaml from what is found in the repository."""
    from walint.config.begin import Found, first_config
    from walint.config.find import NAMES
    from walint.discovery import discover

    if not folder.is_dir():
        raise common.UsageError(f"{folder}: no such folder")
    there = next((folder / name for name in NAMES if (folder / name).exists()), None)
    if there is not None and not force:
        raise common.UsageError(f"{there} is there already; --force writes over it")
    found = discover([folder], Path.cwd())
    top = str(folder.absolute())

    def below(path: str) -> str:
        relative = os.path.relpath(path, top).replace(os.sep, "/")
        return "" if relative == "." else relative

    contents = Found(
        modules=tuple(sorted(below(module.path) for module in found.modules)),
        templates=tuple(sorted(below(one.path) for one in found.candidates if _is_template(one.path))),
        variable_files=tuple(
            sorted({below(str(file)) for module in found.modules for file in _variable_files(module.path)})
        ),
    )
    target = there or folder / NAMES[0]
    outputs.write_files({target: first_config(contents)})
    common.say(f"{target} written; `walint check` lints with it, `walint config` shows what is in force")


def _is_template(path: str) -> bool:
    from walint.reading import NoTemplate, Unreadable, read_template

    try:
        read_template(path)
    except (NoTemplate, Unreadable, OSError):
        return False
    return True


def _variable_files(module: str) -> Iterator[Path]:
    """The files of variables in a module's folder and just below that Terraform does not read by itself."""
    for pattern in ("*.tfvars", "*/*.tfvars"):
        for file in Path(module).glob(pattern):
            if file.name != "terraform.tfvars" and not file.name.endswith(".auto.tfvars"):
                yield file
