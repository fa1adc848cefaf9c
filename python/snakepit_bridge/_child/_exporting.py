"""Tensors that export buffers, before Python 3.12.

There the slots of a type have to be C functions. Those of pickle.PickleBuffer will do,
which pass on the buffer of another object: here a memoryview, which consumers then keep
instead of the tensor.
"""

from __future__ import annotations

import ctypes
import pickle
from typing import TYPE_CHECKING, Any
from weakref import ref

from snakepit_bridge._child import _buffer
from snakepit_bridge._child._capi import api
from snakepit_bridge._child._layout import Layout
from snakepit_bridge._child._tensor import Tensor


class _Slot(ctypes.Structure):
    _fields_ = [("slot", ctypes.c_int), ("function", ctypes.c_void_p)]


class _Spec(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("basicsize", ctypes.c_int),
        ("itemsize", ctypes.c_int),
        ("flags", ctypes.c_uint),
        ("slots", ctypes.POINTER(_Slot)),
    ]


# As in CPython's typeslots.h: getbuffer, releasebuffer, clear, dealloc, new, traverse.
_SLOTS = (1, 2, 51, 52, 65, 71)
_BASE_TYPE, _HAVE_GC = 1 << 10, 1 << 14


def _forwarding() -> Any:
    """A type like PickleBuffer that can have subclasses: called with an object, it exports
    what that does."""
    get_slot = api.PyType_GetSlot
    get_slot.argtypes, get_slot.restype = (ctypes.py_object, ctypes.c_int), ctypes.c_void_p
    found = [_Slot(n, get_slot(pickle.PickleBuffer, n)) for n in _SLOTS]
    slots = (_Slot * (len(_SLOTS) + 1))(*(s for s in found if s.function))
    size = pickle.PickleBuffer.__basicsize__
    spec = _Spec(b"snakepit_bridge.Exporter", size, 0, _BASE_TYPE | _HAVE_GC, slots)
    make = api.PyType_FromSpec
    make.argtypes, make.restype = (ctypes.POINTER(_Spec),), ctypes.py_object
    _always.append((spec, slots))
    return make(spec)


_always: list[Any] = []  # what the type points at

if TYPE_CHECKING:

    class _Forwarding:
        def __init__(self, of: object) -> None: ...

else:
    _Forwarding = _forwarding()


class _Exporting(Tensor, _Forwarding):
    __slots__ = ("_layout", "_owner")


_Exporting.__module__, _Exporting.__qualname__, _Exporting.__name__ = (
    "snakepit_bridge",
    "Tensor",
    "Tensor",
)

_kept: dict[int, tuple[ref[memoryview], Any]] = {}


def new(layout: Layout, owner: Any) -> Any:
    """A tensor that is still to be told of both."""
    view = _buffer.view(layout)
    watched = ref(view, _gone)
    _kept[id(watched)] = watched, owner
    return _Exporting(view)


def _gone(watched: ref[memoryview]) -> None:
    _kept.pop(id(watched), None)
