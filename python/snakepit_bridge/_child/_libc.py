"""The functions of the C library that map memory."""

from __future__ import annotations

import ctypes
import mmap
import os

_libc = ctypes.CDLL(None, use_errno=True)

_mmap = _libc.mmap
_mmap.restype = ctypes.c_void_p
_mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long)

_madvise = _libc.madvise
_madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)

_mprotect = _libc.mprotect
_mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)

_FAILED = ctypes.c_void_p(-1).value
_NO_RESERVE = getattr(mmap, "MAP_NORESERVE", 0x4000)  # Python 3.11
_REMOVE = getattr(mmap, "MADV_REMOVE", 9)


def map_shared(descriptor: int, size: int) -> int:
    """Map a file of memory, and return where."""
    protection = mmap.PROT_READ | mmap.PROT_WRITE
    base = _mmap(None, size, protection, mmap.MAP_SHARED | _NO_RESERVE, descriptor, 0)
    if base is None or base == _FAILED:
        error = ctypes.get_errno()
        raise OSError(error, f"cannot map {size} bytes of shared memory: {os.strerror(error)}")
    return int(base)


def punch(address: int, n: int) -> bool:
    """Give the memory of pages back to the system; False if it takes none."""
    return bool(_madvise(address, n, _REMOVE) == 0)


def make_executable(address: int, n: int) -> bool:
    """Let pages be run, and written no more; False if that is not allowed."""
    return bool(_mprotect(address, n, mmap.PROT_READ | mmap.PROT_EXEC) == 0)


def address_of_time() -> int:
    """Where the function time is: see _dlpack."""
    return ctypes.cast(_libc.time, ctypes.c_void_p).value or 0
