"""How the elements of a tensor lie in memory, and the names of their types."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

INT, UINT, FLOAT, OPAQUE, BFLOAT, COMPLEX, BOOL = range(7)  # DLPack's codes

_KINDS = (
    "int", "uint", "float", "opaque", "bfloat", "complex", "bool", "float8_e3m4", "float8_e4m3",
    "float8_e4m3b11fnuz", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz",
    "float8_e8m0fnu", "float6_e2m3fn", "float6_e3m2fn", "float4_e2m1fn",
)  # fmt: skip

_FORMATS = {
    (INT, 8): b"b", (INT, 16): b"h", (INT, 32): b"i", (INT, 64): b"q",
    (UINT, 8): b"B", (UINT, 16): b"H", (UINT, 32): b"I", (UINT, 64): b"Q",
    (FLOAT, 16): b"e", (FLOAT, 32): b"f", (FLOAT, 64): b"d",
    (COMPLEX, 64): b"Zf", (COMPLEX, 128): b"Zd", (BOOL, 8): b"?",
}  # fmt: skip


class Kind(NamedTuple):
    """A type of elements, as DLPack has it."""

    code: int
    bits: int
    lanes: int

    @property
    def size(self) -> int:
        """Of one, in bytes."""
        return (self.bits * self.lanes + 7) // 8

    @property
    def padded(self) -> bool:
        """Narrower than a byte, each in one of its own."""
        return self.bits * self.lanes % 8 != 0

    @property
    def format(self) -> bytes | None:
        """The buffer protocol's name, if it has one."""
        return _FORMATS.get((self.code, self.bits)) if self.lanes == 1 else None

    def __str__(self) -> str:
        name = _KINDS[self.code] if self.code < len(_KINDS) else "unknown"
        bits = "" if self.code >= BOOL else self.bits
        return f"{name}{bits}" + (f"x{self.lanes}" if self.lanes != 1 else "")


class Layout(NamedTuple):
    """A tensor without its lifetime. Strides are in elements."""

    address: int  # of the first element
    kind: Kind
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    readonly: bool

    @property
    def elements(self) -> int:
        return _product(self.shape)

    @property
    def nbytes(self) -> int:
        return self.elements * self.kind.size

    def reach(self) -> tuple[int, int]:
        """The bytes before the first element, and those from it to the end of the last."""
        if not self.elements:
            return 0, 0
        low = high = 0
        for n, step in zip(self.shape, self.strides, strict=True):
            far = (n - 1) * step
            low, high = low - min(far, 0), high + max(far, 0)
        return low * self.kind.size, (high + 1) * self.kind.size

    def contiguous(self, first_fastest: bool = False) -> bool:
        """Whether the elements lie in order without gaps, the last index running fastest."""
        if not self.elements:
            return True
        want = 1
        dims = list(zip(self.shape, self.strides, strict=True))
        for n, step in dims if first_fastest else reversed(dims):
            if n != 1 and step != want:
                return False
            want *= n
        return True


def compact(shape: Sequence[int]) -> tuple[int, ...]:
    """The strides of elements in order without gaps."""
    strides, step = [], 1
    for n in reversed(shape):
        strides.append(step)
        step *= n
    return tuple(reversed(strides))


def _product(shape: tuple[int, ...]) -> int:
    n = 1
    for dim in shape:
        n *= dim
    return n


MAX_DIMS = 64
_FARTHEST = 1 << 47  # an address


def check(layout: Layout) -> None:
    """Refuse a description that cannot be true, with a BufferError."""
    if layout.kind.bits * layout.kind.lanes == 0:
        raise BufferError("the tensor's elements have no size")
    if layout.kind.padded:
        raise BufferError("the tensor's elements are narrower than a byte, and may be packed")
    if any(n < 0 for n in layout.shape):
        raise BufferError("the tensor has a negative dimension")
    if layout.elements:
        _check_extent(layout)


def _check_extent(layout: Layout) -> None:
    if layout.nbytes > _FARTHEST:
        raise BufferError("the tensor is larger than any memory")
    low, high = layout.reach()
    if low > _FARTHEST or high > _FARTHEST:
        raise BufferError("the tensor's strides leave all memory")
    if not layout.address:
        raise BufferError("the tensor has elements and no memory")


@lru_cache(64)
def kind_of(code: int, bits: int, lanes: int) -> Kind:
    return Kind(code, bits, lanes)
