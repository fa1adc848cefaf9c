"""Tools of the Go program as Python functions."""

from __future__ import annotations

import functools
import json
import keyword
import re
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

from snakepit_bridge import _cancelling, _native
from snakepit_bridge._boot import shareable
from snakepit_bridge._native import MISSING

Described = tuple[int, str, str, list[tuple[str, bool, str]], str, bool, bool]


class HostToolError(Exception):
    """An error or a panic of a Go tool. The Go error comes back out of the outer call.

    Attributes:
        tool: The name of the tool, "" if it was none.
    """

    tool: str = ""


class _Keeper:
    """Keeps a Go error alive as long as the exception that carries it."""

    def __init__(self, token: int) -> None:
        self.token = token

    def __del__(self) -> None:
        try:
            _native.tell("forget", self.token)
        except BaseException:  # the thread ends, or Python does
            pass


_cancelling.finalizers[_Keeper.__del__.__code__] = lambda frame: _Keeper.__del__(
    frame.f_locals["self"]
)


def fail(description: tuple[str, int, str]) -> None:
    """Raise what a Go function failed with."""
    text, token, tool = description
    error = HostToolError(text)
    error.tool = tool
    vars(error).update(_snakepit_go_error=token, _snakepit_keeper=_Keeper(token))
    try:
        raise error
    finally:
        del error  # it holds this frame: together they would wait for a garbage collection


class ToolNotFoundError(AttributeError, LookupError):
    """The Go program has no tool of this name for this caller."""


def names() -> list[str]:
    """The names of the Go tools that the current call can use."""
    return [described[1] for described in _native.ask("list_tools")]


def find(name: str) -> Callable[..., Any]:
    """The function for a Go tool, as the current call sees it."""
    described = _native.ask("find_tool", name)
    if described is None:
        known = ", ".join(names()) or "none is registered"
        raise ToolNotFoundError(f"the Go program has no tool {name!r} here; known: {known}")
    return _lasting_of.get(described[0]) or _passing_of.get(described[0]) or _made(described)


# The functions made so far, by the numbers of their tools: those of runtimes, and the
# last ones of sessions, which come and go.
_lasting_of: dict[int, Callable[..., Any]] = {}
_passing_of: dict[int, Callable[..., Any]] = {}


def _made(described: Described) -> Callable[..., Any]:
    number, lasting = described[0], described[-1]
    known, most = (_lasting_of, 4096) if lasting else (_passing_of, 256)
    if len(known) >= most:
        known.clear()
    function = known[number] = build(*described)
    return function


def call(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    return find(name)(*args, **kwargs)


def build(
    number: int,
    name: str,
    doc: str,
    params: list[tuple[str, bool, str]],
    result: str,
    open: bool,
    lasting: bool,
) -> Callable[..., Any]:
    """A real function that calls a Go tool."""
    simple = all(p.isidentifier() and not keyword.iskeyword(p) for p, _, _ in params)
    shape = tuple((p, required) for p, required, _ in params)
    if open or not simple:
        function = _loose(number, name, shape, open)
    else:
        make = _lasting if lasting else _passing
        function = make(shape, number)
    function.__name__ = function.__qualname__ = name
    function.__module__ = "snakepit_host"
    function.__doc__ = doc or None
    annotations = {} if open else {p: _type(json.loads(schema)) for p, _, schema in params}
    function.__annotations__ = {**annotations, "return": _type(json.loads(result or "true"))}
    return function


Shape = tuple[tuple[str, bool], ...]  # the parameters, and whether each must be given


def _lasting(shape: Shape, number: int) -> Callable[..., Any]:
    """A function with code of its own, for a tool of a runtime.

    What it needs are constants of that code: threads contend for the reference counts
    of variables, and of functions within functions.
    """
    body = "    call = 0.5\n    return call(1.5, 2.5{})\n"
    code = _compiled(f"def tool({{}}):\n{body}", shape).co_consts[0]
    known = {0.5: _native.call, 1.5: _native.functions["tool"], 2.5: number}
    constants = tuple(known.get(c, c) for c in code.co_consts)
    function = types.FunctionType(code.replace(co_consts=constants), {})
    function.__defaults__ = (MISSING,) * sum(not needed for _, needed in shape)
    return function


def _passing(shape: Shape, number: int) -> Callable[..., Any]:
    """A function for a tool of a session, with the code of all tools of its shape:
    free-threaded Python never frees code, nor functions that are in no function."""
    return _maker(shape)(number)


@functools.lru_cache(maxsize=512)
def _maker(shape: Shape) -> Callable[[int], Callable[..., Any]]:
    source = (
        "def make(call, known, missing):\n"
        "    def of(number):\n"
        "        def tool({}):\n"
        "            return call(known, number{})\n"
        "        return tool\n"
        "    return of\n"
    )
    names: dict[str, Any] = {}
    exec(_compiled(source, shape), names)
    of: Callable[[int], Callable[..., Any]] = names["make"](
        _native.call, _native.functions["tool"], MISSING
    )
    return of


@functools.lru_cache(maxsize=512)
def _compiled(template: str, shape: Shape) -> types.CodeType:
    """The code of a function of this shape; names of ours are made unlike those of parameters."""
    for name in ("call", "known", "number", "missing"):
        template = re.sub(rf"\b{name}\b", f"_snakepit_{name}", template)
    required = [p for p, needed in shape if needed]
    optional = [f"{p}=_snakepit_missing" for p, needed in shape if not needed]
    values = "".join(f", {p}" for p, _ in shape)
    source = template.format(", ".join(required + optional), values)
    return shareable(compile(source, "<snakepit_host>", "exec"))


def _loose(
    number: int, name: str, shape: tuple[tuple[str, bool], ...], open: bool
) -> Callable[..., Any]:
    """A function whose parameters cannot be written as those of a Python function."""

    def tool(**kwargs: Any) -> Any:
        if open:
            return _native.call(_native.functions["tool"], number, kwargs)
        missing = [p for p, needed in shape if needed and p not in kwargs]
        unknown = kwargs.keys() - {p for p, _ in shape}
        if missing or unknown:
            raise TypeError(f"{name}(): missing {missing}, unknown {sorted(unknown)}")
        values = [kwargs.get(p, MISSING) for p, _ in shape]
        return _native.call(_native.functions["tool"], number, *values)

    return tool


_SCALARS: dict[str, Any] = {
    "integer": int,
    "number": float,
    "string": str,
    "boolean": bool,
    "null": None,
}


def _type(schema: Any) -> Any:
    """The annotation for a JSON schema."""
    if not isinstance(schema, dict):
        return Any
    if "x-python" in schema:
        return bytes if schema["x-python"] == "bytes" else schema["x-python"]
    kind = schema.get("type")
    if kind == "array":
        return list[_type(schema.get("items"))]  # type: ignore[misc]
    if kind == "object":
        return dict[str, Any]
    return _SCALARS.get(kind, Any) if isinstance(kind, str) else Any


class _HostModule(types.ModuleType):
    """The module snakepit_host: each Go tool is a function in it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return find(name)

    def __dir__(self) -> list[str]:
        return names()


def install() -> None:
    """Make snakepit_host importable."""
    sys.modules["snakepit_host"] = _HostModule("snakepit_host", "Tools of the Go program.")
