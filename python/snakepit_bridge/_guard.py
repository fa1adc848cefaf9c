"""What would break a Go program, refused with a sentence; and who turned the GIL on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

_FORK = (
    "os.fork() is refused inside a Go program: only the calling thread would survive in "
    "the child and its locks would stay taken. Use subprocess, or multiprocessing with the "
    "'spawn' start method (the default here)."
)
_FAULTHANDLER = (
    "faulthandler.enable() is refused inside a Go program: it would take SIGSEGV away "
    "from Go, which turns nil dereferences into panics with it. "
    "faulthandler.dump_traceback() and dump_traceback_later() work."
)
_REGISTER = (
    "faulthandler.register() is refused inside a Go program: signals are Go's. Call "
    "faulthandler.dump_traceback() from Go instead."
)
_SIGNAL = (
    "signal.{name}() is refused inside a Go program: signals are Go's, and a handler of "
    "Python's would take them away. Use os/signal in the Go program."
)


def _refusal(
    name: str, sentence: str, error: type[Exception] = RuntimeError
) -> Callable[..., NoReturn]:
    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise error(sentence)

    refuse.__name__ = refuse.__qualname__ = name
    return refuse


def _refuse_fork() -> None:
    import posix

    for module in (os, posix):
        for name in ("fork", "forkpty"):
            if hasattr(module, name):
                setattr(module, name, _refusal(name, _FORK))


def _refuse_faulthandler() -> None:
    faulthandler: Any = __import__("faulthandler")
    faulthandler.enable = _refusal("enable", _FAULTHANDLER)
    faulthandler.register = _refusal("register", _REGISTER)


def _refuse_signal_handlers() -> None:
    """On the init thread they would work: it is Python's main thread, and runs imports.

    ValueError is what they raise on any other thread, so libraries are prepared for it.
    """
    # Not signal, which takes its functions from here when it is imported.
    _signal: Any = __import__("_signal")

    for name in ("signal", "siginterrupt", "set_wakeup_fd"):
        setattr(_signal, name, _refusal(name, _SIGNAL.format(name=name), ValueError))


class _SpawnByDefault:
    """Makes 'spawn' the default start method when multiprocessing is imported."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != "multiprocessing.context":
            return None
        sys.meta_path.remove(self)
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            then: Any = _Then(spec.loader, _use_spawn)
            spec.loader = then
        return spec


class _Then:
    """A loader that does something once the module has run."""

    def __init__(self, loader: Any, after: Callable[[Any], None]) -> None:
        self._loader, self._after = loader, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        self._loader.exec_module(module)
        module.__spec__.loader = module.__loader__ = self._loader
        self._after(module)


def _use_spawn(context: Any) -> None:
    default = context._default_context
    default._default_context = context._concrete_contexts["spawn"]


gil_enabled: Callable[[], bool] = getattr(sys, "_is_gil_enabled", lambda: True)

# Extension modules whose import turned the GIL on, in order.
gil_culprits: list[str] = []


def _watch_extensions() -> None:
    """Note which extension module turns the GIL on: one look after each load."""
    from importlib.machinery import ExtensionFileLoader

    loader: Any = ExtensionFileLoader

    def watched(load: Callable[..., Any]) -> Callable[..., Any]:
        def after(self: Any, argument: Any) -> Any:
            before = gil_enabled()
            result = load(self, argument)
            if gil_enabled() and not before:
                gil_culprits.append(self.name)
            return result

        return after

    loader.create_module = watched(loader.create_module)
    loader.exec_module = watched(loader.exec_module)


def install() -> None:
    _refuse_fork()
    _refuse_faulthandler()
    _refuse_signal_handlers()
    sys.meta_path.insert(0, _SpawnByDefault())
    if not gil_enabled():
        _watch_extensions()


def install_in_child() -> None:
    """What of it holds in a process of Python's own, which has gRPC's threads: a fork
    would leave them behind, so multiprocessing does not fork unless it is asked to."""
    sys.meta_path.insert(0, _SpawnByDefault())
    if not gil_enabled():
        _watch_extensions()


_PROBE = """
import importlib, sys
sys.path[:] = {path!r}
importlib.import_module({name!r})
sys.exit(3 if sys._is_gil_enabled() else 0)
"""


def would_enable_gil(name: str) -> bool:
    """Whether importing a module turns the GIL on, found out in a child process.

    A module that is imported already, or comes with Python, is not tried. A child
    that fails for another reason answers no: the import itself will say more.
    """
    top = name.partition(".")[0]
    if gil_enabled() or name in sys.modules or top in sys.stdlib_module_names:
        return False
    import subprocess

    code = _PROBE.format(path=sys.path, name=name)
    child = subprocess.run(
        [sys.executable, "-I", "-c", code],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return child.returncode == 3
