"""Importing an adapter anew in a Python that goes on."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from importlib.machinery import ExtensionFileLoader
from types import ModuleType

from snakepit_bridge import _adapters

_LIBRARIES = ("site-packages", "dist-packages", "lib-dynload")


def refresh(target: str) -> Callable[[], None]:
    """Import an adapter's module anew, and with it the modules of its package and folder.

    Who holds the old modules keeps them. If the import fails, the old ones stay in place;
    otherwise what is returned puts them there again. Modules in C stay in any case, and so
    do libraries.
    """
    name = target.partition(":")[0]
    old = _take_out(name)
    remember = _adapters.forget(old)
    importlib.invalidate_caches()

    def undo() -> None:
        _adapters.forget(_take_out(name))
        sys.modules.update(old)
        remember()

    try:
        importlib.import_module(name)
    except BaseException:
        undo()
        raise
    return undo


def _take_out(name: str) -> dict[str, ModuleType]:
    """Take out the modules that belong to an adapter's."""
    folder = _folder(name)
    found = {n: m for n, m in list(sys.modules.items()) if _belongs(n, m, name, folder)}
    for module in found:
        del sys.modules[module]
    return found


def _belongs(found: str, module: ModuleType, name: str, folder: str | None) -> bool:
    spec = getattr(module, "__spec__", None)
    if spec is None or isinstance(spec.loader, ExtensionFileLoader) or _ours(found):
        return found == name
    if _top(found) == _top(name):
        return not _ours(name)
    file = getattr(module, "__file__", None) or ""
    return folder is not None and file.startswith(folder)


def _folder(name: str) -> str | None:
    """The folder that an adapter's program lies in; None if that is not its own."""
    file = getattr(sys.modules.get(_top(name)), "__file__", None)
    if not file or _ours(name):
        return None
    folder = os.path.dirname(file)
    if os.path.basename(file) == "__init__.py":
        folder = os.path.dirname(folder)
    if folder == os.path.dirname(os.__file__) or os.path.basename(folder) in _LIBRARIES:
        return None
    return os.path.join(folder, "")


def _ours(name: str) -> bool:
    return _top(name) == "snakepit_bridge"


def _top(name: str) -> str:
    return name.partition(".")[0]
