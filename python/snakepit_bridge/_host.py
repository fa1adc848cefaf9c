"""Tools of the Go program as Python functions."""

from __future__ import annotations

import functools
import json
import keyword
import sys
import types
from collections.abc import Callable
from typing import Any

from snakepit_bridge import _native
from snakepit_bridge._native import MISSING

Described = tuple[int, str, str, list[tuple[str, bool, str]], str, bool]


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
            _native.ask("forget", self.token)
        except BaseException:  # the thread ends, or Python does
            pass


def fail(description: tuple[str, int, str]) -> None:
    """Raise what a Go function failed with."""
    text, token, tool = description
    error = HostToolError(text)
    error.tool = tool
    vars(error).update(_snakepit_go_error=token, _snakepit_keeper=_Keeper(token))
    raise error


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
    number = described[0]
    function = _functions.get(number)
    if function is None:
        if len(_functions) >= _MAX:
            _functions.clear()
        function = _functions[number] = build(*described)
    return function


_MAX = 4096
_functions: dict[int, Callable[..., Any]] = {}


def call(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return find(name)(*args, **kwargs)


def build(
    number: int, name: str, doc: str, params: list[tuple[str, bool, str]], result: str, open: bool
) -> Callable[..., Any]:
    """A real function that calls a Go tool."""
    simple = all(p.isidentifier() and not keyword.iskeyword(p) for p, _, _ in params)
    shape = tuple((p, required) for p, required, _ in params)
    if open or not simple:
        function = _loose(number, name, shape, open)
    else:
        function = _factory(shape)(_native.call, _native.functions["tool"], number, MISSING)
    function.__name__ = function.__qualname__ = name
    function.__module__ = "snakepit_host"
    function.__doc__ = doc or None
    annotations = {} if open else {p: _type(json.loads(schema)) for p, _, schema in params}
    function.__annotations__ = {**annotations, "return": _type(json.loads(result or "true"))}
    return function


@functools.lru_cache(maxsize=512)
def _factory(shape: tuple[tuple[str, bool], ...]) -> Callable[..., Any]:
    """Makes functions of one shape: free-threaded Python never frees code."""
    required = [p for p, needed in shape if needed]
    optional = [f"{p}=_snakepit_missing" for p, needed in shape if not needed]
    values = ", ".join(["_snakepit_tool", "_snakepit_number", *(p for p, _ in shape)])
    source = (
        "def make(_snakepit_call, _snakepit_tool, _snakepit_number, _snakepit_missing):\n"
        f"    def tool({', '.join(required + optional)}):\n"
        f"        return _snakepit_call({values})\n"
        "    return tool\n"
    )
    names: dict[str, Any] = {}
    exec(compile(source, "<snakepit_host>", "exec"), names)
    make: Callable[..., Any] = names["make"]
    return make


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
