"""Tags as one mapping from name to value, however they are written."""

from __future__ import annotations

from typing import Any

from walint.values import Property, Unknown, lift

# A key that stands for tags whose names are not known.
OPEN_KEY = "*"


def tags(written: list[Property], defaults: Property | None) -> Property | None:
    """The tags that the properties give together, later ones first to count; over those of the provider.

    Each is a mapping, a list of `Key` and `Value` (or `key` and `value`), or open.
    """
    sources = [*([] if defaults is None else [defaults]), *written]
    if not sources:
        return None
    at = written[0] if written else sources[0]
    return Property(
        # Who misses a tag adds it to the resource, not to what all resources of the provider have.
        at.place if written else None,
        compute=lambda: lift(_merged, *(source.value for source in sources)),
        owner=at.owner,
        references=lambda: tuple(reference for source in sources for reference in source.references),
    )


def _merged(*values: Any) -> Any:
    out: dict[str, Any] = {}
    for value in values:
        if isinstance(value, Property):
            value = value.value
        if isinstance(value, dict):
            out.update(value)
        elif isinstance(value, list):
            for item in value:
                _add(out, item)
        elif value is not None:
            known = value.data if isinstance(value, Unknown) else None
            if len(values) == 1 and not known:
                return value
            if isinstance(known, dict):
                out.update(known)
            out[OPEN_KEY] = value if isinstance(value, Unknown) else Unknown("tags that are not known")
    return out


def _add(out: dict[str, Any], item: Property) -> None:
    """One tag of a list."""
    held = item.value
    if not isinstance(held, dict):
        out[OPEN_KEY] = held if isinstance(held, Unknown) else Unknown("tags that are not known")
        return
    key = held.get("Key", held.get("key"))
    value = held.get("Value", held.get("value"))
    name = None if key is None else key.value
    if not isinstance(name, str):
        out[OPEN_KEY] = name if isinstance(name, Unknown) else Unknown("a tag whose name is not known")
    elif item.presence is not None:
        presence = item.presence
        reason = presence.reason if isinstance(presence, Unknown) else f"whether {presence}"
        out[name] = Property(item.place, Unknown(reason))
    else:
        out[name] = value if value is not None else Property(item.place, None)
