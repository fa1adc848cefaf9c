"""Adapters: the code whose tools a pool offers, once per worker."""

import importlib
import importlib.util
import sys
import types


def _fresh(name):
    """A copy of a module that is imported already, run in a namespace of its own.

    Code without source or bytecode (extension modules) is shared instead.
    """
    module = sys.modules[name]
    loader = getattr(module.__spec__, "loader", None)
    get_code = getattr(loader, "get_code", None)
    code = _code(name, get_code) if get_code else None
    if code is None:
        return module
    copy = types.ModuleType(name, module.__doc__)
    for attribute in ("__spec__", "__file__", "__package__", "__path__", "__loader__"):
        if hasattr(module, attribute):
            setattr(copy, attribute, getattr(module, attribute))
    exec(code, copy.__dict__)
    return copy


_codes = {}


def _code(name, get_code):
    if name not in _codes:
        _codes[name] = get_code(name)
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
            module = _fresh(name)
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
