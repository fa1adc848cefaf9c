"""What there is to call in this process: the adapter, namespaces, imported functions."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from snakepit_bridge import _runtime
from snakepit_bridge._child._main import main_thread
from snakepit_bridge._child._own import AnyThread, OwnThread
from snakepit_bridge._namespace import Namespace

Function = Callable[..., Any]


class Program:
    """What the host can name.

    Attributes:
        worker: The adapter's tools; None without an adapter.
        own: Where calls run.
    """

    def __init__(self) -> None:
        self.worker: Any = None
        self.own: OwnThread | AnyThread = AnyThread()
        self._namespaces: dict[str, Namespace] = {}
        self._adapter = self._pool = ""

    def load(self, adapter: str, pool: str, slot: int, threads: int = 1) -> None:
        self._adapter, self._pool = adapter, pool
        if not adapter:
            return
        if _runtime.thread_affinity(main_thread.run(_runtime.holder, adapter)):
            if threads > 1:
                raise RuntimeError(
                    "it has thread affinity, and calls of a child with several threads cannot "
                    "have it on one: set processprofile.Config.Threads to 1"
                )
            self.own = OwnThread()
            self.worker = self.own.run(_runtime.Worker, adapter, False, pool, slot)
        else:
            self.worker = main_thread.run(_runtime.Worker, adapter, False, pool, slot)

    def function(self, name: str) -> Function:
        """What "module:qualname" names."""
        found: Function
        if name.partition(":")[0] in sys.modules:
            found = _runtime.resolve(name)
        else:
            found = main_thread.run(_runtime.resolve, name)
        if not callable(found):
            kind = type(found).__name__
            raise TypeError(f"{name} is a {kind}, not to be called: read it with Eval")
        return found

    def helper(self, name: str) -> Function:
        module: Any = _runtime
        if name.startswith("arrow_"):  # what only makes sense between processes
            from snakepit_bridge._child import _arrow_out as module
        found: Function = getattr(module, name)
        return found

    def tool(self, name: str) -> Function:
        return self._offered(name, None if self.worker is None else self.worker.tool(name))

    def stream(self, name: str) -> Function:
        return self._offered(name, None if self.worker is None else self.worker.stream(name))

    def _offered(self, name: str, found: Function | None) -> Function:
        if found is None:
            raise NoSuchTool(f"{name!r}: {self._why()}")
        return found

    def _why(self) -> str:
        if not self._adapter:
            return f"pool {self._pool!r} has no adapter"
        return f"adapter {self._adapter} of pool {self._pool!r} has no such public function"

    def namespace(self, name: str) -> Namespace:
        return self._namespaces.get(name) or self._namespaces.setdefault(name, Namespace(name))

    def end_session(self, number: int) -> None:
        try:
            if self.worker is not None:
                self.own.run(self.worker.close_session, number)
        finally:
            _runtime.end_session(number)

    def close(self) -> None:
        """Close the adapter, and do what is registered for the end."""
        try:
            if self.worker is not None:
                self.own.run(self.worker.close)
        finally:
            main_thread.run(_runtime.run_atexit)


class NoSuchTool(LookupError):
    """The adapter has no tool of this name."""
