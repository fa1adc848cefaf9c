"""Loans of memory that are over, in both directions."""

from __future__ import annotations

from typing import Any

from snakepit_bridge._child import _shm


def put(message: Any) -> None:
    """Tell the host of Go's memory that Python is done with."""
    loans = _shm.ends_to_send()
    if loans:
        message.ends.loans.extend(loans)


def take(ends: Any) -> None:
    """Give up memory of Python's that Go is done with."""
    _shm.take_ends(list(ends.loans))
