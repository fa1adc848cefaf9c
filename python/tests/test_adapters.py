import importlib
import sys

import pytest

from snakepit_bridge import _adapters

SOURCE = "state = []"


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "sampleadapter.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    yield "sampleadapter"
    sys.modules.pop("sampleadapter", None)
    _adapters._codes.pop("sampleadapter", None)
    _adapters._used.discard("sampleadapter")


def test_each_worker_has_a_module_of_its_own(module):
    importlib.import_module(module)
    first, second = _adapters.own(module), _adapters.own(module)
    assert first is sys.modules[module]
    assert second is not first and second.state is not first.state


def test_extension_modules_are_shared():
    import math

    assert _adapters._fresh("math") is math


def test_resolve():
    assert _adapters.resolve("os:path.join").__name__ == "join"
    with pytest.raises(AttributeError, match=r"os:path\.nothing: no 'nothing'"):
        _adapters.resolve("os:path.nothing")
    with pytest.raises(ModuleNotFoundError):
        _adapters.resolve("no_such_module_at_all:x")
