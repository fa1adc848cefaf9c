"""Adapters: the code whose tools a pool offers, once per worker."""

import importlib
import importlib.util
import sys
from importlib.machinery import BuiltinImporter, ExtensionFileLoader


def _fresh(name):
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
        spec.loader.exec_module(copy)
    else:
        exec(code, copy.__dict__)
    return copy


_used = set()


def _own(name):
    """A module for one worker alone: itself for the first that asks, a copy for others."""
    if name in _used:
        return _fresh(name)
    _used.add(name)
    return sys.modules[name]


_codes = {}


def _code(name, loader):
    """A module's code, read once: in free-threaded 3.13 code is never freed."""
    if name not in _codes:
        get_code = getattr(loader, "get_code", None)
        _codes[name] = get_code(name) if get_code else None
    return _codes[name]


def _attribute(holder, qualname, target):
    for part in qualname.split("."):
        try:
            holder = getattr(holder, part)
        except AttributeError as err:
            raise AttributeError(f"{target}: no {part!r} in {holder!r}") from err
    return holder


def resolve(target):
    """The object that "module:qualname" names; importing the module if need be."""
    module, _, qualname = target.partition(":")
    return _attribute(importlib.import_module(module), qualname, target)


class Worker:
    """The tools of one worker: a class's methods or a module's functions."""

    def __init__(self, target, private):
        name, _, qualname = target.partition(":")
        module = importlib.import_module(name)
        if private:
            module = _own(name)
        self.target = target
        self.holder = _attribute(module, qualname, target)() if qualname else module
        self.in_module = None if qualname else name

    def _is_own(self, function):
        return self.in_module is None or getattr(function, "__module__", None) == self.in_module

    def tool(self, name):
        """The callable behind a tool, or None. Private names and imports are no tools."""
        function = None if name.startswith("_") else getattr(self.holder, name, None)
        return function if callable(function) and self._is_own(function) else None

    def tools(self):
        return [name for name in dir(self.holder) if self.tool(name) is not None]
