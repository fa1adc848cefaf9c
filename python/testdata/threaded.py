"""An adapter as the original's guide to its threaded server shows it.

It was written from that guide alone, and must run here as it is.
"""

import threading

from snakepit_bridge.base_adapter import tool
from snakepit_bridge.base_adapter_threaded import ThreadSafeAdapter, thread_safe_method


class ThreadedAdapter(ThreadSafeAdapter):
    __thread_safe__ = True

    def __init__(self):
        super().__init__()
        self.cache = {}
        self.misses = 0

    @thread_safe_method
    @tool(description="Square a number, once")
    def square(self, n: int) -> int:
        with self.acquire_lock():
            if n not in self.cache:
                self.misses += 1
                self.cache[n] = n * n
            return self.cache[n]

    @thread_safe_method
    @tool(description="Count the calls of this thread")
    def on_this_thread(self) -> int:
        count = self.get_thread_local("count", 0) + 1
        self.set_thread_local("count", count)
        return count

    @tool(description="What there is to know")
    def stats(self) -> dict:
        with self.acquire_lock():
            return {
                "cached": len(self.cache),
                "misses": self.misses,
                "requests": self.get_stats()["total_requests"],
                "thread": threading.get_ident(),
            }
