"""Work of different weights, to put load on a pool."""

from __future__ import annotations

import threading
import time
from typing import Any

from snakepit_bridge.base_adapter import BaseAdapter, tool


class LoadTools(BaseAdapter):
    def __init__(self) -> None:
        super().__init__()
        self.done: dict[str, int] = {"cpu": 0, "sleep": 0, "light": 0}

    @tool(description="Count the primes below a limit")
    def cpu_bound_task(self, limit: int = 10_000) -> dict[str, Any]:
        began = time.perf_counter()
        primes = sum(all(n % d for d in range(2, int(n**0.5) + 1)) for n in range(2, limit))
        self.done["cpu"] += 1
        return {"primes": primes, "seconds": time.perf_counter() - began}

    @tool(description="Wait")
    def sleep_task(self, seconds: float = 0.1) -> dict[str, Any]:
        time.sleep(seconds)
        self.done["sleep"] += 1
        return {"slept": seconds, "thread": threading.get_ident()}

    @tool(description="Do next to nothing")
    def lightweight_task(self, number: int = 0) -> int:
        self.done["light"] += 1
        return number * 2

    @tool(description="What this worker has done")
    def get_pool_stats(self) -> dict[str, Any]:
        return {"done": dict(self.done), "total": sum(self.done.values())}
