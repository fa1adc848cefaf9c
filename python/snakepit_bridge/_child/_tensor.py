"""A tensor of the Go program's as Python sees it: a view of memory that stays Go's."""

from __future__ import annotations

import sys
from typing import Any

from snakepit_bridge._child import _buffer
from snakepit_bridge._child._layout import Layout


class Tensor:
    """A tensor of the Go program's, over its memory: for numpy.asarray, torch.from_dlpack,
    memoryview and their kind."""

    __slots__ = ()

    _layout: Layout
    _owner: Any  # keeps the memory

    @property
    def shape(self) -> tuple[int, ...]:
        """The size of each dimension."""
        return self._layout.shape

    @property
    def strides(self) -> tuple[int, ...]:
        """Elements from one to the next in each dimension."""
        return self._layout.strides

    @property
    def dtype(self) -> str:
        """The name of the elements' type."""
        return str(self._layout.kind)

    @property
    def readonly(self) -> bool:
        """Whether the memory must not be written."""
        return self._layout.readonly

    @property
    def nbytes(self) -> int:
        """The size of the elements together."""
        return self._layout.nbytes

    @property
    def address(self) -> int:
        """Where the first element is."""
        return self._layout.address

    def __repr__(self) -> str:
        return f"<tensor of Go's: {self.dtype}, shape {self.shape}>"

    def __buffer__(self, flags: int) -> memoryview:
        why = _why_not(self._layout, flags)
        if why:
            raise BufferError(why)
        return _buffer.view(self._layout)

    def __dlpack__(
        self,
        stream: Any = None,
        *,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> Any:
        """A capsule of the same memory, as DLPack's protocol has it."""
        from snakepit_bridge._child import _dlpack

        _dlpack.check(stream, dl_device)
        versioned = max_version is not None and _dlpack.pair(max_version)[0] >= _dlpack.MAJOR
        return _dlpack.export(self._layout, self, versioned, copy is True)

    def __dlpack_device__(self) -> tuple[int, int]:
        """Where the memory is: (device type, device id)."""
        return (1, 0)


class _Plain(Tensor):
    """One whose buffers are what __buffer__ returns. Before Python 3.12 it has none."""

    __slots__ = ("_layout", "_owner")


for _cls in (Tensor, _Plain):
    _cls.__module__, _cls.__qualname__, _cls.__name__ = "snakepit_bridge", "Tensor", "Tensor"


def _why_not(layout: Layout, flags: int) -> str:
    in_c, in_f = layout.contiguous(), layout.contiguous(first_fastest=True)

    def asks(what: int) -> bool:
        return flags & what == what

    if layout.kind.format is None:
        return "the buffer protocol has no name for its type; use DLPack"
    if asks(_buffer.WRITABLE) and layout.readonly:
        return "the tensor is read-only"
    if not asks(_buffer.STRIDES) and not in_c:
        return "the tensor is not contiguous"
    if asks(_buffer.C_CONTIGUOUS) and not in_c:
        return "the tensor is not C-contiguous"
    if asks(_buffer.F_CONTIGUOUS) and not in_f:
        return "the tensor is not Fortran-contiguous"
    if asks(_buffer.ANY_CONTIGUOUS) and not in_c and not in_f:
        return "the tensor is not contiguous"
    return ""


def make(layout: Layout, owner: Any) -> Tensor:
    """A tensor over memory that owner keeps as long as it lives."""
    made: Any
    if sys.version_info >= (3, 12) or layout.kind.format is None:
        made = _Plain()
    else:
        from snakepit_bridge._child import _exporting

        made = _exporting.new(layout, owner)
    made._layout, made._owner = layout, owner
    return made  # type: ignore[no-any-return]
