"""Memory of Python's on its way to Go: of objects with the buffer protocol or DLPack's."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from snakepit_bridge._child import _buffer, _dlpack
from snakepit_bridge._child._capi import api
from snakepit_bridge._child._layout import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    MAX_DIMS,
    UINT,
    Layout,
    check,
    compact,
    kind_of,
)


class View:
    """What an object says of its memory. It is kept, and the object, until give_back."""

    __slots__ = ("_release", "layout", "object")

    def __init__(self, obj: Any) -> None:
        self.object = obj
        self._release: Any = None
        self.layout: Layout
        try:
            _fill(self, obj)
            check(self.layout)
        except BaseException:
            self.give_back()
            raise

    def give_back(self) -> None:
        self.let_go()
        self.object = None

    def let_go(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            release()


def _fill(view: View, obj: Any) -> None:
    """By the buffer protocol, or DLPack's if that has no name for the elements."""
    why = None
    if _buffer.offers(obj):
        try:
            _by_buffer(view, obj)
            return
        except (BufferError, ValueError) as err:  # numpy raises a ValueError
            why = err
            view.let_go()
    try:
        _by_dlpack(view, obj)
    except TypeError:
        if why is not None:  # it has no __dlpack__: the first reason is the one
            raise why from None
        raise


def _by_buffer(view: View, obj: Any) -> None:
    got = _buffer.Buffer()
    _buffer.get(obj, got, _buffer.FULL_RO)
    view._release = lambda: _buffer.release(got)
    kind = _kind(got.format, got.itemsize)
    shape = _shape(got)
    strides = _strides(got, shape)
    view.layout = Layout(got.buf or 0, kind, shape, strides, bool(got.readonly))


_CODES = {**dict.fromkeys("bhilqn", INT), **dict.fromkeys("BHILQNc", UINT)}
_CODES |= {**dict.fromkeys("efd", FLOAT), **dict.fromkeys(("F", "D", "Zf", "Zd"), COMPLEX)}
_CODES["?"] = BOOL
_SIZES = {INT: (1, 2, 4, 8), UINT: (1, 2, 4, 8), FLOAT: (2, 4, 8), COMPLEX: (8, 16), BOOL: (1,)}

_NATIVE = "@=<" if sys.byteorder == "little" else "@=>!"


def _kind(format_: bytes | None, size: int) -> Any:
    """Formats of one native number: "f", "<i", "Zd". Sizes differ between native and
    standard ones, so the exporter's word for them is taken."""
    text = (format_ or b"B").decode("ascii", "replace")
    if text[0] in _NATIVE or (size == 1 and text[0] in "<>!"):
        text = text[1:]
    code = _CODES.get(text)
    if code is None or size not in _SIZES[code]:
        raise BufferError("the buffer's elements are not plain numbers in the processor's order")
    return kind_of(code, size * 8, 1)


def _shape(got: Any) -> tuple[int, ...]:
    n = got.ndim
    if n > MAX_DIMS:
        raise BufferError("a tensor has at most 64 dimensions")
    if n < 0 or (n and not got.shape):
        raise BufferError("the buffer has no shape")
    if got.suboffsets and any(got.suboffsets[i] >= 0 for i in range(n)):
        raise BufferError("the buffer is one of pointers")
    shape = tuple(got.shape[:n]) if n else ()
    length = got.itemsize
    for dim in shape:
        length *= dim
    if length != got.len:
        raise BufferError("the buffer's length is not that of its shape")
    return shape


def _strides(got: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    if not got.strides or not shape:
        return compact(shape)
    strides = got.strides[: len(shape)]
    if any(s % got.itemsize and n > 1 for s, n in zip(strides, shape, strict=True)):
        raise BufferError("the buffer's strides are no multiples of its elements")
    return tuple(s // got.itemsize for s in strides)


_pointer = api.PyCapsule_GetPointer
_pointer.argtypes, _pointer.restype = (ctypes.py_object, ctypes.c_char_p), ctypes.c_void_p

_rename = api.PyCapsule_SetName
_rename.argtypes = (ctypes.py_object, ctypes.c_char_p)

_Deleter = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)  # producers are used to have the GIL

_HOST = (1, 3, 11, 13)  # types of devices whose memory the processor can read


def _by_dlpack(view: View, obj: Any) -> None:
    managed = _exchanged(obj)
    if managed is None:
        managed = _consume(_capsule(obj))
    deleter, address = managed.deleter, ctypes.addressof(managed)
    if deleter:
        view._release = lambda: _Deleter(deleter)(address)
    readonly = False
    if isinstance(managed, _dlpack.ManagedVersioned):
        if managed.major != _dlpack.MAJOR:
            raise BufferError("the producer speaks another major version of DLPack than 1")
        readonly = bool(managed.flags & _dlpack.READ_ONLY)
    view.layout = _read(managed.tensor, readonly)


def _capsule(obj: Any) -> Any:
    try:
        return obj.__dlpack__(max_version=(_dlpack.MAJOR, _dlpack.MINOR))
    except (TypeError, AttributeError):
        if not hasattr(obj, "__dlpack__"):
            raise TypeError(f"{type(obj).__name__} has no memory to show") from None
    return obj.__dlpack__()  # a producer that knows no versions


def _consume(capsule: Any) -> Any:
    """Take the tensor out of a capsule, whose new name says so."""
    for name, struct in (
        (_dlpack.VERSIONED, _dlpack.ManagedVersioned),
        (_dlpack.LEGACY, _dlpack.Managed),
    ):
        if _dlpack.is_valid(capsule, name):
            managed = struct.from_address(_pointer(capsule, name))
            _rename(capsule, _dlpack.USED[name])
            return managed
    raise BufferError("__dlpack__ returned no capsule of a tensor, or one that was consumed")


class _Exchange(ctypes.Structure):
    """The functions that a type offers to C."""

    _fields_ = [
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("older", ctypes.c_void_p),
        ("allocate", ctypes.c_void_p),
        ("from_object", ctypes.c_void_p),
    ]


_FromObject = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.POINTER(ctypes.c_void_p))


def _exchanged(obj: Any) -> Any:
    """The tensor by the functions of its type; None if it offers none."""
    capsule = getattr(type(obj), "__dlpack_c_exchange_api__", None)
    if capsule is None or not _dlpack.is_valid(capsule, b"dlpack_exchange_api"):
        return None
    api = _Exchange.from_address(_pointer(capsule, b"dlpack_exchange_api"))
    while api.major > _dlpack.MAJOR and api.older:
        api = _Exchange.from_address(api.older)
    if api.major != _dlpack.MAJOR or not api.from_object:
        return None
    out = ctypes.c_void_p()
    _FromObject(api.from_object)(obj, ctypes.pointer(out))  # raises what it raises
    if not out.value:
        raise BufferError("the producer gave no tensor")
    return _dlpack.ManagedVersioned.from_address(out.value)


def _read(t: Any, readonly: bool) -> Layout:
    n = t.ndim
    if n < 0:
        raise BufferError("the tensor has a negative number of dimensions")
    if n and not t.shape:
        raise BufferError("the tensor has dimensions and no shape")
    if n > MAX_DIMS:
        raise BufferError("a tensor has at most 64 dimensions")
    if t.device_type not in _HOST:
        raise BufferError("the tensor is not in memory of the processor's")
    shape = tuple(t.shape[:n]) if n else ()
    strides = tuple(t.strides[:n]) if n and t.strides else compact(shape)
    address = t.data + t.byte_offset if t.data else 0
    return Layout(address, kind_of(t.code, t.bits, t.lanes), shape, strides, readonly)
