"""Events of Python's on their way to the host, those of a moment together."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from snakepit_bridge import _context
from snakepit_bridge._child import _proto

MOST = 4096  # events that wait to be sent


class Telemetry:
    def __init__(self, send_late: Callable[[Callable[[], Any]], None]) -> None:
        self._send_late = send_late
        self._sampling = 1.0
        self._waiting: deque[Any] = deque()

    def control(self, control: Any) -> None:
        """Do as the host wants."""
        self._sampling = control.sampling
        if control.enabled:
            from snakepit_bridge import telemetry

            telemetry.set_backend(self._put)
        elif (module := sys.modules.get("snakepit_bridge.telemetry")) is not None:
            module.set_backend(None)

    def _put(self, event: Any) -> None:
        if not self._sampled(event.correlation_id):
            return
        if len(self._waiting) >= MOST:
            raise BufferError(f"{MOST} events wait already")  # which counts it as dropped
        first = not self._waiting
        self._waiting.append(_message(event))
        if first:
            self._send_late(self._batch)

    def _sampled(self, correlation: str | None) -> bool:
        """Events that belong together share one fate."""
        if self._sampling >= 1:
            return True
        key = time.perf_counter_ns() if correlation is None else correlation
        return hash((key,)) % 10_000 < self._sampling * 10_000

    def _batch(self) -> Any:
        message = _proto.LinkUp()
        message.telemetry.SetInParent()
        for _ in range(len(self._waiting)):
            message.telemetry.events.append(self._waiting.popleft())
        return message


def _message(event: Any) -> Any:
    ctx = _context.current.get()
    metadata = dict(event.metadata)
    if event.correlation_id is not None:
        metadata.setdefault("correlation_id", event.correlation_id)
    return _proto.Event(
        name=event.name.split("."),
        measurements=event.measurements,
        metadata=metadata,
        unix_nanos=event.time_ns,
        session="" if ctx is None else ctx.session_id,
    )
