"""Signatures as JSON Schema (draft 2020-12)."""

from __future__ import annotations

import inspect
import json
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from snakepit_bridge import _convert, _hints
from snakepit_bridge.base_adapter import tool_metadata

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True)
class ToolSignature:
    """What a tool takes and gives."""

    name: str
    doc: str
    params: tuple[str, ...]
    required: frozenset[str]
    schema: dict[str, Any]
    result: dict[str, Any] | bool
    open: bool
    positional: bool  # the parameters can be passed by position, in this order
    streams: bool
    is_async: bool
    context_param: str | None
    convert: Callable[[dict[str, Any]], dict[str, Any]] | None


def inspect_tool(function: Callable[..., Any], name: str | None = None) -> ToolSignature:
    metadata = tool_metadata(function)
    signature = _signature(function)
    hints = _hints.resolve(function)
    params = [p for p in signature.parameters.values() if p.kind not in _VARIADIC]
    context = next((p.name for p in params if _is_context(hints.get(p.name))), None)
    params = [p for p in params if p.name != context]
    is_open = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
    doc = inspect.getdoc(function) or ""
    return ToolSignature(
        name=name or function.__name__,
        doc=(metadata and metadata.description) or doc.split("\n\nArgs:")[0],
        params=tuple(p.name for p in params),
        required=frozenset(p.name for p in params if p.default is p.empty),
        schema=_object(params, hints, is_open, _descriptions(doc)),
        result=_result(hints.get("return", Any)),
        open=is_open,
        positional=context is None and all(p.kind is p.POSITIONAL_OR_KEYWORD for p in params),
        streams=_streams(function) or bool(metadata and metadata.supports_streaming),
        is_async=inspect.iscoroutinefunction(function),
        context_param=context,
        convert=_convert.for_arguments(
            {p.name: hints[p.name] for p in params if p.name in hints},
            [p.name for p in params if p.kind is p.POSITIONAL_ONLY],
        ),
    )


_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    """The signature without self, also where the function is not bound yet."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some functions of C have none
        return inspect.Signature([inspect.Parameter("arguments", inspect.Parameter.VAR_KEYWORD)])
    params = list(signature.parameters.values())
    if params and params[0].name == "self" and not inspect.ismethod(function):
        return signature.replace(parameters=params[1:])
    return signature


def _streams(function: Callable[..., Any]) -> bool:
    return inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)


def _is_context(hint: Any) -> bool:
    if isinstance(hint, str):
        return hint.split(".")[-1] == "SessionContext"
    if any(_is_context(arg) for arg in get_args(hint) if get_origin(hint) in _UNIONS):
        return True
    module = sys.modules.get("snakepit_bridge.session_context")
    return module is not None and hint is module.SessionContext


_UNIONS = (Union, types.UnionType)


def _object(
    params: list[inspect.Parameter], hints: dict[str, Any], is_open: bool, docs: dict[str, str]
) -> dict[str, Any]:
    defs: dict[str, Any] = {}
    properties = {}
    for p in params:
        made = dict(_hints.schema(hints.get(p.name, Any), defs))
        if p.name in docs:
            made.setdefault("description", docs[p.name])
        if p.default is not p.empty and _is_json(p.default):
            made["default"] = p.default
        properties[p.name] = made
    schema: dict[str, Any] = {"$schema": DIALECT, "type": "object", "properties": properties}
    schema["required"] = [p.name for p in params if p.default is p.empty]
    schema["additionalProperties"] = is_open
    if defs:
        schema["$defs"] = defs
    return schema


def _result(hint: Any) -> dict[str, Any] | bool:
    defs: dict[str, Any] = {}
    made = _hints.schema(hint, defs)
    if defs:
        made = {**made, "$defs": defs}
    return made or True


def _is_json(value: Any) -> bool:
    try:
        return bool(json.loads(json.dumps(value, allow_nan=False)) == value)
    except (TypeError, ValueError):
        return False


def _descriptions(doc: str) -> dict[str, str]:
    """What the section Args of a docstring says of each parameter."""
    _, _, section = doc.partition("\n\nArgs:\n")
    found: dict[str, str] = {}
    for line in section.split("\n\n")[0].splitlines():
        name, colon, text = line.strip().partition(":")
        name = name.split(" ")[0]
        if colon and name.isidentifier():
            found[name] = text.strip()
    return found
