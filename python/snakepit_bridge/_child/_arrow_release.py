"""The release callbacks of the structs that Python is lent, and lends to others in turn.

A consumer calls them wherever its last reference goes, with an exception in flight or
without the GIL. A callback of ctypes would run Python code there, and the exception would
be lost. As in _dlpack a C function has to do, one that only notes that the consumer is
done; and Arrow wants the struct marked as released. The C library has none that does both.
So each is made here, of a handful of instructions: write 0 to where the struct has its
release callback, and 1 to the byte at its private data. Whether that was written is looked
at before each message.

On other processors, or where no memory may be made executable, they are callbacks. An
exception in flight becomes a SystemError then.
"""

from __future__ import annotations

import ctypes
import mmap
import platform
import struct
import sys
from collections.abc import Callable
from typing import Any

from snakepit_bridge._child import _arrow_c, _libc
from snakepit_bridge._child._capi import api

_clear = api.PyErr_Clear
_clear.argtypes, _clear.restype = (), None

_Callback = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


def _x86_64(release: int, private: int) -> bytes:
    return (
        b"\xf3\x0f\x1e\xfa"  # endbr64
        b"\x48\x8b\x47" + bytes((private,)) +  # mov rax, [rdi + private]
        b"\x48\xc7\x47" + bytes((release,)) + b"\0\0\0\0"  # mov qword [rdi + release], 0
        b"\xc6\x00\x01"  # mov byte [rax], 1
        b"\xc3"  # ret
    )  # fmt: skip


def _aarch64(release: int, private: int) -> bytes:
    return struct.pack(
        "<6I",
        0xD503245F,  # bti c
        0xF9400001 | private // 8 << 10,  # ldr x1, [x0, private]
        0x52800022,  # mov w2, 1
        0xF900001F | release // 8 << 10,  # str xzr, [x0, release]
        0x089FFC22,  # stlrb w2, [x1]
        0xD65F03C0,  # ret
    )


_CODE: dict[str, Callable[[int, int], bytes]] = {"x86_64": _x86_64, "aarch64": _aarch64}

_kept: list[Any] = []


def _executable(code: bytes) -> int | None:
    """Where code lies that may be run; None if the system does not allow it."""
    memory = mmap.mmap(-1, mmap.PAGESIZE)
    memory.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    if not _libc.make_executable(address, mmap.PAGESIZE):
        return None
    _kept.append(memory)
    return address


def _callback(kind: Any) -> int:
    def released(address: int) -> None:
        _clear()  # or nothing that follows would work
        given = kind.from_address(address)
        given.release = None
        ctypes.c_uint8.from_address(given.private_data).value = 1

    made = _Callback(released)
    _kept.append(made)
    return ctypes.cast(made, ctypes.c_void_p).value or 0


def _make() -> dict[Any, int]:
    kinds = (_arrow_c.Schema, _arrow_c.Array, _arrow_c.Stream)
    start = None
    code = _CODE.get(platform.machine())
    if code is not None and sys.maxsize > 1 << 32:
        pieces = [code(kind.release.offset, kind.private_data.offset) for kind in kinds]
        start = _executable(b"".join(piece.ljust(64) for piece in pieces))
    if start is None:
        return {kind: _callback(kind) for kind in kinds}
    return {kind: start + 64 * i for i, kind in enumerate(kinds)}


of: dict[Any, int] = _make()
"""The address of the callback for each kind of struct."""
