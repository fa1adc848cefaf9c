"""Shared memory, as far as messages carry it: loans that are over, in both directions."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def _memory() -> Any:
    """The module that knows it, or None."""
    try:
        return import_module("snakepit_bridge._child._shm")
    except ModuleNotFoundError:
        return None


_shm = _memory()


def open_areas(sizes: tuple[int, ...]) -> None:
    """Say what the host gave us."""
    if _shm is not None and sizes:
        _shm.open_areas(sizes)


def inline_max(size: int) -> None:
    """Say from which size on tensors are not to be in messages."""
    if _shm is not None and size:
        _shm.inline_max = size


def put(message: Any) -> None:
    """Tell the host of Go's memory that Python is done with."""
    loans = _shm.ends_to_send() if _shm is not None else None
    if loans:
        message.ends.loans.extend(loans)


def take(ends: Any) -> None:
    """Give up memory of Python's that Go is done with."""
    if _shm is not None:
        _shm.take_ends(list(ends.loans))
