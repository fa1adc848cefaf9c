"""The functions that the Go side calls, in one place."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

from snakepit_bridge import (
    _adapters,
    _cancelling,
    _context,
    _errors,
    _guard,
    _host,
    _native,
    _stdio,
    _values,
)
from snakepit_bridge._namespace import Namespace

classify = _values.classify
pack = _values.pack
unpack = _values.unpack
describe = _errors.describe
resolve = _adapters.resolve
fail = _host.fail
missing = _native.MISSING
current_number = _context.current_number
would_enable_gil = _guard.would_enable_gil
flush = _stdio.flush
Cancelled = _cancelling.Cancelled
wake = _cancelling.wake
forget = _cancelling.forget
stack = _cancelling.stack
namespace = Namespace


def connect(
    call: Callable[..., Any],
    caller: Callable[[], int],
    switch: Callable[[int], int],
    take: Callable[[Any, int, int, int], bool],
    guard: Sequence[Callable[[], Any]],
    functions: dict[str, Any],
) -> None:
    """Hand over the functions by which Python calls Go."""
    _native.connect(call, caller, switch, take, guard, functions)
    _host.install()
    _cancelling.install()


def take_arrow(target: Any, kind: int, first: int, second: int) -> bool:
    """Move Arrow's C structs of an object to where Go wants them; False: it has none."""
    return _native.take(target, kind, first, second)


def Worker(target: str, private: bool, pool: str, slot: int) -> Any:
    """The tools of one worker. Imported late: most programs start without an adapter."""
    from snakepit_bridge._worker import Worker

    return Worker(target, private, pool, slot)


def holder(target: str) -> Any:
    """The class or module of an adapter; importing it if need be."""
    module, _, qualname = target.partition(":")
    return resolve(target) if qualname else importlib.import_module(module)


def refresh(target: str) -> Callable[[], None]:
    """Import an adapter anew, for workers to come; returns what undoes it."""
    from snakepit_bridge import _refresh

    return _refresh.refresh(target)


def thread_affinity(holder: Any) -> bool:
    """Whether an adapter's calls are to run on one thread."""
    return bool(getattr(holder, "thread_affinity", False))


def end_session(number: int) -> None:
    """Drop what is kept for a session."""
    module = sys.modules.get("snakepit_bridge.session_context")
    if module is not None:
        module.end_session(number)


def start(paths: list[str], executable: str) -> dict[str, Any]:
    """Prepare the interpreter; returns what the Go side wants to know about it."""
    _guard.install()
    sys.path[:0] = paths
    return {
        "executable_ok": sys.executable == executable,
        "version": sys.version.split()[0],
        "prefix": sys.prefix,
        "gil": _guard.gil_enabled(),
        "free_threaded": hasattr(sys, "_is_gil_enabled") and "free-threading" in sys.version,
    }


def redirect(
    call: Callable[..., Any], in_call: Callable[[], bool], out: int, err: int
) -> None:
    """Send the standard streams to Go functions; 0 leaves one on its descriptor."""

    def to_go(host: int, fd: int) -> _stdio.Emit | None:
        direct = _stdio.to_fd(fd)

        def emit(data: bytes) -> None:
            try:
                call(host, data)
            except RuntimeError:  # the OS thread is at its end, where Go cannot be called
                direct(data)

        return emit if host else None

    _stdio.install(to_go(out, 1), to_go(err, 2), in_call)


def extend_path(paths: list[str]) -> None:
    """Add folders to sys.path, in front, those that are not there yet."""
    sys.path[:0] = [p for p in paths if p not in sys.path]


def limit_threads(n: int) -> int:
    """Let native libraries use n threads at most in a call; returns what holds."""
    from snakepit_bridge import _threads

    return _threads.limit(n)


def gil_report(known: int) -> tuple[bool, list[str]]:
    """(whether the GIL is on, the modules that turned it on beyond the first known)."""
    return _guard.gil_enabled(), list(_guard.gil_culprits[known:])


def run_atexit() -> None:
    import atexit

    atexit._run_exitfuncs()
    _revive_finalizers()
    _register_again(atexit)
    flush()


def _revive_finalizers() -> None:
    """Undo what weakref's atexit function did: Python lives on, and so do finalizers."""
    finalize = getattr(sys.modules.get("weakref"), "finalize", None)
    if finalize is not None:
        finalize._shutdown = finalize._registered_with_atexit = False


def _register_again(atexit: Any) -> None:
    """Give those that register while they are imported their turn at the next Close too."""
    for module, name in (("logging", "shutdown"), ("multiprocessing.util", "_exit_function")):
        function = getattr(sys.modules.get(module), name, None)
        if function is not None:
            atexit.register(function)


# What an Object's methods need beyond a plain call.
def set_attribute(target: Any, name: str, value: Any) -> None:
    setattr(target, name, value)


def get_item(target: Any, key: Any) -> Any:
    return target[key]


def set_item(target: Any, key: Any, value: Any) -> None:
    target[key] = value


def invoke(target: Any, /, *args: Any, **kwargs: Any) -> Any:
    return target(*args, **kwargs)


represent = repr
iterate = iter


def type_name(target: Any) -> str:
    cls = type(target)
    return f"{cls.__module__}.{cls.__qualname__}"


_END = object()


def next_item(iterator: Any) -> tuple[bool, Any]:
    """(True, item) or (False, None)."""
    item = next(iterator, _END)
    return (False, None) if item is _END else (True, item)
