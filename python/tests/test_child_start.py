"""How a child process begins, and what it refuses."""

import os
import signal
import subprocess
import sys

import pytest

grpc = pytest.importorskip("grpc", reason="child processes need grpcio, which is not here")

from child_support import PACKAGE, PATIENCE  # noqa: E402

from snakepit_bridge._child import _proto  # noqa: E402


def test_who_starts_it_by_hand_is_told_what_it_is():
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    environment.pop("SNAKEPIT_WORKER", None)
    done = subprocess.run(
        [sys.executable, "-m", "snakepit_bridge.worker"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 2
    assert "child process of a Go program" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_handshake(start):
    child = start(hello=False)
    assert child.greeting() == {
        "snakepit": 1,
        "version": 1,
        "pid": child.pid,
        "python": sys.version.split()[0],
        "executable": sys.executable,
        "gil": True,
        "free_threaded": False,
        "grpc": grpc.__version__,
    }


def test_handshake_without_grpcio(start, tmp_path):
    (tmp_path / "grpc.py").write_text("raise ImportError(name='grpc')")
    child = start(hello=False, PYTHONPATH=f"{PACKAGE}{os.pathsep}{tmp_path}")
    error = child.greeting()["error"]
    assert error.startswith(f"grpcio is not installed in {sys.executable}: run snakepit setup")
    assert child.wait()[0] == 3


def test_handshake_without_a_place_to_listen(start):
    child = start(hello=False, SNAKEPIT_SOCKET="/nowhere/at/all.sock")
    assert child.greeting()["error"].startswith("cannot listen on /nowhere/at/all.sock")
    assert child.wait()[0] == 3


@pytest.mark.parametrize("token", [None, "", "5e5f"])
@pytest.mark.parametrize("name", ["Hello", "Ping", "Stop"])
def test_strangers_are_refused(start, token, name):
    child = start()
    with pytest.raises(grpc.RpcError) as refused:
        child.unary(name, token=token)
    assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
    assert child.process.poll() is None


@pytest.mark.parametrize("name", ["Execute", "Link"])
def test_streams_of_strangers_are_refused_before_they_say_anything(start, name):
    way = start().stream(name, token="5e5f")
    with pytest.raises(grpc.RpcError) as refused:
        next(way.replies)
    assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
    way.close()


def test_health(start):
    child = start()
    check = child.channel.unary_unary("/grpc.health.v1.Health/Check")
    metadata = (("authorization", "Bearer 5e5e"),)
    assert check(b"", metadata=metadata, timeout=PATIENCE) == b"\x08\x01"


def test_versions_that_do_not_overlap(start):
    child = start(hello=False)
    child.greeting()
    with pytest.raises(grpc.RpcError) as refused:
        child.unary("Hello", version=9, oldest=8)
    assert refused.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert "speaks versions 8 to 9" in refused.value.details()
    assert child.unary("Hello", version=9, oldest=1).version == 1


def test_hello_is_said_once(start):
    child = start()
    with pytest.raises(grpc.RpcError) as refused:
        child.hello()
    assert refused.value.code() == grpc.StatusCode.FAILED_PRECONDITION


def test_hello_tells_why_an_adapter_cannot_be_loaded(start):
    child = start(adapter="raise ValueError('not today')")
    assert child.said.failed.WhichOneof("what") == "exception"
    assert "not today" in child.said.failed.exception.texts


def test_adapters_are_loaded_on_the_main_thread(start):
    child = start(
        adapter="""
import signal
signal.signal(signal.SIGUSR2, lambda *_: None)
def tool(): pass
"""
    )
    assert not child.said.HasField("failed")


def test_grandchildren_get_no_secrets_and_no_descriptors(start):
    extra = os.open("/dev/null", os.O_RDONLY)
    try:
        child = start(extra=(extra,))
    finally:
        os.close(extra)
    lane = child.lane()
    script = "import os; print(sorted(os.listdir('/dev/fd')), *os.environ)"
    run = "__import__('subprocess').check_output([executable, '-c', script], close_fds=False)"
    given = {"script": script, "executable": sys.executable}
    told = lane.value("EVAL", "ns", [run, given]).decode()
    open_there, *names = told.replace("] ", "]\n").splitlines()
    assert open_there == "['0', '1', '2', '3']"  # the last reads the folder
    names = names[0].split()
    assert "SNAKEPIT_RUN" in names
    assert not {"SNAKEPIT_TOKEN", "SNAKEPIT_SOCKET", "SNAKEPIT_WORKER", "PYTHONPATH"} & set(names)


def test_the_rest_of_the_python_path_stays(start, tmp_path):
    child = start(PYTHONPATH=f"{PACKAGE}{os.pathsep}{tmp_path}")
    lane = child.lane()
    assert lane.value("EVAL", "n", ["__import__('os').environ['PYTHONPATH']", {}]) == str(tmp_path)


def test_the_folder_it_is_started_in_is_no_place_for_modules(start, tmp_path):
    (tmp_path / "json.py").write_text("raise RuntimeError('not this one')")
    child = start(hello=False)
    assert child.greeting()["version"] == 1


def test_processes_can_be_started_and_forked(start):
    lane = start().lane()
    fork = "import os\npid = os.fork()\nif pid == 0: os._exit(7)\nstatus = os.waitpid(pid, 0)[1]"
    lane.value("EXEC", "n", [fork, {}])
    assert lane.value("EVAL", "n", ["os.waitstatus_to_exitcode(status)", {}]) == 7
    default = "__import__('multiprocessing').get_start_method()"
    assert lane.value("EVAL", "n", [default, {}]) == "spawn"


def test_multiprocessing_spawns(start):
    child = start(
        adapter="""
import multiprocessing, os
def parent(queue): queue.put(os.getppid())
def spawned():
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=parent, args=(queue,))
    process.start()
    told = queue.get(timeout=20)
    process.join()
    return told
"""
    )
    assert child.lane().value("TOOL", "spawned") == child.pid


def test_interrupts_are_for_the_go_program(start):
    child = start()
    child.process.send_signal(signal.SIGINT)
    assert child.lane().value("EVAL", "n", ["1 + 1", {}]) == 2


def test_termination_leaves_no_traceback(start):
    child = start()
    child.process.terminate()
    assert child.wait() == (-signal.SIGTERM, "", "")


def test_stacks_are_shown_when_asked_for(start):
    child = start()
    child.process.send_signal(signal.SIGUSR1)
    shown = b""
    while b"serve" not in shown:
        line = child.process.stderr.readline()
        assert line, shown
        shown += line
    assert b"thread 0x" in shown.lower()


def test_a_crash_leaves_a_stack(start):
    child = start()
    lane = child.lane()
    crash = "import ctypes\ndef dies_here(): ctypes.string_at(8)\ndies_here()"
    lane.way.send(lane.request("EXEC", "n", [crash, {}]))
    status, _, err = child.wait()
    assert status == -signal.SIGSEGV
    assert "dies_here" in err


def test_ping(start):
    child = start()
    ping = child.unary("Ping")
    assert (ping.calls, ping.gil, list(ping.gil_culprits)) == (0, True, [])
    child.lane().value("EVAL", "n", ["1", {}])
    assert child.unary("Ping").calls == 1


def test_stop_closes_the_adapter_and_runs_what_is_registered(start, tmp_path):
    child = start(
        adapter=f"""
import atexit, snakepit_bridge
def write(text):
    with open({str(tmp_path / "end")!r}, "a") as file: print(text, file=file)
class Adapter(snakepit_bridge.BaseAdapter):
    def cleanup(self): write("cleanup")
    def tool(self): print("unfinished", end="")
atexit.register(write, "atexit")
""",
        qualname="Adapter",
    )
    child.lane().value("TOOL", "tool")
    child.lane().value("EXEC", "n", ["import threading; threading.Event().wait(0)", {}])
    assert child.unary("Stop") == _proto.StopReply()
    assert child.wait() == (0, "unfinished", "")
    assert (tmp_path / "end").read_text().split() == ["cleanup", "atexit"]


def test_stop_tells_what_went_wrong_and_ends_all_the_same(start):
    child = start(
        adapter="""
from snakepit_bridge import _runtime
def tool(): pass
def broken(): raise OSError("stuck")
_runtime.run_atexit = broken
"""
    )
    assert "stuck" in child.unary("Stop").failed.exception.texts
    assert child.wait()[0] == 0
