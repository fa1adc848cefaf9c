"""An adapter whose calls are counted."""

import time


class Adapter:
    def double(self, x: int) -> int:
        return 2 * x

    def fail(self, message: str) -> None:
        raise ValueError(message)

    def nap(self, seconds: float) -> None:
        time.sleep(seconds)

    def items(self, n: int):
        yield from range(n)

    def broken_items(self, n: int):
        yield from range(n)
        raise KeyError(n)
