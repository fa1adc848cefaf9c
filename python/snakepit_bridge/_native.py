"""What the Go program gives to Python; see package cgo, host.h."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


class _Missing:
    """Stands for an argument that was not given."""

    def __repr__(self) -> str:
        return "..."


MISSING = _Missing()


def _not_connected(*_: Any) -> Any:
    raise RuntimeError("no Go program is connected: this Python was not started by one")


call: Callable[..., Any] = _not_connected
switch: Callable[[int], int] = _not_connected
take: Callable[[Any, int, int, int], bool] = _not_connected
functions: dict[str, Any] = {}  # what call() knows each function by


def caller() -> int:
    """The number of the call that this thread runs for Go, 0 for none."""
    return 0


def running() -> int:
    """The key of the call that this thread runs, and that can be cancelled; 0 for none."""
    return 0


def arrived() -> None:
    """An exception that cancels this thread's call is raised: another is not to follow."""


def pause() -> None:
    """Let no exception that cancels this thread's call come until resume(). They nest."""


def resume() -> None:
    """End what pause() began."""


def connect(
    native_call: Callable[..., Any],
    native_caller: Callable[[], int],
    native_switch: Callable[[int], int],
    native_take: Callable[[Any, int, int, int], bool],
    native_guard: Sequence[Callable[[], Any]],
    numbers: dict[str, Any],
) -> None:
    global call, caller, switch, take, running, arrived, pause, resume, functions
    call, caller, switch, take = native_call, native_caller, native_switch, native_take
    running, arrived, pause, resume = native_guard
    functions = numbers


def ask(name: str, *values: Any) -> Any:
    """Call a function of the Go program by its name."""
    try:
        number = functions[name]
    except KeyError:
        raise RuntimeError(f"the Go program offers no {name!r} here") from None
    return call(number, *values)


def tell(name: str, *values: Any) -> None:
    """Call a function whose result is of no interest. In a child nobody waits for it: it may
    be a garbage collection that calls, on a thread that others wait for."""
    ask(name, *values)
