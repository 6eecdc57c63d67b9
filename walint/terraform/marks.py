"""Marks on values: what `sensitive` and `ephemeral` say of them, read from the expressions that make them.

A mark says nothing about a value but who may see it, so values themselves go without. The two functions that ask for
one are answered from the text: https://developer.hashicorp.com/terraform/language/functions/issensitive
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from walint.graph import without_keys
from walint.terraform import syntax
from walint.terraform.context import Scope
from walint.terraform.syntax import Expression

if TYPE_CHECKING:
    from walint.terraform.module import Module

Mark: TypeAlias = Literal["sensitive", "ephemeral"]
# Whether a value is marked; None where the text does not tell.
Marked: TypeAlias = "bool | None"

# Functions by which a value loses its mark, those that only ask for it, and the one that gives it.
_PLAIN: Final[dict[str, frozenset[str]]] = {
    "sensitive": frozenset(("nonsensitive", "issensitive")),
    "ephemeral": frozenset(("ephemeralasnull",)),
}
# Names that stand for what Terraform itself knows.
_OWN: Final = frozenset(("path", "terraform"))
# More than this to look at is a circle, or a thicket.
_MOST: Final = 5000


def is_marked(expression: Expression, mark: Mark, scope: Scope) -> Marked:
    """Whether the value of an expression is marked as a whole, not only something in it."""
    return _Reader(mark).marked(expression, scope)


class _Reader:
    """Reads in one module.

    Args:
        deep: whether a mark on anything in a value counts too.
        seen: counts what was looked at so far.
    """

    def __init__(self, mark: Mark, deep: bool = False, seen: Iterator[int] | None = None) -> None:
        self._mark: Mark = mark
        self._deep = deep
        self._seen = count() if seen is None else seen

    def marked(self, expression: Expression, scope: Scope) -> Marked:
        if next(self._seen) > _MOST:
            return None
        match expression:
            case syntax.Tuple() | syntax.Object():
                return self._any(syntax.parts(expression), scope) if self._deep else False
            case syntax.Parenthesised(of=inner):
                return self.marked(inner, scope)
            case syntax.Call():
                return self._call(expression, scope)
            case syntax.Attribute() | syntax.Index():
                return self._step(expression, scope)
            case syntax.Conditional():
                # The mark of the side that is not chosen counts too.
                return _either(self.marked(part, scope) for part in syntax.parts(expression))
        # What operators and templates make of marked parts is marked; into `for` and splats nobody looks.
        found = self._any(syntax.parts(expression), scope)
        plain = (syntax.Literal, syntax.Template, syntax.Unary, syntax.Binary)
        return found if isinstance(expression, plain) or found is False else None

    def _any(self, expressions: Iterable[Expression], scope: Scope) -> Marked:
        """Whether anything in some values is marked."""
        reader = self if self._deep else _Reader(self._mark, True, self._seen)
        return _either(reader.marked(expression, scope) for expression in expressions)

    def _call(self, expression: syntax.Call, scope: Scope) -> Marked:
        name = expression.name.removeprefix("core::")
        if name in _PLAIN[self._mark]:
            return False
        if name == self._mark:
            return True
        # Most functions mark what they make of marked arguments; some only what they take out of them.
        inside = self._any(expression.arguments, scope)
        if inside is not True:
            return inside
        return True if any(self.marked(argument, scope) for argument in expression.arguments) else None

    def _step(self, expression: syntax.Attribute | syntax.Index, scope: Scope) -> Marked:
        root = expression.of
        if isinstance(root, syntax.Variable):
            return self._named(root.name, expression, scope)
        # What is marked as a whole marks all that is taken from it; what has nothing marked in it gives nothing.
        whole = self.marked(root, scope)
        return whole or (False if self._any((root,), scope) is False else None)

    def _named(self, root: str, expression: syntax.Attribute | syntax.Index, scope: Scope) -> Marked:
        """`var.name`, `local.name`, `path.module`."""
        if root in _OWN:
            return False
        if not isinstance(expression, syntax.Attribute) or root not in ("var", "local"):
            return None
        module: Module | None = getattr(scope.resolve(root, expression.place), "module", None)
        if module is None or scope.is_local(root):
            return None
        if root == "local":
            local = module.folder.locals.get(expression.name)
            return None if local is None else self.marked(local.expression, module)
        return self._variable(module, expression.name)

    def _variable(self, module: Module, name: str) -> Marked:
        """A variable is marked where it is declared so, or where its caller gives it what is."""
        declared = module.folder.variables.get(name)
        if declared is None:
            return None
        if _literal(declared.body.arguments, self._mark) is True:
            return True
        caller = module.parent_module
        if caller is None:
            return False
        called = caller.folder.calls.get(without_keys(module.address).rpartition(".")[2])
        given = None if called is None else called.body.arguments.get(name)
        if given is None:
            return None if called is None else False
        return self.marked(given.expression, caller)


def _either(found: Iterable[Marked]) -> Marked:
    seen = set(found)
    return True if True in seen else None if None in seen else False


def _literal(arguments: Mapping[str, syntax.Argument], name: str) -> Any:
    argument = arguments.get(name)
    found = None if argument is None else argument.expression
    return found.value if isinstance(found, syntax.Literal) else None
