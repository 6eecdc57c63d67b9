"""One change of one file: what is set where, found by name, so that it can be made after others have been."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from walint.fixing import documents, hcl
from walint.fixing.edits import Refused
from walint.fixing.writing import hcl_value
from walint.policy.fix_paths import Path
from walint.policy.recipe import Setting
from walint.source import Source
from walint.terraform.schema import block_tree, resource_tree

JSON_SUFFIX = ".json"
# What Terraform itself knows in every resource.
_LIFECYCLE = {"prevent_destroy": "b", "create_before_destroy": "b"}


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """Properties of a resource in YAML or JSON.

    Attributes:
        file: absolute.
        root: the way to the resource.
        settings: with paths from there.
        side: of a value under a condition, the one to set: 0 where it holds, 1 where not.
    """

    file: str
    root: Path
    settings: tuple[Setting, ...]
    side: int | None = None

    def apply(self, name: str, text: str) -> str:
        for setting in self.settings:
            text = documents.set_value(Source(name, text), self.root, setting, self.side)
        return text


@dataclass(frozen=True, slots=True)
class BlockChange:
    """Attributes of a block in HCL; `labels` and `side` as for `hcl.set_value`."""

    file: str
    labels: hcl.Labels
    settings: tuple[Setting, ...]
    side: int | None = None

    def apply(self, name: str, text: str) -> str:
        tree = resource_tree(self.labels[0])
        tree = {**(tree or {}), "lifecycle": _LIFECYCLE} if self.labels[0] not in hcl.KINDS else None
        for setting in self.settings:
            text = hcl.set_value(Source(name, text, "bytes"), self.labels, tree, setting, self.side)
        return text


@dataclass(frozen=True, slots=True)
class CompanionChange:
    """A resource in HCL that configures a part of another one; where it is there, it gets the attributes.

    Attributes:
        owner: type and name of the resource that it is a part of.
        through: the attribute that names the owner, and the owner's attribute that it names.
    """

    file: str
    owner: tuple[str, str]
    labels: tuple[str, str]
    through: tuple[str, str]
    settings: tuple[Setting, ...]

    def apply(self, name: str, text: str) -> str:
        source = Source(name, text, "bytes")
        parsed = hcl.read(source)
        if hcl.block_of(parsed, self.labels) is not None:
            return BlockChange(self.file, self.labels, self.settings).apply(name, text)
        owner = hcl.block_of(parsed, self.owner)
        if owner is None:
            raise Refused("it is not written in this file as such")
        body: dict[str, Any] = {}
        index = ""
        for meta, of in (("count", "[count.index]"), ("for_each", "[each.key]")):
            written = hcl.meta_argument(source, owner, meta)
            if written is not None and "\n" in written:
                raise Refused(f"{meta} is written over several lines; add {self.labels[0]} by hand", owner.header)
            if written is not None:
                body[meta] = written
                index = of
        through, attribute = self.through
        body[through] = f"{self.owner[0]}.{self.owner[1]}{index}.{attribute}"
        tree = resource_tree(self.labels[0])
        for setting in self.settings:
            _put(body, tree, setting.path, setting.value)
        return hcl.append_resource(source, self.owner, self.labels, body)


Change = DocumentChange | BlockChange | CompanionChange


def _put(body: dict[str, Any], tree: Any, path: Path, value: Any) -> None:
    names = [step for step in path if isinstance(step, str)]
    for name in names[:-1]:
        body = body.setdefault(name, {})
        tree = block_tree(tree, name)
    body[names[-1]] = hcl_value(hcl.typed((tree or {}).get(names[-1]), value))
