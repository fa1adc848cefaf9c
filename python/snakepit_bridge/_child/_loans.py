"""Loans: of Go's memory to Python, and of Python's to Go.

A loan is a number. Whoever lends keeps the memory until the other says that the loan
has ended, with the next message.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any
from weakref import ref

_ended: deque[int] = deque()  # filled by finalizers
_lock = Lock()


class Lease:
    """Go's memory as long as Python needs it: what is over it has a reference."""

    __slots__ = ("__weakref__", "end", "loan", "start")

    def __init__(self, loan: int, start: int, end: int) -> None:
        self.loan, self.start, self.end = loan, start, end

    def __del__(self, ended: Callable[[int], None] = _ended.append) -> None:
        ended(self.loan)


# Leases by number, with where they start; and the same in order of addresses.
_leases: dict[int, tuple[int, ref[Lease]]] = {}
_starts: list[tuple[int, int]] = []

# Capsules that consumers have, by number: what they are of is kept meanwhile. See _dlpack.
exports: dict[int, Any] = {}


def lease(loan: int, start: int, n: int) -> Lease:
    """Note a loan of Go's."""
    made = Lease(loan, start, start + n)
    with _lock:
        insort(_starts, (start, loan))
        _leases[loan] = start, ref(made)
    return made


def lease_over(start: int, end: int) -> Lease | None:
    """A lease that this memory is part of; whoever has the memory has one alive."""
    with _lock:
        for i in range(bisect_right(_starts, (start, 1 << 64)) - 1, -1, -1):
            found = _leases[_starts[i][1]][1]()
            if found is not None and end <= found.end:
                return found
    return None


def _forget(loan: int) -> None:
    with _lock:
        known = _leases.pop(loan, None)
        if known is not None:
            del _starts[bisect_left(_starts, (known[0], loan))]


def ends_to_send() -> list[int]:
    if exports:
        from snakepit_bridge._child import _dlpack

        _dlpack.sweep()
    loans = []
    try:
        while _ended:
            loans.append(_ended.popleft())
            _forget(loans[-1])
    except IndexError:  # another thread was faster
        pass
    return loans


# What Go has of Python's: objects with the method give_back.
_lent: dict[int, Any] = {}
_last = 0


def lend(what: Any) -> int:
    """Keep something for Go until it ends the loan, whose number is returned."""
    global _last
    with _lock:
        _last += 1
        _lent[_last] = what
        return _last


def lent(loan: int) -> Any:
    """What a loan is of; None if it has ended."""
    return _lent.get(loan)


def take_ends(loans: Sequence[int]) -> None:
    for loan in loans:
        what = _lent.pop(loan, None)
        if what is not None:
            what.give_back()
