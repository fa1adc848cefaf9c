import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent.parent


def run(code):
    """Run code in a child where the guard is installed."""
    start = "from snakepit_bridge import _guard; _guard.install()\n"
    return subprocess.run(
        [sys.executable, "-c", start + code],
        capture_output=True,
        text=True,
        cwd=HERE,
        timeout=120,
        check=False,
    )


def refused(code, words, error="RuntimeError"):
    child = run(f"try:\n    {code}\nexcept {error} as e:\n    print(e)")
    assert words in child.stdout, child.stderr


def test_fork_is_refused():
    refused("import os; os.fork()", "os.fork() is refused")
    refused("import os; os.forkpty()", "refused")
    refused("import posix; posix.fork()", "refused")


def test_faulthandler_is_refused():
    refused("import faulthandler; faulthandler.enable()", "faulthandler.enable() is refused")


def test_signal_handlers_are_refused():
    refused("import faulthandler as f; f.register(10)", "faulthandler.register() is refused")
    refused("import signal as s; s.signal(15, 0)", "signal.signal() is refused", "ValueError")
    refused("import signal as s; s.set_wakeup_fd(-1)", "set_wakeup_fd() is refused", "ValueError")
    refused("import signal as s; s.siginterrupt(15, True)", "is refused", "ValueError")


def test_an_event_loop_runs_without_signals():
    child = run("import asyncio; print(asyncio.run(asyncio.sleep(0, 'ran')))")
    assert child.stdout == "ran\n", child.stderr


def test_spawn_is_the_default():
    child = run("import multiprocessing as m; print(m.get_start_method())")
    assert child.stdout == "spawn\n", child.stderr


def test_spawn_works_and_fork_does_not():
    code = """
import multiprocessing, operator
with multiprocessing.Pool(1) as pool:
    print(pool.map(operator.neg, [1]))
try:
    multiprocessing.get_context("fork").Process(target=print).start()
except RuntimeError as e:
    print(e)
"""
    child = run(code)
    assert child.stdout.startswith("[-1]\nos.fork() is refused"), child.stderr


def test_subprocess_works():
    child = run("import subprocess; print(subprocess.check_output(['echo', 'hi']))")
    assert child.stdout == "b'hi\\n'\n", child.stderr


def test_a_module_that_is_no_extension_does_not_turn_the_gil_on(tmp_path):
    (tmp_path / "harmless.py").write_text("x = 1\n")
    path = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
    assert run(path + "print(_guard.would_enable_gil('harmless'))").stdout == "False\n"
