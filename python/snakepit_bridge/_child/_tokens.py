"""Go errors that Python's exceptions carry, and when Go may forget them.

Go looks a token up when it reads the outcome that names it. The exception may be gone by
then; that it is, is not told before the outcome has arrived.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from snakepit_bridge._child import _caller


class Tokens:
    def __init__(self, forget: Callable[[int], None]) -> None:
        self._forget = forget
        self._lock = threading.RLock()  # a garbage collection may call from within
        self._under_way: dict[int, int] = {}  # in how many outcomes
        self._gone: set[int] = set()

    def lend(self, token: int) -> None:
        """A token goes into an outcome of this thread."""
        _caller.here.lent.append(token)
        with self._lock:
            self._under_way[token] = self._under_way.get(token, 0) + 1

    def forget(self, token: int) -> None:
        """The exception that carried a token is gone."""
        with self._lock:
            if token in self._under_way:
                self._gone.add(token)
                return
        self._forget(token)

    def arrived(self, tokens: Iterable[int]) -> None:
        """The outcomes that they were lent for are read."""
        for token in tokens:
            if self._settle(token):
                self._forget(token)

    def _settle(self, token: int) -> bool:
        with self._lock:
            left = self._under_way.pop(token) - 1
            if left:
                self._under_way[token] = left
                return False
            if token in self._gone:
                self._gone.remove(token)
                return True
            return False
