"""Events that Python code tells the Go program about.

Until the program attaches a backend, the last events are kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from snakepit_bridge.telemetry._buffer import MAX_EVENTS as MAX_EVENTS
from snakepit_bridge.telemetry._buffer import Buffer

__all__ = ["MAX_EVENTS", "Event", "emit", "set_backend", "span", "stats"]


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        name: What, in dotted words.
        measurements: Numbers.
        metadata: What else there is to know, as text.
        correlation_id: Shared by the events that belong together.
        time_ns: When, since 1970.
    """

    name: str
    measurements: Mapping[str, float]
    metadata: Mapping[str, str]
    correlation_id: str | None = None
    time_ns: int = field(default_factory=time.time_ns)


Backend = Callable[[Event], None]
_buffer: Buffer[Event] = Buffer()


def emit(
    name: str,
    measurements: Mapping[str, float] | None = None,
    metadata: Mapping[str, Any] | None = None,
    correlation_id: str | None = None,
) -> None:
    """Tell of an event. It never fails because of who listens."""
    texts = {key: str(value) for key, value in (metadata or {}).items()}
    _buffer.put(Event(name, dict(measurements or {}), texts, correlation_id))


@contextmanager
def span(
    name: str, metadata: Mapping[str, Any] | None = None, correlation_id: str | None = None
) -> Iterator[str]:
    """Tell when what runs within begins (``name.start``) and how it ends: ``name.stop``,
    or ``name.exception``, with its duration in nanoseconds. Gives the correlation id."""
    given = dict(metadata or {})
    correlation = correlation_id or uuid4().hex
    began = time.perf_counter_ns()
    emit(f"{name}.start", {"time": time.time_ns()}, given, correlation)
    try:
        yield correlation
    except BaseException as err:
        failed = {**given, "kind": type(err).__name__, "reason": err}
        emit(f"{name}.exception", {"duration": time.perf_counter_ns() - began}, failed, correlation)
        raise
    emit(f"{name}.stop", {"duration": time.perf_counter_ns() - began}, given, correlation)


def set_backend(backend: Backend | None) -> None:
    """Send events there from now on, the kept ones first; None keeps them again."""
    _buffer.attach(backend)


def stats() -> dict[str, int]:
    """How many events are kept, and how many were dropped."""
    return {"kept": _buffer.kept(), "dropped": _buffer.dropped}
