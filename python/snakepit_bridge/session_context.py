"""What Python code knows of the call it runs in, and of the session."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from snakepit_bridge import _host, _loops, _memory, _native, _release

_states: dict[int, dict[str, Any]] = {}
_making = threading.Lock()


def _state_of(session: int) -> dict[str, Any]:
    state = _states.get(session)
    if state is None:
        with _making:
            state = _states.setdefault(session, {})
    return state


def end_session(session: int) -> None:
    """Drop the state of a session. The Go program calls it."""
    state = _states.pop(session, None)
    if state is not None:
        _release.drop(state)


class HostTools:
    """The Go program's tools: as attributes, as items, and to iterate over their names."""

    def __init__(self, ctx: SessionContext) -> None:
        self._ctx = ctx

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        ctx = self._ctx
        ctx._within(_host.find, name)  # fails here and now if there is none

        def tool(*args: Any, **kwargs: Any) -> Any:
            return ctx.call_host_tool(name, *args, **kwargs)

        tool.__name__ = name
        return tool

    def __getitem__(self, name: str) -> Callable[..., Any]:
        try:
            return self.__getattr__(name)
        except AttributeError as err:
            raise KeyError(name) from err

    def __iter__(self) -> Iterator[str]:
        return iter(self._ctx._within(_host.names))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, name: object) -> bool:
        return name in list(iter(self))

    def __dir__(self) -> list[str]:
        return list(iter(self))

    keys = __dir__


class SessionContext:
    """The call that some code runs in. It may be passed on to other threads; it serves
    them until the call ends."""

    def __init__(
        self,
        number: int = 0,
        session_number: int = 0,
        session_id: str = "",
        metadata: dict[str, str] | None = None,
        deadline: int | None = None,
    ) -> None:
        self.number = number
        self.session_number = session_number
        self.session_id = session_id
        self.metadata: dict[str, str] = metadata or {}
        self._deadline = deadline
        self._state: dict[str, Any] | None = None

    @classmethod
    def capture(cls) -> SessionContext:
        """The context of the call that this thread runs."""
        if "context" not in _native.functions:
            return cls()
        number, session, session_id, metadata, deadline, _ = _native.ask("context")
        return cls(number, session, session_id, metadata, deadline)

    @staticmethod
    def current() -> SessionContext:
        """The context of the call that this code runs in."""
        from snakepit_bridge._context import current_context

        return current_context()

    @property
    def request_metadata(self) -> dict[str, str]:
        return self.metadata

    def remaining(self) -> float | None:
        """Seconds until the caller's deadline, never negative; None without one."""
        if self._deadline is None:
            return None
        return max(0.0, (self._deadline - time.time_ns()) / 1e9)

    @property
    def state(self) -> dict[str, Any]:
        """A dict that lives with the session; without one, with this context."""
        if self.session_number:
            return _state_of(self.session_number)
        if self._state is None:
            self._state = {}
        return self._state

    @property
    def host_tools(self) -> HostTools:
        return HostTools(self)

    elixir_tools = host_tools

    def call_host_tool(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Call a Go tool. Where an event loop runs on this thread, the result is to be
        awaited.

        A single dict is taken for keyword arguments.
        """
        values = list(args)
        if len(values) == 1 and isinstance(values[0], dict) and not kwargs:
            kwargs = values.pop()
        if _loops.running() is None:
            return self._within(_host.call, name, values, kwargs)
        return _loops.in_thread(self, self._within, _host.call, name, values, kwargs)

    call_elixir_tool = call_host_tool

    def _within(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a function whose calls to Go belong to this context's call."""
        if not self.number:
            return function(*args)
        before = _native.switch(self.number)
        try:
            return function(*args)
        finally:
            _native.switch(before)

    def empty(self, shape: int | tuple[int, ...], dtype: Any = "float32") -> Any:
        """A numpy array without contents, to be filled and returned.

        In a child process it lies in memory that the Go program sees too, so that nothing
        is copied when it is returned, kept or passed on. Elsewhere it is numpy.empty.
        """
        return _memory.empty(shape, dtype)

    def cleanup(self) -> None:
        """Empty the state. The session itself is the Go program's to close."""
        self.state.clear()

    def __enter__(self) -> SessionContext:
        return self

    def __exit__(self, *_: object) -> None:
        self.cleanup()

    def __repr__(self) -> str:
        return f"SessionContext({self.session_id!r})"
