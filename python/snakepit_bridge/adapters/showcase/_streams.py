"""Streams."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any

from snakepit_bridge.base_adapter import BaseAdapter, tool


class StreamTools(BaseAdapter):
    @tool(description="Numbered items", supports_streaming=True)
    def stream_data(self, count: int = 5, delay: float = 0.0) -> Iterator[dict[str, Any]]:
        for i in range(count):
            time.sleep(delay)
            yield {"index": i, "total": count}

    @tool(description="The progress of some work", supports_streaming=True)
    def stream_progress(self, steps: int = 10, delay: float = 0.0) -> Iterator[dict[str, Any]]:
        for step in range(1, steps + 1):
            time.sleep(delay)
            yield {"step": step, "total": steps, "percent": 100 * step / steps}

    @tool(description="Fibonacci numbers", supports_streaming=True)
    def stream_fibonacci(self, count: int = 10) -> Iterator[int]:
        a, b = 0, 1
        for _ in range(count):
            yield a
            a, b = b, a + b

    @tool(description="Rows of random data, in chunks", supports_streaming=True)
    def generate_dataset(
        self, rows: int = 1000, chunk_size: int = 100, seed: int = 0
    ) -> Iterator[list[dict[str, float]]]:
        source = random.Random(seed)
        for start in range(0, rows, chunk_size):
            size = min(chunk_size, rows - start)
            yield [{"x": source.random(), "y": source.gauss(0, 1)} for _ in range(size)]

    @tool(description="Numbers without end, until the caller has enough", supports_streaming=True)
    def infinite_stream(self, delay: float = 0.0) -> Iterator[int]:
        i = 0
        while True:
            yield i
            i += 1
            time.sleep(delay)
