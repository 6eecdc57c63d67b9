"""What the evaluator needs from outside: names, files, and somebody to tell about problems."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeAlias

from walint.conditions import Condition, and_
from walint.source import Place, Problem
from walint.terraform.typed import SetValue, kind_of
from walint.values import Choice, Data, Reference, Unknown, lift


class EvaluationError(Exception):
    """A mistake in the input that makes a value impossible: what Terraform would refuse, in one sentence."""

    def __init__(self, sentence: str, place: Place | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.place = place


class Failed:
    """The branch of a Choice in which Terraform would report an error; never stands anywhere else.

    A `Lazy` returns it where only some cases fail: `aws_x.y[0]` of a resource whose count is 0 or 1.
    """

    __slots__ = ("sentence",)

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Failed) and self.sentence == other.sentence

    def __hash__(self) -> int:
        return hash(self.sentence)


class Split(Exception):
    """An attempt (`try`, `can`) fails in one case of this condition only: look at the two cases one by one."""

    def __init__(self, condition: Condition) -> None:
        super().__init__(str(condition))
        self.condition = condition


class Lazy:
    """A name space or object that is evaluated step by step: `var`, `local`, `module.m`, `data`, a resource type.

    All methods raise `EvaluationError` where Terraform would report an error. The class is abstract and no ABC: the
    evaluator asks of every value whether it is one, and of an ABC that takes three times as long.
    """

    __slots__ = ()

    @abstractmethod
    def attribute(self, name: str, place: Place) -> Data | Lazy:
        """What `.name` gives; `place` is where it is asked for."""

    @abstractmethod
    def index(self, key: Data, place: Place) -> Data | Lazy:
        """What `[key]` gives; the key may be a symbol, but no Choice."""

    @abstractmethod
    def data(self) -> Data:
        """Everything, evaluated: plain Data without anything lazy in it.

        A resource instance is `Reference(address, "")`; the evaluator asks `Context.follow` for its attributes.
        """

    def elements(self) -> Elements | None:
        """The instances of a collection with their keys (numbers or strings), for `[*]` and `for`.

        None where this is one object and no collection of instances, which is the default.
        """
        return None

    def is_object(self) -> bool:
        """Whether the instances are the attributes of one object (for_each), and no sequence (count)."""
        return False


# A list of pairs of a key and its item; a symbol where the collection is one, a Choice of such lists.
Elements: TypeAlias = list[tuple[Any, Any]] | Unknown | Reference | Choice


def elements_of(data: Any) -> Elements:
    """The items of a collection with their keys; raises where it is none."""
    if isinstance(data, dict):
        return sorted(data.items(), key=_by_key)
    if isinstance(data, list):
        return [(item, item) for item in data] if isinstance(data, SetValue) else list(enumerate(data))
    if isinstance(data, Choice):
        return lift(elements_of, data)  # type: ignore[no-any-return]
    if isinstance(data, (Unknown, Reference)):
        return data
    if data is None:
        raise EvaluationError("A null value cannot be iterated over")
    raise EvaluationError(f"A value of type {kind_of(data)} cannot be iterated over")


def _by_key(pair: tuple[str, Any]) -> bytes:
    return pair[0].encode("utf-8", "surrogatepass")


MISSING: Final = object()
"""What `Scope.resolve` gives for a name that does not exist (None is the value null)."""


class Scope:
    """The names that expressions in one place can use; a child scope adds some (`for`, `each`, templates).

    A module's own scope is a subclass that overrides `resolve` and has no parent.
    """

    __slots__ = ("names", "parent")

    def __init__(self, names: Mapping[str, Any], parent: Scope | None = None) -> None:
        self.names = names
        self.parent = parent

    def resolve(self, name: str, place: Place) -> Any:
        """The Data or Lazy that a name stands for, or MISSING."""
        found = self.names.get(name, MISSING)
        if found is MISSING and self.parent is not None:
            return self.parent.resolve(name, place)
        return found

    def is_local(self, name: str) -> bool:
        """Whether a name means something else in another place of the same module: `each`, a `for` variable."""
        return self.parent is not None and (name in self.names or self.parent.is_local(name))


class Files(Protocol):
    """Reads files inside the linted tree, bounded in size. Paths are relative to the root module's folder."""

    def read(self, path: str) -> bytes | Unknown | None:
        """The content; None where there is no such file; Unknown where it may not be read."""

    def glob(self, base: str, pattern: str) -> list[str] | Unknown:
        """The files below `base` that match, relative to it, sorted."""


class NoFiles:
    """No file may be read."""

    def read(self, path: str) -> bytes | Unknown | None:
        return Unknown(f"the file {path}")

    def glob(self, base: str, pattern: str) -> list[str] | Unknown:
        return Unknown(f"the files in {base}")


class Context:
    """What evaluation in one module instance needs beside names.

    Attributes:
        report: takes problems.
        files: reads files.
        cwd: the absolute path of the working directory, where it is known: what `abspath` starts from.
        label: what tells this module instance from others in conditions: "module.m", "" for the root.
        assumed: the condition under which this evaluation takes place, if any.
        trying: inside `try` or `can`, where errors are not reported but decide.
        in_template: inside the text of a `templatefile` or `templatestring`.
    """

    __slots__ = ("assumed", "cwd", "files", "follow", "in_template", "label", "report", "trying")

    def __init__(
        self,
        report: Callable[[Problem], None],
        files: Files | None = None,
        *,
        cwd: str | None = None,
        label: str = "",
        follow: Callable[[Reference, str | int, Place], Data | Lazy] | None = None,
    ) -> None:
        self.report = report
        self.files: Files = files or NoFiles()
        self.cwd = cwd
        self.label = label
        # What an attribute or index of a reference gives: by default a reference to just that.
        self.follow = follow or default_follow
        self.assumed: Condition | None = None
        self.trying = False
        self.in_template = False

    def _copy(self) -> Context:
        made = Context(self.report, self.files, cwd=self.cwd, label=self.label, follow=self.follow)
        made.assumed, made.trying, made.in_template = self.assumed, self.trying, self.in_template
        return made

    def under(self, condition: Condition) -> Context:
        """This context in the case that the condition holds."""
        made = self._copy()
        if self.assumed is not None:
            both = and_(self.assumed, condition)
            if not isinstance(both, bool):
                condition = both
        made.assumed = condition
        return made

    def quiet(self) -> Context:
        """This context without anybody to report to."""
        made = self._copy()
        made.report = _ignore
        made.trying = False
        return made

    def template(self) -> Context:
        """This context for the text of a `templatefile` or `templatestring`."""
        made = self._copy()
        made.in_template = True
        return made

    def attempt(self) -> Context:
        """This context inside `try` or `can`."""
        if self.trying:
            return self
        made = self._copy()
        made.trying = True
        return made

    def failed(self, error: EvaluationError, place: Place) -> Unknown:
        """An error as a problem and an Unknown; inside an attempt it goes on to who attempts."""
        if self.trying:
            raise error
        self.report(Problem.at(error.place or place, error.sentence))
        return Unknown(f"a value that cannot be computed: {error.sentence}")


def _ignore(problem: Problem) -> None:
    pass


def default_follow(reference: Reference, step: str | int, place: Place) -> Data:
    """The reference one step further: `.name` or `[0]`."""
    shown = f"[{step}]" if isinstance(step, int) else f".{step}" if reference.attribute else step
    return Reference(reference.resource, reference.attribute + shown)
