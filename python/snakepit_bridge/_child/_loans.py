"""Loans: of Go's memory to Python, and of Python's to Go.

A loan is a number. Whoever lends keeps the memory until the other says that the loan
has ended, with the next message.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from threading import Lock
from typing import Any
from weakref import ref

_ended: deque[int] = deque()  # filled by finalizers
_lock = Lock()


class Lease:
    """Go's memory as long as Python needs it: what is over it has a reference."""

    __slots__ = ("__weakref__", "loan")

    def __init__(self, loan: int) -> None:
        self.loan = loan

    def __del__(self, ended: Callable[[int], None] = _ended.append) -> None:
        ended(self.loan)


# Leases by number, with where their pieces of memory start; and these in order of
# addresses, with the loan and the end of each.
_leases: dict[int, tuple[tuple[int, ...], ref[Lease]]] = {}
_starts: list[tuple[int, int, int]] = []

# What consumers have of what Python was lent, by number: it is kept meanwhile. They only
# note that they are done, and over() says so. See _dlpack.
exports: dict[int, Any] = {}
_exported = count(1)


def lease(loan: int, start: int, n: int) -> Lease:
    """Note a loan of Go's."""
    return lease_all(loan, ((start, n),))


def lease_all(loan: int, pieces: Iterable[tuple[int, int]]) -> Lease:
    """Note a loan of several pieces of memory: where each starts, and its length."""
    made = Lease(loan)
    with _lock:
        starts = []
        for start, n in pieces:
            insort(_starts, (start, loan, start + n))
            starts.append(start)
        _leases[loan] = tuple(starts), ref(made)
    return made


def lease_over(start: int, end: int) -> Lease | None:
    """A lease that this memory is part of; whoever has the memory has one alive."""
    with _lock:
        for i in range(bisect_right(_starts, (start, 1 << 64, 0)) - 1, -1, -1):
            _, loan, end_of = _starts[i]
            found = _leases[loan][1]() if end <= end_of else None
            if found is not None:
                return found
    return None


def _forget(loan: int) -> None:
    with _lock:
        known = _leases.pop(loan, None)
        for start in known[0] if known is not None else ():
            del _starts[bisect_left(_starts, (start, loan, 0))]


def export(what: Any) -> None:
    """Keep something for a consumer until it is over()."""
    exports[next(_exported)] = what


def sweep() -> None:
    """Let go of what consumers are done with."""
    for number, exported in list(exports.items()):
        if exported.over():
            exports.pop(number, None)


def ends_to_send() -> list[int]:
    if exports:
        sweep()
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
