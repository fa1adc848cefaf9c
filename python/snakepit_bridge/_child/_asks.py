"""Calls from Python to Go."""

from __future__ import annotations

import itertools
from threading import Lock
from typing import Any

from snakepit_bridge import _cancelling, _context, _host
from snakepit_bridge._child import _caller, _columns
from snakepit_bridge._child._proto import LinkUp

GONE = "the Go program does not answer any more: it, or this worker, is about to end"
DEAF = "Go cannot be called here: this thread carries the answers of Go"


class _Waiter:
    """A thread that waits for an answer."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lock.acquire()
        self._answer: Any = None

    def wait(self) -> Any:
        self._lock.acquire()
        return self._answer

    def wake(self, answer: Any) -> None:
        self._answer = answer
        self._lock.release()


class Asks:
    def __init__(self, link: Any) -> None:
        self._link = link
        self._numbers = itertools.count(1)
        self._waiting: dict[int, _Waiter] = {}

    def ask(self, function: str, values: tuple[Any, ...]) -> Any:
        """Call a function of the Go program and wait for what it returns."""
        if _caller.here.deaf:
            raise RuntimeError(DEAF)
        with _cancelling.shield():  # or an error of Go's could be lost
            return self._ask(function, values)

    def _ask(self, function: str, values: tuple[Any, ...]) -> Any:
        message = self._message(function, values)
        number, waiter = message.ask.id, _Waiter()
        self._waiting[number] = waiter
        if not self._link.send(message):
            self._waiting.pop(number, None)
            raise RuntimeError(GONE)
        return _understood(waiter.wait())

    def tell(self, function: str, *values: Any) -> None:
        """Call a function of the Go program and wait for nothing. It may be a garbage
        collection, in the midst of anything, that does."""
        message = self._message(function, values)
        message.ask.silent = True
        with _cancelling.shield():
            self._link.send_plain(message)

    def _message(self, function: str, values: tuple[Any, ...]) -> Any:
        message = LinkUp()
        ask = message.ask
        ask.id, ask.function = next(self._numbers), function
        ask.caller = _caller.caller() or _context.current_number()
        _encode(values, ask.args)
        return message

    def answer(self, answer: Any) -> None:
        waiter = self._waiting.pop(answer.id, None)
        if waiter is not None:
            waiter.wake(answer)

    def end(self) -> None:
        """There will be no more answers."""
        while self._waiting:
            try:
                _, waiter = self._waiting.popitem()
            except KeyError:  # answered, or given up, meanwhile
                return
            waiter.wake(None)


def _encode(values: tuple[Any, ...], args: Any) -> None:
    try:
        _columns.encode([values], data=args)
        return
    except _columns.Unfit as fault:
        path = fault.path.partition("]")[2]  # within the argument
        text = f"argument{path} of a Go function: want {fault.want}, got {fault.got}"
    raise TypeError(text)


def _understood(answer: Any) -> Any:
    if answer is None:
        raise RuntimeError(GONE)
    (value,) = _columns.decode(answer.value, 1)
    if answer.failed:
        _host.fail(value)
    return value
