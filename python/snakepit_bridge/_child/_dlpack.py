"""DLPack's protocol for tensors that Go lends.

A consumer calls the deleter of a tensor wherever its last array goes, with an exception
in flight or without the GIL: no function of Python's can be called there. So the deleter
is time() of the C library, which writes the first word of the struct that it gets, and
whether that has changed is looked at before each message.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from snakepit_bridge._child import _buffer, _libc, _loans
from snakepit_bridge._child._capi import api
from snakepit_bridge._child._layout import Layout, compact

MAJOR, MINOR = 1, 1
READ_ONLY, IS_COPIED, PADDED = 1, 2, 4
CPU = 1

VERSIONED, LEGACY = b"dltensor_versioned", b"dltensor"
USED = {VERSIONED: b"used_dltensor_versioned", LEGACY: b"used_dltensor"}


class DLTensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),  # in elements; NULL: compact
        ("byte_offset", ctypes.c_uint64),
    ]


class Managed(ctypes.Structure):
    """DLManagedTensor, from before version 1."""

    _fields_ = [
        ("tensor", DLTensor),
        ("manager_ctx", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
    ]


class ManagedVersioned(ctypes.Structure):
    """DLManagedTensorVersioned."""

    _fields_ = [
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("manager_ctx", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("tensor", DLTensor),
    ]


_new = api.PyCapsule_New
_new.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
_new.restype = ctypes.py_object

is_valid = api.PyCapsule_IsValid
is_valid.argtypes = (ctypes.py_object, ctypes.c_char_p)

_DELETER = _libc.address_of_time()


class _Export:
    """A tensor that a consumer has, or may still take out of its capsule."""

    __slots__ = ("capsule", "first", "keeps", "managed", "name", "word")

    def __init__(self, managed: Any, name: bytes, keeps: Any) -> None:
        self.managed, self.name, self.keeps = managed, name, keeps
        self.word = ctypes.c_uint64.from_buffer(managed)
        self.first = self.word.value
        self.capsule = _new(ctypes.addressof(managed), name, None)

    def over(self) -> bool:
        """Whether nobody needs it any more."""
        if self.capsule is not None and sys.getrefcount(self.capsule) <= _alone:
            if is_valid(self.capsule, self.name):  # nobody took it out, nor will
                return True
            self.capsule = None
        return self.word.value != self.first


class _Nobody:
    __slots__ = ("capsule",)


_nobody = _Nobody()
_nobody.capsule = object()  # type: ignore[attr-defined]
_alone = sys.getrefcount(_nobody.capsule)  # type: ignore[attr-defined]


def pair(value: Any) -> tuple[int, int]:
    """A version or a device."""
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(n, int) for n in value):
        return value
    raise TypeError(f"__dlpack__(): want a tuple of two ints, got {value!r}")


def check(stream: Any, device: Any) -> None:
    if device is not None and pair(device) != (CPU, 0):
        raise BufferError(
            "the tensor is on another device than dl_device, and is not copied between devices"
        )
    if stream is not None:
        raise BufferError("stream must be None for a tensor in memory of the processor's")


def export(layout: Layout, owner: Any, versioned: bool, copied: bool) -> Any:
    """A capsule of the memory, which owner keeps, or of a copy."""
    if not versioned:
        _check_legacy(layout, copied)
    if copied:
        layout, owner = _copy(layout)
    tensor, dims = _describe(layout)
    made: Managed | ManagedVersioned
    if versioned:
        made = ManagedVersioned(MAJOR, MINOR, None, _DELETER, _flags(layout, copied), tensor)
    else:
        made = Managed(tensor, None, _DELETER)
    exported = _Export(made, VERSIONED if versioned else LEGACY, (owner, dims))
    _loans.export(exported)
    return exported.capsule


def _check_legacy(layout: Layout, copied: bool) -> None:
    if layout.readonly and not copied:
        raise BufferError(
            "the tensor is read-only, which a consumer from before DLPack 1.0 cannot be told"
        )
    if layout.kind.padded:
        raise BufferError(
            "elements narrower than a byte have one each, which a consumer from before "
            "DLPack 1.0 cannot be told"
        )


def _flags(layout: Layout, copied: bool) -> int:
    flags = IS_COPIED if copied else READ_ONLY if layout.readonly else 0
    return flags | (PADDED if layout.kind.padded else 0)


def _copy(layout: Layout) -> tuple[Layout, bytearray]:
    memory = bytearray(layout.nbytes or 1)
    address = _buffer.address_of(memory)
    _buffer.copy(layout, address)
    return Layout(address, layout.kind, layout.shape, compact(layout.shape), False), memory


def _describe(layout: Layout) -> tuple[DLTensor, Any]:
    n = len(layout.shape)
    dims = (ctypes.c_int64 * max(2 * n, 1))(*layout.shape, *layout.strides)
    shape = ctypes.cast(dims, ctypes.POINTER(ctypes.c_int64))
    strides = ctypes.cast(ctypes.addressof(dims) + 8 * n, ctypes.POINTER(ctypes.c_int64))
    data = layout.address if layout.elements else None
    kind = layout.kind
    tensor = DLTensor(data, CPU, 0, n, kind.code, kind.bits, kind.lanes, shape, strides, 0)
    return tensor, dims
