"""What the tests of package embed call."""

import atexit
import ctypes
import os
import signal
import sys
import threading


def installation():
    import encodings

    return {
        "executable": sys.executable,
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "path": sys.path,
        "from_pth": getattr(sys, "from_pth", ""),
        "stdlib": os.path.dirname(os.path.dirname(encodings.__file__)),
    }


def refused(module, name):
    """The sentence that a function of the standard library is refused with."""
    try:
        getattr(__import__(module), name)()
    except RuntimeError as err:
        return str(err)
    return ""


def encodings_in_use(folder):
    import locale

    name = os.path.join(folder, "naïve-猫")
    with open(name, "w") as f:
        f.write("héllo 猫")
        used = f.encoding
    with open(name, "rb") as f:
        data = f.read()
    print("printed 猫")
    return {
        "fs": sys.getfilesystemencoding(),
        "locale": locale.getpreferredencoding(False).lower(),
        "open": used.lower(),
        "stdout": sys.stdout.encoding,
        "data": data,
        "listed": os.listdir(folder),
        "PYTHONHOME": os.environ.get("PYTHONHOME"),
    }


def in_thread(function, *args):
    """Runs a function on a thread that Python starts."""
    out = []

    def run():
        try:
            out.append(function(*args))
        except OSError as err:
            out.append(type(err).__name__)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return out[0]


def write_to_closed_pipe():
    r, w = os.pipe()
    os.close(r)
    try:
        return os.write(w, b"x")
    finally:
        os.close(w)


def thread_writes_to_closed_pipe():
    return in_thread(write_to_closed_pipe)


def signal_handlers():
    """What module signal found when it was imported."""
    return [str(signal.getsignal(s)) for s in (signal.SIGINT, signal.SIGUSR1)]


def install_handler(number):
    """What a careless C library does: signal(), which sets no SA_ONSTACK."""
    libc = ctypes.CDLL(None)
    libc.signal.restype = ctypes.c_void_p
    libc.signal.argtypes = [ctypes.c_int, ctypes.c_void_p]
    libc.signal(number, ctypes.cast(libc.abs, ctypes.c_void_p))


def say(*texts):
    for text in texts:
        sys.stdout.write(text)


def at_exit(text):
    atexit.register(say, text)


def finalize():
    """Whether weakref.finalize works."""
    import weakref

    class Mortal:
        pass

    mortal, seen = Mortal(), []
    weakref.finalize(mortal, seen.append, "called")
    del mortal
    return seen


def recurse(n):
    """Nests n calls through C."""
    return n and max([n - 1], key=recurse) + 1


def call_go_in_thread(host, number, argument):
    return in_thread(host, number, (argument,), {})
