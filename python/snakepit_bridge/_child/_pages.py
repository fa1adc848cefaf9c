"""Which pages of this process's own area are free."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable


class Runs:
    """Free pages as runs, neighbours joined, and the smallest that fits found by bisection."""

    def __init__(self) -> None:
        self.pages = 0
        self._length: dict[int, int] = {}  # by first page
        self._first: dict[int, int] = {}  # by the page behind the last
        self._sizes: list[tuple[int, int]] = []  # length, first page

    def take(self, n: int) -> int | None:
        """The first of n pages, which are not free any more."""
        i = bisect_left(self._sizes, (n, 0))
        if i == len(self._sizes):
            return None
        length, first = self._sizes[i]
        self._remove(first, length)
        if length > n:
            self._add(first + n, length - n)
        return first

    def give(self, first: int, n: int) -> None:
        before = self._first.get(first)
        if before is not None:
            self._remove(before, first - before)
            first, n = before, n + first - before
        after = self._length.get(first + n)
        if after is not None:
            self._remove(first + n, after)
            n += after
        self._add(first, n)

    def largest(self) -> tuple[int, int]:
        """Take the longest run: its first page, and how many it has."""
        n, first = self._sizes[-1]
        self._remove(first, n)
        return first, n

    def _add(self, first: int, n: int) -> None:
        self._length[first], self._first[first + n] = n, first
        insort(self._sizes, (n, first))
        self.pages += n

    def _remove(self, first: int, n: int) -> None:
        del self._length[first], self._first[first + n]
        del self._sizes[bisect_left(self._sizes, (n, first))]
        self.pages -= n


class Pages:
    """The pages of an area. What was freed is used again first, and given back to the
    system beyond what is retained. Whoever calls has a lock.

    Attributes:
    used: Free pages that still have memory.
    fresh: Free pages that have none.
    """

    def __init__(self, pages: int, retain: int, punch: Callable[[int, int], bool]) -> None:
        self.used, self.fresh = Runs(), Runs()
        self.fresh.give(0, pages)
        self._retain = retain
        self._punch = punch  # gives pages back, from a first one; False if the system takes none

    def take(self, n: int) -> int | None:
        for runs in (self.used, self.fresh):
            first = runs.take(n)
            if first is not None:
                return first
        if not self.used.pages:
            return None
        self._trim(0)  # neighbours of both kinds join
        return self.fresh.take(n)

    def give(self, first: int, n: int) -> None:
        self.used.give(first, n)
        if self.used.pages > self._retain:
            self._trim(self._retain * 3 // 4)

    def _trim(self, most: int) -> None:
        while self.used.pages > most:
            first, n = self.used.largest()
            if not self._punch(first, n):
                self.used.give(first, n)
                return
            self.fresh.give(first, n)
