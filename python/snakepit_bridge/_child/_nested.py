"""Calls within calls: Go tools, called from Python, that call Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from snakepit_bridge import _loops
from snakepit_bridge._child import _outcomes
from snakepit_bridge._child._proto import LinkUp
from snakepit_bridge._child._streams import Stream
from snakepit_bridge._child._targets import Target, Targets

if TYPE_CHECKING:
    from snakepit_bridge._child._state import State

CALL, NEXT, CLOSE = range(3)


class Nested:
    """Runs them, each on a thread of its own: they wait for one another."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._targets = Targets(state.program)
        self._threads = _loops.Threads("snakepit-nested")
        self._streams: dict[int, Stream] = {}

    def take(self, call: Any) -> None:
        """Begin with a call; its target is looked up now, in the order of their arrival."""
        target: Target | LookupError | None = None
        if call.step == CALL:
            try:
                target = self._targets.of(call)
            except LookupError as err:
                target = err
        self._threads.submit(self._run, call, target)

    def _run(self, call: Any, target: Target | LookupError | None) -> None:
        message = LinkUp()
        reply = message.nested
        reply.id = call.id
        if isinstance(target, LookupError):
            _outcomes.failed(reply.outcome, target)
        elif target is None:
            self._step(call, reply)
        elif target.streams:
            self._begin(call, target, reply)
        else:
            _outcomes.call(reply.outcome, call, target)
        lent = _outcomes.take_tokens()
        self._state.link.send(message)
        self._state.tokens.arrived(lent)  # what follows on the link is read after it

    def _begin(self, call: Any, target: Target, reply: Any) -> None:
        stream = self._state.streams.add(Stream(call.id, target))
        stream.open(call)
        reply.outcome.CopyFrom(stream.outcome)
        if stream.over:
            self._state.streams.remove(stream)
        else:
            reply.stream = stream.number
            self._streams[stream.number] = stream

    def _step(self, call: Any, reply: Any) -> None:
        stream = self._streams.get(call.stream)
        if stream is None:
            _outcomes.failed(reply.outcome, LookupError(f"stream {call.stream} is not open"))
        elif call.step == NEXT:
            self._next(stream, call, reply)
        else:
            self._close(stream, call, reply)

    def _next(self, stream: Stream, call: Any, reply: Any) -> None:
        over = stream.over or stream.interrupted
        reply.more = not over and stream.step(call.id, reply.outcome.value)
        if not reply.more:
            reply.outcome.CopyFrom(stream.outcome)

    def _close(self, stream: Stream, call: Any, reply: Any) -> None:
        del self._streams[stream.number]
        self._state.streams.remove(stream)
        stream.close(call.id)
        reply.outcome.CopyFrom(stream.outcome)

    def end(self) -> None:
        """Close the streams that nobody will."""
        for number in list(self._streams):
            stream = self._streams.pop(number)
            self._state.streams.remove(stream)
            self._threads.submit(stream.close, 0)
