"""Type hints as JSON Schema."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import sys
import types
import typing
from collections.abc import Callable
from typing import Any, Union, get_args, get_origin

Schema = dict[str, Any]


def resolve(function: Callable[..., Any]) -> dict[str, Any]:
    """The hints of a function. A name that cannot be resolved leaves its text."""
    function = inspect.unwrap(getattr(function, "__func__", function))
    found = dict(getattr(function, "__annotations__", {}))
    names = getattr(function, "__globals__", {})
    return {name: _evaluate(hint, names) for name, hint in found.items()}


def _evaluate(hint: Any, names: dict[str, Any]) -> Any:
    """A hint with all names in it looked up; as it was if one is unknown."""
    local = dict(names)  # other than names, or typing takes what another module found
    try:
        if isinstance(hint, typing.ForwardRef):
            hint = hint.__forward_arg__
        found = eval(hint, local) if isinstance(hint, str) else hint
        carrier = types.SimpleNamespace(__annotations__={"it": found})
        return typing.get_type_hints(carrier, names, local, include_extras=True)["it"]
    except Exception:
        return hint


def settle(names: dict[str, Any], module: str) -> None:
    """Look up the names in the records of a module that runs once more. Later they would
    be looked up in its first run, whose classes are others."""
    records = [v for v in names.values() if is_record(v) and v.__module__ == module]
    for record in records:
        hints = vars(record).get("__annotations__", {})
        hints.update({name: _evaluate(hint, names) for name, hint in hints.items()})
    models = [record for record in records if is_pydantic(record)]
    for model in models:  # pydantic has looked them up already, and in the first run
        _settle_fields(model)
    for model in models:
        model.model_rebuild(force=True, raise_errors=False, _types_namespace=names)


def _settle_fields(model: Any) -> None:
    for name, field in model.model_fields.items():
        hint = model.__annotations__.get(name)
        if get_origin(hint) is typing.Annotated:
            hint = get_args(hint)[0]
        if hint is not None and not isinstance(hint, str):
            field.annotation = hint


_PLAIN: dict[Any, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    None: {"type": "null"},
    type(None): {"type": "null"},
    list: {"type": "array"},
    dict: {"type": "object"},
    bytes: {"type": "string", "contentEncoding": "base64", "x-python": "bytes"},
    complex: {"x-python": "complex"},
    tuple: {"type": "array", "x-python": "tuple"},
    set: {"type": "array", "uniqueItems": True, "x-python": "set"},
    frozenset: {"type": "array", "uniqueItems": True, "x-python": "frozenset"},
}

# By module and name, so that nothing need be imported to know them.
_NAMED: dict[str, Schema] = {
    "datetime.datetime": {"type": "string", "format": "date-time"},
    "datetime.date": {"type": "string", "format": "date"},
    "datetime.time": {"type": "string", "format": "time"},
    "datetime.timedelta": {"type": "string", "format": "duration"},
    "decimal.Decimal": {"type": "string", "format": "decimal"},
    "uuid.UUID": {"type": "string", "format": "uuid"},
}

_ITERATORS = {"Iterator", "AsyncIterator", "Generator", "AsyncGenerator", "AsyncIterable"}
_SEQUENCES = {"list", "Sequence", "MutableSequence", "Iterable", "Collection"}
_SETS = {"set", "frozenset", "Set", "AbstractSet", "MutableSet"}
_MAPPINGS = {"dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict"}


def schema(hint: Any, defs: Schema) -> Schema:
    """The schema for a hint; {} for what says nothing. defs collects named ones."""
    try:
        if hint in _PLAIN:
            return dict(_PLAIN[hint])
    except TypeError:  # not hashable
        return {}
    name = f"{getattr(hint, '__module__', '')}.{getattr(hint, '__qualname__', '')}"
    if name in _NAMED:
        return {**_NAMED[name], "x-python": name}
    origin = get_origin(hint)
    if origin is not None:
        return _generic(hint, origin, get_args(hint), defs)
    if isinstance(hint, type):
        return _class(hint, defs)
    if isinstance(hint, typing.NewType):
        return schema(hint.__supertype__, defs)
    bound = getattr(hint, "__bound__", None)  # of a TypeVar
    return schema(bound, defs) if bound is not None else {}


def _generic(hint: Any, origin: Any, args: tuple[Any, ...], defs: Schema) -> Schema:
    if origin in (Union, types.UnionType):
        return _any_of([schema(arg, defs) for arg in args])
    if origin is typing.Literal:
        return _values(list(args))
    if origin is typing.Annotated:
        texts = [text for text in args[1:] if isinstance(text, str)]
        made = schema(args[0], defs)
        return {**made, "description": texts[0]} if texts else made
    if getattr(origin, "__name__", "") in ("Required", "NotRequired", "ReadOnly", "Final"):
        return schema(args[0], defs)
    return _container(origin, args, defs)


def _any_of(options: list[Schema]) -> Schema:
    if any(option == {} for option in options):
        return {}
    return {"anyOf": options}


def _container(origin: Any, args: tuple[Any, ...], defs: Schema) -> Schema:
    name = getattr(origin, "__name__", "")
    if name in _ITERATORS:
        return {"x-python": "collections.abc.Iterator"}
    if name in _SEQUENCES:
        return {"type": "array", "items": schema(args[0], defs)}
    if name in _SETS:
        return {**_PLAIN[set], "items": schema(args[0], defs)}
    if name in _MAPPINGS:
        values = schema(args[1], defs)
        keys = args[0] is str
        return {"type": "object", "additionalProperties": values} if keys else {}
    if origin is tuple:
        return _tuple(args, defs)
    return {}


def _tuple(args: tuple[Any, ...], defs: Schema) -> Schema:
    made: Schema = {"type": "array", "x-python": "tuple"}
    if len(args) == 2 and args[1] is Ellipsis:
        return {**made, "items": schema(args[0], defs)}
    items = [schema(arg, defs) for arg in args if arg != ()]
    return {**made, "prefixItems": items, "minItems": len(items), "maxItems": len(items)}


def _values(values: list[Any]) -> Schema:
    plain = [v.value if isinstance(v, enum.Enum) else v for v in values]
    if all(isinstance(v, (bool, int, str, float)) or v is None for v in plain):
        return {"enum": plain}
    return {}


def _class(cls: Any, defs: Schema) -> Schema:
    if issubclass(cls, enum.Enum):
        return _values(list(cls))
    if cls.__name__ in _ITERATORS and cls.__module__ in ("collections.abc", "typing"):
        return {"x-python": "collections.abc.Iterator"}
    if not is_record(cls):
        return {}
    key = f"{cls.__module__}.{cls.__qualname__}"
    if key not in defs:
        defs[key] = {}  # it may refer to itself
        defs[key] = _pydantic(cls, defs) if is_pydantic(cls) else _record(cls, defs)
    return {"$ref": f"#/$defs/{key}"}


def is_pydantic(cls: Any) -> bool:
    return isinstance(cls, type) and hasattr(cls, "model_json_schema")


def is_typed_dict(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, dict) and hasattr(cls, "__total__")


def is_named_tuple(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields")


def is_record(cls: Any) -> bool:
    plain = dataclasses.is_dataclass(cls) and isinstance(cls, type)
    return plain or is_pydantic(cls) or is_typed_dict(cls) or is_named_tuple(cls)


def _pydantic(cls: Any, defs: Schema) -> Schema:
    made: Schema = cls.model_json_schema()
    defs.update(made.pop("$defs", {}))
    return made


def fields(cls: Any) -> dict[str, tuple[Any, bool]]:
    """The fields of a record: hint, and whether a value must be given."""
    names = vars(sys.modules.get(cls.__module__, types)) | {cls.__name__: cls}
    hints = {n: _evaluate(h, names) for n, h in _annotations(cls).items()}
    if is_typed_dict(cls):
        return {n: (h, n in cls.__required_keys__) for n, h in hints.items()}
    if is_named_tuple(cls):
        return {n: (hints.get(n, Any), n not in cls._field_defaults) for n in cls._fields}
    missing = dataclasses.MISSING
    return {
        f.name: (hints.get(f.name, Any), f.default is missing and f.default_factory is missing)
        for f in dataclasses.fields(cls)
        if f.init
    }


def _annotations(cls: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        found.update(inspect.get_annotations(base))
    found.update(inspect.get_annotations(cls))
    return found


def _record(cls: Any, defs: Schema) -> Schema:
    found = fields(cls)
    made: Schema = {
        "type": "object",
        "properties": {name: schema(hint, defs) for name, (hint, _) in found.items()},
        "required": [name for name, (_, required) in found.items() if required],
        "additionalProperties": False,
    }
    return made
