"""The first code that Snakepit runs in an interpreter it hosts.

It makes ``snakepit_bridge`` importable from the sources that the Go program
carries, so that nothing has to be installed.
"""

from __future__ import annotations

import marshal
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any


def shareable(code: CodeType) -> CodeType:
    """The same code, made so that threads do not contend for it.

    Free-threaded 3.13 does not count references to code that is read from a .pyc
    file, and does count those to what compile() makes: every call from another
    thread than compiled it then writes to the code object.
    """
    copy: CodeType = marshal.loads(marshal.dumps(code))
    return copy


def _share_compiled_modules() -> None:
    """Let modules that are compiled while they are imported be as those read from .pyc."""
    loader: Any = SourceFileLoader
    source_to_code = loader.source_to_code

    def shared(self: Any, data: Any, path: Any, **kwargs: Any) -> CodeType:
        return shareable(source_to_code(self, data, path, **kwargs))

    # Under this name CPython leaves it out of tracebacks, with the rest of importlib.
    file = source_to_code.__code__.co_filename
    shared.__code__ = shared.__code__.replace(co_filename=file)
    loader.source_to_code = shared


class EmbeddedImporter:
    """Finds and loads the modules of ``snakepit_bridge`` from memory."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.sources = sources

    def _lookup(self, name: str) -> tuple[str | None, bool]:
        package = self.sources.get(name + ".__init__")
        return (package, True) if package is not None else (self.sources.get(name), False)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        source, is_package = self._lookup(name)
        if source is None:
            return None
        loader: Any = self
        return ModuleSpec(name, loader, origin=self._file(name), is_package=is_package)

    def _file(self, name: str) -> str:
        return "<snakepit>/" + name.replace(".", "/") + ".py"

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: Any) -> None:
        name = module.__spec__.name
        source: Any = self._lookup(name)[0]
        code = compile(source, self._file(name), "exec")
        exec(shareable(code), module.__dict__)

    def get_source(self, name: str) -> str | None:
        return self._lookup(name)[0]


def boot(sources: dict[str, str]) -> ModuleType:
    """Make ``snakepit_bridge`` importable and return its runtime module."""
    if sys.version_info < (3, 14) and not getattr(sys, "_is_gil_enabled", lambda: True)():
        _share_compiled_modules()
    sys.meta_path.insert(0, EmbeddedImporter(sources))
    from snakepit_bridge import _runtime

    return _runtime
