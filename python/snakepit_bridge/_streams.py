"""Iterators that cross: Python's generators for Go, Go's iterators for Python."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from snakepit_bridge import _context, _loops, _native
from snakepit_bridge._loops import Loop


class Steps:
    """An iterator of Python's with the methods that Go calls."""

    def __init__(self, items: Iterator[Any], end: Callable[[], None]) -> None:
        self._items = items
        self._end = end
        self._closed = False

    def __iter__(self) -> Steps:
        return self

    def __next__(self) -> Any:
        if self._closed:
            raise StopIteration
        return next(self._items)

    def interrupt(self) -> None:
        """A step of synchronous code cannot be woken."""

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            close = getattr(self._items, "close", None)
            if close is not None:
                close()
        finally:
            self._end()


class AsyncSteps:
    """An asynchronous iterator, each step of which runs on one event loop."""

    def __init__(self, items: AsyncIterator[Any], loop: Loop, end: Callable[[], None]) -> None:
        self._items = items
        self._loop = loop
        self._end = end
        self._ctx = _context.current_context()
        self._step: Any = None
        self._cancelled: Any = None  # the step that was
        self._lock = threading.Lock()
        self._interrupted = False
        self._closed = False

    def __iter__(self) -> AsyncSteps:
        return self

    def __next__(self) -> Any:
        if self._closed or self._interrupted:
            raise StopIteration
        self._step = self._begin(self._items.__anext__)
        if self._interrupted:  # meanwhile
            self._cancel()
        try:
            return self._step.done.result()
        except StopAsyncIteration:
            raise StopIteration from None
        except asyncio.CancelledError:
            if not self._interrupted:
                raise
            raise StopIteration from None

    def _begin(self, make: Callable[[], Any]) -> Any:
        async def step() -> Any:
            return await make()

        return self._loop.begin(step, self._ctx)

    def interrupt(self) -> None:
        """End the iteration: a step in progress is cancelled, the generator gets a
        CancelledError. From any thread."""
        self._interrupted = True
        self._cancel()

    def _cancel(self) -> None:
        """Cancel the step in progress, once: again, it would hit a finally clause."""
        with self._lock:
            step = self._step
            if step is None or step is self._cancelled:
                return
            self._cancelled = step
        self._loop.cancel(step)

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            aclose = getattr(self._items, "aclose", None)
            if aclose is not None:
                self._begin(aclose).done.result()
        finally:
            self._end()


class Source:
    """A Go iterator that was passed as an argument. It ends with the call."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._ctx = _context.current_context()
        self._over = False

    def __iter__(self) -> Source:
        return self

    def __next__(self) -> Any:
        more, item = (False, None) if self._over else self._next()
        if not more:
            self._over = True
            raise StopIteration
        return item

    def _next(self) -> Any:
        return self._ctx._within(_native.ask, "next", self._number)

    def __aiter__(self) -> Source:
        return self

    async def __anext__(self) -> Any:
        more, item = (False, None)
        if not self._over:
            more, item = await _loops.in_thread(self._ctx, self._next)
        if not more:
            self._over = True
            raise StopAsyncIteration
        return item

    def close(self) -> None:
        self._close(_native.ask)

    def _close(self, how: Callable[[str, int], Any]) -> None:
        if not self._over:
            self._over = True
            how("close", self._number)

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        try:
            self._close(_native.tell)
        except BaseException:  # the thread ends, or Python does
            pass
