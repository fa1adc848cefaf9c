"""Adapters and their tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from snakepit_bridge.session_context import SessionContext

F = TypeVar("F", bound=Callable[..., Any])

# Methods with a meaning of their own: no tools, unless decorated.
HOOKS = frozenset(
    {
        "initialize",
        "warm_up",
        "init_session",
        "cleanup",
        "close",
        "set_session_context",
        "execute_tool",
        "call_tool",
        "get_tools",
        "register_with_session",
        "register_with_session_async",
    }
)


@dataclass(frozen=True)
class ToolMetadata:
    """What the decorator says of a tool."""

    name: str | None = None
    description: str | None = None
    supports_streaming: bool = False
    required_variables: tuple[str, ...] = ()


@overload
def tool(description: F, /) -> F: ...


@overload
def tool(
    description: str | None = None,
    *,
    name: str | None = None,
    supports_streaming: bool = False,
    required_variables: list[str] | None = None,
) -> Callable[[F], F]: ...


def tool(
    description: Any = None,
    *,
    name: str | None = None,
    supports_streaming: bool = False,
    required_variables: list[str] | None = None,
) -> Any:
    """Make a function a tool: ``@tool``, ``@tool("description")`` or with keywords.

    The function itself is returned, so that calling it costs nothing more.
    """
    if callable(description):
        return _mark(description, ToolMetadata())
    variables = tuple(required_variables or ())
    metadata = ToolMetadata(name, description, supports_streaming, variables)
    return lambda function: _mark(function, metadata)


def _mark(function: Any, metadata: ToolMetadata) -> Any:
    target = getattr(function, "__func__", function)  # of a staticmethod or classmethod
    target._snakepit_tool = metadata
    return function


def tool_metadata(function: Any) -> ToolMetadata | None:
    """What @tool said of a function; None if it was not decorated."""
    metadata = getattr(function, "_snakepit_tool", None)
    return metadata if isinstance(metadata, ToolMetadata) else None


class BaseAdapter:
    """A convenient base for adapters: the context of the call, and the original's methods."""

    scope = "worker"
    thread_affinity = False  # True: a worker's instance is made, called and closed on one thread

    @property
    def session_context(self) -> SessionContext:
        """The context of the call that this code runs in."""
        from snakepit_bridge._context import current_context

        given = vars(self).get("_snakepit_context")
        return given if given is not None else current_context()

    @session_context.setter
    def session_context(self, ctx: SessionContext | None) -> None:
        vars(self)["_snakepit_context"] = ctx

    @property
    def session_id(self) -> str:
        return self.session_context.session_id

    def set_session_context(self, ctx: SessionContext) -> None:
        """Override it to be told of the context before each call."""

    def get_tools(self) -> list[dict[str, Any]]:
        """Name, description and schema of each tool."""
        from snakepit_bridge._schema import inspect_tool

        found = []
        for name, function in self._tools().items():
            s = inspect_tool(function, name)
            found.append({"name": name, "description": s.doc, "parameters": s.schema})
        return found

    def _tools(self) -> dict[str, Callable[..., Any]]:
        found = {}
        for name in dir(type(self)):
            if isinstance(getattr(type(self), name, None), property):
                continue
            function = getattr(self, name)
            metadata = tool_metadata(function)
            if metadata is not None:
                found[metadata.name or name] = function
        return found

    def call_tool(self, name: str, **arguments: Any) -> Any:
        return self.execute_tool(name, arguments, self.session_context)

    def execute_tool(self, tool_name: str, arguments: dict[str, Any], context: Any) -> Any:
        """Call a tool by its name."""
        function = self._tools().get(tool_name)
        if function is None:
            raise ValueError(f"{type(self).__name__} has no tool {tool_name!r}")
        return function(**arguments)

    def register_with_session(self, *_: Any, **__: Any) -> list[str]:
        """The tools' names. There is nothing left to register."""
        return list(self._tools())

    async def register_with_session_async(self, *_: Any, **__: Any) -> list[str]:
        return list(self._tools())
