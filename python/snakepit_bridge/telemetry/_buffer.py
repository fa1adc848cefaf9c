"""Events on their way to a backend."""

from __future__ import annotations

import collections
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_EVENTS = 1024  # that are kept while nobody listens


class Buffer(Generic[T]):
    """Keeps the last events until there is a backend; drops and counts older ones."""

    def __init__(self, most: int = MAX_EVENTS) -> None:
        self._lock = threading.Lock()
        self._kept: collections.deque[T] = collections.deque()
        self._most = most
        self._backend: Callable[[T], None] | None = None
        self.dropped = 0

    def put(self, event: T) -> None:
        with self._lock:
            backend = self._backend
            if backend is None:
                self._keep(event)
        if backend is not None:
            self._send(backend, event)

    def _keep(self, event: T) -> None:
        if len(self._kept) >= self._most:
            self._kept.popleft()
            self.dropped += 1
        self._kept.append(event)

    def _send(self, backend: Callable[[T], None], event: T) -> None:
        try:
            backend(event)
        except Exception:  # whoever listens must not break what is listened to
            with self._lock:
                self.dropped += 1

    def attach(self, backend: Callable[[T], None] | None) -> None:
        """Hand over what was kept, in order, and everything from now on."""
        while True:
            with self._lock:
                if backend is None or not self._kept:
                    self._backend = backend
                    return
                event = self._kept.popleft()
            self._send(backend, event)

    def kept(self) -> int:
        with self._lock:
            return len(self._kept)
