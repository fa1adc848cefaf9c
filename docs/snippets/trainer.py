import asyncio
from collections.abc import AsyncIterator, Iterator

from snakepit_bridge import BaseAdapter, tool


class Trainer(BaseAdapter):
    @tool
    def train(self, epochs: int) -> Iterator[dict]:
        try:
            for epoch in range(epochs):
                yield {"epoch": epoch, "loss": 1 / (epoch + 1)}
        finally:
            print("the checkpoint is written")  # however the range in Go ends

    @tool
    async def ticks(self, n: int) -> AsyncIterator[int]:
        for i in range(n):
            await asyncio.sleep(0)
            yield i

    @tool
    def lengths(self, lines: Iterator[str]) -> Iterator[int]:
        for line in lines:  # pulled from Go one at a time
            yield len(line)
