"""The tests import the package from its folder, as any other."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))


@pytest.fixture
def go(monkeypatch):
    """A Go program to call, as far as Python can see."""
    from support import Go

    from snakepit_bridge import _host, _native

    program = Go()
    for name in ("call", "caller", "switch", "functions"):
        monkeypatch.setattr(_native, name, getattr(program, name))
    _host._lasting_of.clear()
    _host._passing_of.clear()
    _host._maker.cache_clear()
    return program


@pytest.fixture
def start(tmp_path):
    """Starts child processes; they end with the test."""
    from child_support import Child

    started = []

    def start(adapter="", qualname="", hello=True, **options):
        name = f"adapter_of_child:{qualname}" if qualname else "adapter_of_child"
        if adapter:
            (tmp_path / "adapter_of_child.py").write_text(adapter)
        child = Child(tmp_path, **options)
        started.append(child)
        if hello:
            child.facts = child.greeting()
            child.said = child.hello(adapter=name if adapter else "")
        return child

    yield start
    for child in started:
        child.end()


@pytest.fixture(scope="session")
def areas():
    """The memory of a host, and of a child: this process is both."""
    from memory_support import Host

    return Host()


@pytest.fixture
def host(areas):
    """Both, and a look afterwards that nothing is kept."""
    from memory_support import watched

    yield from watched(areas)
