"""What the host calls by numbers."""

from __future__ import annotations

from typing import Any

from snakepit_bridge._child import _columns
from snakepit_bridge._child._program import Function, Program
from snakepit_bridge._native import MISSING

FUNCTION, TOOL, METHOD, ATTRIBUTE, HELPER, EXEC, EVAL, STREAM = range(8)


class Target:
    """Something to call, found when it is called first."""

    def __init__(self, program: Program, given: Any) -> None:
        self._program = program
        self._kind, self._name = given.kind, given.name
        self._keywords = tuple(given.keywords)
        self._function: Function | None = None
        self.keys = tuple(given.keys) or None
        self.tensors: bool = given.tensors
        self.streams = given.kind == STREAM

    def run(self, call: Any) -> Any:
        """Call it with the arguments of a Call."""
        positional, named = call.positional, call.named
        count = positional + (named if self._keywords else 2 * named)
        values = _columns.decode(call.args, count)
        function = self._function or self.find()
        if not named:
            return function(*values)
        return function(*values[:positional], **self._named(values[positional:]))

    def _named(self, values: list[Any]) -> dict[str, Any]:
        if not self._keywords:
            items = iter(values)
            return dict(zip(items, items, strict=True))
        return {k: v for k, v in zip(self._keywords, values, strict=False) if v is not MISSING}

    def find(self) -> Function:
        """Find it; an exception says why it cannot be."""
        found: Function = _FIND[self._kind](self._program, self._name)
        self._function = found
        return found


def _method(_: Program, name: str) -> Function:
    return lambda target, /, *args, **kwargs: getattr(target, name)(*args, **kwargs)


def _attribute(_: Program, name: str) -> Function:
    return lambda target: getattr(target, name)


_FIND = {
    FUNCTION: Program.function,
    TOOL: Program.tool,
    METHOD: _method,
    ATTRIBUTE: _attribute,
    HELPER: Program.helper,
    EXEC: lambda program, name: program.namespace(name).exec,
    EVAL: lambda program, name: program.namespace(name).eval,
    STREAM: Program.stream,
}


class Targets:
    """The targets of one lane, by the numbers that the host gave them."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._known: dict[int, Target] = {}

    def of(self, call: Any) -> Target:
        if call.HasField("define"):
            self._known[call.target] = Target(self._program, call.define)
        try:
            return self._known[call.target]
        except KeyError:
            raise LookupError(f"call {call.id}: target {call.target} was not defined") from None
