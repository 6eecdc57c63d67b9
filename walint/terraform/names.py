"""What names stand for in expressions: `var`, `local`, `module`, `data` and the types of resources."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from walint.conditions import Condition, Subject
from walint.source import Place, Problem
from walint.terraform.context import Elements, EvaluationError, Failed, Lazy
from walint.terraform.expansion import ALL, suffix, whole
from walint.terraform.syntax import Block
from walint.values import Choice, Data, Presence, Reference, Unknown, choose, lift

if TYPE_CHECKING:
    from walint.terraform.module import Module


class _Names(Lazy):
    """A name space whose members are asked for by name."""

    __slots__ = ("module",)

    def __init__(self, module: Module) -> None:
        self.module = module

    def index(self, key: Data, place: Place) -> Data | Lazy:
        if isinstance(key, str):
            return self.attribute(key, place)
        return Unknown("a name that is not known")

    @abstractmethod
    def names(self) -> list[str]:
        """The names of all members."""

    def data(self) -> Data:
        out: dict[str, Any] = {}
        for name in self.names():
            found = self.attribute(name, self.module.folder.place)  # type: ignore[arg-type]
            out[name] = found.data() if isinstance(found, Lazy) else found
        return out


class Variables(_Names):
    __slots__ = ()

    def attribute(self, name: str, place: Place) -> Data | Lazy:
        return self.module.variable(name, place)  # type: ignore[no-any-return]

    def names(self) -> list[str]:
        return list(self.module.folder.variables)


class Locals(_Names):
    __slots__ = ()

    def attribute(self, name: str, place: Place) -> Data | Lazy:
        return self.module.local(name, place)  # type: ignore[no-any-return]

    def names(self) -> list[str]:
        return list(self.module.folder.locals)


class Calls(_Names):
    """`module`"""

    __slots__ = ()

    def attribute(self, name: str, place: Place) -> Data | Lazy:
        if name not in self.module.folder.calls:
            raise EvaluationError(f'There is no module "{name}" in this module.', place)
        return _CallInstances(self.module, name).whole()  # type: ignore[no-any-return]

    def names(self) -> list[str]:
        return list(self.module.folder.calls)


class DataTypes(_Names):
    """`data`"""

    __slots__ = ()

    def attribute(self, name: str, place: Place) -> Data | Lazy:
        return Resources(self.module, "data", name)

    def names(self) -> list[str]:
        return list(dict.fromkeys(type_ for mode, type_, _ in self.module.folder.resources if mode == "data"))


class Resources(_Names):
    """`aws_instance`: the resources of one type by name."""

    __slots__ = ("mode", "type")

    def __init__(self, module: Module, mode: str, type_: str) -> None:
        super().__init__(module)
        self.mode = mode
        self.type = type_

    def attribute(self, name: str, place: Place) -> Data | Lazy:
        if (self.mode, self.type, name) not in self.module.folder.resources:
            kind = "data source" if self.mode == "data" else "resource"
            sentence = f'There is no {kind} "{self.type}" "{name}" in this module.'
            if self.mode == "data":
                raise EvaluationError(sentence, place)
            # A mistake, but what is meant is none of the resources that are there.
            self.module.shared.report(Problem.at(place, sentence))
            return Reference(self.module.addressed(f"{self.type}.{name}"), "")
        return _ResourceInstances(self.module, self.mode, self.type, name).whole()  # type: ignore[no-any-return]

    def names(self) -> list[str]:
        return [name for mode, type_, name in self.module.folder.resources if (mode, type_) == (self.mode, self.type)]


class _Instances(Lazy):
    """What a name with count or for_each stands for: its instances by key."""

    __slots__ = ()

    @abstractmethod
    def block(self) -> Block:
        """The block that has the count or for_each."""

    @abstractmethod
    def keyed(self) -> list[tuple[Any, Presence, Any]]:
        """Key, presence and value of each instance."""

    @abstractmethod
    def shown(self) -> str:
        """The name as messages have it: the address without a key."""

    @abstractmethod
    def unknown_instance(self) -> Any:
        """What an instance gives of which the key is not known."""

    def whole(self) -> Any:
        """The one instance where there is neither count nor for_each, else this."""
        found = self.keyed()
        if len(found) == 1 and found[0][0] is None:
            return found[0][2]
        return self

    def attribute(self, name: str, place: Place) -> Data | Lazy:
        if not {"count", "for_each"} & self.block().body.arguments.keys():
            raise EvaluationError(f"{self.shown()} is not enabled.", place)
        raise EvaluationError(f"{self.shown()} has several instances; name one of them with [key].", place)

    def index(self, key: Data, place: Place) -> Data | Lazy:
        found = self.keyed()
        if isinstance(key, (Unknown, Reference)):
            return self.unknown_instance()  # type: ignore[no-any-return]
        wanted = whole(key) if not isinstance(key, str) or key.isdigit() else key
        for known, presence, value in found:
            if known == key or (known is not ALL and not isinstance(known, str) and known == wanted):
                if presence is None or isinstance(presence, Unknown):
                    return value  # type: ignore[no-any-return]
                return Choice(presence, value, Failed(f"{self.shown()}{suffix(known)} is not there in this case."))
        if any(known is ALL for known, _, _ in found):
            return self.unknown_instance()  # type: ignore[no-any-return]
        raise EvaluationError(f"{self.shown()} has no instance {suffix(key)}.", place)

    def is_object(self) -> bool:
        return "for_each" in self.block().body.arguments

    def elements(self) -> Elements:
        found = self.keyed()
        for key, presence, _ in found:
            if key is ALL:
                reason = presence.reason if isinstance(presence, Unknown) else f"the instances of {self.shown()}"
                return Unknown(reason)
        conditions: list[Condition] = list(
            dict.fromkeys(
                presence for _, presence, _ in found if presence is not None and not isinstance(presence, Unknown)
            )
        )
        if not conditions:
            return [(key, value) for key, _, value in found]
        if len(conditions) > 4:
            return Unknown(f"the instances of {self.shown()}, which depend on several conditions")
        return self._chosen(found, conditions)  # type: ignore[no-any-return]

    def _chosen(self, found: list[tuple[Any, Presence, Any]], conditions: list[Condition]) -> Any:
        if not conditions:
            return [(key, value) for key, _, value in found]
        condition, *rest = conditions
        there = [(key, None if presence == condition else presence, value) for key, presence, value in found]
        gone = [entry for entry in found if entry[1] != condition]
        return choose(condition, self._chosen(there, rest), self._chosen(gone, rest))

    def data(self) -> Data:
        def materialised(elements: Any) -> Any:
            if not isinstance(elements, list):
                return elements
            values = [(key, value.data() if isinstance(value, Lazy) else value) for key, value in elements]
            return dict(values) if self.is_object() else [value for _, value in values]

        return lift(materialised, self.elements())  # type: ignore[no-any-return]


class _ResourceInstances(_Instances):
    __slots__ = ("mode", "module", "name", "type")

    def __init__(self, module: Module, mode: str, type_: str, name: str) -> None:
        self.module = module
        self.mode = mode
        self.type = type_
        self.name = name

    def shown(self) -> str:
        return self.module.addressed(f"{'data.' if self.mode == 'data' else ''}{self.type}.{self.name}")

    def block(self) -> Block:
        return self.module.folder.resources[self.mode, self.type, self.name]

    def keyed(self) -> list[tuple[Any, Presence, Any]]:
        return [
            (made.instance.key, made.instance.presence, Reference(made.address, ""))
            for made in self.module.resource_instances(self.mode, self.type, self.name)
        ]

    def unknown_instance(self) -> Any:
        return Reference(f"{self.shown()}[*]", "")


class _CallInstances(_Instances):
    __slots__ = ("module", "name")

    def __init__(self, module: Module, name: str) -> None:
        self.module = module
        self.name = name

    def shown(self) -> str:
        return self.module.addressed(f"module.{self.name}")

    def block(self) -> Block:
        return self.module.folder.calls[self.name]

    def keyed(self) -> list[tuple[Any, Presence, Any]]:
        return [
            (instance.key, instance.presence, _Unread(self.shown()) if child is None else _Outputs(child))
            for instance, child in self.module.child_modules(self.name)
        ]

    def unknown_instance(self) -> Any:
        for key, _, value in self.keyed():
            if key is ALL:
                return value
        return _Unread(f"{self.shown()}[*]", "an instance of which the key is not known")


class _Outputs(_Names):
    """One instance of a called module."""

    __slots__ = ()

    def attribute(self, name: str, place: Place) -> Data | Lazy:
        return self.module.output(name, place)  # type: ignore[no-any-return]

    def names(self) -> list[str]:
        return list(self.module.folder.outputs)


class _Unread(Lazy):
    """A module that was not read, or an instance of which the key is not known.

    Attributes:
        why: what to say of it, as in "module.m, which was not read".
    """

    __slots__ = ("address", "why")

    def __init__(self, address: str, why: str = "which was not read") -> None:
        self.address = address
        self.why = why

    def attribute(self, name: str, place: Place) -> Data | Lazy:
        return Unknown(f"{self.address}, {self.why}", None, Subject(f"{self.address}.{name}"))

    def index(self, key: Data, place: Place) -> Data | Lazy:
        shown = suffix(key) if isinstance(key, (str, int)) else "[*]"
        return _Unread(f"{self.address}{shown}", self.why)

    def data(self) -> Data:
        return Unknown(f"{self.address}, {self.why}")
