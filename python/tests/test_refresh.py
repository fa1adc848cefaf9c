import sys

import pytest

from snakepit_bridge import _adapters
from snakepit_bridge._refresh import refresh


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A folder with an adapter, a helper of its own and a package."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(_adapters, "_used", set())
    for name in ("fresh_helper", "fresh_adapter", "fresh_package", "fresh_package.part"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    (tmp_path / "fresh_package").mkdir()
    write(tmp_path, 1)
    return tmp_path


def write(folder, version):
    (folder / "fresh_helper.py").write_text(f"VERSION = {version}")
    (folder / "fresh_adapter.py").write_text(
        f"import json, fresh_helper\ndef tell(): return {version}, fresh_helper.VERSION"
    )
    (folder / "fresh_package" / "__init__.py").write_text("from fresh_package import part")
    (folder / "fresh_package" / "part.py").write_text(f"def tell(): return {version}")


@pytest.mark.parametrize(
    ("target", "before", "after"),
    [("fresh_adapter:tell", (1, 1), (2, 2)), ("fresh_package.part:tell", 1, 2)],
)
def test_the_adapter_and_what_is_around_it_is_read_anew(program, target, before, after):
    old = _adapters.resolve(target)
    json = sys.modules["json"]
    write(program, 2)
    refresh(target)
    assert (old(), _adapters.resolve(target)()) == (before, after)
    assert sys.modules["json"] is json


def test_workers_to_come_have_the_new_code(program):
    _adapters.resolve("fresh_adapter:tell")
    _adapters.own("fresh_adapter")
    assert _adapters.own("fresh_adapter").tell() == (1, 1)
    write(program, 2)
    refresh("fresh_adapter")
    first, second = _adapters.own("fresh_adapter"), _adapters.own("fresh_adapter")
    assert first is not second
    assert [first.tell(), second.tell()] == [(2, 2), (2, 2)]


def test_a_module_that_cannot_be_imported_leaves_all_as_it_was(program):
    old = _adapters.resolve("fresh_adapter:tell")
    (program / "fresh_adapter.py").write_text("import fresh_helper, 2")
    with pytest.raises(SyntaxError):
        refresh("fresh_adapter")
    assert _adapters.resolve("fresh_adapter:tell") is old


def test_what_was_read_anew_can_be_put_back(program):
    old = _adapters.resolve("fresh_adapter:tell")
    write(program, 2)
    refresh("fresh_adapter")()
    assert _adapters.resolve("fresh_adapter:tell") is old
    assert _adapters.own("fresh_adapter") is sys.modules["fresh_adapter"]
    refresh("fresh_adapter")()
    assert _adapters.own("fresh_adapter") is not sys.modules["fresh_adapter"], "it has one already"


def test_our_own_adapters_are_read_anew_alone():
    target = "snakepit_bridge.adapters.showcase"
    _adapters.resolve(target + ":__name__")
    bridge, old = sys.modules["snakepit_bridge._adapters"], sys.modules[target]
    refresh(target)
    assert sys.modules["snakepit_bridge._adapters"] is bridge
    assert sys.modules[target] is not old
