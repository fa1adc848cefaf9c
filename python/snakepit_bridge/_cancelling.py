"""Calls that nobody waits for any more: the exception that they get, and what wakes them.

A call that can be cancelled has a key, which _native.running() returns on its thread.
Whoever cancels one asks wake() first, and has Cancelled raised on that thread if that says
so: again and again, until the call is over, for code may drop the exception. One that is
on its way through the code is left alone, with the finally clauses that it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from snakepit_bridge import _native

if TYPE_CHECKING:
    from types import CodeType, FrameType

DEEPEST = 100  # frames of a stack that is kept


class Cancelled(BaseException):
    """Nobody waits for this call any more: its deadline has passed, or its caller gave it up.

    It is raised in the midst of a tool's code. Let it pass: clean up in a finally clause.
    """

    __module__ = "snakepit_bridge"
    _case: _Case | None = None

    def __init__(self, *args: object) -> None:
        super().__init__(*(args or ("the caller of this call waits for it no more",)))
        case = _cases.get(_native.running())
        if case is not None:
            self._case = case
            case.alive += 1  # in this order: see wake
            case.arrivals += 1
            _native.arrived()
            case.seen = _seen(sys._getframe(1))
            _make_good(sys._getframe(1))

    def __del__(self) -> None:
        if self._case is not None:
            self._case.alive -= 1


class _Case:
    """A call that is being cancelled.

    Attributes:
        arrivals: How many exceptions it got.
        alive: How many of these are on their way through the code.
        seen: Where the last one was raised.
    """

    __slots__ = ("alive", "arrivals", "seen")

    def __init__(self) -> None:
        self.alive = self.arrivals = 0
        self.seen: list[str] = []


_cases: dict[int, _Case] = {}
_wakers: dict[int, list[Callable[[], None]]] = {}


def wake(key: int) -> int:
    """Wake what the call waits for. Returns how many exceptions have arrived in it, or -1
    if one of them is still on its way through the code: it gets another one only if no more
    have arrived when that is set."""
    case = _cases.get(key)
    if case is None:
        case = _cases.setdefault(key, _Case())
    for waker in tuple(_wakers.get(key, ())):
        waker()
    arrivals = case.arrivals
    return -1 if case.alive else arrivals


def forget(key: int) -> None:
    """The call is over."""
    _cases.pop(key, None)
    _wakers.pop(key, None)


@contextmanager
def waking(waker: Callable[[], None]) -> Iterator[None]:
    """While this thread waits where no exception reaches it: what ends the wait if its
    call is cancelled. From any thread, and perhaps more than once."""
    key = _native.running()
    if not key:
        yield
        return
    wakers = _wakers.setdefault(key, [])
    wakers.append(waker)
    try:
        yield
    finally:
        wakers.remove(waker)
        if not wakers and _wakers.get(key) is wakers:
            del _wakers[key]


class shield:
    """Stands around what the exception would break, such as waits that take locks in Python:
    it comes after that. Wakers are called meanwhile."""

    __slots__ = ()

    def __enter__(self) -> None:
        _native.pause()

    def __exit__(self, *_: object) -> None:
        _native.resume()


# Finalizers that must do their work, by their code: what does it in their stead, where the
# exception keeps them from it.
finalizers: dict[CodeType, Callable[[FrameType], None]] = {}


def _make_good(frame: FrameType | None) -> None:
    while frame is not None:
        if frame.f_code in finalizers:
            finalizers[frame.f_code](frame)
        frame = frame.f_back


def stack(key: int, thread: int) -> str:
    """Where a call is that does not end, the innermost last.

    Of code that drops the exception, where it met it: it can be looked at by its own
    thread only. Code that never meets it is in a C function, and so stands still.
    """
    case = _cases.get(key)
    if case is not None and case.seen:
        return "".join(case.seen)
    frame = sys._current_frames().get(thread)
    return "" if frame is None else "".join(_seen(frame))


def _seen(innermost: FrameType | None) -> list[str]:
    lines: list[str] = []
    frame = innermost
    while frame is not None and len(lines) < DEEPEST:
        code = frame.f_code
        lines.append(f'  File "{code.co_filename}", line {frame.f_lineno}, in {code.co_name}\n')
        frame = frame.f_back
    lines.reverse()
    return lines


def install() -> None:
    """Let Python say nothing of it where the exception comes to code that cannot raise, as
    a finalizer is: it comes again."""
    told = sys.unraisablehook

    def tell(unraisable: sys.UnraisableHookArgs) -> None:
        if unraisable.exc_type is not Cancelled:
            told(unraisable)

    sys.unraisablehook = tell
