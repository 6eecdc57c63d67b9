"""What a built-in function is to the evaluator."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeAlias

from walint.terraform.typed import ANY, Type

# How much of an argument may be open when a function is called; choices at the top are spread before in any case.
Openness: TypeAlias = Literal["nothing", "items", "everything"]


class Function(NamedTuple):
    """A built-in function.

    Attributes:
        call: computes the result; raises EvaluationError. Gets the arguments, converted to their parameters' types.
        parameters: the types of the arguments.
        more: the type of further arguments, None where there may be none.
        optional: how many of the parameters, from the end, may be left out.
        result: the kind of what it gives, as for `Unknown`, where that does not depend on the arguments.
        takes: what may be open in the arguments that `call` gets. "nothing": all are known through and through;
            "items": only what is inside of collections may be open; "everything": any argument may be a symbol.
            Where more is open, the result is Unknown and `call` is not called.
        nulls: whether arguments may be null.
        contextual: whether `call` gets the Context as its first argument.
    """

    call: Callable[..., Any]
    parameters: tuple[Type, ...] = ()
    more: Type | None = None
    optional: int = 0
    result: str | None = None
    takes: Openness = "nothing"
    nulls: bool = False
    contextual: bool = False

    def parameter(self, at: int) -> Type:
        """The type of the argument at an index."""
        return self.parameters[at] if at < len(self.parameters) else self.more or ANY
