"""Objects that offer Arrow data, on their way to Go.

An array is described at once. Of a stream Go gets the object's number, and asks for the
batches by the functions at the end of this module.
"""

from __future__ import annotations

import ctypes
import errno
import threading
from typing import Any

from snakepit_bridge import _runtime
from snakepit_bridge._child import _arrow_read, _loans, _proto
from snakepit_bridge._child._arrow_c import (
    ARRAY,
    METHODS,
    SCHEMA,
    STREAM,
    Array,
    Schema,
    Stream,
    release,
    take,
)

_KINDS = {SCHEMA: _proto.Arrow.SCHEMA, ARRAY: _proto.Arrow.ARRAY, STREAM: _proto.Arrow.STREAM}


class _Object:
    """An object that Go may ask more of."""

    __slots__ = ("object",)

    def __init__(self, obj: Any) -> None:
        self.object = obj

    def give_back(self) -> None:
        self.object = None


class _Memory:
    """What holds the buffers of an array that Go has."""

    __slots__ = ("_array", "_block", "_leases")

    def __init__(self, array: Any, reading: _arrow_read.Reading) -> None:
        self._array, self._block, self._leases = array, reading.block, reading.leases

    def give_back(self) -> None:
        if self._array is not None:
            release(self._array)
        self._array = self._block = None
        self._leases = {}


class Described:
    """Stands for what its message says."""

    __arrow_c_schema__ = None

    def __init__(self, message: Any) -> None:
        self.message = message


def arrow_out(obj: Any) -> Any:
    """The message for an object; what it lends is kept until Go ends the loans, or
    taken_back is called."""
    if isinstance(obj, Described):
        return obj.message
    offered = [kind for kind, method in METHODS.items() if hasattr(type(obj), method)]
    if not offered:
        return None
    message = _proto.Arrow(type=_runtime.type_name(obj))
    message.offers = sum(1 << kind for kind in offered)
    kind = ARRAY if ARRAY in offered else offered[-1]
    message.kind = _KINDS[kind]
    if kind != STREAM:
        _try(message, obj, kind)
    message.source = _loans.lend(_Object(obj))
    return message


def _try(message: Any, obj: Any, kind: int) -> None:
    """Describe an object. One that fails will fail again when Go reads it."""
    described = _proto.Arrow()
    try:
        _describe(described, obj, kind)
    except Exception:
        return
    message.MergeFrom(described)


def _describe(message: Any, obj: Any, kind: int) -> None:
    message.kind = _KINDS[kind]
    if kind == SCHEMA:
        _schema(message, take(Schema, obj.__arrow_c_schema__(), METHODS[SCHEMA]))
        return
    given = obj.__arrow_c_array__()
    if not isinstance(given, tuple) or len(given) != 2:
        raise TypeError(
            f"{METHODS[ARRAY]} returned no capsule named arrow_schema and one named arrow_array"
        )
    schema = take(Schema, given[0], METHODS[ARRAY])
    try:
        array = take(Array, given[1], METHODS[ARRAY])
    except BaseException:
        release(schema)
        raise
    try:
        _schema(message, schema)
        _array(message, array)
    except BaseException:
        release(array)
        raise


def _schema(message: Any, schema: Any) -> None:
    try:
        _arrow_read.schema(schema, message.schema)
    finally:
        release(schema)


def _array(message: Any, array: Any) -> None:
    """Describe an array, and keep it if its memory is lent."""
    reading = _arrow_read.Reading()
    reading.array(message.schema, array, message.array)
    reading.copy()
    kept: Any = array
    if not reading.borrowed:
        release(array)
        kept = None
    if kept is not None or reading.block is not None:
        message.loan = _loans.lend(_Memory(kept, reading))


# What Go asks.


def _lent(source: int) -> Any:
    found = _loans.lent(source)
    if found is None:
        raise RuntimeError("the object with Arrow data was given back meanwhile")
    return found


def arrow_read(source: int, kind: int) -> Described:
    """Describe the schema or the array of an object."""
    message = _proto.Arrow()
    _describe(message, _lent(source).object, kind)
    return Described(message)


def arrow_open(source: int) -> Any:
    """Open the stream of an object. What it says went wrong is a number and a text."""
    given = _lent(source).object.__arrow_c_stream__()
    opened = _Opened(take(Stream, given, METHODS[STREAM]))
    try:
        message = _proto.Arrow(kind=_proto.Arrow.STREAM)
        schema = Schema()
        failed = opened.call("get_schema", schema)
        if failed is not None:
            opened.release()
            return failed
        _schema(message, schema)
        opened.schema.CopyFrom(message.schema)
        message.source = _loans.lend(opened)
    except BaseException:
        opened.release()
        raise
    return Described(message)


def arrow_next(source: int) -> Any:
    """The next batch of a stream; None at the end. What it says went wrong is a number and
    a text."""
    return _lent(source).next()


_Get = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_GetError = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)


class _Opened:
    """A stream of a producer's, released at its end, at its first error, or with its loan."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._lock = stream, threading.Lock()
        self.schema = _proto.ArrowSchema()

    def call(self, function: str, out: Any) -> tuple[int, str] | None:
        """Have the producer fill a struct; returns what went wrong."""
        stream = self._stream
        address = ctypes.addressof(stream)
        pointer = getattr(stream, function)
        if not pointer or not stream.release:
            return errno.EINVAL, "the stream was released before"
        number = _Get(pointer)(address, ctypes.addressof(out))
        if number == 0:
            return None
        text = _GetError(stream.get_last_error)(address) if stream.get_last_error else None
        said = ctypes.string_at(text).decode("utf-8", "replace") if text else ""
        return number, said

    def next(self) -> Any:
        with self._lock:
            if not self._stream.release:
                return None
            array = Array()
            failed = self.call("get_next", array)
            if failed is not None or not array.release:
                release(self._stream)
                return failed
            message = _proto.Arrow(kind=_proto.Arrow.ARRAY)
            message.schema.CopyFrom(self.schema)
            try:
                _array(message, array)
            except BaseException:
                release(array)
                raise
            message.ClearField("schema")
            return Described(message)

    def release(self) -> None:
        with self._lock:
            release(self._stream)

    def give_back(self) -> None:
        """The producer may take its time, and call Go: not on the thread that reads what
        Go sends."""
        if self._stream.release:
            threading.Thread(target=self.release, name="snakepit-arrow", daemon=True).start()
