"""Columns to Python. The message is the host's, and believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from snakepit_bridge import _native, _values
from snakepit_bridge._child import _tags

Hook = Callable[[Any], Any]

# Names of this module, which are found faster than those of another.
_TRUE, _INT, _FLOAT, _STR = _tags.TRUE, _tags.INT, _tags.FLOAT, _tags.STR
_LIST, _DICT, _FROZEN_SET = _tags.LIST, _tags.DICT, _tags.FROZEN_SET
_DATETIME, _ITERATOR = _tags.DATETIME, _tags.ITERATOR

_CONSTANTS = (None, False, True)


def build(data: Any, count: int, tensor_in: Hook, arrow_in: Hook) -> list[Any]:
    """Read all tags in one loop: what is built of the container at hand is in items, left
    says how much is yet to come, and stack holds the containers around it."""
    texts, ints = iter(data.texts), iter(data.ints)
    floats, counts = iter(data.floats), iter(data.counts)
    values: list[Any] = []
    stack: list[tuple[list[Any], int, int]] = []
    items, left, kind = values, count, _LIST
    rare: _Rare | None = None
    value: Any
    try:
        for tag in data.tags:
            if tag == _STR:
                value = next(texts)
            elif tag == _INT:
                value = next(ints)
            elif tag == _FLOAT:
                value = next(floats)
            elif tag <= _TRUE:
                value = _CONSTANTS[tag]
            elif _LIST <= tag <= _FROZEN_SET:
                n = next(counts)
                if n:
                    stack.append((items, left, kind))
                    items, left, kind = [], 2 * n if tag == _DICT else n, tag
                    continue
                value = _MAKE[tag]([])
            elif _DATETIME <= tag <= _ITERATOR:
                stack.append((items, left, kind))
                items, left, kind = [], 1, tag
                continue
            else:
                rare = rare or _Rare(data, ints, floats, counts, tensor_in, arrow_in)
                value = _RARE[tag](rare)
            items.append(value)
            left -= 1
            while not left and stack:
                value = items if kind == _LIST else _MAKE[kind](items)
                items, left, kind = stack.pop()
                items.append(value)
                left -= 1
    except BaseException as err:
        (rare or _Rare(data, ints, floats, counts, tensor_in, arrow_in)).leave()
        if isinstance(err, StopIteration):
            raise ValueError("a column of a message is too short") from None
        raise
    if left or stack:
        raise ValueError("a message has more or fewer values than were announced")
    return values


class _Rare:
    """The columns of a message, with those that most do without."""

    def __init__(
        self,
        data: Any,
        ints: Iterator[int],
        floats: Iterator[float],
        counts: Iterator[int],
        tensor_in: Hook,
        arrow_in: Hook,
    ) -> None:
        self.ints, self.floats, self.counts = ints, floats, counts
        self.blobs: Iterator[bytes] = iter(data.blobs)
        self.tensors: Iterator[Any] = iter(data.tensors)
        self.arrows: Iterator[Any] = iter(data.arrows)
        self.tensor_in, self.arrow_in = tensor_in, arrow_in

    def leave(self) -> None:
        """Make and drop what was not made yet: so what is lent goes back."""
        for make, messages in ((self.tensor_in, self.tensors), (self.arrow_in, self.arrows)):
            for message in messages:
                try:
                    make(message)
                except Exception:  # the first error is the one to tell
                    pass


def _dict(items: list[Any]) -> dict[Any, Any]:
    flat = iter(items)
    return dict(zip(flat, flat, strict=True))


def _kind(number: int) -> Callable[[list[Any]], Any]:
    return lambda items: _values.unpack(number, items[0])


_MAKE: dict[int, Callable[[list[Any]], Any]] = {
    _tags.LIST: lambda items: items,
    _tags.TUPLE: tuple,
    _tags.DICT: _dict,
    _tags.SET: set,
    _tags.FROZEN_SET: frozenset,
    **{_tags.DATETIME + k: _kind(k) for k in range(_tags.ITERATOR - _tags.DATETIME + 1)},
}

_RARE: dict[int, Callable[[_Rare], Any]] = {
    _tags.BIG_INT: lambda r: int.from_bytes(next(r.blobs), "little", signed=True),
    _tags.COMPLEX: lambda r: complex(next(r.floats), next(r.floats)),
    _tags.BYTES: lambda r: next(r.blobs),
    _tags.FLOATS: lambda r: list(islice(r.floats, next(r.counts))),
    _tags.INTS: lambda r: list(islice(r.ints, next(r.counts))),
    _tags.MISSING: lambda r: _native.MISSING,
    _tags.TENSOR: lambda r: r.tensor_in(next(r.tensors)),
    _tags.ARROW: lambda r: r.arrow_in(next(r.arrows)),
}
