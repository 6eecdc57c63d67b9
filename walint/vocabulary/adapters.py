"""What the table cannot say in data: small functions from a Terraform block to one CloudFormation property.

An adapter is given the block at hand and its line of the table, and answers the property or None. `with.of` names
the attributes that it reads. Where an adapter makes several items out of one block, each stands at the attribute
that an author would edit.
"""

from __future__ import annotations

from typing import Any, Final

from walint.jsontext import decoded
from walint.values import Property, Unknown
from walint.vocabulary.reading import attributes, blocks, derived, mapped, present_at
from walint.vocabulary.structures import (
    bucket_acl,
    interfaces,
    method_settings,
    own_group,
    security_group_rules,
    subscribers,
    tunnels,
)
from walint.vocabulary.table import Line
from walint.vocabulary.tags import tags
from walint.vocabulary.view import Adapter, View, converted


def items(view: View, name: str, line: Line) -> Property | None:
    """A list of what single attributes hold: `with: {of: [topic_arn]}`."""
    found = [mapped(item, line) for _, item in attributes(view, line)]
    return Property(found[0].place, list(found), owner=found[0].owner) if found else None


def single(view: View, name: str, line: Line) -> Property | None:
    """The only item of a list where CloudFormation takes one value; several stay a list: `with: {of: [names]}`."""
    for _, found in attributes(view, line):
        if found.value is None:
            continue
        return derived(found, lambda value: value[0].value if isinstance(value, list) and len(value) == 1 else value)
    return None


def first(view: View, name: str, line: Line) -> Property | None:
    """The first of several attributes that is set: `with: {of: [vpc_id, subnet_id]}`."""
    for _, found in attributes(view, line):
        if found.value is not None:
            return mapped(found, line)
    return None


def which(view: View, name: str, line: Line) -> Property | None:
    """What the attribute that is set stands for: `with: {of: {VPC: vpc_id, Subnet: subnet_id}}`."""
    for key, found in attributes(view, line):
        if found.value is not None:
            return Property(found.place, key, owner=found.owner)
    return None


def keyed(view: View, name: str, line: Line) -> Property | None:
    """A list of pairs out of single attributes: `with: {name: Key, value: Value, of: {"idle": idle_timeout}}`."""
    left, right = line.options.get("name", "Key"), line.options.get("value", "Value")
    found = [
        Property(given.place, {left: Property(given.place, key, owner=given.owner), right: given}, owner=given.owner)
        for key, given in attributes(view, line)
    ]
    return Property(found[0].place, found, owner=found[0].owner) if found else None


def constant(view: View, name: str, line: Line) -> Property | None:
    """What the Terraform type stands for by itself: `with: {value: ...}`."""
    return Property(view.place, line.options["value"])


def enabled(view: View, name: str, line: Line) -> Property | None:
    """True where a block is written, as far as it is there: `with: {of: [block]}`; `value` for another word."""
    value = line.options.get("value", True)
    for _, found in attributes(view, line):
        return derived(found, lambda held: None if held is None or held == [] else value)
    return None


def concat(view: View, name: str, line: Line) -> Property | None:
    """One list out of the blocks of several types: `with: {of: [root_block_device, ebs_block_device]}`."""
    listed = view.shape_of(name)
    shape = None if listed is None else listed.item
    out: list[Property] = []
    for _, found in attributes(view, line):
        out += [converted(block, shape, line.fields, block=True) for block in blocks(found)]
    return Property(out[0].place, out, owner=out[0].owner) if out else None


def mapping(view: View, name: str, line: Line) -> Property | None:
    """A mapping out of repeated blocks of a name and a value: `with: {of: [parameter], name: name, value: value}`."""
    left, right = line.options.get("name", "name"), line.options.get("value", "value")
    found = next((found for _, found in attributes(view, line)), None)
    if found is None:
        return None
    given = found

    def compute() -> Any:
        out: dict[str, Any] = {}
        for block in blocks(given):
            held = block.value
            key = held.get(left) if isinstance(held, dict) else None
            said = None if key is None else key.value
            if not isinstance(held, dict) or not isinstance(said, str):
                out["*"] = Property(
                    block.place,
                    said if isinstance(said, Unknown) else Unknown("a name that is open"),
                    owner=block.owner,
                )
                continue
            there = held.get(right) or Property(block.place, None, owner=block.owner)
            out[said] = present_at(block.presence, there)
        return out

    return Property(found.place, compute=compute, owner=found.owner)


def by_name(view: View, name: str, line: Line) -> Property | None:
    """Repeated blocks as a mapping by one of their attributes: `with: {of: [log_options], name: log_type}`."""
    shape = view.shape_of(name)
    found = next((found for _, found in attributes(view, line)), None)
    if found is None:
        return None
    given = found

    def compute() -> Any:
        out: dict[str, Any] = {}
        for block in blocks(given):
            held = block.value
            key = held.get(line.options["name"]) if isinstance(held, dict) else None
            said = "*" if key is None or not isinstance(key.value, str) else key.value
            inner = converted(block, None if shape is None else shape.item, line.fields, block=True)
            out[said] = present_at(block.presence, inner)
        return out

    return Property(found.place, compute=compute, owner=found.owner)


def wrapped(view: View, name: str, line: Line) -> Property | None:
    """A list of strings as a list of objects with one property: `with: {of: [iam_roles], name: RoleArn}`."""

    def listed(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return [
            Property(item.place, {line.options["name"]: item}, presence=item.presence, owner=item.owner)
            for item in value
        ]

    for _, found in attributes(view, line):
        return derived(found, listed)
    return None


def switched(view: View, name: str, line: Line) -> Property | None:
    """A block that only counts where its switch is on: `with: {of: [logging], switch: enable}`."""
    shape = view.shape_of(name)
    for _, found in attributes(view, line):
        for block in blocks(found):
            held = block.value
            switch = held.get(line.options["switch"]) if isinstance(held, dict) else None
            if switch is None:
                return None
            inner = converted(block, shape, line.fields, block=True)
            return derived(switch, lambda on, inner=inner: _where(on, inner))
    return None


def _where(on: Any, inner: Property) -> Any:
    """The object where its switch is on; where that is open, an object that nothing is known of."""
    if isinstance(on, Unknown):
        return Unknown(on.reason)
    return inner.value if on in (True, 1, "true", "1") else None


def json_text(view: View, name: str, line: Line) -> Property | None:
    """What a JSON text says, in CloudFormation's names: `with: {of: [container_definitions]}`."""
    shape = view.shape_of(name)
    for _, found in attributes(view, line):
        return converted(derived(found, decoded), shape, line.fields)
    return None


def tag(view: View, name: str, line: Line) -> Property | None:
    """The one tag that a resource sets on its owner: `with: {of: [tag]}`, a block of `key` and `value`."""
    found = next((found for _, found in attributes(view, line)), None)
    if found is None:
        return None
    return tags([found], None)


def pairs(view: View, name: str, line: Line) -> Property | None:
    """A mapping as a list of pairs: `with: {of: [target_tags], name: Key, value: Value}`."""
    left, right = line.options.get("name", "Key"), line.options.get("value", "Value")

    def listed(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return [
            Property(item.place, {left: Property(item.place, key, owner=item.owner), right: item}, owner=item.owner)
            for key, item in value.items()
        ]

    for _, found in attributes(view, line):
        return derived(found, listed)
    return None


def tag_filters(view: View, name: str, line: Line) -> Property | None:
    """Tags of a filter as a list of `Key` and `Value`, from `tag` blocks or a mapping."""
    shape = view.shape_of(name)
    for _, found in attributes(view, line):
        if isinstance(found.value, dict):
            return pairs(view, name, line)
        return converted(found, shape, {})
    return None


ADAPTERS: Final[dict[str, Adapter]] = {
    "bucket_acl": bucket_acl,
    "by_name": by_name,
    "concat": concat,
    "constant": constant,
    "enabled": enabled,
    "first": first,
    "interfaces": interfaces,
    "items": items,
    "json": json_text,
    "keyed": keyed,
    "mapping": mapping,
    "method_settings": method_settings,
    "own_group": own_group,
    "pairs": pairs,
    "security_group_rules": security_group_rules,
    "single": single,
    "subscribers": subscribers,
    "switched": switched,
    "tag": tag,
    "tag_filters": tag_filters,
    "tunnels": tunnels,
    "which": which,
    "wrapped": wrapped,
}
