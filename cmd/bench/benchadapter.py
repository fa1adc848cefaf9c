import re

from snakepit_bridge import BaseAdapter, tool
from snakepit_host import next_int


class Adapter(BaseAdapter):
    def __init__(self):
        self.prefix = "item"
        self.factor = 3
        self.word = re.compile(r"\w+-(\d+)")

    @tool
    def add(self, a: int, b: int) -> int:
        return a + b

    @tool
    def method(self, x: int) -> int:
        match = self.word.match(f"{self.prefix}-{x}")
        return int(match.group(1)) * self.factor

    @tool
    def host(self, n: int) -> int:
        return next_int(n)

    @tool
    def numbers(self, n: int):
        yield from range(n)
