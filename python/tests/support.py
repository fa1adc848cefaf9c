"""What several tests use."""

import sys

from snakepit_bridge._worker import Worker


class Go:
    """Stands for the Go program: the calls it runs and the tools it offers."""

    def __init__(self):
        self.current = 0  # the number of the call that runs
        self.calls = {}  # number: session number, id, metadata, deadline
        self.tools = {}  # name: description, function
        self.forgotten = []

    def call(self, function, *values):
        return getattr(self, function)(*values)

    def caller(self):
        return self.current

    def switch(self, number):
        before, self.current = self.current, number
        return before

    def context(self):
        return (self.current, *self.calls.get(self.current, (0, "", {}, None)), 1)

    def find_tool(self, name):
        found = self.tools.get(name)
        return found and found[0]

    def list_tools(self):
        return [described for described, _ in self.tools.values()]

    def tool(self, number, *values):
        return next(f for d, f in self.tools.values() if d[0] == number)(*values)

    def forget(self, token):
        self.forgotten.append(token)

    def lend(self, token):
        pass

    def offer(self, name, function, params=(), result="true", open=False, lasting=True, doc=""):
        """Offer a tool; params are (name, required, JSON schema)."""
        number = 10_000 + len(self.tools) + id(self) % 1000 * 1000
        described = (number, name, doc, list(params), result, open, lasting)
        self.tools[name] = described, function
        return described

    functions = {
        name: name
        for name in (
            "context",
            "find_tool",
            "list_tools",
            "tool",
            "next",
            "close",
            "forget",
            "lend",
        )
    }


def worker(monkeypatch, tmp_path, source, qualname="", private=False, name="adapter_under_test"):
    """A worker of an adapter that is written down here."""
    (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, name, raising=False)
    return Worker(f"{name}:{qualname}" if qualname else name, private, "pool", 0)
