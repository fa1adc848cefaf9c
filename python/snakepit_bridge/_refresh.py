"""Importing an adapter anew in a Python that goes on."""

from __future__ import annotations

import importlib
import os
import sys
from importlib.machinery import ExtensionFileLoader
from types import ModuleType

from snakepit_bridge import _adapters

_LIBRARIES = ("site-packages", "dist-packages", "lib-dynload")


def refresh(target: str) -> None:
    """Import an adapter's module anew, and with it the modules of its package and folder.

    Who holds the old modules keeps them. If the import fails, the old ones stay in place.
    Modules in C stay in any case, and so do libraries.
    """
    name = target.partition(":")[0]
    old = _around(name)
    for found in old:
        del sys.modules[found]
        _adapters.forget(found)
    importlib.invalidate_caches()
    try:
        importlib.import_module(name)
    except BaseException:
        for found in _around(name):
            sys.modules.pop(found, None)
        sys.modules.update(old)
        raise


def _around(name: str) -> dict[str, ModuleType]:
    """The modules that are imported and belong to an adapter's."""
    folder = _folder(name)
    return {n: m for n, m in list(sys.modules.items()) if _belongs(n, m, name, folder)}


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
