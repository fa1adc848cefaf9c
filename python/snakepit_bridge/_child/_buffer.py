"""The buffer protocol's C struct, by which Python tells where memory is."""

from __future__ import annotations

import ctypes
from functools import lru_cache
from typing import Any

from snakepit_bridge._child._capi import api
from snakepit_bridge._child._layout import Layout


class Buffer(ctypes.Structure):
    """Py_buffer."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.c_void_p),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
        ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)),
        ("internal", ctypes.c_void_p),
    ]


WRITABLE, FORMAT, ND, STRIDES = 0x1, 0x4, 0x8, 0x18
C_CONTIGUOUS, F_CONTIGUOUS, ANY_CONTIGUOUS = 0x38, 0x58, 0x98
FULL_RO = 0x11C

_Pointer = ctypes.POINTER(Buffer)

offers = api.PyObject_CheckBuffer
offers.argtypes = (ctypes.py_object,)

get = api.PyObject_GetBuffer
get.argtypes = (ctypes.py_object, _Pointer, ctypes.c_int)

release = api.PyBuffer_Release
release.argtypes = (_Pointer,)
release.restype = None

_copy = api.PyBuffer_ToContiguous
_copy.argtypes = (ctypes.c_void_p, _Pointer, ctypes.c_ssize_t, ctypes.c_char)

_view = api.PyMemoryView_FromBuffer
_view.argtypes = (_Pointer,)
_view.restype = ctypes.py_object


@lru_cache(64)
def _dims(n: int) -> Any:
    return ctypes.c_ssize_t * max(n, 1)


def describe(layout: Layout, nothing: int = 1) -> Buffer:
    """A buffer of nobody's. ``nothing`` is an address for a tensor without elements."""
    n, size = len(layout.shape), layout.kind.size
    shape, strides = _dims(n)(*layout.shape), _dims(n)(*(s * size for s in layout.strides))
    return Buffer(
        layout.address or nothing, None, layout.nbytes, size, layout.readonly, n,
        layout.kind.format, shape, strides,
    )  # fmt: skip


def view(layout: Layout) -> memoryview:
    """A memoryview of memory that the caller keeps, as long as the view and its own views."""
    described = describe(layout)
    made: memoryview = _view(described)  # copies the dimensions, and keeps no pointer to them
    return made


def copy(layout: Layout, to: int) -> None:
    """Copy the elements in order to an address."""
    n = layout.nbytes
    if not n:
        return
    if layout.contiguous():
        ctypes.memmove(to, layout.address, n)
    elif _copy(to, describe(layout), n, b"C"):
        raise BufferError("the elements cannot be put in order")


def content(layout: Layout) -> bytes:
    """The elements' bytes, in order."""
    if layout.contiguous():
        return ctypes.string_at(layout.address, layout.nbytes)
    to = bytearray(layout.nbytes)
    copy(layout, address_of(to))
    return bytes(to)


def address_of(memory: bytearray) -> int:
    """Where a bytearray that nobody resizes is."""
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))
