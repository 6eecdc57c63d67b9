"""What a plan's configuration says of where its values come from."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

from walint.terraform.expansion import suffix
from walint.values import Reference

_RESOURCE: Final = re.compile(r"(aws\w*\.[\w-]+(?:\[[^\]]*\])?)\.(.+)")
_MODULE: Final = re.compile(r"module\.(?P<name>[\w-]+)(?P<key>\[[^\]]*\])?\.(?P<output>[\w-]+)")
_MAX_STEPS: Final = 20


class Configuration:
    """The `configuration` of a plan.

    Args:
        data: as `terraform show -json` writes it; empty for a state, which has none.
        addresses: those of all resource instances in the plan.
    """

    def __init__(self, data: dict[str, Any], addresses: Collection[str]) -> None:
        self._addresses = addresses
        root = data.get("root_module")
        self._root: dict[str, Any] | None = root if isinstance(root, dict) else None

    def expressions(self, module: str, type_: str, name: str) -> dict[str, Any] | None:
        """What is written for a resource's attributes; None where the configuration does not tell."""
        found = self._resource(module, type_, name)
        return None if found is None else found.get("expressions") or {}

    def references(self, module: str, type_: str, name: str, key: Any, expression: Any) -> list[Reference]:
        """The attributes of resources that an expression is made from, through outputs and arguments of modules.

        Args:
            type_, name, key: the resource instance that the expression belongs to.
        """
        found = self._references(module, expression, key, 0)
        each = (self._resource(module, type_, name) or {}).get("for_each_expression")
        for text in _texts(expression):
            if text.startswith("each.value."):
                # Over another resource's instances, which have the same keys.
                for over in _texts(each):
                    if over.count(".") == 1 and over.startswith("aws"):
                        found += self._one(module, f"{over}.{text.removeprefix('each.value.')}", key, 0)
        return list(dict.fromkeys(found))

    def _resource(self, module: str, type_: str, name: str) -> dict[str, Any] | None:
        for resource in (self._module(module) or {}).get("resources") or []:
            if resource.get("mode") == "managed" and (resource.get("type"), resource.get("name")) == (type_, name):
                return resource  # type: ignore[no-any-return]
        return None

    def _references(self, module: str, expression: Any, key: Any, steps: int) -> list[Reference]:
        found: list[Reference] = []
        for text in _texts(expression):
            found += self._one(module, text, key, steps)
        return found

    def _one(self, module: str, text: str, key: Any, steps: int) -> list[Reference]:
        if steps > _MAX_STEPS:
            return []
        resource = _RESOURCE.fullmatch(text)
        if resource is not None:
            address = f"{module}.{resource[1]}" if module else resource[1]
            # The plan leaves out the key of `aws_x.y[count.index]` and `aws_x.y[each.key]`.
            keyed = address + suffix(key)
            return [Reference(keyed if keyed in self._addresses else address, resource[2])]
        called = _MODULE.fullmatch(text)
        if called is not None:
            inner = f"module.{called['name']}{called['key'] or ''}"
            child = f"{module}.{inner}" if module else inner
            outputs = (self._module(child) or {}).get("outputs") or {}
            return self._references(child, (outputs.get(called["output"]) or {}).get("expression"), None, steps + 1)
        if text.startswith("var.") and module:
            parent, _, last = module.rpartition("module.")
            name = last.partition("[")[0]
            caller = self._module(parent.rstrip("."))
            call = ((caller or {}).get("module_calls") or {}).get(name) or {}
            argument = (call.get("expressions") or {}).get(text.removeprefix("var.").partition(".")[0])
            return self._references(parent.rstrip("."), argument, None, steps + 1)
        return []

    def _module(self, address: str) -> dict[str, Any] | None:
        found = self._root
        for name in call_names(address):
            if found is None:
                return None
            call = (found.get("module_calls") or {}).get(name)
            found = call.get("module") if isinstance(call, dict) else None
        return found


def _texts(expression: Any) -> list[str]:
    """The references of an expression or of a block's expressions; of each the longest form only."""
    if isinstance(expression, list):
        return [text for item in expression for text in _texts(item)]
    if not isinstance(expression, dict):
        return []
    given = expression.get("references")
    if isinstance(given, list):
        texts = [text for text in given if isinstance(text, str)]
        return [text for text in texts if not any(other != text and other.startswith(text) for other in texts)]
    return [text for item in expression.values() for text in _texts(item)]


def module_steps(address: str) -> list[str]:
    """The calls in a module's address: `module.a["x.y"].module.b` is two."""
    steps: list[str] = []
    rest = address
    while rest:
        at = _end_of_step(rest)
        steps.append(rest[:at])
        rest = rest[at + 1 :]
    return steps


def _end_of_step(address: str) -> int:
    quoted = False
    for at in range(len("module."), len(address)):
        if address[at] == '"' and address[at - 1] != "\\":
            quoted = not quoted
        elif address[at] == "." and not quoted:
            return at
    return len(address)


def call_names(module: str) -> list[str]:
    """The names of the calls in a module's address, without keys."""
    return [step.removeprefix("module.").partition("[")[0] for step in module_steps(module)]
