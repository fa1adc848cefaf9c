"""Shared memory, as far as messages carry it: loans that are over, in both directions."""

from __future__ import annotations

from typing import Any

from snakepit_bridge._child import _shm


def open_areas(sizes: tuple[int, ...]) -> None:
    """Say what the host gave us."""
    if sizes:
        _shm.open_areas(sizes)


def inline_max(size: int) -> None:
    """Say from which size on tensors are not to be in messages."""
    if size:
        _shm.inline_max = size


def put(message: Any) -> None:
    """Tell the host of Go's memory that Python is done with."""
    loans = _shm.ends_to_send()
    if loans:
        message.ends.loans.extend(loans)


def take(ends: Any) -> None:
    """Give up memory of Python's that Go is done with."""
    _shm.take_ends(list(ends.loans))
