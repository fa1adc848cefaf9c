"""An adapter whose one instance several threads use at once."""

from __future__ import annotations

import collections
import hashlib
import math
import threading
import time
from typing import Any

from snakepit_bridge.base_adapter import tool
from snakepit_bridge.base_adapter_threaded import ThreadSafeAdapter, thread_safe_method

_KEPT = 100  # entries of the history


def _dot(a: list[float], b: tuple[float, ...]) -> float:
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


class ThreadedShowcaseAdapter(ThreadSafeAdapter):
    """Shows locks, caches and values of each thread's own."""

    scope = "pool"

    def __init__(self) -> None:
        self._cache: dict[int, float] = {}
        self._history: collections.deque[dict[str, Any]] = collections.deque(maxlen=_KEPT)

    @tool(description="Answer at once")
    @thread_safe_method
    def ping(self, message: str = "pong") -> dict[str, Any]:
        calls = self.get_thread_local("calls", 0) + 1
        self.set_thread_local("calls", calls)
        return {"message": message, "thread": threading.get_ident(), "calls_on_thread": calls}

    @tool(description="Compute something that takes a while, once for each number")
    @thread_safe_method
    def compute_intensive(self, n: int = 1000) -> dict[str, Any]:
        with self.acquire_lock():
            known = self._cache.get(n)
        if known is not None:
            return self._record("compute_intensive", {"result": known, "cached": True})
        result = math.fsum(math.sqrt(i) * math.sin(i) for i in range(n))
        with self.acquire_lock():
            self._cache[n] = result
        return self._record("compute_intensive", {"result": result, "cached": False})

    @tool(description="Multiply two matrices")
    @thread_safe_method
    def matrix_multiply(self, a: list[list[float]], b: list[list[float]]) -> list[list[float]]:
        if any(len(row) != len(b) for row in a):
            raise ValueError(f"the rows of a must have {len(b)} numbers, one for each row of b")
        columns = list(zip(*b, strict=True))
        product = [[_dot(row, column) for column in columns] for row in a]
        self._record("matrix_multiply", {"rows": len(product)})
        return product

    @tool(description="Work on many items")
    @thread_safe_method
    def batch_process(self, items: list[str]) -> list[str]:
        digests = [hashlib.sha256(item.encode()).hexdigest() for item in items]
        self._record("batch_process", {"items": len(items)})
        return digests

    @tool(description="Requests so far, in progress and failed")
    def get_adapter_stats(self) -> dict[str, Any]:
        with self.acquire_lock():
            cached = len(self._cache)
        return {**self.get_stats(), "cached": cached}

    @tool(description="Keep a thread busy")
    @thread_safe_method
    def stress_test(self, milliseconds: int = 10) -> dict[str, Any]:
        end, turns = time.perf_counter() + milliseconds / 1000, 0
        while time.perf_counter() < end:
            turns += 1
        return self._record("stress_test", {"turns": turns, "thread": threading.get_ident()})

    @tool(description="Forget what was computed")
    @thread_safe_method(lock=True)
    def clear_caches(self) -> int:
        cleared = len(self._cache)
        self._cache.clear()
        return cleared

    @tool(description="The last things that were done")
    def get_history(self, limit: int = 10) -> list[dict[str, Any]]:
        with self.acquire_lock():
            return list(self._history)[-limit:] if limit > 0 else []

    def _record(self, what: str, result: dict[str, Any]) -> dict[str, Any]:
        with self.acquire_lock():
            self._history.append({"tool": what, **result})
        return result
