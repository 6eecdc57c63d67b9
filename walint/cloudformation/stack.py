"""One stack: a template with its transforms carried out, and the stacks within it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from yaml.nodes import Node

from walint.cloudformation.functions import evaluator
from walint.cloudformation.includes import KEY as TRANSFORM
from walint.cloudformation.includes import KNOWN, included, macros, with_top_level_snippets
from walint.cloudformation.loops import is_expanded
from walint.cloudformation.nested import STACK, STACK_SET, Inner, Loading, inner_template
from walint.cloudformation.nodes import child, entry_place, place, text_of
from walint.cloudformation.resources import both, presence_of, resources, why_typeless
from walint.cloudformation.template import Declared, Template
from walint.graph import Call, Opaque, Resource
from walint.values import Presence, Property, Unknown

SERVERLESS: Final = "AWS::Serverless-2016-10-31"
MODULE: Final = "::MODULE"
_SECTIONS: Final = ("Parameters", "Mappings", "Conditions", "Outputs")


class Stack:
    """A template's resources, those of its nested stacks included.

    Args:
        presence: where the stack itself is there.
        above: the files around it, outermost first.

    Attributes:
        opaque: what the template calls and what could not be read.
        metadata: what the template and those within it say of themselves.
    """

    def __init__(
        self,
        template: Template,
        calls: tuple[Call, ...] = (),
        presence: Presence = None,
        loading: Loading | None = None,
        above: tuple[str, ...] = (),
    ) -> None:
        self.template = template
        self.evaluator = evaluator(template)
        self.calls = calls
        self.opaque: list[Opaque] = []
        self.metadata: list[Property] = []
        self._presence = presence
        self._loading = Loading() if loading is None else loading
        self._above = above
        self._inner: dict[str, Stack] = {}
        template.output_of = self._output_of
        self._expand()

    def resources(self) -> Iterator[Resource]:
        """The resources, parameters and outputs, those of nested stacks behind those of the stack itself."""
        about = child(self.template.root, "Metadata")
        if about is not None:
            self.metadata.append(self.evaluator.property(None, about))
        yield from resources(self.template, self.evaluator, self.calls, self._presence)
        for name, declared in self.template.resources.items():
            type_ = text_of(child(declared.node, "Type")) or ""
            if not type_ and (reason := why_typeless(self.evaluator, declared.node)) is not None:
                self._hidden(name, reason, declared.key, self._property(declared, "Properties"))
            if type_ in (STACK, STACK_SET):
                yield from self._nested(name, declared)
            elif type_.endswith(MODULE):
                arguments = self._property(declared, "Properties")
                self._hidden(name, "the text of a module lies in the account's registry", declared.key, arguments)

    def output(self, name: str) -> Any:
        """The value of an output, or Unknown where the template has none of that name."""
        found = self.template.outputs.get(name)
        value = None if found is None else child(found[1], "Value")
        if value is None:
            return Unknown(f'the output "{name}", which the nested stack has not')
        return self.evaluator.data(value)

    def _output_of(self, resource: str, output: str) -> Any:
        inner = self._inner.get(resource)
        return None if inner is None else inner.output(output)

    def _nested(self, name: str, declared: Declared) -> Iterator[Resource]:
        own = presence_of(self.template, self.evaluator, declared)
        presence = both(self._presence, None if own is True else own)
        if presence is False:
            return
        found = inner_template(self.evaluator, name, declared, self._loading, self._above)
        if isinstance(found, str):
            parameters = self._property(declared, "Properties", "Parameters")
            self._hidden(name, found, declared.key, parameters)
            return
        found.template.problems = self.template.problems
        found.template.hidden = self.template.hidden
        found.template.assembly = self.template.assembly
        yield from self._stack(name, found, declared, presence).resources()

    def _stack(self, name: str, found: Inner, declared: Declared, presence: Any) -> Stack:
        source = self.template.source
        call = Call(
            self.template.prefix + name, place(source, found.at), entry_place(source, declared.key, declared.node)
        )
        above = (*self._above, found.path) if found.path else self._above
        made = Stack(found.template, (*self.calls, call), presence, self._loading, above)
        made.opaque = self.opaque
        made.metadata = self.metadata
        self._inner[name] = made
        return made

    def _property(self, declared: Declared, *path: str) -> Property:
        """What something is called with."""
        node: Node | None = declared.node
        for name in path:
            node = child(node, name)
        where = place(self.template.source, declared.key)
        return Property(where, {}) if node is None else self.evaluator.property(None, node)

    def _expand(self) -> None:
        """Carry out the transforms: snippets that are included, loops, SAM."""
        template = self.template
        root = with_top_level_snippets(self.evaluator, template.root)
        if root is not template.root:
            template.take(root)
        for name, node in macros(root):
            if name not in KNOWN:
                self._hidden(f"Transform {name}", f"the macro {name} runs at deployment", node)
                template.makers[""] = f"the macro {name}"
        for name in _SECTIONS:
            section = child(root, name)
            if section is not None and is_expanded(section):
                found = self.evaluator.entries(section)
                setattr(template, name.lower(), {it.name: (it.key, it.value) for it in found})
        section = child(root, "Resources")
        if section is not None and is_expanded(section):
            template.resources = {
                it.name: Declared(it.key, it.value, condition=it.condition) for it in self.evaluator.entries(section)
            }
            rest = template.resources.pop(TRANSFORM, None)
            if rest is not None:
                reason = included(self.evaluator, rest.node)
                self._hidden(TRANSFORM, reason if isinstance(reason, str) else "it holds no resources", rest.key)
                template.makers[""] = reason if isinstance(reason, str) else "a snippet"
        for name, declared in template.resources.items():
            template.resources[name] = declared = declared._replace(node=self.evaluator.body(declared.node))
            if (text_of(child(declared.node, "Type")) or MODULE).endswith(MODULE):
                template.makers[name] = f'the module "{name}"'
        if any(name == SERVERLESS for name, _ in macros(root)):
            from walint.cloudformation import serverless

            serverless.expand(template, self.evaluator)

    def _hidden(self, name: str, reason: str, node: Node, arguments: Property | None = None) -> None:
        where = place(self.template.source, node)
        self.opaque.append(Opaque(f"{self.template.prefix}{name}", reason, where, arguments))
