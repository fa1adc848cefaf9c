"""Generators whose items go to the host one by one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from snakepit_bridge._child import _columns, _outcomes
from snakepit_bridge._child._proto import Outcome
from snakepit_bridge._child._targets import Target

_END: Any = object()
_NOTHING = _columns.encode([None])


class Stream:
    """A generator, from the call that opens it on.

    Attributes:
        number: That of the call.
        over: Whether there is nothing more to expect.
        interrupted: Whether nobody wants more.
        outcome: What became of it: none, or the first thing that went wrong.
    """

    def __init__(self, number: int, target: Target) -> None:
        self.number = number
        self.over = self.interrupted = False
        self.outcome = Outcome(value=_NOTHING)
        self._target = target
        self._steps: Any = None

    def open(self, call: Any) -> None:
        def work() -> None:
            self._steps = self._target.run(call)

        self._run(self.number, work)
        if self.interrupted:  # meanwhile
            self.interrupt()

    def step(self, caller: int, item: Any) -> bool:
        """Write the next item into a Data; whether there was one, and nothing went wrong."""

        def work() -> None:
            value = next(self._steps, _END)
            if value is _END:
                self.over = True
            else:
                _columns.encode([value], self._target.tensors, self._target.keys, item)

        self._run(caller, work)
        return not self.over

    def interrupt(self) -> None:
        """Let a step in progress return soon, if it can, and none follow. From any thread."""
        self.interrupted = True
        steps = self._steps
        if steps is not None:
            steps.interrupt()

    def close(self, caller: int) -> None:
        """Close the generator: what it does at its end belongs to that call."""
        self.over = True
        steps, self._steps = self._steps, None
        if steps is None:
            return

        self._run(caller, steps.close, True)

    def _run(self, caller: int, work: Callable[[], object], last: bool = False) -> None:
        outcome = Outcome()
        _outcomes.run(outcome, caller, work, last)
        if outcome.WhichOneof("what") is None:
            return
        self.over = True
        if self.outcome.WhichOneof("what") == "value":
            self.outcome = outcome


EARLY = 256  # interrupts that are remembered


class Streams:
    """The streams that are open. One may be interrupted before it is: what interrupts
    comes another way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[int, Stream] = {}
        self._early: dict[int, None] = {}

    def add(self, stream: Stream) -> Stream:
        with self._lock:
            self._open[stream.number] = stream
            if stream.number in self._early:
                del self._early[stream.number]
                stream.interrupted = True
        return stream

    def remove(self, stream: Stream) -> None:
        with self._lock:
            self._open.pop(stream.number, None)

    def cancel(self, number: int) -> None:
        """Let none of its steps follow, if there is such a stream."""
        with self._lock:
            stream = self._open.get(number)
        if stream is not None:
            stream.interrupt()

    def interrupt(self, number: int) -> None:
        with self._lock:
            stream = self._open.get(number)
            if stream is None:
                self._early[number] = None
                if len(self._early) > EARLY:
                    del self._early[next(iter(self._early))]
                return
        stream.interrupt()
