"""What the soak asks of Python."""

import asyncio
import ctypes
import faulthandler
import gc
import sys
import threading
import time
import weakref
from collections.abc import AsyncIterator, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from snakepit_bridge import BaseAdapter, SessionContext, current_context, tool


class Load(BaseAdapter):
    @tool
    def add(self, a: int, b: int) -> int:
        return a + b

    @tool
    async def add_later(self, a: int, b: int) -> int:
        await asyncio.sleep(0)
        return a + b

    @tool
    def nap(self, seconds: float) -> None:
        time.sleep(seconds)

    @tool
    async def nap_later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    # Sessions.

    @tool
    def remember(self, key: str, value: Any, ctx: SessionContext) -> Any:
        before = ctx.state.get(key)
        ctx.state[key] = value
        ctx.state["tracked"] = tracked()
        return before

    @tool
    def who(self, ctx: SessionContext) -> list[Any]:
        return [ctx.session_id, ctx.metadata.get("tier")]

    # Go tools.

    @tool
    def ask(self, name: str, args: dict[str, Any]) -> Any:
        return self.session_context.call_host_tool(name, **args)

    @tool
    async def ask_later(self, name: str, args: dict[str, Any]) -> Any:
        return await self.session_context.call_host_tool(name, **args)

    @tool
    def ask_in_thread(self, name: str, args: dict[str, Any]) -> Any:
        ctx, result = self.session_context, []
        thread = threading.Thread(target=lambda: result.append(ctx.call_host_tool(name, **args)))
        thread.start()
        thread.join()
        return result[0]

    # Streams.

    @tool
    def numbers(self, n: int, fail_at: int = -1) -> Iterator[int]:
        for i in range(n):
            if i == fail_at:
                raise ValueError(f"no {i}")
            yield i

    @tool
    async def numbers_later(self, n: int) -> AsyncIterator[int]:
        for i in range(n):
            await asyncio.sleep(0)
            yield i

    @tool
    def double(self, numbers: Iterator[int]) -> Iterator[int]:
        for n in numbers:
            yield 2 * n


# Values.


def inc(x):
    return x + 1


def echo(x):
    return x


def scale(x, y, by):
    return {"x": x * by, "y": y * by}


def spin(seconds):
    """A Python loop."""
    end, turns = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        turns += 1
    return turns


class Tracked:
    """An object whose end is counted."""

    def __init__(self):
        self.data = bytearray(1 << 10)


# No lock guards it: objects end anywhere, also in code that would hold it.
_alive = {}


def _ended(reference):
    _alive.pop(id(reference), None)


def tracked():
    made = Tracked()
    reference = weakref.ref(made, _ended)
    _alive[id(reference)] = reference
    return made


# Memory.


def total(tensor):
    return float(np.asarray(tensor).sum())


def double_in_place(tensor):
    array = np.asarray(tensor)
    array *= 2
    return array


def ones(n):
    return np.ones(n, "f4")


def shared_ones(n):
    array = current_context().empty((n,), "float32")
    array[...] = 1
    return array


def table_total(table):
    return pc.sum(pa.table(table).column(0)).as_py()


def batch_back(batch):
    return pa.record_batch(batch)


def make_batch(n):
    return pa.record_batch({"n": pa.array(range(n), pa.int64())})


def make_stream(n, batches):
    batch = make_batch(n)
    return pa.RecordBatchReader.from_batches(batch.schema, [batch] * batches)


# Errors.


class Own(Exception):
    pass


def fail():
    raise ValueError("provoked")


def fail_with_cause():
    try:
        fail()
    except ValueError as err:
        raise KeyError("provoked") from err


def fail_in_group():
    raise ExceptionGroup("provoked", [ValueError("one"), Own("two")])


def fail_own():
    err = Own("provoked")
    err.add_note("with a note")
    raise err


def leave():
    sys.exit(3)


def recurse():
    return recurse()


def no_memory():
    return bytearray(1 << 62)


def wrong_shape():
    return np.ones((2, 3)) @ np.ones((2, 3))


def surrogate():
    return "\ud800"


# What there is.


class _Mallinfo(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_size_t)
        for name in "arena ord smb hbl hblkhd usm fsm uord ford keep".split()
    ]


def c_heap():
    """How many bytes of the C library's are in use; 0 where it does not say."""
    count = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if count is None:
        return 0
    count.restype = _Mallinfo
    found = count()
    return found.uord + found.hblkhd


def census():
    """Counts of what lives, after what is dead is gone."""
    for _ in range(3):
        gc.collect()
    return {
        "tracked objects": len(_alive),
        "Python objects": len(gc.get_objects()),
        "Python blocks": sys.getallocatedblocks(),
        "Python threads": threading.active_count(),
        "modules": len(sys.modules),
        "C heap": c_heap(),
        "heap of pyarrow": pa.total_allocated_bytes(),
    }


def stacks():
    """What every thread does, on stderr."""
    faulthandler.dump_traceback(all_threads=True)
