"""Shared memory, installed where values are read and written.

What it needs, ctypes above all, takes milliseconds to import: that is left until an object
comes that may be a tensor or Arrow data.
"""

from __future__ import annotations

import sys
from typing import Any

from snakepit_bridge._child import _columns, _shm


def install() -> None:
    _columns.tensor_in, _columns.tensor_out = _first_in, _first_out
    _columns.arrow_in, _columns.arrow_out = _first_arrow_in, _first_arrow_out
    _columns.taken_back = _taken_back


def _taken_back(message: Any) -> None:
    loans = (message.loan, getattr(message, "source", 0))
    _shm.take_ends([loan for loan in loans if loan])


def _use() -> Any:
    from snakepit_bridge._child import _tensors

    _columns.tensor_in, _columns.tensor_out = _tensors.tensor_in, _tensors.tensor_out
    return _tensors


def _first_in(message: Any) -> Any:
    return _use().tensor_in(message)


# Modules without one of which no object is a tensor, unless its own class says so.
_MAKERS = ("numpy", "array", "mmap")


def _first_out(obj: Any, wanted: bool) -> Any:
    if not wanted and not hasattr(obj, "__dlpack__") and not any(m in sys.modules for m in _MAKERS):
        return None
    return _use().tensor_out(obj, wanted)


def _first_arrow_in(message: Any) -> Any:
    from snakepit_bridge._child import _arrow

    _columns.arrow_in = _arrow.arrow_in
    return _arrow.arrow_in(message)


def _first_arrow_out(obj: Any) -> Any:
    from snakepit_bridge._child import _arrow_out

    _columns.arrow_out = _arrow_out.arrow_out
    return _arrow_out.arrow_out(obj)
