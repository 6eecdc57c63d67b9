"""Values as YAML, JSON and HCL write them."""

from __future__ import annotations

import json
import re
from typing import Any, Final

# Plain text that YAML takes as text, whichever version reads it.
_PLAIN: Final = re.compile(r"[A-Za-z][\w./+-]*(?:[: ](?![: ])[\w./+-]+)*\Z")
_WORDS: Final = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def scalar_yaml(value: Any, quote: str = "") -> str:
    """A scalar; text is quoted where YAML would take it for something else."""
    if isinstance(value, str):
        if quote == "'" or (quote == "" and ("\n" not in value and not _is_plain(value))):
            return "'" + value.replace("'", "''") + "'"
        return value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.match(text)) and text.lower() not in _WORDS and ": " not in text


def flow_yaml(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar_yaml(key)}: {flow_yaml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow_yaml(item) for item in value) + "]"
    return scalar_yaml(value)


def block_yaml(value: Any, column: int, step: int) -> list[str]:
    """The lines of a mapping or list that begins in a column."""
    pad = " " * column
    lines: list[str] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, (dict, list)) and inner:
                lines += [f"{pad}{key}:", *block_yaml(inner, column + step, step)]
            else:
                lines.append(f"{pad}{key}: {flow_yaml(inner)}")
    else:
        for item in value:
            if isinstance(item, (dict, list)) and item:
                first, *rest = block_yaml(item, column + 2, step)
                lines += [f"{pad}- {first.lstrip()}", *rest]
            else:
                lines.append(f"{pad}- {flow_yaml(item)}")
    return lines


def json_text(value: Any, indent: int = -1, step: int = 2, newline: str = "\n") -> str:
    """JSON on one line, or over several, of which those after the first begin `indent` columns to the right."""
    if indent < 0:
        return json.dumps(value, ensure_ascii=False)
    text = json.dumps(value, indent=step, ensure_ascii=False)
    return text.replace("\n", newline + " " * indent)


def hcl_value(value: Any, indent: int = 0) -> str:
    """A value as an expression; objects over several lines that begin `indent` columns to the right."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, dict):
        if not value:
            return "{}"
        width = max(len(_hcl_key(key)) for key in value)
        pad = " " * (indent + 2)
        lines = [f"{pad}{_hcl_key(key):<{width}} = {hcl_value(inner, indent + 2)}" for key, inner in value.items()]
        return "\n".join(("{", *lines, " " * indent + "}"))
    if isinstance(value, list):
        return "[" + ", ".join(hcl_value(item, indent) for item in value) + "]"
    return json.dumps(value)


def _hcl_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z_][\w-]*", key) else json.dumps(key)
