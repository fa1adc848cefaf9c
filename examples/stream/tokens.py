"""A writer whose sentences come word by word, as those of a language model do."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from snakepit_bridge import BaseAdapter, tool

WORDS = "the snake in the pit sleeps while the gopher above it digs on".split()


class Writer(BaseAdapter):
    @tool
    def write(self, prompt: str, tokens: int = 12) -> Iterator[str]:
        """Go on with a text, one token at a time."""
        seed = sum(map(ord, prompt))
        try:
            for i in range(tokens):
                yield WORDS[(seed + i * i) % len(WORDS)]
        finally:
            print("the writer has put down its pen")

    @tool
    async def shout(self, tokens: AsyncIterator[str]) -> AsyncIterator[str]:
        """Turn a stream of tokens into a louder one."""
        async for token in tokens:
            await asyncio.sleep(0)
            yield token.upper()
