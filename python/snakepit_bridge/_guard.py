"""What would break a Go program, refused with a sentence; and who turned the GIL on."""

import os
import sys

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


def _refusal(name, sentence, error=RuntimeError):
    def refuse(*args, **kwargs):
        raise error(sentence)

    refuse.__name__ = refuse.__qualname__ = name
    return refuse


def _refuse_fork():
    import posix

    for module in (os, posix):
        for name in ("fork", "forkpty"):
            if hasattr(module, name):
                setattr(module, name, _refusal(name, _FORK))


def _refuse_faulthandler():
    import faulthandler

    faulthandler.enable = _refusal("enable", _FAULTHANDLER)
    faulthandler.register = _refusal("register", _REGISTER)


def _refuse_signal_handlers():
    """On the init thread they would work: it is Python's main thread, and runs imports.

    ValueError is what they raise on any other thread, so libraries are prepared for it.
    """
    import _signal  # not signal, which takes its functions from here when it is imported

    for name in ("signal", "siginterrupt", "set_wakeup_fd"):
        setattr(_signal, name, _refusal(name, _SIGNAL.format(name=name), ValueError))


class _SpawnByDefault:
    """Makes 'spawn' the default start method when multiprocessing is imported."""

    def find_spec(self, name, path=None, target=None):
        if name != "multiprocessing.context":
            return None
        sys.meta_path.remove(self)
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            spec.loader = _Then(spec.loader, _use_spawn)
        return spec


class _Then:
    """A loader that does something once the module has run."""

    def __init__(self, loader, after):
        self._loader, self._after = loader, after

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        module.__spec__.loader = module.__loader__ = self._loader
        self._after(module)


def _use_spawn(context):
    default = context._default_context
    default._default_context = context._concrete_contexts["spawn"]


gil_enabled = getattr(sys, "_is_gil_enabled", lambda: True)

# Extension modules whose import turned the GIL on, in order.
gil_culprits = []


def _watch_extensions():
    """Note which extension module turns the GIL on: one look after each load."""
    from importlib.machinery import ExtensionFileLoader as Loader

    def watched(load):
        def after(self, argument):
            before = gil_enabled()
            result = load(self, argument)
            if gil_enabled() and not before:
                gil_culprits.append(self.name)
            return result

        return after

    Loader.create_module = watched(Loader.create_module)
    Loader.exec_module = watched(Loader.exec_module)


def install():
    _refuse_fork()
    _refuse_faulthandler()
    _refuse_signal_handlers()
    sys.meta_path.insert(0, _SpawnByDefault())
    if not gil_enabled():
        _watch_extensions()


_PROBE = """
import importlib, sys
sys.path[:] = {path!r}
importlib.import_module({name!r})
sys.exit(3 if sys._is_gil_enabled() else 0)
"""


def would_enable_gil(name):
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
