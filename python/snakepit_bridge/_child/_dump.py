"""Python to columns: the semantics, and the faults, of cgo/dump.c.

The values are written in one loop, without recursion. A container's members are copied
before they are written, so that nothing can change them meanwhile, and the iterator over
the copy tells where a fault was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from snakepit_bridge._child import _faults, _tags, _writers
from snakepit_bridge._child._faults import Level, Refused

MAX_DEPTH = 1000

# Names of this module, which are found faster than those of another.
_NONE, _FALSE, _TRUE = _tags.NONE, _tags.FALSE, _tags.TRUE
_INT, _FLOAT, _STR = _tags.INT, _tags.FLOAT, _tags.STR
_MIN, _MAX = _writers.MIN_INT, _writers.MAX_INT
_known, _writer_of = _writers.known, _writers.writer_of


class Dump:
    """What is written so far, as lists; fill puts it into a message."""

    __slots__ = (
        "arrow_out",
        "arrows",
        "blobs",
        "counts",
        "floats",
        "ints",
        "tags",
        "tensor_out",
        "tensors",
        "texts",
        "wanted",
    )

    def __init__(
        self,
        wanted: bool,
        tensor_out: Callable[[Any, bool], Any],
        arrow_out: Callable[[Any], Any],
    ) -> None:
        self.wanted, self.tensor_out, self.arrow_out = wanted, tensor_out, arrow_out
        self.tags = bytearray()
        self.counts: list[int] = []
        self.ints: list[int] = []
        self.floats: list[float] = []
        self.texts: list[str] = []
        self.blobs: list[bytes] = []
        self.tensors: list[Any] = []
        self.arrows: list[Any] = []

    def write(self, values: Sequence[Any], keys: Sequence[str] | None) -> None:
        """Write values; of one that is a plain dict what keys name, if there are any."""
        if not keys:
            self._write((iter(values), values, _faults.WHOLE, 0), MAX_DEPTH + 1)
            return
        for value in values:
            if type(value) is dict:
                self._write(_writers.fields(self, value, keys), MAX_DEPTH)
            else:
                self._write((iter((value,)), (value,), _faults.WHOLE, 0), MAX_DEPTH + 1)

    def _write(self, level: Level, most: int) -> None:
        """Write the members of a level and all that is in them, down to so many levels."""
        levels = [level]
        try:
            self._descend(levels, most)
        except Refused as refused:
            fault = _faults.unfit(refused, levels)
        else:
            return
        raise fault

    def _descend(self, levels: list[Level], most: int) -> None:
        tag, text, number, real = (
            self.tags.append,
            self.texts.append,
            self.ints.append,
            self.floats.append,
        )
        members: Iterator[Any] = levels[0][0]
        around = {levels[0][3]}  # the ids of the containers that are being written
        while True:
            for value in members:
                cls = type(value)
                if cls is str:
                    if not value.isascii():
                        _writers.check(value)
                    tag(_STR)
                    text(value)
                elif cls is int:
                    if _MIN <= value <= _MAX:
                        tag(_INT)
                        number(value)
                    else:
                        _writers.big(self, value)
                elif cls is float:
                    tag(_FLOAT)
                    real(value)
                elif value is None:
                    tag(_NONE)
                elif cls is bool:
                    tag(_TRUE if value else _FALSE)
                else:
                    enters, write = _known.get(cls) or _writer_of(cls)
                    if enters:
                        if len(levels) >= most:
                            raise Refused("at most 1000 levels of nesting", value)
                        if id(value) in around:
                            raise Refused("a value that does not contain itself", value)
                    within = write(self, value)
                    if within:
                        members = iter(within[0])
                        levels.append((members, *within, id(value)))
                        around.add(id(value))
                        break
            else:
                around.discard(levels.pop()[3])
                if not levels:
                    return
                members = levels[-1][0]

    def fill(self, data: Any) -> None:
        """Put what was written into a message that is empty."""
        data.tags = bytes(self.tags)
        for column in ("counts", "ints", "floats", "texts", "blobs", "tensors", "arrows"):
            values = getattr(self, column)
            if values:
                getattr(data, column).extend(values)

    def lent(self) -> list[Any]:
        """The messages that stand for memory."""
        return self.tensors + self.arrows
