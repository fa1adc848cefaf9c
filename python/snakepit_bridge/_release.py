"""What a session leaves behind.

Free-threaded Python counts the references that the maker of an object holds apart, and
only the maker's thread can add up. An object whose last reference another thread gives
up waits until the maker runs Python again, and that may be a thread which the Go program
has no more use for. A garbage collection frees such objects at once.
"""

from __future__ import annotations

import gc
import sys
import threading
import time
import weakref
from typing import Any

DELAY = 0.1  # seconds, so that sessions which end together share a collection
PAUSE = 10.0  # seconds between two collections: each stops all threads for a moment


class Collector:
    """Collects garbage soon, and not too often."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned = False
        self._last = -PAUSE

    def request(self) -> None:
        with self._lock:
            if self._planned:
                return
            self._planned = True
            delay = max(DELAY, self._last + PAUSE - time.monotonic())
        timer = threading.Timer(delay, self._collect)
        timer.daemon = True
        timer.start()

    def _collect(self) -> None:
        with self._lock:
            self._planned, self._last = False, time.monotonic()
        gc.collect()


_collector = Collector()
_needed = not getattr(sys, "_is_gil_enabled", lambda: True)()


def drop(state: dict[str, Any]) -> None:
    """Empty a dict, and see that what was in it goes soon if nobody else has it."""
    left = [ref for ref in map(_watch, state.values()) if ref is not None] if _needed else []
    state.clear()
    if any(ref() is not None for ref in left):
        _collector.request()


def _watch(value: Any) -> weakref.ref[Any] | None:
    try:
        return weakref.ref(value)
    except TypeError:  # a number, a text, a list: nothing big as a rule
        return None
