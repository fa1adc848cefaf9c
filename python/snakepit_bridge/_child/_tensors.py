"""Tensors in messages: what becomes of them here, and of objects on their way to Go."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from snakepit_bridge import _values
from snakepit_bridge._child import _buffer, _loans, _proto, _shm, _tensor
from snakepit_bridge._child._layout import Layout, compact, kind_of
from snakepit_bridge._child._view import View

_ALIGN = 64  # what vector instructions and other libraries want


def tensor_in(message: Any) -> Any:
    """The object that a message stands for: what Python lent itself, or a tensor over
    shared memory or over a copy."""
    if message.same:
        lent = _loans.lent(message.same)
        if lent is not None:
            return lent.object
    address, length, owner = _memory(message)
    layout = _layout(message, address)
    _check(layout, message.offset, length)
    return _tensor.make(layout, owner)


def _layout(message: Any, address: int) -> Layout:
    shape = tuple(message.shape)
    kind = kind_of(message.code, message.bits, message.lanes)
    strides = tuple(message.strides) or compact(shape)
    at = 0 if 0 in shape else address + message.offset  # as DLPack wants it
    return Layout(at, kind, shape, strides, message.read_only)


def _check(layout: Layout, offset: int, length: int) -> None:
    low, high = layout.reach()
    if low > offset or offset + high > length:
        raise RuntimeError(
            f"a tensor of the Go program's, {layout.kind} of shape {layout.shape}, leaves its "
            f"memory of {length} bytes; this is a bug of Snakepit's"
        )


def _memory(message: Any) -> tuple[int, int, Any]:
    """Where the data is, its length, and what keeps it."""
    if message.WhichOneof("data") != "block":
        return _inline(message.inline)
    block = message.block
    start = _shm.areas()[block.area].base + block.offset
    lease = _loans.lease(message.loan, start, block.length) if message.loan else None
    return start, block.length, lease


def _inline(data: bytes) -> tuple[int, int, bytearray]:
    memory = bytearray(len(data) + _ALIGN)
    address = _buffer.address_of(memory)
    skip = -address % _ALIGN
    memory[skip : skip + len(data)] = data
    return address + skip, len(data), memory


NO, TENSOR, BYTES = range(3)


@lru_cache(1024)
def _what(cls: type) -> int:
    if cls is memoryview or issubclass(cls, (bytes, bytearray)):
        return BYTES
    return TENSOR if _values.classify(cls) else NO


def tensor_out(obj: Any, wanted: bool) -> Any:
    """The message for an object that is a tensor; None if it is none, or its memory is of a
    kind that no tensor describes. With wanted, bytes and their kind are tensors too, and
    memory that is unfit is a BufferError.

    What the message lends is kept until Go ends the loan, or taken_back is called."""
    cls: Any = type(obj)
    what = _what(cls)
    if what == NO or (what == BYTES and not wanted):
        return None
    try:
        view = View(obj)
    except BufferError:
        if wanted:
            raise
        return None
    message = _describe(view.layout)
    if not _lend(message, view):
        _copy(message, view)
    return message


def taken_back(message: Any) -> None:
    """End what a message lends that will not be sent."""
    if message.loan:
        _shm.take_ends([message.loan])


def _describe(layout: Layout) -> Any:
    kind = layout.kind
    message = _proto.Tensor(code=kind.code, bits=kind.bits, lanes=kind.lanes)
    message.shape.extend(layout.shape)
    message.read_only = layout.readonly
    return message


class _Kept:
    """A view of memory that Go has too, and the lease of what it is part of."""

    __slots__ = ("lease", "view")

    def __init__(self, view: View, lease: Any) -> None:
        self.view, self.lease = view, lease

    @property
    def object(self) -> Any:
        return self.view.object

    def give_back(self) -> None:
        self.view.give_back()
        self.lease = None


class _Copied:
    """A copy in area 1. If Go passes it back, it is the copy that is meant."""

    __slots__ = ("_block", "_layout")

    def __init__(self, block: _shm.Block, layout: Layout) -> None:
        self._block: _shm.Block | None = block
        self._layout = layout

    @property
    def object(self) -> Any:
        return _tensor.make(self._layout, self._block)

    def give_back(self) -> None:
        self._block = None


def _lend(message: Any, view: View) -> bool:
    """Say where the memory is, if it is shared. What is lent holds the lease, so that its
    end cannot overtake the message that names it."""
    layout = view.layout
    low, high = layout.reach()
    found = _shm.locate(layout.address - low, low + high) if high else None
    if found is None:
        return False
    area, offset = found
    lease = None
    if area == _shm.HOST:
        lease = _loans.lease_over(layout.address - low, layout.address + high)
        if lease is None:
            return False
        message.within = lease.loan
    if not layout.contiguous():
        message.strides.extend(layout.strides)
    block = message.block
    block.area, block.offset, block.length = area, offset, low + high
    message.offset = low
    message.loan = _loans.lend(_Kept(view, lease))
    return True


def _copy(message: Any, view: View) -> None:
    layout = view.layout
    n = layout.nbytes
    block = _shm.take(n) if n > _shm.inline_max else None
    if block is None:
        message.inline = _buffer.content(layout)
    else:
        _buffer.copy(layout, block.address)
        _put(message, block, layout)
    view.give_back()


def _put(message: Any, block: _shm.Block, layout: Layout) -> None:
    found = _shm.locate(block.address, layout.nbytes)
    assert found is not None
    to = message.block
    (to.area, to.offset), to.length = found, layout.nbytes
    message.copied = True
    copied = layout._replace(address=block.address, strides=compact(layout.shape))
    message.loan = _loans.lend(_Copied(block, copied))
