"""A template: its sections, parameters, mappings and conditions, evaluated when somebody asks."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from yaml.nodes import MappingNode, Node, SequenceNode

from walint.cloudformation.cdk import Assembly
from walint.cloudformation.nodes import child, entries, function_of, place, text_of, written
from walint.cloudformation.parameter_types import allowed, is_read_from_ssm, kind, type_of, typed
from walint.cloudformation.regions import partition_of, suffix_of
from walint.conditions import Condition, Is, Subject, same_value
from walint.source import Problem, Source
from walint.values import Unknown, choose, texts_in

Section = dict[str, tuple[Node, Node]]
PSEUDO: Final = (
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
)
_WORD: Final = re.compile(r"[A-Za-z0-9]+")
# A nested stack has its own.
_OF_ONE_STACK: Final = frozenset(("AWS::StackId", "AWS::StackName"))


class CloudFormationOptions(NamedTuple):
    """How templates are evaluated.

    Attributes:
        parameters: values by name; of a list type as a list or as text with commas.
        region, account_id, partition: None leaves the pseudo parameter open.
        scenarios: "all" leaves open what only a default decides in conditions.
        root: the folder that reads never leave.
        folder: the template's own folder, for local includes and nested stacks.
        overlay: texts that stand for files, by absolute path, links resolved (an editor's buffer).
    """

    parameters: Mapping[str, Any] = MappingProxyType({})
    region: str | None = None
    account_id: str | None = None
    partition: str | None = None
    scenarios: Literal["given", "all"] = "given"
    root: str = ""
    folder: str = ""
    overlay: Mapping[str, str] = MappingProxyType({})


class Declared(NamedTuple):
    """A resource as the template declares it, loops and transforms expanded.

    Attributes:
        key: its logical id.
        source_type: the type that the author wrote, where a transform made another one of it.
        condition: where a loop makes it; None for everywhere.
        written: what the author wrote, where `node` is what a transform made of it.
        generated: where a transform added it, the logical id of what its author wrote; else None.
    """

    key: Node
    node: Node
    source_type: str | None = None
    condition: Condition | None = None
    written: Node | None = None
    generated: str | None = None


class Template:
    """One template with the values that its parameters have.

    Args:
        prefix: the address of the nested stack that it is, with a slash at its end; "" for the outermost.
        arguments: the parameters that a parent stack passes down; None for the outermost.

    Attributes:
        loops: the open variables of loops, by names that no author can write.
        loop_variables: the names that their authors gave them.
        assembly: what CDK's manifest says of the template, where there is one.
        snippets: the files that AWS::Include named so far, or why they were not read.
        aliases: names by which an author may call what a transform generates.
        makers: what makes more than is written, with the beginning of the names that it makes: a macro, a module.
        hidden: the texts of parameters that are not to be echoed.
        output_of: the value of a nested stack's output; None where it is not known.
    """

    def __init__(
        self,
        source: Source,
        root: Node,
        options: CloudFormationOptions,
        prefix: str = "",
        arguments: Mapping[str, Callable[[], Any]] | None = None,
    ) -> None:
        self.source = source
        self.options = options
        self.prefix = prefix
        self.problems: list[Problem] = []
        self.hidden: set[str] = set()
        self.resources: dict[str, Declared] = {}
        self.parameters: Section = {}
        self.mappings: Section = {}
        self.conditions: Section = {}
        self.outputs: Section = {}
        self.take(root)
        self.loops: dict[str, Any] = {}
        self.loop_variables: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        self.makers: dict[str, str] = {}
        self.snippets: dict[str, Node | str] = {}
        self.assembly: Assembly | None = None
        self.output_of: Callable[[str, str], Any] = lambda resource, output: None
        self._arguments = arguments
        self._parameter_values: dict[tuple[str, bool], Any] = {}
        self._words: frozenset[str] | None = None
        self._unpackaged: set[str] = set()
        self._condition_values: dict[str, Condition | bool | Unknown | None] = {}

    def take(self, root: Node) -> None:
        """Take the sections of a template as it is, or as a transform made it."""
        self.root = root
        self.resources = {name: Declared(key, node) for name, (key, node) in section(root, "Resources").items()}
        self.parameters = section(root, "Parameters")
        self.mappings = section(root, "Mappings")
        self.conditions = section(root, "Conditions")
        self.outputs = section(root, "Outputs")

    def report(self, node: Node, message: str) -> None:
        problem = Problem.at(place(self.source, node), message)
        if problem not in self.problems:
            self.problems.append(problem)

    def report_unpackaged(self, node: Node, name: str) -> None:
        """Say once of each directive of a packager that what it stands for is not here."""
        if name not in self._unpackaged:
            self._unpackaged.add(name)
            self.report(node, f"{name} is filled in by rain pkg; what it stands for is judged in the packaged template")

    def maker_of(self, name: str) -> str | None:
        """What may make something of this name at deployment."""
        return next((maker for prefix, maker in self.makers.items() if name.startswith(prefix)), None)

    # --- parameters ---------------------------------------------------------------------------------------------

    def parameter(self, name: str, in_condition: bool = False) -> Any:
        """A parameter's value: given, else its default, else Unknown with the parameter as its subject."""
        key = (name, in_condition)
        if key not in self._parameter_values:
            made = self._parameter_values[key] = self._parameter(name, in_condition)
            if self._hides(name):
                self.hidden.update(set(texts_in(made)) - self._told())
        return self._parameter_values[key]

    def _hides(self, name: str) -> bool:
        return (text_of(child(self.parameters[name][1], "NoEcho")) or "").lower() == "true"

    def _told(self) -> set[str]:
        """What inputs say that hide nothing: it is no secret, wherever else it stands."""
        if self._arguments is not None:
            return set()
        return {text for name in self.parameters if not self._hides(name) for text in texts_in(self.parameter(name))}

    def _parameter(self, name: str, in_condition: bool) -> Any:
        node = self.parameters[name][1]
        type_ = type_of(node)
        given = self._given(name)
        default = child(node, "Default")
        if is_read_from_ssm(type_):
            of = given() if given is not None else text_of(default)
            shown = f' "{of}"' if isinstance(of, str) and of else ""
            return Unknown(
                f'the SSM parameter{shown} behind parameter "{name}", which is read at deployment',
                kind(type_),
                Subject(f"{self.prefix}{name}"),
            )
        if given is not None:
            return typed(given(), type_)
        if default is None:
            return Unknown(f'parameter "{name}", which has no default', kind(type_), self._subject(name))
        value = typed(written(default), type_)
        if self.options.scenarios != "all" or not isinstance(value, (str, int, float)):
            return value
        return self._explored(name, value, type_, in_condition)

    def _subject(self, name: str) -> Subject:
        return Subject(f"{self.prefix}{name}", allowed(self.parameters[name][1]))

    def _explored(self, name: str, default: Any, type_: str, in_condition: bool) -> Any:
        """A parameter with a default where other values are explored too: those that conditions tell apart."""
        subject = self._subject(name)
        open_ = Unknown(f'parameter "{name}", which may be given another value', kind(type_), subject)
        if in_condition:
            return open_
        if name not in self._words_of_conditions():
            return default
        if subject.domain is None:
            return choose(Is(subject, default), default, open_)
        value: Any = default
        for other in subject.domain:
            if not same_value(other, default):
                value = choose(Is(subject, other), typed(other, type_), value)
        return value

    def _words_of_conditions(self) -> frozenset[str]:
        """What conditions may name: a parameter that is not among them decides none."""
        if self._words is None:
            texts = (place(self.source, node).text() for _, node in self.conditions.values())
            self._words = frozenset(word for text in texts for word in _WORD.findall(text))
        return self._words

    def _given(self, name: str) -> Callable[[], Any] | None:
        if self._arguments is not None:
            return self._arguments.get(name)
        if name not in self.options.parameters:
            return None
        value = self.options.parameters[name]
        return lambda: value

    def pseudo(self, name: str) -> Any:
        """A pseudo parameter: given, or open with itself as the subject."""
        options = self.options
        region = options.region
        partition = options.partition or (None if region is None else partition_of(region))
        given = {
            "AWS::Region": region,
            "AWS::AccountId": options.account_id,
            "AWS::Partition": partition,
            "AWS::URLSuffix": None if partition is None else suffix_of(partition),
        }
        if given.get(name) is not None:
            return given[name]
        kind = "list" if name == "AWS::NotificationARNs" else "string"
        subject = Subject(f"{self.prefix}{name}" if name in _OF_ONE_STACK else name)
        return Unknown(f"{name}, which deployment decides", kind, subject)

    # --- conditions ---------------------------------------------------------------------------------------------

    def condition(
        self, name: str, evaluate: Callable[[Node], Condition | bool | Unknown]
    ) -> Condition | bool | Unknown:
        """A named condition as a formula over its inputs; Unknown where the template does not define it rightly."""
        for needed in self._needed(name):
            self._condition(needed, evaluate)
        return self._condition(name, evaluate)

    def _needed(self, name: str) -> list[str]:
        """The conditions that a condition needs and that are not known yet, each after those that it needs itself.

        Looked up one by one, a long chain of them would nest as deeply.
        """
        if name in self._condition_values:
            return []
        out: list[str] = []
        seen = {name}
        todo = [(name, iter(named_conditions(self.conditions[name][1])))]
        while todo:
            of, rest = todo[-1]
            needed = next(rest, None)
            if needed is None:
                out.append(of)
                todo.pop()
            elif needed in self.conditions and needed not in seen and needed not in self._condition_values:
                seen.add(needed)
                todo.append((needed, iter(named_conditions(self.conditions[needed][1]))))
        return out[:-1]

    def _condition(
        self, name: str, evaluate: Callable[[Node], Condition | bool | Unknown]
    ) -> Condition | bool | Unknown:
        if name in self._condition_values:
            known = self._condition_values[name]
            if known is None:
                self.report(self.conditions[name][0], f'condition "{name}" needs itself')
                return Unknown(f'condition "{name}", which needs itself')
            return known
        self._condition_values[name] = None
        self._condition_values[name] = value = evaluate(self.conditions[name][1])
        return value


def named_conditions(node: Node) -> list[str]:
    """The names of conditions that a node calls, in order."""
    out: list[str] = []
    todo = [node]
    while todo:
        at = todo.pop()
        call = function_of(at)
        name = child(at, "Condition") if call is None else call[1] if call[0] == "Condition" else None
        if call is not None and call[0] == "If" and isinstance(call[1], SequenceNode) and call[1].value:
            name = call[1].value[0]
        text = text_of(name)
        if text is not None:
            out.append(text)
        if isinstance(at, MappingNode):
            todo += [value for _, value in reversed(at.value)]
        elif isinstance(at, SequenceNode):
            todo += reversed(at.value)
    return out


def section(root: Node, name: str) -> Section:
    """The entries of a section by name: key and value."""
    found = child(root, name)
    return {} if found is None else {key: (key_node, value) for key, key_node, value in entries(found)}
