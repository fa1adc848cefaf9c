"""Values that the C side does not know: what they become, and back.

``pack`` gets an object that is none of the plain types and returns None to leave
it an opaque handle, or ``(kind, payload)``; kind PLAIN stands for the payload
itself. ``unpack`` is the inverse for the other kinds. The kinds are those of
package internal/wire, which documents each payload.

Importing datetime, decimal and uuid takes milliseconds, so that is left until a
value needs it: an object of such a type cannot exist before its module does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime, time, timedelta, tzinfo
    from decimal import Decimal
    from uuid import UUID as Uuid

    from snakepit_bridge._streams import Source

Packed = tuple[int, Any]

PLAIN = -1
DATETIME, DATE, TIME, TIMEDELTA, DECIMAL, UUID, ITERATOR, OPAQUE = range(8)

_US_PER_DAY = 86_400_000_000


def _micros(delta: timedelta) -> int:
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def _offset(value: datetime | time) -> int | None:
    offset = value.utcoffset()
    return None if offset is None else _micros(offset)


def _pack_datetime(v: datetime) -> Packed:
    zone = getattr(v.tzinfo, "key", None) or (v.tzname() if v.tzinfo else None)
    clock = (v.hour, v.minute, v.second, v.microsecond, v.fold)
    return DATETIME, (v.year, v.month, v.day, *clock, _offset(v), zone)


def _pack_time(v: time) -> Packed | None:
    offset = _offset(v)
    if v.tzinfo is not None and offset is None:  # the zone asks for a date; naive would be wrong
        return None
    return TIME, (v.hour, v.minute, v.second, v.microsecond, v.fold, offset)


def _unpack_offset(offset: int, name: str | None = None) -> tzinfo:
    from datetime import timedelta, timezone

    if offset == 0 and name in (None, "UTC"):
        return timezone.utc
    delta = timedelta(microseconds=offset)
    return timezone(delta, name) if name else timezone(delta)


def _zone(key: str | None, offset: int | None) -> tzinfo | None:
    if offset is None:
        return None
    if key and key != "UTC":
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            return ZoneInfo(key)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    return _unpack_offset(offset, key)


def _unpack_datetime(payload: Any) -> datetime:
    from datetime import datetime

    *when, fold, offset, zone = payload
    value: datetime = datetime(*when, fold=fold, tzinfo=_zone(zone, offset))  # type: ignore[misc]
    if offset is not None and _offset(value) != offset:  # the zone changed its rules
        value = value.replace(tzinfo=_unpack_offset(offset))
    return value


def _unpack_date(payload: Any) -> date:
    from datetime import date

    return date(*payload)


def _unpack_time(payload: Any) -> time:
    from datetime import time

    *clock, fold, offset = payload
    tzinfo = None if offset is None else _unpack_offset(offset)
    return time(*clock, fold=fold, tzinfo=tzinfo)  # type: ignore[misc]


def _unpack_timedelta(payload: Any) -> timedelta:
    from datetime import timedelta

    return timedelta(*payload)


def _unpack_decimal(payload: str) -> Decimal:
    from decimal import Decimal

    return Decimal(payload)


def _unpack_uuid(payload: bytes) -> Uuid:
    from uuid import UUID as Uuid

    return Uuid(bytes=payload)


def _unpack_iterator(payload: int) -> Source:
    from snakepit_bridge._streams import Source

    return Source(payload)


def _unpack_opaque(payload: Any) -> Any:
    raise TypeError(f"a {payload[0]} cannot be passed back: it stayed in its own process")


_UNPACK: tuple[Callable[[Any], Any], ...] = (
    _unpack_datetime,
    _unpack_date,
    _unpack_time,
    _unpack_timedelta,
    _unpack_decimal,
    _unpack_uuid,
    _unpack_iterator,
    _unpack_opaque,
)

# By module and name of the type, so that no module need be imported first.
_PACK: dict[tuple[str, str], Callable[[Any], Packed | None]] = {
    ("datetime", "datetime"): _pack_datetime,
    ("datetime", "date"): lambda v: (DATE, (v.year, v.month, v.day)),
    ("datetime", "time"): _pack_time,
    ("datetime", "timedelta"): lambda v: (TIMEDELTA, (v.days, v.seconds, v.microseconds)),
    ("decimal", "Decimal"): lambda v: (DECIMAL, str(v)),
    ("uuid", "UUID"): lambda v: (UUID, v.bytes),
}


def _pack_numpy(value: Any) -> Packed | None:
    """A numpy scalar is the Python value it holds, if there is one."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not isinstance(value, getattr(numpy, "generic", ())):  # being imported
        return None
    plain = value.item()
    if isinstance(value, (numpy.datetime64, numpy.timedelta64)) and isinstance(plain, int):
        return _pack_fine_time(value)
    return None if isinstance(plain, numpy.generic) else (PLAIN, plain)


def _pack_fine_time(value: Any) -> Packed | None:
    """A time in units that datetime has not, if it is one of datetime's all the same."""
    if value.dtype.str[-2:] in ("Y]", "M]", "m8"):  # a span of these has no length
        return None
    coarse = value.astype(f"{type(value).__name__}[us]")
    plain = coarse.item()
    exact = coarse.astype(value.dtype) == value
    return None if isinstance(plain, int) or not exact else (PLAIN, plain)


def _pack_mapping(value: Any) -> Packed | None:
    """Dataclass instances and pydantic models are mappings of their fields."""
    cls = type(value)
    fields = getattr(cls, "__dataclass_fields__", None)
    if fields is not None:
        import dataclasses

        return PLAIN, {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    fields = getattr(cls, "__pydantic_fields__", None) or getattr(cls, "model_fields", None)
    if isinstance(fields, dict) and hasattr(cls, "model_dump"):
        return PLAIN, {name: getattr(value, name) for name in fields}
    return None


def classify(cls: type) -> int:
    """Whether objects of a type go to Go as tensors over their memory: C asks once."""
    for base in cls.__mro__:
        if (base.__module__, base.__name__) in _BUFFERS:
            return 1
    numpy = sys.modules.get("numpy")
    if numpy is not None and issubclass(cls, getattr(numpy, "generic", ())):
        return 0  # a scalar is the number it holds
    if hasattr(cls, "__arrow_c_array__") or hasattr(cls, "__arrow_c_stream__"):
        return 0  # Arrow's protocol says more; DLPack would leave out what is null
    return int(hasattr(cls, "__dlpack__"))


# Types whose memory is numbers though they do not speak DLPack.
_BUFFERS = {("array", "array"), ("mmap", "mmap")}


def pack(value: Any) -> Packed | None:
    if isinstance(value, type):  # a class is no instance of what it describes
        return None
    for cls in type(value).__mro__:
        how = _PACK.get((cls.__module__, cls.__name__))
        if how is not None:
            return how(value)
    return _pack_numpy(value) or _pack_mapping(value)


def unpack(kind: int, payload: Any) -> Any:
    return _UNPACK[kind](payload)
