"""An adapter that fails, waits and leaves when it is told to."""

import os

import snakepit_host


def _ran(file):
    """How often this ran, in any process; the file has a byte for each run."""
    with open(file, "ab") as out:
        out.write(b"x")
        return out.tell()


class Adapter:
    def flaky(self, file: str, failures: int) -> int:
        """Fail so often, and then return how often it ran."""
        n = _ran(file)
        if n <= failures:
            raise ConnectionError(f"run {n}")
        return n

    def slow_once(self, file: str, gate: str, values) -> str:
        """The first run waits at the gate, a named pipe; later ones do not."""
        if _ran(file) > 1:
            return f"again: {sum(values if isinstance(values, list) else memoryview(values))}"
        with open(gate) as pipe:
            return pipe.read()

    def leave(self, words: str) -> None:
        print(words, flush=True)
        os._exit(3)

    def through_go(self) -> int:
        return snakepit_host.call_echo()

    def items(self, n: int, failing: bool = False):
        yield from range(n)
        if failing:
            raise ConnectionError(n)

    def items_at(self, gate: str):
        """One item, and after it another one when the gate opens."""
        yield "first"
        with open(gate) as pipe:
            yield pipe.read()
