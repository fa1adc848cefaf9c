"""What makes an adapter unfit for several threads, as far as that can be seen."""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable
from typing import Any

# Libraries whose objects threads must not share, and what to do about it.
UNSAFE_LIBRARIES = {
    "matplotlib": "pyplot has one current figure for all threads: use Figure objects, or a lock",
    "pandas": "a DataFrame must not be changed by one thread while others read it: copy it",
    "sqlite3": "a connection belongs to the thread that made it: one for each thread",
}


class ThreadSafetyChecker:
    """Watches which threads call which methods, and which of them overlap."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: dict[str, set[int]] = {}
        self._inside: dict[str, int] = {}
        self._overlaps: dict[str, int] = {}

    def check_method(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, watched."""
        name = getattr(method, "__qualname__", repr(method))

        @functools.wraps(method)
        def watched(*args: Any, **kwargs: Any) -> Any:
            self.entered(name)
            try:
                return method(*args, **kwargs)
            finally:
                self.left(name)

        return watched

    def entered(self, name: str) -> None:
        with self._lock:
            self._threads.setdefault(name, set()).add(threading.get_ident())
            inside = self._inside[name] = self._inside.get(name, 0) + 1
            if inside > 1:
                self._overlaps[name] = self._overlaps.get(name, 0) + 1

    def left(self, name: str) -> None:
        with self._lock:
            self._inside[name] -= 1

    def check_libraries(self) -> dict[str, str]:
        """The imported libraries that need care, and which."""
        return {name: why for name, why in UNSAFE_LIBRARIES.items() if name in sys.modules}

    def report(self) -> dict[str, Any]:
        """Threads and overlapping calls of each watched method, libraries, advice."""
        with self._lock:
            methods = {
                name: {"threads": len(threads), "overlaps": self._overlaps.get(name, 0)}
                for name, threads in self._threads.items()
            }
        libraries = self.check_libraries()
        advice = [
            f"{name} ran on {m['threads']} threads, {m['overlaps']} times beside itself: "
            f"what it changes needs a lock"
            for name, m in methods.items()
            if m["overlaps"]
        ]
        advice += [f"{name}: {why}" for name, why in libraries.items()]
        return {"methods": methods, "libraries": libraries, "advice": advice}
