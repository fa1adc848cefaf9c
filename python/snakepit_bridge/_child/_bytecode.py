"""Compiled code of this package for the next start, where Python was told to leave none.

PYTHONDONTWRITEBYTECODE is about modules of the user's. This package lies in a folder of
its own, made for children; compiling it takes as long as all the rest of a start.
"""

from __future__ import annotations

import os
import sys
import threading
from importlib.util import cache_from_source

LAID = os.path.join("", "snakepit", "bridge", "")  # in the path of what a host has laid down


def keep() -> None:
    """Compile the package on another thread, if the host has laid it down and it was not."""
    if sys.dont_write_bytecode and LAID in __file__ and not _compiled(__file__):
        threading.Thread(target=_compile, name="snakepit-bytecode", daemon=True).start()


def _compiled(file: str) -> bool:
    return os.path.exists(cache_from_source(file))


def _compile() -> None:
    import py_compile

    package = os.path.dirname(os.path.dirname(__file__))
    files = {
        os.path.join(folder, name)
        for folder, _, names in os.walk(package)
        for name in names
        if name.endswith(".py")
    }
    # We may end at any moment: this file comes last, and says that all are done.
    for file in (*(files - {__file__}), __file__):
        try:
            if not _compiled(file):
                py_compile.compile(file, doraise=True)
        except (OSError, py_compile.PyCompileError):  # a folder that is not to be written
            return
