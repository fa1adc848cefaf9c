"""The thread of an adapter with thread affinity."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import get_ident
from typing import Any


class OwnThread:
    """Runs one thing after the other, all on one thread."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, "snakepit-own")
        self._ident: int = self._executor.submit(get_ident).result()

    def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a function there, and wait for it."""
        if get_ident() == self._ident:
            return function(*args)
        return self.submit(function, *args).result()

    def submit(self, function: Callable[..., Any], *args: Any) -> Future[Any]:
        return self._executor.submit(function, *args)


class AnyThread:
    """Runs things where they are asked for."""

    def run(self, function: Callable[..., Any], *args: Any) -> Any:
        return function(*args)
