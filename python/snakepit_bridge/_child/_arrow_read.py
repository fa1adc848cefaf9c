"""Messages of Arrow's structs that a producer filled."""

from __future__ import annotations

import ctypes
from typing import Any

from snakepit_bridge._child import _arrow_c, _arrow_layout, _loans, _shm

_ALIGN = 64  # of copies


class Invalid(ValueError):
    """Structs that break the rules so that they cannot be read."""


def schema(struct: Any, message: Any, level: int = 0) -> None:
    """Describe a schema."""
    if level > _arrow_c.DEPTH + 1:
        raise Invalid("the Arrow schema is nested too deep")
    message.format, message.name = _text(struct.format), _text(struct.name)
    message.metadata, message.flags = _metadata(struct.metadata), struct.flags
    for child in _children(_arrow_c.Schema, struct):
        schema(child, message.children.add(), level + 1)
    if struct.dictionary:
        schema(_arrow_c.Schema.from_address(struct.dictionary), message.dictionary, level + 1)


def _children(kind: type[Any], struct: Any) -> list[Any]:
    starts = _arrow_c.addresses(struct.children, min(struct.n_children, 1 << 20))
    if not all(starts):
        raise Invalid("the Arrow struct has children that are missing")
    return [kind.from_address(start) for start in starts]


def _text(address: int | None) -> bytes:
    return ctypes.string_at(address) if address else b""


def _metadata(address: int | None) -> bytes:
    """The bytes of metadata: counts and lengths of 32 bits, and what they are of."""
    if not address:
        return b""

    def number(at: int) -> int:
        n: int = ctypes.c_int32.from_address(address + at).value
        if n < 0:
            raise Invalid(f"the Arrow schema's metadata has an entry of {n} bytes, or says so")
        return n

    size = 4
    for _ in range(2 * number(0)):
        size += 4 + number(size)
    return ctypes.string_at(address, size)


class Reading:
    """The buffers of an array on their way into a message.

    Attributes:
        leases: Of Go's memory that they are in.
        borrowed: Whether they are in memory that goes when the array is released.
        block: Where those are that had to be copied.
    """

    def __init__(self) -> None:
        self.leases: dict[int, Any] = {}
        self.borrowed = False
        self.block: _shm.Block | None = None
        self._elsewhere: list[tuple[Any, int, int]] = []

    def array(self, format_: Any, struct: Any, message: Any, level: int = 0) -> None:
        """Describe an array, of a schema whose message is given."""
        if level > _arrow_c.DEPTH + 1:
            raise Invalid("the Arrow array is nested too deep")
        message.length, message.offset = struct.length, struct.offset
        message.null_count = struct.null_count
        self._buffers(format_.format.decode("utf-8", "replace"), struct, message)
        for of, child in zip(format_.children, _children(_arrow_c.Array, struct), strict=False):
            self.array(of, child, message.children.add(), level + 1)
        if struct.dictionary and format_.HasField("dictionary"):
            values = _arrow_c.Array.from_address(struct.dictionary)
            self.array(format_.dictionary, values, message.dictionary, level + 1)

    def _buffers(self, format_: str, struct: Any, message: Any) -> None:
        """Say where buffers are; if nobody can know, that there are so many: that is what
        Go will find wrong."""
        pieces = _arrow_layout.pieces(format_, struct)
        if pieces is None:
            pieces = [(0, 0)] * max(0, min(struct.n_buffers, _arrow_c.DEPTH))
        for start, n in pieces:
            buffer = message.buffers.add()
            if not start:
                buffer.absent = True
            elif not n:
                buffer.inline = b""
            elif not self._shared(buffer, start, n):
                self._elsewhere.append((buffer, start, n))

    def _shared(self, buffer: Any, start: int, n: int) -> bool:
        """Say where a buffer is, if it is in memory that Go sees."""
        found = _shm.locate(start, n)
        if found is None:
            return False
        area, offset = found
        if area == _shm.HOST:
            lease = _loans.lease_over(start, start + n)
            if lease is None:
                return False
            self.leases[lease.loan] = lease
            buffer.within = lease.loan
        self.borrowed = True
        block = buffer.block
        block.area, block.offset, block.length = area, offset, n
        return True

    def copy(self) -> None:
        """Copy the others: one behind the other into area 1, or into the message if they
        are small."""
        total = sum(_aligned(n) for _, _, n in self._elsewhere)
        self.block = _shm.take(total) if total > _shm.inline_max else None
        at = 0
        for buffer, start, n in self._elsewhere:
            buffer.copied = True
            if self.block is None:
                buffer.inline = ctypes.string_at(start, n)
                continue
            to = self.block.address + at
            ctypes.memmove(to, start, n)
            found = _shm.locate(to, n)
            assert found is not None
            block = buffer.block
            (block.area, block.offset), block.length = found, n
            at += _aligned(n)


def _aligned(n: int) -> int:
    return -(-n // _ALIGN) * _ALIGN
