"""What the tests of package embed call, here and in processes of multiprocessing."""

import os
import sys
import threading


def square(x):
    return x * x


def pid_of(_):
    return os.getpid(), sys.executable


def pool(n):
    import multiprocessing

    with multiprocessing.Pool(2) as workers:
        return workers.map(square, range(n))


def executor(n):
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(2) as workers:
        return list(workers.map(square, range(n)))


def process_executables():
    import multiprocessing

    with multiprocessing.Pool(1) as workers:
        return workers.map(pid_of, [0])[0]


def queue_and_lock():
    import multiprocessing

    queue, lock = multiprocessing.Queue(), multiprocessing.Lock()
    child = multiprocessing.Process(target=put_square, args=(queue, lock, 7))
    child.start()
    result = queue.get(timeout=60)
    child.join()
    return result, child.exitcode


def put_square(queue, lock, x):
    with lock:
        queue.put(x * x)


def start_method():
    import multiprocessing

    return multiprocessing.get_start_method()


def fork_pool():
    import multiprocessing

    with multiprocessing.get_context("fork").Pool(1) as workers:
        return workers.map(square, [1])


def run(*argv, **kwargs):
    import subprocess

    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, **kwargs)
    return done.returncode, done.stdout, done.stderr


def in_thread(function, *args):
    """function(*args) on a thread that Python makes; its result, or its exception's name."""
    result = []

    def target():
        try:
            result.append(function(*args))
        except BaseException as err:
            result.append(type(err).__name__)

    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
    return result[0]


def write_to_closed_pipe():
    def write():
        read, end = os.pipe()
        os.close(read)
        try:
            return os.write(end, b"x")
        finally:
            os.close(end)

    return in_thread(write)


def write_here():
    read, end = os.pipe()
    os.close(read)
    try:
        return os.write(end, b"x")
    except OSError as err:
        return type(err).__name__
    finally:
        os.close(end)


def facts():
    """How the interpreter is set up."""
    import locale
    import signal

    with open(os.devnull) as file:
        encoding = file.encoding
    return {
        "executable": sys.executable,
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "filesystem": sys.getfilesystemencoding(),
        "default": sys.getdefaultencoding(),
        "stdout": sys.stdout.encoding,
        "preferred": locale.getpreferredencoding(False),
        "open": encoding,
        "utf8_mode": sys.flags.utf8_mode,
        "isolated": sys.flags.isolated,
        "optimize": sys.flags.optimize,
        "inspect": sys.flags.inspect,
        "dev_mode": sys.flags.dev_mode,
        "ignore_environment": sys.flags.ignore_environment,
        "path": sys.path,
        "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
        "sigint": repr(signal.getsignal(signal.SIGINT)),
        "sigpipe": repr(signal.getsignal(signal.SIGPIPE)),
        "argv": sys.argv,
    }


def print_lines(name, n):
    for i in range(n):
        print(name, end=" ")
        print("line", end=" ")
        print(i)


def print_both():
    print("to stdout")
    print("to stderr", file=sys.stderr)
    sys.stdout.buffer.write(b"raw \xff\n")
    print("\udcff surrogate")
    sys.stdout.write("unfinished")


def print_from_thread():
    in_thread(print, "from a thread")
    in_thread(lambda: print("held in a thread", end=""))


marks = []


def set_state(value):
    marks.append(value)
    return list(marks)


class Speaker:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("last words of", self.name)


_speakers = threading.local()


def last_words(name):
    _speakers.one = Speaker(name)
