"""Arrow's C data interface: its structs, and the capsules that they come in.

https://arrow.apache.org/docs/format/CDataInterface.html
"""

from __future__ import annotations

import ctypes
from typing import Any

from snakepit_bridge._child._capi import api

SCHEMA, ARRAY, STREAM = 1, 2, 3  # the kinds, as the Go program numbers them

METHODS = {SCHEMA: "__arrow_c_schema__", ARRAY: "__arrow_c_array__", STREAM: "__arrow_c_stream__"}

DEPTH = 64  # how deep types nest at the most

_pointer = ctypes.c_void_p
_number = ctypes.c_int64


class Schema(ctypes.Structure):
    """struct ArrowSchema."""

    _fields_ = [
        ("format", _pointer),
        ("name", _pointer),
        ("metadata", _pointer),
        ("flags", _number),
        ("n_children", _number),
        ("children", _pointer),
        ("dictionary", _pointer),
        ("release", _pointer),
        ("private_data", _pointer),
    ]


class Array(ctypes.Structure):
    """struct ArrowArray."""

    _fields_ = [
        ("length", _number),
        ("null_count", _number),
        ("offset", _number),
        ("n_buffers", _number),
        ("n_children", _number),
        ("buffers", _pointer),
        ("children", _pointer),
        ("dictionary", _pointer),
        ("release", _pointer),
        ("private_data", _pointer),
    ]


class Stream(ctypes.Structure):
    """struct ArrowArrayStream."""

    _fields_ = [
        ("get_schema", _pointer),
        ("get_next", _pointer),
        ("get_last_error", _pointer),
        ("release", _pointer),
        ("private_data", _pointer),
    ]


Struct = Schema | Array | Stream

_NAMES: dict[type[Any], bytes] = {
    Schema: b"arrow_schema",
    Array: b"arrow_array",
    Stream: b"arrow_array_stream",
}

_new = api.PyCapsule_New
_new.argtypes = (_pointer, ctypes.c_char_p, _pointer)
_new.restype = ctypes.py_object

_is_valid = api.PyCapsule_IsValid
_is_valid.argtypes = (ctypes.py_object, ctypes.c_char_p)

_get = api.PyCapsule_GetPointer
_get.argtypes = (ctypes.py_object, ctypes.c_char_p)
_get.restype = _pointer

_Release = ctypes.CFUNCTYPE(None, _pointer)  # without the GIL, as any program would


def capsule(kind: type[Any], address: int) -> Any:
    """A capsule of a struct, which is somebody else's to give back."""
    return _new(address, _NAMES[kind], None)


def peek(kind: type[Any], given: Any) -> Any:
    """The struct in a capsule; None if it is no such capsule, or the struct was released."""
    name = _NAMES[kind]
    if not _is_valid(given, name):
        return None
    found = kind.from_address(_get(given, name))
    return found if found.release else None


def take(kind: type[Any], given: Any, method: str) -> Any:
    """Move the struct out of a capsule that a method returned."""
    found = peek(kind, given)
    if found is None:
        name = _NAMES[kind].decode()
        raise TypeError(f"{method} returned no capsule named {name} that is not released")
    taken = kind.from_buffer_copy(found)
    found.release = None
    return taken


def release(struct: Any) -> None:
    """Give a struct back, once."""
    if struct.release:
        _Release(struct.release)(ctypes.addressof(struct))
        struct.release = None


def addresses(start: int | None, n: int) -> list[int]:
    """The n pointers that lie one behind the other; 0 for null."""
    if n <= 0 or not start:
        return []
    return list((ctypes.c_size_t * n).from_address(start))
