"""How long the buffers of Arrow's arrays are, which C does not say."""

from __future__ import annotations

import ctypes
from functools import lru_cache
from typing import Any

from snakepit_bridge._child import _arrow_c

VALIDITY, SLOTS, OFFSETS, CONTENT = range(4)

Part = tuple[int, int]
"""What a buffer is for, and how many bits each slot has there."""

_FIXED = {
    "b": 1, "c": 8, "C": 8, "s": 16, "S": 16, "i": 32, "I": 32, "l": 64, "L": 64,
    "e": 16, "f": 32, "g": 64, "tdD": 32, "tdm": 64, "tts": 32, "ttm": 32, "ttu": 64, "ttn": 64,
    "tDs": 64, "tDm": 64, "tDu": 64, "tDn": 64, "tiM": 32, "tiD": 64, "tin": 128,
    "tss": 64, "tsm": 64, "tsu": 64, "tsn": 64,
}  # fmt: skip

_VALID = (VALIDITY, 1)

_PARTS: dict[str, tuple[Part, ...]] = {
    "n": (), "+r": (), "+s": (_VALID,), "+w": (_VALID,),
    "u": (_VALID, (OFFSETS, 32), (CONTENT, 8)), "z": (_VALID, (OFFSETS, 32), (CONTENT, 8)),
    "U": (_VALID, (OFFSETS, 64), (CONTENT, 8)), "Z": (_VALID, (OFFSETS, 64), (CONTENT, 8)),
    "+l": (_VALID, (OFFSETS, 32)), "+m": (_VALID, (OFFSETS, 32)), "+L": (_VALID, (OFFSETS, 64)),
    "+vl": (_VALID, (SLOTS, 32), (SLOTS, 32)), "+vL": (_VALID, (SLOTS, 64), (SLOTS, 64)),
    "vu": (_VALID, (SLOTS, 128)), "vz": (_VALID, (SLOTS, 128)),
    "+us": ((SLOTS, 8),), "+ud": ((SLOTS, 8), (SLOTS, 32)),
    **{name: (_VALID, (SLOTS, bits)) for name, bits in _FIXED.items()},
}  # fmt: skip

_VIEWS = ("vu", "vz")  # more buffers of content follow, and one of their sizes
_UNIONS = ("+us", "+ud")  # had a bitmap before Arrow 1.0, and some show it still


@lru_cache(1024)
def _parts(format_: str) -> tuple[Part, ...] | None:
    """The buffers of a format; None if it is unknown."""
    name, _, parameters = format_.partition(":")
    known = _PARTS.get(name)
    if known is not None:
        return known
    try:
        bits = _parametric(name, parameters)
    except ValueError:
        return None
    return (_VALID, (SLOTS, bits))


def _parametric(name: str, parameters: str) -> int:
    if name == "w":
        return 8 * int(parameters)
    if name == "d":
        numbers = parameters.split(",")
        return int(numbers[2]) if len(numbers) > 2 else 128
    raise ValueError(name)


Piece = tuple[int, int]
"""The address of a buffer, 0 for none, and its length."""


def pieces(format_: str, array: Any) -> list[Piece] | None:
    """The buffers of an array; None if their lengths cannot be known: of a format that
    nobody knows, or an array that breaks the rules."""
    parts = _parts(format_)
    n = array.n_buffers
    if parts is None or array.length < 0 or array.offset < 0 or not 0 <= n < 1 << 20:
        return None
    name = format_.partition(":")[0]
    if name in _UNIONS and n == len(parts) + 1:
        parts = (_VALID, *parts)
    views = name in _VIEWS and n > len(parts)
    if n != len(parts) and not views:
        return None
    starts = _arrow_c.addresses(array.buffers, n)
    if len(starts) != n:
        return None
    found = _measured(parts, starts, array.offset, array.length)
    return found + _contents(starts[len(parts) :]) if views else found


def _measured(parts: tuple[Part, ...], starts: list[int], offset: int, length: int) -> list[Piece]:
    slots = offset + length if length else 0
    found: list[Piece] = []
    for i, (part, bits) in enumerate(parts):
        start = starts[i]
        if not start or not slots:
            n = 0
        elif part == CONTENT:
            n = _last(starts[i - 1], parts[i - 1][1], slots)
        else:
            n = ((slots + (part == OFFSETS)) * bits + 7) // 8
        found.append((start, n))
    return found


def _last(offsets: int, bits: int, slots: int) -> int:
    """How long content is: its last offset."""
    if not offsets:
        return 0
    kind: Any = ctypes.c_int32 if bits == 32 else ctypes.c_int64
    return max(0, int(kind.from_address(offsets + bits // 8 * slots).value))


def _contents(starts: list[int]) -> list[Piece]:
    *more, sizes = starts
    if not sizes or not more:
        return [(start, 0) for start in more] + [(sizes, 0)]
    known = (ctypes.c_int64 * len(more)).from_address(sizes)
    found = [(start, max(0, n)) for start, n in zip(more, known, strict=True)]
    return [*found, (sizes, 8 * len(more))]
