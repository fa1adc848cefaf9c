"""A lane: the calls of one slot, which one thread runs one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from snakepit_bridge._child import _caller, _outcomes, _parts
from snakepit_bridge._child._outbox import Outbox
from snakepit_bridge._child._own import OwnThread
from snakepit_bridge._child._proto import Data, ExecuteReply, ExecuteRequest
from snakepit_bridge._child._state import State
from snakepit_bridge._child._streams import Stream
from snakepit_bridge._child._targets import Target, Targets

Messages = Iterator[tuple[str | None, Any]]


class Lane:
    """One stream of Execute.

    Attributes:
        calls: How many have ended.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._targets = Targets(state.program)
        self._lent: list[int] = []
        self.calls = 0

    def serve(self, raws: Iterable[bytes]) -> Iterator[bytes]:
        messages = _parts.joined(raws, ExecuteRequest)
        for what, request in messages:
            self._arrived()
            if what == "call":  # not what was for a stream that is over
                yield from self._run(request.call, messages)
        self._arrived()

    def _run(self, call: Any, messages: Messages) -> Iterator[bytes]:
        reply = ExecuteReply(id=call.id)
        target: Target | None = None
        try:
            target = self._targets.of(call)
        except LookupError as err:
            _outcomes.failed(reply.outcome, err)
        if target is not None and target.streams:
            yield from self._stream(call, target, messages, reply)
        elif target is not None:
            self._state.program.own.run(_call, reply.outcome, call, target, self._lent)
        self._lent += _outcomes.take_tokens()
        self.calls += 1
        yield from _parts.cut(reply, self._state.chunk)

    def _stream(self, call: Any, target: Target, messages: Messages, reply: Any) -> Iterator[bytes]:
        """Send what another thread makes. It has the messages until it is done."""
        stream, out = self._state.streams.add(Stream(call.id, target)), Outbox()
        own = self._state.program.own
        makers = own if isinstance(own, OwnThread) else self._state.makers
        makers.submit(_make, stream, call, messages, out)
        try:
            for items in out.replies(call.id):
                yield from _parts.cut(items, self._state.chunk)
        finally:
            self._state.streams.remove(stream)
            if not stream.over:  # the host has hung up
                stream.interrupt()
        _caller.here.lent += out.lent
        reply.outcome.CopyFrom(stream.outcome)

    def _arrived(self) -> None:
        """The host has read the last outcome."""
        if self._lent:
            self._state.tokens.arrived(self._lent)
            self._lent = []


def _call(outcome: Any, call: Any, target: Target, lent: list[int]) -> None:
    _outcomes.call(outcome, call, target)
    lent += _outcomes.take_tokens()


def _make(stream: Stream, call: Any, messages: Messages, out: Outbox) -> None:
    """Make the items of a stream, as many as the host wants, and close it."""
    try:
        stream.open(call)
        _items(stream, call.credit, messages, out)
    finally:
        stream.close(call.id)
        out.lent = _outcomes.take_tokens()
        out.end()


def _items(stream: Stream, credit: int, messages: Messages, out: Outbox) -> None:
    while not stream.over:
        credit = credit or _more(messages)
        if stream.interrupted or not credit:
            return
        item = Data()
        if stream.step(stream.number, item):
            credit -= 1
            out.put(item)


def _more(messages: Messages) -> int:
    """How many more items the host wants; 0 for an end."""
    for what, request in messages:
        if what == "more" and request.more:
            more: int = request.more
            return more
        if what == "close":
            break
    return 0
