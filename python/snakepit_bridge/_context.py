"""Whose call some Python code runs in."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from snakepit_bridge import _native

if TYPE_CHECKING:
    from snakepit_bridge.session_context import SessionContext

# Set in what does not run on the thread of its call: coroutines, and threads that
# await Go tools for them.
current: ContextVar[SessionContext | None] = ContextVar("snakepit_context", default=None)


class _Silent:
    """Stands for a context where nobody looks at one."""

    session_number = 0


SILENT: Any = _Silent()


def current_context() -> SessionContext:
    """The context of the call that this code runs in; an empty one outside of calls."""
    from snakepit_bridge.session_context import SessionContext

    if _native.caller() == 0:
        ctx = current.get()
        if ctx is not None:
            return ctx
    return SessionContext.capture()


def current_number() -> int:
    """The number of the call that code on a thread of Python's own belongs to, or 0."""
    ctx = current.get()
    return 0 if ctx is None else ctx.number
