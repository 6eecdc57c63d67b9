"""Where new attributes and blocks go in a body, laid out as `terraform fmt` does."""

from __future__ import annotations

from typing import Any, Final

from walint.fixing.edits import Edit, newline_of
from walint.source import Source
from walint.terraform.syntax import Argument, Block

# What tells Terraform how to make a resource stands first or last, apart from its own arguments.
_META: Final = frozenset(("count", "for_each", "provider", "depends_on"))


def inserted_attribute(source: Source, block: Block, name: str, expression: str) -> list[Edit]:
    """A new attribute behind the block's last single-line one, its sign below theirs."""
    newline = newline_of(source.text)
    indent = _indent(source, block) + 2
    lines = expression.split("\n")
    written = newline.join(lines)
    if _one_line(source, block):
        return _opened(source, block, [f"{name} = {expression}"])
    anchor = _anchor(source, block) if len(lines) == 1 else None
    if anchor is None:
        at = line_end(source, block.body.place.start)
        # A group of its own where others follow without one that it could join.
        gap = newline if _followed(source, block) and len(lines) > 1 else ""
        return [Edit(at, at, f"{newline}{' ' * indent}{name} = {written}{gap}")]
    group = _group(source, block, anchor)
    width = max(len(argument.name) for argument in group)
    at = line_end(source, anchor.place.end)
    aligned = all(_padding(source, argument) == width - len(argument.name) + 1 for argument in group)
    if len(name) <= width or not aligned:
        pad = max(1, width - len(name) + 1) if aligned else 1
        return [Edit(at, at, f"{newline}{' ' * indent}{name}{' ' * pad}= {written}")]
    edits = [Edit(argument.name_place.end, argument.name_place.end, " " * (len(name) - width)) for argument in group]
    if any(_comment(source, argument) for argument in group):
        # Comments behind the values would have to move too; a group of its own leaves them alone.
        return [Edit(at, at, f"{newline}{newline}{' ' * indent}{name} = {written}")]
    return [*edits, Edit(at, at, f"{newline}{' ' * indent}{name} = {written}")]


def inserted_block(source: Source, block: Block, name: str, body: dict[str, Any]) -> list[Edit]:
    """A new inner block at the end of a block."""
    newline = newline_of(source.text)
    indent = _indent(source, block) + 2
    lines = [f"{' ' * indent}{name} {{", *block_lines(body, indent + 2), " " * indent + "}"]
    if not body:
        lines = [f"{' ' * indent}{name} {{}}"]
    if _one_line(source, block):
        return _opened(source, block, [line[indent:] for line in lines], gap=True)
    data = source.encoded
    closing = block.place.end - 1
    at = data.rfind(b"\n", 0, closing) + 1
    before = data[block.body.place.start + 1 : at].rstrip()
    gap = [""] if before.strip() and not data[:at].endswith((b"\n\n", b"\n\r\n")) else []
    return [Edit(at, at, "".join(line + newline for line in (*gap, *lines)))]


def block_lines(body: dict[str, Any], indent: int) -> list[str]:
    """The lines of a block's content: expressions as text, blocks as mappings."""
    pad = " " * indent
    plain = {name: text for name, text in body.items() if isinstance(text, str)}
    width = max((len(name) for name in plain), default=0)
    lines = [f"{pad}{name:<{width}} = {text}" for name, text in plain.items()]
    for name, inner in body.items():
        if isinstance(inner, dict):
            lines += [""] if lines else []
            lines += [f"{pad}{name} {{", *block_lines(inner, indent + 2), pad + "}"]
    return lines


def _opened(source: Source, block: Block, lines: list[str], gap: bool = False) -> list[Edit]:
    """A block on one line opened up, with some lines more."""
    newline = newline_of(source.text)
    start, end = block.body.place.start + 1, block.place.end - 1
    inside = source.encoded[start:end].decode("utf-8", "replace").strip()
    pad = " " * (_indent(source, block) + 2)
    kept = [inside] if inside else []
    if inside and not gap:
        name, _, rest = inside.partition("=")
        new_name, _, new_rest = lines[0].partition(" = ")
        width = max(len(name.strip()), len(new_name))
        kept = [f"{name.strip():<{width}} = {rest.strip()}"]
        lines = [f"{new_name:<{width}} = {new_rest}"]
    elif inside:
        kept.append("")
    written = "".join(newline + (pad + line if line else "") for line in (*kept, *lines))
    return [Edit(start, end, written + newline + " " * _indent(source, block))]


def _one_line(source: Source, block: Block) -> bool:
    return b"\n" not in source.encoded[block.body.place.start : block.place.end]


def _followed(source: Source, block: Block) -> bool:
    return bool(source.encoded[block.body.place.start + 1 : block.place.end - 1].strip())


def _indent(source: Source, block: Block) -> int:
    line = source.encoded.rfind(b"\n", 0, block.place.start) + 1
    return block.place.start - line


def line_end(source: Source, offset: int) -> int:
    """The end of the line that an offset is in, without its line break."""
    data = source.encoded
    end = data.find(b"\n", offset)
    end = len(data) if end < 0 else end
    return end - 1 if data[end - 1 : end] == b"\r" else end


def _single(source: Source, argument: Argument) -> bool:
    return b"\n" not in source.encoded[argument.place.start : argument.place.end]


def _anchor(source: Source, block: Block) -> Argument | None:
    """The last single-line argument before the inner blocks."""
    first = min((inner.place.start for inner in block.body.blocks), default=block.place.end)
    found = [
        argument
        for argument in block.body.arguments.values()
        if argument.place.end <= first and argument.name not in _META and _single(source, argument)
    ]
    return max(found, key=lambda argument: argument.place.start, default=None)


def _group(source: Source, block: Block, anchor: Argument) -> list[Argument]:
    """The single-line arguments on adjoining lines, which `terraform fmt` aligns."""
    by_line = {
        source.position(argument.place.start)[0]: argument
        for argument in block.body.arguments.values()
        if _single(source, argument)
    }
    line = source.position(anchor.place.start)[0]
    group = [anchor]
    for step in (-1, 1):
        at = line + step
        while at in by_line:
            group.append(by_line[at])
            at += step
    return group


def _padding(source: Source, argument: Argument) -> int:
    """The spaces between a name and its sign."""
    data = source.encoded
    return data.index(b"=", argument.name_place.end) - argument.name_place.end


def _comment(source: Source, argument: Argument) -> bool:
    end = argument.place.end
    return bool(source.encoded[end : line_end(source, end)].strip())
