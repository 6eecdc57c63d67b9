"""What a folder of Terraform files declares, files merged, each file read once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, TypeVar

from walint.discovery import display_name
from walint.reading import Unreadable, checked_size, read_text
from walint.source import Place, Problem, Source
from walint.terraform.parse import Parsed, parse
from walint.terraform.syntax import Argument, Block, Body, Literal

if TYPE_CHECKING:
    from walint.terraform.typed import Type

SUFFIXES: Final = (".tf", ".tf.json", ".tofu", ".tofu.json")


K = TypeVar("K")


class Folder:
    """The declarations of one module.

    Attributes:
        path: absolute.
        name: as reports call it.
        resources: by mode ("resource" or "data"), type and name.
        place: the start of the first file, for what concerns the module as a whole.
        complete: False where a file could not be read in full, so that absence proves nothing.
        variable_types: the types of the variables, as far as somebody has asked for them.
    """

    __slots__ = (
        "_types", "calls", "complete", "locals", "name", "others", "outputs", "path", "place", "problems", "providers",
        "resources", "sources", "variable_types", "variables",
    )  # fmt: skip

    def __init__(self, path: str, name: str) -> None:
        self.path = path
        self.name = name
        self.variables: dict[str, Block] = {}
        self.locals: dict[str, Argument] = {}
        self.outputs: dict[str, Block] = {}
        self.resources: dict[tuple[str, str, str], Block] = {}
        self.calls: dict[str, Block] = {}
        self.providers: list[Block] = []
        self.others: list[Block] = []
        self.problems: list[Problem] = []
        self.sources: dict[str, Source] = {}
        self.place: Place | None = None
        self.complete = True
        self.variable_types: dict[str, Type] = {}
        self._types: frozenset[str] | None = None

    def types(self) -> frozenset[str]:
        """The types of the resources; asked for when all files have been read."""
        if self._types is None:
            self._types = frozenset(type_ for mode, type_, _ in self.resources if mode == "resource")
        return self._types

    def add(self, block: Block, *, override: bool) -> None:
        labels = block.labels
        match block.type, labels:
            case "variable", (name,):
                self._put(self.variables, name, f'variable "{name}"', block, override)
            case "output", (name,):
                self._put(self.outputs, name, f'output "{name}"', block, override)
            case "module", (name,):
                self._put(self.calls, name, f'module "{name}"', block, override)
            case (("resource" | "data" as mode), (type_, name)):
                self._put(self.resources, (mode, type_, name), f'{mode} "{type_}" "{name}"', block, override)
            case "locals", ():
                for argument in block.body.arguments.values():
                    if override or argument.name not in self.locals:
                        self.locals[argument.name] = argument
                    else:
                        self._refuse(argument.name_place, f'local value "{argument.name}"')
            case "provider", (name,):
                self._add_provider(block, override)
            case "terraform", ():
                self.others = [*_without_backend(self.others, block), block] if override else [*self.others, block]
            case _:
                self.others.append(block)

    def _put(self, into: dict[K, Block], key: K, what: str, block: Block, override: bool) -> None:
        base = into.get(key)
        if base is None:
            into[key] = block
        elif override:
            into[key] = merged(base, block)
        else:
            self._refuse(block.header, what)

    def _refuse(self, place: Place, what: str) -> None:
        self.problems.append(Problem.at(place, f"There is another {what} in this module; this one does not count"))

    def _add_provider(self, block: Block, override: bool) -> None:
        alias = literal(block, "alias")
        for at, other in enumerate(self.providers):
            if other.labels == block.labels and literal(other, "alias") == alias:
                if override:
                    self.providers[at] = merged(other, block)
                else:
                    self._refuse(block.header, f'provider "{block.labels[0]}"' + (f' "{alias}"' if alias else ""))
                return
        self.providers.append(block)


def _without_backend(blocks: list[Block], override: Block) -> list[Block]:
    """The settings without their backend where an override says another."""
    own = {inner.type for inner in override.body.blocks}
    if not own & {"backend", "cloud"}:
        return blocks
    out = []
    for block in blocks:
        if block.type == "terraform":
            kept = [inner for inner in block.body.blocks if inner.type not in ("backend", "cloud")]
            body = Body(block.body.arguments, kept, block.body.place)
            block = Block(block.type, block.labels, body, block.place, block.header)
        out.append(block)
    return out


def merged(base: Block, override: Block) -> Block:
    """A block with what an override file says: its arguments, and its nested blocks in place of all of their type."""
    types = {block_type(block) for block in override.body.blocks}
    blocks: list[Block] = []
    for block in base.body.blocks:
        if block.type == "lifecycle":
            later = [other for other in override.body.blocks if other.type == "lifecycle"]
            blocks.append(merged(block, later[0]) if later else block)
        elif block_type(block) not in types:
            blocks.append(block)
    known = any(block.type == "lifecycle" for block in base.body.blocks)
    blocks += [block for block in override.body.blocks if not (known and block.type == "lifecycle")]
    body = Body({**base.body.arguments, **override.body.arguments}, blocks, base.body.place)
    return Block(base.type, base.labels, body, base.place, base.header)


def block_type(block: Block) -> str:
    """The type of a nested block, or of what a dynamic one makes."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


class Disk:
    """Reads folders and files below one root, each once.

    Args:
        root: absolute; nothing outside of it is read.
        overlay: texts that stand for files, by absolute path (an editor's buffer).
    """

    def __init__(self, root: str, cwd: str, overlay: dict[str, str] | None = None) -> None:
        self.root = os.path.realpath(root)
        self.cwd = cwd
        self.overlay = overlay or {}
        self._folders: dict[str, Folder | None] = {}

    def overlaid(self, overlay: dict[str, str]) -> Disk:
        """The same with another overlay; folders that neither overlay touches are not read again."""
        other = Disk(self.root, self.cwd, overlay)
        touched = {os.path.dirname(path) for path in (*self.overlay, *overlay)}
        other._folders = {path: folder for path, folder in self._folders.items() if path not in touched}
        return other

    def inside(self, path: str) -> bool:
        real = os.path.realpath(path)
        return real == self.root or real.startswith(self.root.rstrip(os.sep) + os.sep)

    def folder(self, path: str) -> Folder | None:
        """The module in a folder; None where there is no Terraform file or the folder is outside of the root."""
        path = os.path.normpath(path)
        if path not in self._folders:
            self._folders[path] = self._read_folder(path) if self.inside(path) else None
        return self._folders[path]

    def source(self, path: str) -> Source:
        """A file's text.

        Raises:
            Unreadable: where it cannot be read.
        """
        if path in self.overlay:
            text = checked_size(self.overlay[path])
        elif self.inside(path):
            text = read_text(path)
        else:
            raise Unreadable("outside of the folder that walint may read")
        return Source(display_name(path, self.cwd), text, "bytes")

    def _read_folder(self, path: str) -> Folder | None:
        try:
            names = sorted(name for name in os.listdir(path) if name.endswith(SUFFIXES) and not is_ignored(name))
        except OSError:
            return None
        for extra in self.overlay:
            folder_of, name = os.path.split(extra)
            if folder_of == path and name.endswith(SUFFIXES) and name not in names:
                names.append(name)
        if not names:
            return None
        folder = Folder(path, display_name(path, self.cwd))
        for name in in_order(names):
            try:
                source = self.source(os.path.join(path, name))
            except Unreadable as error:
                folder.problems.append(
                    Problem(display_name(os.path.join(path, name), self.cwd), 1, 1, "error", str(error))
                )
                folder.complete = False
                continue
            parsed = _parsed(source, name)
            folder.sources[source.name] = source
            folder.problems += parsed.problems
            folder.complete = folder.complete and parsed.complete
            if folder.place is None:
                folder.place = Place(source, 0, 0)
            override = is_override(name)
            for block in parsed.body.blocks:
                folder.add(block, override=override)
        return folder


def _parsed(source: Source, name: str) -> Parsed:
    if name.endswith(".json"):
        from walint.terraform.json_syntax import parse_json

        return parse_json(source)
    return parse(source)


def is_ignored(name: str) -> bool:
    """Whether Terraform passes a file by: hidden ones, and what editors leave behind."""
    return name.startswith((".", "#"))


def is_override(name: str) -> bool:
    stem = next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), name)
    return stem == "override" or stem.endswith("_override")


def in_order(names: Iterable[str]) -> list[str]:
    """The files that make a module: overrides last, and a `.tf` file left out where OpenTofu's own is beside it."""
    there = set(names)
    kept = []
    for name in there:
        if name.endswith(".tf") and name[:-3] + ".tofu" in there:
            continue
        if name.endswith(".tf.json") and name[:-8] + ".tofu.json" in there:
            continue
        kept.append(name)
    return sorted(kept, key=lambda name: (is_override(name), name))


def is_local(source: str) -> bool:
    """Whether a module's source is a folder beside its caller."""
    return source.startswith(("./", "../"))


def local_calls(folder: Folder) -> list[str]:
    """The absolute folders that a module calls by a relative path."""
    found = []
    for block in folder.calls.values():
        source = literal(block, "source")
        if source is not None and is_local(source):
            found.append(os.path.normpath(os.path.join(folder.path, source)))
    return found


def literal(block: Block, name: str) -> str | None:
    """An argument's text where it is written out."""
    argument = block.body.arguments.get(name)
    if argument is not None and isinstance(argument.expression, Literal) and isinstance(argument.expression.value, str):
        return argument.expression.value
    return None
