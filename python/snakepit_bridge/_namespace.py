"""Named namespaces for Exec and Eval."""

from __future__ import annotations

import builtins
import functools
import linecache
from types import CodeType
from typing import Any


# Compiled code is kept so that a program which evaluates the same few expressions
# compiles each once. Free-threaded 3.13 never frees some of what compiling makes,
# so what is evicted and compiled again costs memory again.
@functools.lru_cache(maxsize=1024)
def _compiled(source: str, file: str, mode: str) -> CodeType:
    code: CodeType = builtins.compile(source, file, mode)
    return code


class Namespace:
    """Global variables that Exec and Eval share."""

    def __init__(self, name: str) -> None:
        self.file = f"<{name}>"
        self.names: dict[str, Any] = {"__name__": name, "__builtins__": builtins}

    def _set(self, variables: dict[str, Any]) -> None:
        for name, value in variables.items():
            self.names[name] = value

    def exec(self, source: str, variables: dict[str, Any]) -> None:
        self._set(variables)
        code = _compiled(source, self.file, "exec")
        # Tracebacks then show the lines, as long as no other source runs here.
        linecache.cache[self.file] = (len(source), None, source.splitlines(True), self.file)
        exec(code, self.names)

    def eval(self, source: str, variables: dict[str, Any]) -> Any:
        self._set(variables)
        return eval(_compiled(source.strip(), self.file, "eval"), self.names)
