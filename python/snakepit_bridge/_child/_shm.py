"""The memory that the Go program and this process both see: the host's arena (area 0)
and this process's own (area 1), each a file of memory that is mapped when it is needed.

Finalizers run in the middle of anything, so they do nothing but append to a queue;
what they say is done by whoever sends the next message.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock

from snakepit_bridge._child import _loans
from snakepit_bridge._child._pages import Pages

HOST, OWN = 0, 1  # the areas' numbers

RETAIN = 1 << 30  # bytes that were freed and keep their memory, at most

PAGE = os.sysconf("SC_PAGE_SIZE")

inline_max = 4096  # bytes; larger tensors go by shared memory. The host says in Hello.


class Area:
    """A mapped file; it stays mapped as long as the process lives."""

    def __init__(self, descriptor: int, size: int) -> None:
        from snakepit_bridge._child import _libc

        self.base = _libc.map_shared(descriptor, size)
        self.size = size
        os.close(descriptor)

    def offset(self, address: int, n: int) -> int | None:
        """Where n bytes at an address lie in here."""
        at = address - self.base
        return at if at >= 0 and at + n <= self.size else None

    def punch(self, page: int, pages: int) -> bool:
        from snakepit_bridge._child import _libc

        return _libc.punch(self.base + page * PAGE, pages * PAGE)


_freed: deque[tuple[int, int]] = deque()  # first page, pages; filled by finalizers


class Block:
    """A piece of area 1, freed with its last reference."""

    __slots__ = ("address", "first", "pages")

    def __init__(self, address: int, first: int, pages: int) -> None:
        self.address, self.first, self.pages = address, first, pages

    def __del__(self, freed: Callable[[tuple[int, int]], None] = _freed.append) -> None:
        freed((self.first, self.pages))


_given: tuple[tuple[int, int], ...] = ()  # descriptor and size of each area
_areas: tuple[Area, ...] = ()
_pages: Pages | None = None
_lock = Lock()


def open_areas(sizes: Sequence[int], descriptors: Sequence[int] = (5, 6)) -> None:
    """Say what the host gave: both areas, or nothing where there is no shared memory."""
    global _given
    _given = tuple(zip(descriptors, sizes, strict=False))


def areas() -> tuple[Area, ...]:
    """The areas by number, mapped; none where there is no shared memory."""
    return _areas if _areas or not _given else _map()


def _map() -> tuple[Area, ...]:
    global _areas, _pages
    with _lock:
        if not _areas and _given:
            mapped = tuple(Area(*given) for given in _given)
            own = mapped[OWN]
            retain = min(RETAIN, own.size // 8) // PAGE
            _pages = Pages(own.size // PAGE, retain, own.punch)
            _areas = mapped
    return _areas


def locate(address: int, n: int) -> tuple[int, int] | None:
    """The area and the offset of n bytes at an address, if they are shared."""
    for number, area in enumerate(areas()):
        offset = area.offset(address, n)
        if offset is not None:
            return number, offset
    return None


def take(n: int) -> Block | None:
    """Memory of area 1, not cleared; None if there is no room."""
    mapped = areas()
    count = max(1, -(-n // PAGE))
    with _lock:
        pages = _pages
        if pages is None:
            return None
        _reuse(pages)
        first = pages.take(count)
    if first is None:
        return None
    return Block(mapped[OWN].base + first * PAGE, first, count)


def _reuse(pages: Pages) -> None:
    while _freed:
        pages.give(*_freed.popleft())


def tidy() -> None:
    """Free what finalizers said is free."""
    if _freed:
        with _lock:
            if _pages is not None:
                _reuse(_pages)


def free_pages() -> tuple[int, int]:
    """How many pages of area 1 are free: with memory of the system's, and without."""
    tidy()
    areas()
    return (_pages.used.pages, _pages.fresh.pages) if _pages is not None else (0, 0)


def ends_to_send() -> list[int]:
    """The loans of Go's memory that Python is done with since the last time."""
    tidy()
    return _loans.ends_to_send()


def take_ends(loans: Sequence[int]) -> None:
    """Give up memory of Python's that Go is done with; loans that are unknown are over."""
    _loans.take_ends(loans)
    tidy()


def _forked() -> None:
    """A process that this one forks sees the same memory, and must not allocate of it."""
    global _pages, _given, _lock
    _pages, _given, _lock = None, (), Lock()


os.register_at_fork(after_in_child=_forked)
