"""Streams of the Go program's: each batch is asked for when a consumer wants it."""

from __future__ import annotations

import ctypes
import errno
from typing import Any

from snakepit_bridge import _native
from snakepit_bridge._child import _arrow, _arrow_export, _arrow_release, _loans
from snakepit_bridge._child._arrow_c import Array, Schema, Stream
from snakepit_bridge._child._arrow_export import Export, Tree

_Get = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_GetError = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)

# What callbacks are of, by the address of the private data.
_open: dict[int, _Stream] = {}


class _Stream:
    """A stream that a consumer has. The lease ends it when that is done."""

    __slots__ = ("error", "lease", "schema")

    def __init__(self, schema: tuple[Tree, Any], lease: _loans.Lease) -> None:
        self.schema, self.lease = schema, lease
        self.error: Any = None

    def failed(self, number: int, text: str) -> int:
        self.error = ctypes.create_string_buffer(text.encode("utf-8", "replace"))
        return number

    def put_schema(self, out: int) -> int:
        _arrow_export.export(Schema, *self.schema).move(out)
        return 0

    def put_next(self, out: int) -> int:
        batch = _native.call("arrow_next", self.lease.loan)
        if batch is None:
            ctypes.memset(out, 0, ctypes.sizeof(Array))
        elif isinstance(batch, _arrow.ArrowArray):
            _arrow_export.export(Array, *batch._array).move(out)
        else:
            return self.failed(*batch)
        return 0


class _Exported(Export):
    """The struct of a stream."""

    __slots__ = ()

    def over(self) -> bool:
        if super().over():
            _open.pop(self.base, None)
            return True
        return False


def _stream(address: int) -> _Stream:
    return _open[Stream.from_address(address).private_data]


def _get_schema(address: int, out: int) -> int:
    return _guarded(_stream(address), _Stream.put_schema, out)


def _get_next(address: int, out: int) -> int:
    return _guarded(_stream(address), _Stream.put_next, out)


def _guarded(stream: _Stream, do: Any, out: int) -> int:
    stream.error = None
    try:
        result: int = do(stream, out)
    except BaseException as err:  # which must not cross C
        return stream.failed(errno.EIO, f"{type(err).__name__}: {err}")
    return result


def _get_last_error(address: int) -> int | None:
    error = _stream(address).error
    return None if error is None else ctypes.addressof(error)


_CALLBACKS = _Get(_get_schema), _Get(_get_next), _GetError(_get_last_error)
_ADDRESSES = tuple(ctypes.cast(callback, ctypes.c_void_p).value for callback in _CALLBACKS)


def capsule(schema: tuple[Tree, Any], value: _loans.Lease) -> Any:
    """Open a stream of a value of Go's, in a capsule."""
    opened = _native.call("arrow_open", value.loan)
    if isinstance(opened, str):
        raise ValueError(opened)
    lease = _loans.lease_all(opened, ())
    made = _Exported(Stream, 8 + ctypes.sizeof(Stream), (0,), None)
    struct = Stream.from_address(made.start)
    struct.get_schema, struct.get_next, struct.get_last_error = _ADDRESSES
    struct.release, struct.private_data = _arrow_release.of[Stream], made.base
    _open[made.base] = _Stream(schema, lease)
    return made.wrap()
