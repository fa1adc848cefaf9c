"""Python to columns: the semantics, and the faults, of cgo/dump.c.

The values are written in one loop, without recursion. A container's members are copied
before they are written, so that nothing can change them meanwhile, and the iterator over
the copy tells where a fault was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from snakepit_bridge._child import _tags, _writers
from snakepit_bridge._child._faults import WHOLE, Level, Refused, unfit

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
            self._write((iter(values), values, WHOLE, 0), MAX_DEPTH + 1)
            return
        for value in values:
            if type(value) is dict:
                self._write(_writers.fields(self, value, keys), MAX_DEPTH)
            else:
                self._write((iter((value,)), (value,), WHOLE, 0), MAX_DEPTH + 1)

    def _write(self, level: Level, most: int) -> None:
        """Write the members of a level and all that is in them, down to so many levels."""
        tag, text, number = self.tags.append, self.texts.append, self.ints.append
        members = level[0]
        levels = [level]
        around = {level[3]}  # the ids of the containers that are being written
        try:
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
                        self.floats.append(value)
                    elif value is None:
                        tag(_NONE)
                    elif cls is bool:
                        tag(_TRUE if value else _FALSE)
                    else:
                        enters, write = _known.get(cls) or _writer_of(cls)
                        here = id(value)
                        if enters and (here in around or len(levels) >= most):
                            raise _refusal(value, len(levels) >= most)
                        within = write(self, value)
                        if within:
                            members = iter(within[0])
                            levels.append((members, within[0], within[1], here))
                            around.add(here)
                            break
                else:
                    around.discard(levels.pop()[3])
                    if not levels:
                        return
                    members = levels[-1][0]
        except Refused as refused:
            fault = unfit(refused, levels)
        raise fault

    def fill(self, data: Any) -> None:
        """Put what was written into a message that is empty."""
        data.tags = bytes(self.tags)
        if self.counts:
            data.counts.extend(self.counts)
        if self.ints:
            data.ints.extend(self.ints)
        if self.floats:
            data.floats.extend(self.floats)
        if self.texts:
            data.texts.extend(self.texts)
        if self.blobs:
            data.blobs.extend(self.blobs)
        if self.tensors or self.arrows:
            data.tensors.extend(self.tensors)
            data.arrows.extend(self.arrows)

    def lent(self) -> list[Any]:
        """The messages that stand for memory."""
        return self.tensors + self.arrows


def _refusal(value: Any, too_deep: bool) -> Refused:
    if too_deep:
        return Refused("at most 1000 levels of nesting", value)
    return Refused("a value that does not contain itself", value)
