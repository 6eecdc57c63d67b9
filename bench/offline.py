"""Changes copies of Terraform modules so that they plan without a network and with the AWS provider alone.

What stays as it is: everything that AWS resources are made of. What changes:

- Resources and data sources of other providers, and those that the provider at hand does not have, become
  `terraform_data` whose output is not known until apply; arguments that it does not have are left out.
- Data sources that ask AWS wait for something that is only there after apply: Terraform plans them as unknown.
  Who calls, and which availability zones there are, become locals.
- Version constraints, backends and provider configurations that need a network are taken out.
- Some modules of the registry that have a copy beside them are called by a relative path.
- An archive that somebody would have to build is there.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from walint.source import Source
from walint.terraform.parse import parse
from walint.terraform.syntax import Block, Body

NOT_COPIED = shutil.ignore_patterns(".git", ".terraform*", "node_modules", "*.tfstate*")

# Data sources that need no AWS.
_OFFLINE: Final = {
    *("aws_iam_policy_document", "aws_partition", "aws_region", "aws_arn", "aws_default_tags", "aws_service"),
    *("aws_service_principal", "aws_elb_service_account", "aws_cloudtrail_service_account"),
    *("aws_redshift_service_account", "aws_billing_service_account", "aws_elb_hosted_zone_id"),
}
_STATIC: Final = {
    "aws_availability_zones": '{ id = "z", names = ["us-east-1a", "us-east-1b", "us-east-1c"],'
    ' zone_ids = ["use1-az1", "use1-az2", "use1-az3"] }',
    "aws_caller_identity": '{ id = "111122223333", account_id = "111122223333", user_id = "AIDAMADEUP",'
    ' arn = "arn:aws:iam::111122223333:user/madeup" }',
}
_META: Final = frozenset(("count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"))
_WAITS: Final = 'resource "terraform_data" "put_off" {\n  input = 1\n}\n'

Edit = tuple[int, int, str]


class Provider:
    """The types that the provider at hand has: `terraform providers schema -json`."""

    def __init__(self, schema: dict[str, Any]) -> None:
        (found,) = schema["provider_schemas"].values()
        self._types = {
            "resource": found["resource_schemas"],
            "data": found["data_source_schemas"],
        }

    def block(self, mode: str, type_: str) -> dict[str, Any] | None:
        found = self._types[mode].get(type_)
        return None if found is None else found["block"]

    def foreign(self, mode: str, type_: str) -> bool:
        return type_ != "terraform_data" and self.block(mode, type_) is None


def offline_copy(top: Path, below: Path, provider: Provider) -> Path:
    """A copy of a folder with all below it, Terraform files changed; made once for each state of the folder."""
    made = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(top.rglob("*")):
        status = path.lstat()
        made.update(f"{path}\0{status.st_size}\0{status.st_mtime}\n".encode())
    to = below / made.hexdigest()[:12]
    if to.exists():
        return to
    scratch = below / f"{made.hexdigest()[:12]}-{os.getpid()}"
    shutil.copytree(top, scratch, symlinks=True, ignore=NOT_COPIED)
    for folder in {path.parent for path in scratch.rglob("*.tf")}:
        _change_folder(folder, str(folder.relative_to(scratch)), provider)
    scratch.rename(to)
    return to


def _change_folder(folder: Path, where: str, provider: Provider) -> None:
    texts = {path: path.read_text(errors="replace") for path in folder.glob("*.tf")}
    blocks = {path: _blocks(text) for path, text in texts.items()}
    replaced = [
        found for path in texts for block in blocks[path] if (found := _replacement(block, provider)) is not None
    ]
    waits = any(type_ not in _STATIC for _, type_, _, _ in replaced)
    for path, text in texts.items():
        made = _changed(text, blocks[path], where, provider, replaced)
        waits = waits or "terraform_data.put_off" in made
        if made != text:
            path.write_text(made)
        for name in re.findall(r'"\$\{path\.module\}/([^"$]+\.zip)"', text):
            archive = Path(os.path.normpath(folder / name))
            if not archive.exists():
                archive.parent.mkdir(parents=True, exist_ok=True)
                archive.write_text("made up\n")
    if waits:
        (folder / "put_off.tf").write_text(_WAITS)


def _blocks(text: str) -> list[Block]:
    return parse(Source("x.tf", text, "bytes")).body.blocks


def _replacement(block: Block, provider: Provider) -> tuple[str, str, str, str] | None:
    """Mode, type, name of a resource that has to go, and what its references become."""
    if block.type not in ("resource", "data") or len(block.labels) != 2:
        return None
    type_, name = block.labels
    counted = "count" in block.body.arguments or "for_each" in block.body.arguments
    if block.type == "data" and type_ in _STATIC and not counted:
        return block.type, type_, name, f"local.{type_}_{name}"
    if provider.foreign(block.type, type_):
        return block.type, type_, name, f"terraform_data.{block.type}_{type_}_{name}"
    return None


def _changed(
    text: str, blocks: list[Block], where: str, provider: Provider, replaced: list[tuple[str, str, str, str]]
) -> str:
    edits = [edit for block in blocks for edit in _edits(block, where, provider)]
    encoded = text.encode()
    limit = len(encoded)
    for start, end, made in sorted(edits, key=lambda edit: (edit[0], -edit[1]), reverse=True):
        if end <= limit:
            encoded = encoded[:start] + made.encode() + encoded[end:]
            limit = start
    text = encoded.decode()
    for mode, type_, name, becomes in replaced:
        prefix = r"\bdata\." if mode == "data" else r"(?<![\w.])"
        output = "" if becomes.startswith("local.") else ".output"
        text = re.sub(rf"{prefix}{type_}\.{name}\b((?:\[[^\]]*\])?)", rf"{becomes}\1{output}", text)
    text = re.sub(r"(\bdata\.aws_region\.\w+(?:\[[^\]]*\])?)\.region\b", r"\1.name", text)
    return re.sub(r"(?m)^\s*depends_on\s*=\s*\[[^\]]*\]", lambda found: _depending(found[0]), text)


def _depending(text: str) -> str:
    """A list of dependencies, each without a local or an attribute."""
    head, _, items = text.partition("[")
    kept = [item.strip() for item in items.rstrip("]").split(",") if item.strip()]
    kept = [item.removesuffix(".output") for item in kept if not item.startswith("local.")]
    return f"{head}[{', '.join(kept)}]"


def _edits(block: Block, where: str, provider: Provider) -> Iterator[Edit]:
    whole = block.place.start, block.place.end
    match block.type, block.labels:
        case "terraform", ():
            yield *whole, _terraform(block)
        case "provider", ("aws",) if "alias" not in block.body.arguments and not block.body.blocks:
            yield *whole, ""
        case "provider", ("aws",):
            yield from _without(
                block.body,
                ("profile", "shared_credentials_file", "shared_credentials_files", "allowed_account_ids"),
                ("assume_role", "endpoints", "assume_role_with_web_identity"),
            )
        case "provider", _:
            yield *whole, ""
        case ((("resource" | "data") as mode), (type_, _)):
            replaced = _replacement(block, provider)
            if replaced is not None:
                yield *whole, _stub(block, replaced[3])
                return
            schema = provider.block(mode, type_)
            if schema is not None:
                yield from _unsupported(block.body, schema)
            if mode == "data" and type_ not in _OFFLINE:
                yield *whole, _waiting(block, schema)
        case "module", _:
            source = block.body.arguments.get("source")
            local = None if source is None else _beside(source.place.text(), where)
            if source is not None and local is not None:
                yield source.place.start, source.place.end, f'source = "{local}"'
                yield from _without(block.body, ("version",), ())


def _without(body: Body, arguments: tuple[str, ...], blocks: tuple[str, ...]) -> Iterator[Edit]:
    for name in arguments:
        if name in body.arguments:
            yield body.arguments[name].place.start, body.arguments[name].place.end, ""
    for block in body.blocks:
        if block.type in blocks:
            yield block.place.start, block.place.end, ""


def _unsupported(body: Body, schema: dict[str, Any]) -> Iterator[Edit]:
    """What the provider at hand does not have."""
    attributes, types = schema.get("attributes", {}), schema.get("block_types", {})
    for name, argument in body.arguments.items():
        own = attributes.get(name)
        settable = own is not None and (own.get("optional") or own.get("required"))
        if name not in _META and not settable and name not in types:
            yield argument.place.start, argument.place.end, ""
    for block in body.blocks:
        type_ = block.labels[0] if block.type == "dynamic" and block.labels else block.type
        if type_ in _META:
            continue
        if type_ not in types and type_ not in attributes:
            yield block.place.start, block.place.end, ""
        elif type_ in types:
            content = next((inner for inner in block.body.blocks if inner.type == "content"), None)
            inside = block.body if block.type != "dynamic" else content.body if content is not None else None
            if inside is not None:
                yield from _unsupported(inside, types[type_]["block"])


def _waiting(block: Block, schema: dict[str, Any] | None) -> str:
    """A data source that waits for apply."""
    kept = []
    attributes = {} if schema is None else schema.get("attributes", {})
    for name, argument in block.body.arguments.items():
        if name != "depends_on" and (name in _META or name in attributes):
            kept.append(argument.place.text())
    kept += [inner.place.text() for inner in block.body.blocks]
    inside = "".join(f"  {text}\n" for text in ["depends_on = [terraform_data.put_off]", *kept])
    return f'data "{block.labels[0]}" "{block.labels[1]}" {{\n{inside}}}'


def _stub(block: Block, becomes: str) -> str:
    if becomes.startswith("local."):
        return f"locals {{\n  {becomes.removeprefix('local.')} = {_STATIC[block.labels[0]]}\n}}"
    kept = "".join(
        f"  {argument.place.text()}\n"
        for name, argument in block.body.arguments.items()
        if name in ("count", "for_each")
    )
    name = becomes.removeprefix("terraform_data.")
    return f'resource "terraform_data" "{name}" {{\n{kept}  input = jsondecode(terraform_data.put_off.id)\n}}'


def _terraform(block: Block) -> str:
    """The settings of a module with AWS as its only provider."""
    aliases = ""
    for inner in block.body.blocks:
        if inner.type == "required_providers" and "aws" in inner.body.arguments:
            found = re.search(r"configuration_aliases\s*=\s*(\[[^\]]*\])", inner.body.arguments["aws"].place.text())
            aliases = f"      configuration_aliases = {found[1]}\n" if found else ""
    made = f'    aws = {{\n      source = "hashicorp/aws"\n{aliases}    }}\n'
    return f"terraform {{\n  required_providers {{\n{made}  }}\n}}"


def _beside(source: str, where: str) -> str | None:
    """The relative path to the copy of a registry module that lies beside, if there is one."""
    found = re.search(r'"terraform-aws-modules/([\w-]+)/aws(?://([\w/-]+))?"', source)
    if found is None or found[1] not in ("vpc", "s3-bucket", "lambda", "eks"):
        return None
    path = os.path.relpath(f"terraform-aws-modules__terraform-aws-{found[1]}/{found[2] or ''}", where)
    return path if path.startswith(".") else f"./{path}"
