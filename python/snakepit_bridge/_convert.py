"""Plain values as what a tool's type hints ask for."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Callable
from typing import Any, Union, get_args, get_origin

from snakepit_bridge import _hints, _memory

Convert = Callable[[Any, str], Any]


class ToolArgumentError(TypeError, ValueError):
    """An argument cannot be what the tool asks for.

    Attributes:
        path: Where it stands.
        expected: What was asked for.
        got: What there was.
    """

    def __init__(self, path: str, expected: str, got: Any) -> None:
        shown = repr(got)
        super().__init__(f"{path}: want {expected}, got {shown[:200]}")
        self.path, self.expected, self.got = path, expected, shown


def for_arguments(
    hints: dict[str, Any], positional: list[str]
) -> Callable[[dict[str, Any]], dict[str, Any]] | None:
    """What converts keyword arguments; None where nothing needs it."""
    if positional:
        raise TypeError(
            f"parameters {', '.join(positional)} are positional-only: a tool is called by name"
        )
    found = {name: made for name, hint in hints.items() if (made := converter(hint))}
    if not found:
        return None

    def convert(arguments: dict[str, Any]) -> dict[str, Any]:
        for name, made in found.items():
            if name in arguments:
                arguments[name] = made(arguments[name], name)
        return arguments

    return convert


def converter(hint: Any, seen: tuple[Any, ...] = ()) -> Convert | None:
    """What makes a value of this hint of a plain one; None for a value as it is."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _optional(args, seen)
    if origin is typing.Annotated:
        return converter(args[0], seen)
    if origin in (list, tuple, set, frozenset, dict) and args:
        return _container(origin, args, seen)
    if not isinstance(hint, type):
        return None
    if hint in (tuple, set, frozenset):
        return _sequence(hint, None)
    if issubclass(hint, enum.Enum):
        return _enum(hint)
    if f"{hint.__module__}.{hint.__qualname__}" in _FROM_TEXT:
        return _text(hint)
    made = _memory.maker(hint)
    if made is not None:
        return _array(hint, made)
    return _record(hint, seen) if _hints.is_record(hint) else None


def _optional(args: tuple[Any, ...], seen: tuple[Any, ...]) -> Convert | None:
    found = [(arg, converter(arg, seen)) for arg in args if arg is not type(None)]
    if all(made is None for _, made in found):
        return None

    def convert(value: Any, path: str) -> Any:
        if value is None or any(made is None and _fits(value, arg) for arg, made in found):
            return value
        problem: Exception | None = None
        for _, made in found:
            try:
                return value if made is None else made(value, path)
            except (TypeError, ValueError) as err:
                problem = problem or err
        raise problem or ToolArgumentError(path, "one of several types", value)

    return convert


def _fits(value: Any, hint: Any) -> bool:
    plain = get_origin(hint) or hint
    return isinstance(plain, type) and isinstance(value, plain)


def _container(origin: Any, args: tuple[Any, ...], seen: tuple[Any, ...]) -> Convert | None:
    if origin is dict:
        return _mapping(converter(args[1], seen))
    if origin is tuple and not (len(args) == 2 and args[1] is Ellipsis):
        return _tuple([converter(arg, seen) for arg in args if arg != ()])
    item = converter(args[0], seen)
    return None if origin is list and item is None else _sequence(origin, item)


def _mapping(item: Convert | None) -> Convert | None:
    if item is None:
        return None
    return lambda value, path: {k: item(v, f"{path}[{k!r}]") for k, v in value.items()}


def _sequence(make: Any, item: Convert | None) -> Convert:
    def convert(value: Any, path: str) -> Any:
        if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
            raise ToolArgumentError(path, make.__name__, value)
        if item is None:
            return value if isinstance(value, make) else make(value)
        return make(item(v, f"{path}[{i}]") for i, v in enumerate(value))

    return convert


def _tuple(items: list[Convert | None]) -> Convert:
    def convert(value: Any, path: str) -> Any:
        if not isinstance(value, (list, tuple)) or len(value) != len(items):
            raise ToolArgumentError(path, f"{len(items)} items", value)
        parts = zip(value, items, strict=True)
        return tuple(v if m is None else m(v, f"{path}[{i}]") for i, (v, m) in enumerate(parts))

    return convert


def _array(cls: type, make: Callable[[Any], Any]) -> Convert:
    def convert(value: Any, path: str) -> Any:
        if isinstance(value, cls):
            return value
        try:
            return make(value)
        except Exception as err:
            raise ToolArgumentError(path, cls.__name__, value) from err

    return convert


def _enum(cls: type[enum.Enum]) -> Convert:
    def convert(value: Any, path: str) -> Any:
        if isinstance(value, cls):
            return value
        try:
            return cls(value)
        except ValueError:
            if isinstance(value, str) and value in cls.__members__:
                return cls[value]
        raise ToolArgumentError(path, f"one of {[m.value for m in cls]}", value)

    return convert


_FROM_TEXT: dict[str, str] = {
    "datetime.datetime": "fromisoformat",
    "datetime.date": "fromisoformat",
    "datetime.time": "fromisoformat",
    "decimal.Decimal": "",
    "uuid.UUID": "",
}


def _text(cls: Any) -> Convert:
    method = _FROM_TEXT[f"{cls.__module__}.{cls.__qualname__}"]
    make = getattr(cls, method) if method else cls

    def convert(value: Any, path: str) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return make(value)
        except Exception as err:
            raise ToolArgumentError(path, cls.__name__, value) from err

    return convert


def _record(cls: Any, seen: tuple[Any, ...]) -> Convert | None:
    if _hints.is_pydantic(cls):
        return _pydantic(cls)
    if cls in seen:  # a record in itself
        return lambda value, path: _late(cls)(value, path)
    parts = {name: converter(hint, (*seen, cls)) for name, (hint, _) in _hints.fields(cls).items()}
    if _hints.is_typed_dict(cls):
        return _typed_dict(parts)

    def convert(value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            return value if isinstance(value, cls) else _refuse(path, cls, value)
        given = {n: _part(parts, n, v, path) for n, v in value.items()}
        try:
            return cls(**given)
        except TypeError as err:
            raise ToolArgumentError(path, cls.__name__, value) from err

    return convert


_made: dict[Any, Convert] = {}


def _late(cls: Any) -> Convert:
    made = _made.get(cls)
    if made is None:
        made = _record(cls, ())
        assert made is not None
        _made[cls] = made
    return made


def _refuse(path: str, cls: Any, value: Any) -> Any:
    raise ToolArgumentError(path, cls.__name__, value)


def _part(parts: dict[str, Convert | None], name: str, value: Any, path: str) -> Any:
    made = parts.get(name)
    return value if made is None else made(value, f"{path}.{name}")


def _typed_dict(parts: dict[str, Convert | None]) -> Convert | None:
    if all(made is None for made in parts.values()):
        return None
    return lambda value, path: {n: _part(parts, n, v, path) for n, v in value.items()}


def _pydantic(cls: Any) -> Convert:
    def convert(value: Any, path: str) -> Any:
        if isinstance(value, cls):
            return value
        try:
            return cls.model_validate(value)
        except ValueError as err:
            raise _of_model(err, path, cls, value) from err

    return convert


def _of_model(err: Any, path: str, cls: Any, value: Any) -> ToolArgumentError:
    """The first of the faults that a model found."""
    try:
        fault = err.errors()[0]
        where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in fault["loc"])
        expected = f"what {cls.__name__} accepts ({fault['msg']})"
        return ToolArgumentError(path + where, expected, fault["input"])
    except (AttributeError, LookupError, TypeError):
        return ToolArgumentError(path, cls.__name__, value)
