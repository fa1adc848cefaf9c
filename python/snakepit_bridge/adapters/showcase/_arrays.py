"""Arrays. The only tools here that need numpy, and only when they are called."""

from __future__ import annotations

import json
import math
import random
import time
from typing import Any

from snakepit_bridge.base_adapter import BaseAdapter, tool


def numpy() -> Any:
    try:
        import numpy
    except ImportError as err:
        raise RuntimeError("this tool needs numpy, which this Python does not have") from err
    return numpy


class ArrayTools(BaseAdapter):
    @tool(description="Make a tensor of random numbers")
    def create_tensor(self, shape: list[int], seed: int = 0) -> dict[str, Any]:
        data = numpy().random.default_rng(seed).random(shape)
        return {"shape": list(data.shape), "dtype": str(data.dtype), "data": data.ravel().tolist()}

    @tool(description="Turn a text into a vector of length one")
    def create_embedding(self, text: str, dimensions: int = 128) -> list[float]:
        if dimensions < 1:
            raise ValueError(f"an embedding of {dimensions} dimensions")
        source = random.Random(text)
        vector = [source.gauss(0, 1) for _ in range(dimensions)]
        length = math.sqrt(sum(x * x for x in vector))
        return [x / length for x in vector]

    @tool(description="Compare JSON with bytes for an array")
    def benchmark_encoding(self, size: int = 10_000, rounds: int = 5) -> dict[str, float]:
        data = numpy().arange(size, dtype="float64")
        return {
            "json_seconds": _best(lambda: json.dumps(data.tolist()), rounds),
            "bytes_seconds": _best(data.tobytes, rounds),
        }


def _best(work: Any, rounds: int) -> float:
    best = math.inf
    for _ in range(max(rounds, 1)):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best
