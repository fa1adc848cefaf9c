"""Values in columns, the message Data of snakepit.proto, both ways.

Tensors and Arrow values are more than data. What is known of memory installs the
functions that turn them into messages and back, once, before the first call: tensor_in,
tensor_out, arrow_in, arrow_out, taken_back. Until then such objects are described only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from snakepit_bridge._child import _proto
from snakepit_bridge._child._build import build
from snakepit_bridge._child._dump import Dump
from snakepit_bridge._child._faults import Unfit

__all__ = ["Unfit", "decode", "encode"]

_Data: Callable[[], Any] = _proto.Data


def _unread(_: Any) -> Any:
    raise TypeError("this worker cannot read tensors and Arrow values")


def _none(value: Any, wanted: bool = False) -> Any:
    """No message describes value."""


tensor_in: Callable[[Any], Any] = _unread
"""Makes the object of a Tensor."""

arrow_in: Callable[[Any], Any] = _unread
"""Makes the object of an Arrow."""

tensor_out: Callable[[Any, bool], Any] = _none
"""Makes a Tensor of an object, or None if no tensor describes it. If a tensor is wanted,
it raises BufferError instead. Gets bytes, bytearrays and memoryviews if one is wanted."""

arrow_out: Callable[[Any], Any] = _none
"""Makes an Arrow of an object with __arrow_c_array__, __arrow_c_stream__ or
__arrow_c_schema__, or None."""

taken_back: Callable[[Any], None] = _none
"""Ends what a Tensor or an Arrow lends: the value that it was part of is not sent."""


def decode(data: Any, count: int) -> list[Any]:
    """The values that a message holds. MISSING of snakepit_bridge._native stands for a
    keyword that is to be left out."""
    return build(data, count, tensor_in, arrow_in)


def encode(
    values: Sequence[Any],
    tensors: bool = False,
    keys: Sequence[str] | None = None,
    data: Any = None,
) -> Any:
    """Put values into a new Data, or into the one given.

    With tensors, bytes and their kind become tensors; with keys, a value that is a plain
    dict is reduced to what they name. Raises Unfit for what Go cannot get, and what the
    code of a value's class raises; then nothing is lent, and data is empty or partly filled.
    """
    if data is None:
        data = _Data()
    dump = Dump(tensors, tensor_out, arrow_out)
    try:
        dump.write(values, keys)
        dump.fill(data)
    except BaseException:
        for message in dump.lent():
            taken_back(message)
        raise
    return data
