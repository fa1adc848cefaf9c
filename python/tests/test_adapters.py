import sys

import pytest

from snakepit_bridge import _adapters

SOURCE = """
import json
from os.path import join

state = []

def add(x):
    state.append(x)
    return list(state)

def _hidden():
    pass

class Tools:
    made = 0

    def __init__(self):
        type(self).made += 1
        self.seen = []

    def see(self, x):
        self.seen.append(x)
        return self.seen

    value = 7
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "sampleadapter.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    yield "sampleadapter"
    sys.modules.pop("sampleadapter", None)
    _adapters._codes.pop("sampleadapter", None)
    _adapters._used.discard("sampleadapter")


def test_a_module_offers_its_own_public_functions(module):
    worker = _adapters.Worker(module, False)
    assert worker.tools() == ["Tools", "add"]
    assert worker.tool("join") is None and worker.tool("_hidden") is None
    assert worker.tool("state") is None and worker.tool("missing") is None


def test_a_class_offers_its_public_methods(module):
    worker = _adapters.Worker(module + ":Tools", False)
    assert worker.tools() == ["see"]
    assert worker.tool("see")(1) == [1]


def test_private_workers_share_nothing(module):
    first, second = _adapters.Worker(module, True), _adapters.Worker(module, True)
    assert first.tool("add")(1) == [1]
    assert second.tool("add")(2) == [2]
    assert sys.modules[module] is first.holder


def test_extension_modules_are_shared():
    import math

    assert _adapters._fresh("math") is math


def test_resolve():
    assert _adapters.resolve("os:path.join").__name__ == "join"
    with pytest.raises(AttributeError, match=r"os:path\.nothing: no 'nothing'"):
        _adapters.resolve("os:path.nothing")
    with pytest.raises(ModuleNotFoundError):
        _adapters.resolve("no_such_module_at_all:x")
