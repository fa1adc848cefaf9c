"""Adapters: the code whose tools a pool offers, once per worker."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable
from importlib.machinery import BuiltinImporter, ExtensionFileLoader
from types import CodeType, ModuleType
from typing import Any


def _fresh(name: str) -> ModuleType:
    """A copy of a module that is imported already, run in a namespace of its own.

    Modules that are no Python code (extension modules) are shared instead.
    """
    module = sys.modules[name]
    spec = module.__spec__
    if spec is None or isinstance(spec.loader, (ExtensionFileLoader, type(BuiltinImporter))):
        return module
    copy = importlib.util.module_from_spec(spec)
    code = _code(name, spec.loader)
    if code is None:
        assert spec.loader is not None
        spec.loader.exec_module(copy)
    else:
        exec(code, copy.__dict__)
    from snakepit_bridge import _hints  # takes milliseconds, and only adapters need it

    _hints.settle(copy.__dict__, name)
    return copy


_used: set[str] = set()


def own(name: str) -> ModuleType:
    """A module for one worker alone: itself for the first that asks, a copy for others."""
    if name in _used:
        return _fresh(name)
    _used.add(name)
    return sys.modules[name]


def forget(names: Iterable[str]) -> Callable[[], None]:
    """The next worker that asks for a module reads it anew; returns what undoes this."""
    used = _used.intersection(names)
    codes = {name: _codes.pop(name) for name in names if name in _codes}
    _used.difference_update(names)

    def undo() -> None:
        _used.update(used)
        _codes.update(codes)

    return undo


_codes: dict[str, CodeType | None] = {}


def _code(name: str, loader: Any) -> CodeType | None:
    """A module's code, read once: in free-threaded 3.13 code is never freed."""
    if name not in _codes:
        get_code = getattr(loader, "get_code", None)
        _codes[name] = get_code(name) if get_code else None
    return _codes[name]


def attribute(holder: Any, qualname: str, target: str) -> Any:
    for part in qualname.split("."):
        try:
            holder = getattr(holder, part)
        except AttributeError as err:
            raise AttributeError(f"{target}: no {part!r} in {holder!r}") from err
    return holder


def resolve(target: str) -> Any:
    """The object that "module:qualname" names; importing the module if need be."""
    module, _, qualname = target.partition(":")
    return attribute(importlib.import_module(module), qualname, target)
