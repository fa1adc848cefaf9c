"""A child whose host is gone is gone too, with what it started; and it keeps nothing open."""

import os
import signal

import pytest

grpc = pytest.importorskip("grpc", reason="child processes need grpcio, which is not here")

from child_support import gone, value  # noqa: E402


def test_without_its_host_it_ends_with_its_children(start):
    child = start()
    run = "import subprocess; p = subprocess.Popen(['sleep', '1000'])"
    lane = child.lane()
    lane.value("EXEC", "n", [run, {}])
    grandchild = lane.value("EVAL", "n", ["p.pid", {}])
    os.close(child.life)
    assert child.wait()[0] == -signal.SIGKILL
    assert gone(grandchild)


def test_it_ends_though_python_is_busy(start):
    child = start()
    lane = child.lane()
    lane.way.send(lane.request("EVAL", "n", ["__import__('threading').Event().wait()", {}]))
    lane.way.send(lane.request("EXEC", "n", ["while True: pass", {}]))
    child.unary("Ping")
    os.close(child.life)
    assert child.wait()[0] == -signal.SIGKILL


def test_it_ends_before_it_has_begun(start):
    child = start(hello=False)
    os.close(child.life)
    assert child.wait()[0] == -signal.SIGKILL


def descriptors(lane):
    return lane.value("EVAL", "n", ["len(__import__('os').listdir('/dev/fd'))", {}])


def test_calls_and_lanes_leave_no_descriptors(start):
    child = start()
    lane = child.lane()
    before = descriptors(lane)
    for _ in range(20):
        other = child.lane()
        assert value(other.call("EVAL", "n", ["1", {}])) == 1
        other.way.close()
        assert list(other.way.replies) == []
    assert descriptors(lane) == before
