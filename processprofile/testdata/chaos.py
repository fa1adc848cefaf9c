"""What the tests of the process profile do to worker processes, and ask of them."""

import ctypes
import faulthandler
import os
import resource
import signal
import subprocess
import sys
import time

from snakepit_bridge._cancelling import shield


def pid():
    return os.getpid()


def mark(file, number):
    """Leave a trace of each run."""
    fd = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(fd, b"%d\n" % number)
    finally:
        os.close(fd)
    return number


def count(file, by):
    """Count runs, and take a little time."""
    mark(file, by)
    time.sleep(0.002)
    return by


def nap(seconds):
    time.sleep(seconds)
    return os.getpid()


def hold_gil(seconds):
    ctypes.PyDLL(None).usleep(int(seconds * 1e6))
    return os.getpid()


def stick(file, number, function):
    mark(file, number)
    globals()[function](1000)


def sleeper():
    """A grandchild in the group of this worker; whoever else calls gets another worker."""
    child = subprocess.Popen(["sleep", "1000"])
    time.sleep(0.1)
    return child.pid


def runaway():
    """A grandchild that leaves the group, and its session."""
    return subprocess.Popen(["sleep", "1000"], start_new_session=True).pid


def leave(status):
    print("about to leave", file=sys.stderr)
    os._exit(status)


def raise_signal(number):
    os.kill(os.getpid(), number)
    time.sleep(10)


def segfault():
    faulthandler._sigsegv()


def abort():
    os.abort()


def exhaust():
    """Need more memory than there may be."""
    soft = 1 << 30
    resource.setrlimit(resource.RLIMIT_AS, (soft, soft))
    return len(bytearray(4 << 30))


def grow(mebibytes):
    """Keep so much memory in use."""
    kept.append(bytearray(os.urandom(1)) * (mebibytes << 20))
    return len(kept)


kept = []


def environment():
    return {name for name in os.environ if name.startswith("SNAKEPIT")}


def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return os.getpid()


def turns(n):
    """Some bytecode, of several kinds, with a finally clause."""
    x = 0
    try:
        for i in range(n):
            x += len([j for j in range(i % 7)])
    finally:
        x = -x
    return n


def cannot_end(file, seconds):
    """In C all the time, with the GIL in its hands."""
    with shield():
        mark(file, 1)
        ctypes.PyDLL(None).usleep(int(seconds * 1e6))


def cancelled_cases():
    from snakepit_bridge import _cancelling
    from snakepit_bridge._child._cancel import runs

    return [len(_cancelling._cases), len(runs._all) - 1, len(runs._cancelled)]
