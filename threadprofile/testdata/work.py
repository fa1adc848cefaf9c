"""What the tests of the thread profile call."""

import array
import contextvars
import decimal
import gc
import os
import threading
import time
import weakref

var = contextvars.ContextVar("var", default="unset")


def inc(x):
    return x + 1


def echo(x):
    return x



def fail(message):
    raise ValueError(message)


def total(numbers):
    return sum(numbers)


changed = 0


def check_ones(data, fd=None):
    """Counts the arguments that are not all ones, before and after a byte from fd."""
    global changed
    for _ in range(2):
        if any(x != data[0] for x in (data[0], data[-1], data[len(data) // 2])) or int(data[0]) != 1:
            with _lock:
                changed += 1
        if fd is not None:
            _read(fd)
            fd = None
    return len(data)


def _read(fd):
    """Say so, wait until fd is closed, and take no notice of it if nobody waits for us."""
    while True:
        try:
            return read_byte(fd)
        except BaseException:
            pass


def read_byte(fd):
    os.write(fd, b"x")
    return os.read(fd, 1)


def tracked_after(fd):
    """An object, once a byte has come from fd."""
    _read(fd)
    return tracked(), b"x" * 100_000


# Objects whose end can be seen.
class Tracked:
    pass


_lock = threading.Lock()
_ends = []  # noted by a function of C's: one of Python's could be cancelled
_count = _ends.append


_refs = []  # or they would end before their objects


def starts():
    """How many were made by tracked(), where nothing else makes any."""
    return len(_refs)


def tracked():
    """An object whose end is counted."""
    made = Tracked()
    made.data = bytearray(1 << 10)
    _refs.append(weakref.ref(made, _count))
    return made


def tracked_big(size):
    """One object that holds its memory itself."""
    made = array.array("b", b"x") * size
    _refs.append(weakref.ref(made, _count))
    return made


def tracked_numpy(size):
    import numpy

    made = numpy.ones(size, dtype="i1")
    _refs.append(weakref.ref(made, _count))
    return made


def tracked_holder(size):
    """An object that holds another, which holds the memory."""
    made = Tracked()
    made.data = array.array("b", b"x") * size
    _refs.append(weakref.ref(made.data, _count))
    return made


def tracked_array_holder(size):
    """An object that holds an array of numpy, whose end asks for a thread state."""
    import numpy

    made = Tracked()
    made.data = numpy.ones(size, dtype="i1")
    _refs.append(weakref.ref(made.data, _count))
    return made


def keep_in_thread(size):
    """Leave an array to the end of this OS thread."""
    import numpy

    _kept.data = numpy.ones(size, dtype="i1")
    _refs.append(weakref.ref(_kept.data, _count))


_kept = threading.local()


def ends():
    return len(_ends)


# What must not leak from one call into the next.
def set_var(value):
    old = var.get()
    var.set(value)
    return old


def get_var():
    return var.get()


def set_precision(digits):
    old = decimal.getcontext().prec
    decimal.getcontext().prec = digits
    return old


def local_precision(digits):
    with decimal.localcontext() as c:
        c.prec = digits
        return str(decimal.Decimal(1) / 3)


# Waiting in Python and in C.
def sleep(seconds):
    time.sleep(seconds)
    return "slept"


def count(n):
    """A C loop that never looks up."""
    return sum(range(n))


def spin(seconds):
    """A Python loop."""
    end = time.monotonic() + seconds
    n = 0
    while time.monotonic() < end:
        n += 1
    return n


def collect():
    return gc.collect()


# For the hammer.
shared_list = list(range(100))
shared_dict = {str(i): [i] for i in range(100)}
shared_set = set(range(100))


def mutate(i):
    shared_list.append(i)
    shared_dict[str(i)] = [i]
    shared_set.add(i)
    if len(shared_list) > 200:
        del shared_list[100:]
        for key in list(shared_dict)[100:]:
            shared_dict.pop(key, None)
        for item in list(shared_set)[100:]:
            shared_set.discard(item)


def shared():
    return shared_list, shared_dict, shared_set


def garbage(n):
    """Cycles for the garbage collector."""
    for _ in range(n):
        a, b = [], []
        a.append(b)
        b.append(a)


def sort(n):
    import numpy

    return float(numpy.sort(numpy.random.default_rng(0).random(n)).sum())


def check_and_track(data):
    check_ones(data)
    return [tracked()]


# Calls into Go.
host = None


def set_host(function):
    global host
    host = function


def go_call(function, *args, surrogate=False, **kwargs):
    if surrogate:
        args = ("\ud800",)
    return host(function, args, kwargs)


def go_call_wrapped(function):
    try:
        host(function, (), {})
    except Exception as err:
        raise KeyError("wrapped") from err


def go_call_caught(function):
    try:
        host(function, (), {})
    except Exception:
        return "caught"


def go_call_tracked(function):
    return host(function, (tracked(),), {})


def go_call_threads(function, threads, calls):
    right = []

    def run():
        for i in range(calls):
            if host(function, (i,), {}) == i + 1:
                right.append(i)

    started = [threading.Thread(target=run) for _ in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    return len(right)


def with_var(value, function):
    var.set(value)
    return host(function, (), {})


def collect_now_and_then(n):
    if n % 50 == 0:
        gc.collect()


def keywords(**kwargs):
    return len(kwargs)


def run_coroutine(n):
    import asyncio

    async def half(n):
        await asyncio.sleep(0)
        return await asyncio.to_thread(lambda: n)

    async def both():
        return sum(await asyncio.gather(half(n), half(n)))

    return asyncio.run(both())


# Calls that are cancelled.
def turns(n):
    """Some bytecode, of several kinds, with a finally clause."""
    x = 0
    try:
        for i in range(n):
            x += len([j for j in range(i % 7)])
    finally:
        x = -x
    return n


class Bystander(threading.Thread):
    """A thread that no exception is to reach."""

    def __init__(self):
        super().__init__(daemon=True)
        self.hits, self.stop = [], False

    def run(self):
        while not self.stop:
            try:
                turns(50)
            except BaseException as err:
                self.hits.append(repr(err))


def bystander(stop):
    global _bystander
    if not stop:
        _bystander = Bystander()
        _bystander.start()
        return []
    _bystander.stop = True
    _bystander.join()
    return _bystander.hits
