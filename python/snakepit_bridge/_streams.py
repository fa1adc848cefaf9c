"""Iterators that cross: Python's generators for Go, Go's iterators for Python."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from snakepit_bridge import _context, _loops, _native
from snakepit_bridge._loops import Loop, Start


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
        self._interrupted = False
        self._closed = False

    def __iter__(self) -> AsyncSteps:
        return self

    def __next__(self) -> Any:
        if self._closed or self._interrupted:
            raise StopIteration
        self._step = self._start(self._items.__anext__)
        try:
            return self._loop.result(self._step, self._ctx)
        except StopAsyncIteration:
            raise StopIteration from None
        except asyncio.CancelledError:
            if not self._interrupted:
                raise
            raise StopIteration from None

    def _start(self, make: Callable[[], Any]) -> Start:
        async def step() -> Any:
            if self._interrupted and not self._closed:  # meanwhile
                raise StopAsyncIteration
            return await make()

        return Start(step)

    def interrupt(self) -> None:
        """End the iteration: a step in progress is cancelled, the generator gets a
        CancelledError. From any thread."""
        self._interrupted = True
        if self._step is not None:
            self._loop.cancel(self._step)

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            aclose = getattr(self._items, "aclose", None)
            if aclose is not None:
                self._loop.result(self._start(aclose), self._ctx)
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
