"""An adapter that uses what Snakepit offers: sessions, Go tools, streams."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, Optional

from snakepit_bridge import BaseAdapter, HostToolError, SessionContext, tool


@dataclass
class Point:
    x: float
    y: float = 0.0


class Face(BaseAdapter):
    made = 0

    def __init__(self) -> None:
        type(self).made += 1
        self.calls = 0

    # Arguments.

    @tool
    def add(self, a: int, b: int = 1) -> int:
        return a + b

    @tool("How far from the middle")
    def distance(self, to: Point, how: Literal["city", "crow"] = "crow") -> float:
        return abs(to.x) + abs(to.y) if how == "city" else (to.x**2 + to.y**2) ** 0.5

    @tool
    def listed(self, items: list[str], limit: Optional[int] = None) -> list[str]:
        return items[:limit]

    @tool
    def anything(self, **more: Any) -> dict[str, Any]:
        return more

    @tool
    async def add_later(self, a: int, b: int) -> int:
        await asyncio.sleep(0)
        return a + b

    @tool
    def count_calls(self) -> int:
        self.calls += 1
        return self.calls

    # Sessions.

    @tool
    def who(self, ctx: SessionContext) -> dict[str, Any]:
        return {
            "session": ctx.session_id,
            "metadata": dict(ctx.metadata),
            "remaining": ctx.remaining(),
            "self": self.session_id,
        }

    @tool
    async def who_later(self) -> str:
        await asyncio.sleep(0)
        return self.session_context.session_id

    @tool
    def remember(self, key: str, value: Any = None) -> Any:
        state = self.session_context.state
        before = state.get(key)
        state[key] = value
        return before

    @tool
    def keep_tracked(self, ended: str) -> None:
        self.session_context.state["tracked"] = Tracked(ended)

    @tool
    def make_object(self) -> Any:
        return threading.Lock()

    # Go tools.

    @tool
    def ask(self, name: str, args: dict[str, Any]) -> Any:
        return self.session_context.call_host_tool(name, **args)

    @tool
    def ask_attribute(self, name: str, args: dict[str, Any]) -> Any:
        return getattr(self.session_context.host_tools, name)(**args)

    @tool
    def ask_imported(self, text: str) -> Any:
        from snakepit_host import tokenize

        return tokenize(text), tokenize(text=text), tokenize.__name__, tokenize.__doc__

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

    @tool
    def ask_in_bare_thread(self, text: str) -> Any:
        """On a thread that was given nothing of the call, the runtime's tools still work."""
        from snakepit_host import tokenize

        result: list[Any] = []
        thread = threading.Thread(target=lambda: result.extend(tokenize(text)))
        thread.start()
        thread.join()
        return result

    @tool
    def ask_in_pool(self, name: str, args: dict[str, Any]) -> Any:
        ctx = self.session_context
        with ThreadPoolExecutor(4) as pool:
            asked = [pool.submit(ctx.call_host_tool, name, **args) for _ in range(8)]
            return [one.result() for one in asked]

    @tool
    def ask_and_raise_another(self, name: str) -> None:
        try:
            self.session_context.call_host_tool(name)
        except HostToolError as err:
            raise RuntimeError("another one") from err

    @tool
    def ask_and_catch(self, name: str, args: dict[str, Any]) -> str:
        try:
            self.session_context.call_host_tool(name, **args)
        except HostToolError as err:
            return f"{err.tool}: {err}"
        return "no error"

    @tool
    def known_tools(self) -> list[str]:
        return sorted(self.session_context.host_tools)

    @tool
    def down(self, n: int) -> int:
        from snakepit_host import deeper

        return deeper(n)

    @tool
    async def down_later(self, n: int) -> int:
        return await self.session_context.host_tools.deeper_later(n=n)

    # Streams.

    @tool
    def numbers(self, n: int, fail_at: int = -1, path: str = "") -> Iterator[int]:
        try:
            for i in range(n):
                if i == fail_at:
                    raise ValueError(f"no {i}")
                if path:
                    note(path, f"{i}\n")
                yield i
        finally:
            if path:
                note(path, "closed\n")

    @tool
    async def numbers_later(self, n: int, path: str = "") -> AsyncIterator[int]:
        try:
            for i in range(n):
                await asyncio.sleep(0)
                yield i
        finally:
            await asyncio.sleep(0)
            if path:
                note(path, "closed\n")

    @tool
    async def never(self, path: str) -> AsyncIterator[int]:
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            note(path, "closed\n")

    @tool(supports_streaming=True)
    def iterator(self, items: list[Any]) -> Any:
        return iter(items)

    @tool(supports_streaming=True)
    def single(self) -> dict[str, int]:
        return {"a": 1}

    @tool
    def double(self, numbers: Iterator[int]) -> Iterator[int]:
        for n in numbers:
            yield 2 * n

    @tool
    async def double_later(self, numbers: AsyncIterator[int]) -> AsyncIterator[int]:
        async for n in numbers:
            yield 2 * n

    @tool
    def total(self, numbers: Iterator[int], limit: int = -1) -> int:
        sum = 0
        for i, n in enumerate(numbers):
            if i == limit:
                break
            sum += n
        return sum

    @tool
    def answer(self, n: int) -> Iterator[str]:
        from snakepit_host import tokenize

        for i in range(n):
            yield tokenize(f"item {i}")[1]

    @tool
    async def asked(self, times: int) -> AsyncIterator[str]:
        for _ in range(times):
            yield self.session_context.session_id
        if not times:
            await self.session_context.host_tools.fails()

    # Time.

    @tool
    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    @tool
    def spin(self, seconds: float) -> int:
        turns, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            turns += 1
        return turns

    @tool
    def ping(self) -> str:
        return "pong"


def note(path: str, text: str) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


class Tracked:
    def __init__(self, path: str) -> None:
        self.path = path

    def __del__(self) -> None:
        note(self.path, "released\n")


class PerCall(Face):
    scope = "call"


class PerSession(Face):
    scope = "session"


class PerPool(Face):
    scope = "pool"


class Hooks(BaseAdapter):
    """Writes down what happens to it."""

    scope = "session"

    def initialize(self) -> None:
        self.log = ["initialize"]

    async def init_session(self, ctx: SessionContext) -> None:
        self.log.append("session " + ctx.session_id)

    @tool
    def read(self, path: str) -> list[str]:
        self.path = path
        return list(self.log)

    async def cleanup(self) -> None:
        note(self.path, "cleanup\n")

    def close(self) -> None:
        note(self.path, "close\n")
