"""Where the modules that a module calls are found."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from walint.graph import Call, without_keys
from walint.limits import exceeded, limits
from walint.source import Problem
from walint.terraform.context import Files
from walint.terraform.evaluate import evaluate
from walint.terraform.folders import Folder, is_local, literal
from walint.terraform.syntax import Block

if TYPE_CHECKING:
    from walint.terraform.module import Module


def called_folder(caller: Module, name: str, block: Block) -> tuple[Folder | None, str]:
    """The folder of a called module, or why there is none."""
    source = module_source(caller, block)
    if source is None:
        return None, "its source is not known"
    if len(caller.calls) >= limits().module_depth:
        sentence = exceeded("module_depth", "modules nested deeper than {} levels")
        caller.shared.report(Problem.at(block.header, sentence))
        return None, "it is nested too deeply"
    if is_local(source):
        path = os.path.normpath(os.path.join(caller.folder.path, source))
        module: Module | None = caller
        while module is not None:
            if module.folder.path == path:
                caller.shared.report(Problem.at(block.header, f'module "{name}" calls itself'))
                return None, "it calls itself"
            module = module.parent_module
        if not caller.shared.disk.inside(path):
            return None, "it lies outside of the linted tree; lint a folder that holds both, or name one with --root"
        folder = caller.shared.disk.folder(path)
        if folder is None:
            caller.shared.report(Problem.at(block.header, f'module "{name}": there is no Terraform file in {source}'))
            return None, f"there is no Terraform file in {source}"
        return folder, ""
    return _downloaded(caller, name, source)


def module_source(caller: Module, block: Block) -> str | None:
    """Where a call says that its module is; OpenTofu takes variables and locals there."""
    written = literal(block, "source")
    argument = block.body.arguments.get("source")
    if written is not None or argument is None:
        return written
    value = evaluate(argument.expression, caller, caller.context.quiet())
    return value if isinstance(value, str) else None


def _downloaded(caller: Module, name: str, source: str) -> tuple[Folder | None, str]:
    """A remote module where `terraform init` has put it."""
    key = ".".join([*(call_name(call) for call in caller.calls), name])
    if caller.shared.modules is None:
        caller.shared.modules = installed_modules(caller.shared.files)
    path = caller.shared.modules.get(key)
    if path is not None:
        folder = caller.shared.disk.folder(os.path.join(caller.shared.root.path, path))
        if folder is not None:
            return folder, ""
    return None, f"it comes from {source}; terraform init fetches it, and then it is judged"


def call_name(call: Call) -> str:
    """The last module's name in a call's address."""
    return without_keys(call.address).rpartition("module.")[2]


def installed_modules(files: Files) -> dict[str, str]:
    """Where `terraform init` has put modules: the path from the root module's folder by the names of the calls."""
    raw = files.read(".terraform/modules/modules.json")
    if not isinstance(raw, bytes):
        return {}
    try:
        return {entry["Key"]: entry["Dir"] for entry in json.loads(raw)["Modules"]}
    except (ValueError, KeyError, TypeError):
        return {}
