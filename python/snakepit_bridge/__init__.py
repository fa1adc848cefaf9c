"""The Python half of Snakepit: adapters, tools, and the way back to the Go program."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from snakepit_bridge import telemetry as telemetry
    from snakepit_bridge._cancelling import Cancelled as Cancelled
    from snakepit_bridge._context import current_context as current_context
    from snakepit_bridge._convert import ToolArgumentError as ToolArgumentError
    from snakepit_bridge._host import HostToolError as HostToolError
    from snakepit_bridge.base_adapter import BaseAdapter as BaseAdapter
    from snakepit_bridge.base_adapter import tool as tool
    from snakepit_bridge.base_adapter_threaded import ThreadSafeAdapter as ThreadSafeAdapter
    from snakepit_bridge.base_adapter_threaded import require_thread_safe as require_thread_safe
    from snakepit_bridge.base_adapter_threaded import thread_safe_method as thread_safe_method
    from snakepit_bridge.session_context import SessionContext as SessionContext

# Where each public name lives. They are imported when they are asked for: the package
# is imported whenever a Go program starts Python, and most of it is for adapters.
_WHERE = {
    "BaseAdapter": "base_adapter",
    "Cancelled": "_cancelling",
    "HostToolError": "_host",
    "SessionContext": "session_context",
    "ThreadSafeAdapter": "base_adapter_threaded",
    "ToolArgumentError": "_convert",
    "current_context": "_context",
    "require_thread_safe": "base_adapter_threaded",
    "thread_safe_method": "base_adapter_threaded",
    "tool": "base_adapter",
}

__all__ = [*_WHERE, "telemetry"]


def __getattr__(name: str) -> Any:
    if name == "telemetry":
        return importlib.import_module("snakepit_bridge.telemetry")
    if name not in _WHERE:
        raise AttributeError(f"module 'snakepit_bridge' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"snakepit_bridge.{_WHERE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
