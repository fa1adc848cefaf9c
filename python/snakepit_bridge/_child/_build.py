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
    source = _Source(data, tensor_in, arrow_in)
    try:
        return _values_of(data.tags, count, source)
    except BaseException as err:
        source.leave()
        if isinstance(err, StopIteration):
            raise ValueError("a column of a message is too short") from None
        raise


def _values_of(tags: bytes, count: int, source: _Source) -> list[Any]:
    """Read all tags in one loop: what is built of the container at hand is in items, left
    says how much is yet to come, and stack holds the containers around it."""
    texts, ints, floats, counts = source.texts, source.ints, source.floats, source.counts
    values: list[Any] = []
    stack: list[tuple[list[Any], int, int]] = []
    items, left, kind = values, count, _LIST
    value: Any
    for tag in tags:
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
            value = _RARE[tag](source)
        items.append(value)
        left -= 1
        while not left and stack:
            value = items if kind == _LIST else _MAKE[kind](items)
            items, left, kind = stack.pop()
            items.append(value)
            left -= 1
    if left or stack:
        raise ValueError("a message has more or fewer values than were announced")
    return values


class _Source:
    """The columns of a message, each an iterator that is made when it is asked for."""

    __slots__ = (
        "_data",
        "arrow_in",
        "arrows",
        "blobs",
        "counts",
        "floats",
        "ints",
        "tensor_in",
        "tensors",
        "texts",
    )

    def __init__(self, data: Any, tensor_in: Hook, arrow_in: Hook) -> None:
        self._data, self.tensor_in, self.arrow_in = data, tensor_in, arrow_in

    def __getattr__(self, column: str) -> Iterator[Any]:
        items: Iterator[Any] = iter(getattr(self._data, column)[:])
        setattr(self, column, items)
        return items

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

_RARE: dict[int, Callable[[_Source], Any]] = {
    _tags.BIG_INT: lambda s: int.from_bytes(next(s.blobs), "little", signed=True),
    _tags.COMPLEX: lambda s: complex(next(s.floats), next(s.floats)),
    _tags.BYTES: lambda s: next(s.blobs),
    _tags.FLOATS: lambda s: list(islice(s.floats, next(s.counts))),
    _tags.INTS: lambda s: list(islice(s.ints, next(s.counts))),
    _tags.MISSING: lambda s: _native.MISSING,
    _tags.TENSOR: lambda s: s.tensor_in(next(s.tensors)),
    _tags.ARROW: lambda s: s.arrow_in(next(s.arrows)),
}
