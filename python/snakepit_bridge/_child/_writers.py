"""How values of each type are written.

A writer puts the tag of a value, and what belongs to it, into the columns. For a container
it returns the members, which are yet to be written, and how they are reached.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from snakepit_bridge import _values
from snakepit_bridge._child import _tags
from snakepit_bridge._child._faults import (
    MAPPING,
    SEQUENCE,
    WHOLE,
    Level,
    Refused,
    Shape,
    qualified,
)
from snakepit_bridge._native import MISSING

if TYPE_CHECKING:
    from snakepit_bridge._child._dump import Dump

Within = tuple[Sequence[Any], Shape] | None
Writer = Callable[["Dump", Any], Within]

MIN_INT, MAX_INT = -(1 << 63), (1 << 63) - 1
PACK_MIN = 8  # members from which a list of floats or ints is written side by side
MAX_REPR = 200  # characters of what an object that cannot travel says of itself


def check(text: str) -> None:
    """Refuse what UTF-8 cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        pass
    else:
        return
    raise Refused("text that UTF-8 can hold (no lone surrogates)", text)


def _text(d: Dump, value: Any) -> None:
    plain = str.__str__(value)  # of a subclass, whatever it makes of str's methods
    try:
        check(plain)
    except Refused as refused:
        raise Refused(refused.want, value) from None
    d.tags.append(_tags.STR)
    d.texts.append(plain)


def big(d: Dump, value: Any) -> None:
    """Write an int as the bytes of its two's complement."""
    size = int.bit_length(value) // 8 + 1
    d.tags.append(_tags.BIG_INT)
    d.blobs.append(int.to_bytes(value, size, "little", signed=True))


def _int(d: Dump, value: Any) -> None:
    plain = int.__int__(value)
    if MIN_INT <= plain <= MAX_INT:
        d.tags.append(_tags.INT)
        d.ints.append(plain)
    else:
        big(d, plain)


def _float(d: Dump, value: Any) -> None:
    d.tags.append(_tags.FLOAT)
    d.floats.append(float.__float__(value))


def _complex(d: Dump, value: Any) -> None:
    d.tags.append(_tags.COMPLEX)
    # The descriptors, since a subclass may have attributes of these names.
    d.floats += (_REAL(value), _IMAG(value))


_REAL: Callable[[Any], float] = complex.__dict__["real"].__get__
_IMAG: Callable[[Any], float] = complex.__dict__["imag"].__get__


def _blob(d: Dump, value: Any) -> None:
    if d.wanted and _tensor(d, value):
        return
    d.tags.append(_tags.BYTES)
    d.blobs.append(value if isinstance(value, bytes) else bytes(value))


def _missing(d: Dump, value: Any) -> None:
    d.tags.append(_tags.MISSING)


def _list(d: Dump, value: Any) -> Within:
    members = list.copy(value)
    if len(members) >= PACK_MIN and _packed(d, members):
        return None
    d.tags.append(_tags.LIST)
    d.counts.append(len(members))
    return members, SEQUENCE


def _packed(d: Dump, members: list[Any]) -> bool:
    """Write a list of nothing but floats or small ints, if it is one."""
    cls = type(members[0])
    if cls is float and type(members[-1]) is float and set(map(type, members)) == {float}:
        d.tags.append(_tags.FLOATS)
        d.floats += members
    elif cls is int and type(members[-1]) is int and set(map(type, members)) == {int}:
        try:
            array("q", members)
        except OverflowError:
            return False
        d.tags.append(_tags.INTS)
        d.ints += members
    else:
        return False
    d.counts.append(len(members))
    return True


def _tuple(d: Dump, value: Any) -> Within:
    members = value if type(value) is tuple else tuple.__getitem__(value, slice(None))
    d.tags.append(_tags.TUPLE)
    d.counts.append(len(members))
    return members, SEQUENCE


def _dict(d: Dump, value: Any) -> Within:
    try:
        members = list(chain.from_iterable(dict.items(value)))
    except RuntimeError:  # another thread changed it
        members = list(chain.from_iterable(dict.copy(value).items()))
    d.tags.append(_tags.DICT)
    d.counts.append(len(members) // 2)
    return members, MAPPING


def fields(d: Dump, value: dict[Any, Any], keys: Sequence[str]) -> Level:
    """Write the head of what keys name in a dict."""
    members = [value.get(key, MISSING) for key in keys]
    d.tags.append(_tags.FIELDS)
    d.counts.append(len(members))
    return iter(members), members, keys, id(value)


def _set(d: Dump, value: Any) -> Within:
    members = list(value)
    d.tags.append(_tags.SET if isinstance(value, set) else _tags.FROZEN_SET)
    d.counts.append(len(members))
    return members, SEQUENCE


def _tensor(d: Dump, value: Any) -> bool:
    message = d.tensor_out(value, d.wanted)
    if message is None:
        return False
    d.tags.append(_tags.TENSOR)
    d.tensors.append(message)
    return True


def _tensor_or_opaque(d: Dump, value: Any) -> None:
    if not _tensor(d, value):
        _opaque(d, value)


def _other(d: Dump, value: Any) -> Within:
    """Write what snakepit_bridge makes of an object that it knows, or what stands for it."""
    pair = _values.pack(value)
    if pair is None:
        if not _arrow(d, value):
            _opaque(d, value)
        return None
    kind, payload = pair
    if kind == _values.UUID:
        d.tags += bytes((_tags.UUID, _tags.BYTES))
        d.blobs.append(payload)
        return None
    if kind != _values.PLAIN:
        d.tags.append(_tags.DATETIME + kind)
    return (payload,), WHOLE


_ARROW_METHODS = ("__arrow_c_array__", "__arrow_c_stream__", "__arrow_c_schema__")


def _arrow(d: Dump, value: Any) -> bool:
    cls = type(value)
    if not any(hasattr(cls, method) for method in _ARROW_METHODS):
        return False
    message = d.arrow_out(value)
    if message is None:
        return False
    d.tags.append(_tags.ARROW)
    d.arrows.append(message)
    return True


def _opaque(d: Dump, value: Any) -> None:
    """Write what is to be said of an object that stays here."""
    try:
        said = repr(value)[:MAX_REPR].encode(errors="backslashreplace").decode()
    except BaseException as err:  # code of the object's class
        said = f"<repr raised {type(err).__name__}>"
    d.tags.append(_tags.OPAQUE)
    d.texts += (qualified(type(value)), said)


# For each type whether its values are a level of nesting, and how they are written.
known: dict[type, tuple[bool, Writer]] = {type(MISSING): (False, _missing)}

_BASES: tuple[tuple[type, bool, Writer], ...] = (
    (str, False, _text),
    (int, False, _int),
    (bytes, False, _blob),
    (dict, True, _dict),
    (list, True, _list),
    (tuple, True, _tuple),
    (float, False, _float),
    (complex, False, _complex),
    (bytearray, False, _blob),
    (memoryview, False, _blob),
    (set, True, _set),
    (frozenset, True, _set),
)

MAX_KNOWN = 1024  # types; they live as long as they are known


def writer_of(cls: type) -> tuple[bool, Writer]:
    how = next(((enters, write) for base, enters, write in _BASES if issubclass(cls, base)), None)
    if how is None:
        how = True, _tensor_or_opaque if _values.classify(cls) else _other
    if len(known) < MAX_KNOWN:
        known[cls] = how
    return how
