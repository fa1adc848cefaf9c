"""How many threads native libraries (BLAS, OpenMP) use within one call."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

# What the libraries read when they are loaded. OMP_NUM_THREADS speaks for all that have
# no variable of their own.
_GENERAL = "OMP_NUM_THREADS"
VARIABLES = (
    _GENERAL,
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)

_ours: dict[str, str] = {}  # what we set, and to what

# The functions that set it in a library that is loaded, by a part of the file's name.
_SETTERS = {
    "openblas": tuple(
        f"{prefix}openblas_set_num_threads{suffix}"
        for prefix in ("scipy_", "")
        for suffix in ("64_", "", "_64")
    ),
    "mkl_rt": ("MKL_Set_Num_Threads",),
    "libblis": ("bli_thread_set_num_threads",),
}


def limit(n: int) -> int:
    """Let libraries use n threads at most, unless the environment says otherwise.

    Those that are loaded later read it from the environment, for all threads. Those that
    are there are told, if they have a function for the whole process (OpenMP has none).
    Returns what holds: 0 if nobody can tell.
    """
    general = os.environ.get(_GENERAL)
    if general is not None and _ours.get(_GENERAL) != general:
        return int(general) if general.isdecimal() else 0
    free = [name for name in VARIABLES if os.environ.get(name) == _ours.get(name)]
    for name in free:
        os.environ[name] = _ours[name] = str(n)
    if sys.platform == "linux":
        for setter in _loaded(_libraries(free)):
            setter(n)
    return n


def _libraries(free: list[str]) -> list[str]:
    """The libraries that the user has set nothing for."""
    of = {
        "openblas": "OPENBLAS_NUM_THREADS",
        "mkl_rt": "MKL_NUM_THREADS",
        "libblis": "BLIS_NUM_THREADS",
    }
    return [name for name in _SETTERS if of[name] in free]


def _loaded(names: list[str]) -> Iterator[Any]:
    """The functions of loaded libraries that set the number."""
    for path in _mapped(names):
        import ctypes

        try:
            library = ctypes.CDLL(path, mode=os.RTLD_NOLOAD)
        except OSError:  # its file is no more where it was
            continue
        for name in next(_SETTERS[n] for n in names if n in os.path.basename(path)):
            setter = getattr(library, name, None)
            if setter is not None:
                setter.argtypes, setter.restype = [ctypes.c_int], None
                yield setter
                break


def _mapped(names: list[str]) -> list[str]:
    """The files of these names that are mapped as code."""
    found: dict[str, None] = {}
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        for line in maps:
            path = line.rstrip("\n").partition("/")[2]
            if path and " r-xp " in line and any(n in os.path.basename(path) for n in names):
                found["/" + path] = None
    return list(found)
