"""The way between child and host beside the calls."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from snakepit_bridge import _native
from snakepit_bridge._child import _caller, _parts
from snakepit_bridge._child._cancel import runs
from snakepit_bridge._child._nested import Nested
from snakepit_bridge._child._proto import LinkDown
from snakepit_bridge._child._telemetry import Telemetry

if TYPE_CHECKING:
    from snakepit_bridge._child._state import State

# Of the Go program; without a way there, there are none.
FUNCTIONS = ("tool", "context", "find_tool", "list_tools", "next", "close", "lend", "forget")

log = logging.getLogger("snakepit")

Raws = Iterable[bytes]


class Link:
    """Messages to the host, sent by one thread, and from it, read by another.

    Attributes:
        used: Whether the host has begun it, which it does once.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._queue: queue.SimpleQueue[Callable[[], Raws] | None] = queue.SimpleQueue()
        self._nested = Nested(state)
        self._open = self.used = False
        self.telemetry = Telemetry(self.send_late)
        self._take: dict[str | None, Callable[[Any], None]] = {}

    def begin(self) -> None:
        """From now on Python can call Go."""
        self._receivers()
        self._open = self.used = True
        _native.functions.update({name: name for name in FUNCTIONS})

    def serve(self, raws: Raws) -> Iterator[bytes]:
        """Send what is to be sent, until the host ends the stream."""
        _caller.here.deaf = True
        threading.Thread(
            target=self._read, args=(raws,), name="snakepit-link", daemon=True
        ).start()
        try:
            while (make := self._queue.get()) is not None:
                yield from make()
        finally:
            _caller.here.deaf = False  # the thread has other work next

    def send(self, message: Any) -> bool:
        """Send a message; whether there is a host to send it to."""
        if self._open:
            raws = _parts.cut(message, self._state.chunk)
            self._queue.put(lambda: raws)
        return self._open

    def send_plain(self, message: Any) -> None:
        """Send a message from within a garbage collection, where no locks may be taken."""
        raw = message.SerializeToString()
        self._queue.put(lambda: (raw,))

    def send_late(self, make: Callable[[], Any]) -> None:
        """Send the message that make() returns when its turn has come."""
        self._queue.put(lambda: _parts.cut(make(), self._state.chunk))

    def _receivers(self) -> None:
        state = self._state
        self._take = {
            "answer": state.asks.answer,
            "nested": self._nested.take,
            "interrupt": state.streams.interrupt,
            "cancel": self._cancel,
            "telemetry": self.telemetry.control,
        }

    def _cancel(self, number: int) -> None:
        runs.cancel(number)
        self._state.streams.cancel(number)

    def _read(self, raws: Raws) -> None:
        _caller.here.deaf = True
        try:
            for what, message in _parts.joined(raws, LinkDown):
                self._receive(what, message)
        except Exception:  # the host has cancelled the stream
            pass
        finally:
            self._open = False
            self._queue.put(None)
            self._state.asks.end()
            self._nested.end()

    def _receive(self, what: str | None, message: Any) -> None:
        take = self._take.get(what)
        if take is None:
            return
        try:
            take(getattr(message, what))  # type: ignore[arg-type]
        except Exception:
            log.exception("a message from the Go program could not be taken: %s", what)
