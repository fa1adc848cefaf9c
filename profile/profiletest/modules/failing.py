"""Exceptions of every shape. The suite knows the line numbers' texts."""

import decimal
import sys


class Outer:
    class Inner(ValueError):
        pass


class Mute(Exception):
    def __str__(self):
        raise ZeroDivisionError("in __str__")


class Quiet(Exception):
    def __str__(self):
        return 7


class Hostile(Exception):
    """Every attribute that is not there raises something else."""

    def __getattr__(self, name):
        raise RuntimeError(name)


class Odd(Exception):
    """Answers anything, and nothing that helps."""

    def __getattr__(self, name):
        return object()


def plain(message):
    raise ValueError(message)


def nested():
    raise Outer.Inner("inner")


def through():
    def level(n):
        if n:
            return level(n - 1)
        plain("deep")

    level(3)


def notes():
    err = ValueError("with notes")
    err.add_note("first")
    err.add_note("second\nline")
    raise err


def cause():
    try:
        plain("the cause")
    except ValueError as err:
        raise KeyError("effect") from err


def context():
    try:
        plain("first")
    except ValueError:
        raise KeyError("second")


def suppressed():
    try:
        plain("first")
    except ValueError:
        raise KeyError("second") from None


def self_cause():
    err = ValueError("loop")
    err.__cause__ = err
    raise err


def long_chain():
    err = None
    for i in range(2000):
        new = ValueError(str(i))
        new.__cause__ = err
        err = new
    raise err


def group():
    members = [ValueError("one"), ExceptionGroup("inner", [TypeError("two")])]
    raise ExceptionGroup("outer", members)


def deep_group():
    err = ValueError("leaf")
    for _ in range(3000):
        err = ExceptionGroup("level", [err])
    raise err


def wide_group():
    shared = ValueError("shared")
    raise ExceptionGroup("wide", [shared] * 1000)


def surrogate():
    raise ValueError("\ud800 text")


def surrogate_file():
    exec(compile("raise ValueError('from a file')", "/tmp/\udcff.py", "exec"), {})


def long_message():
    raise ValueError("x" * 1_000_000)


def by_name(name, *args):
    raise {**vars(__import__("builtins")), **globals()}[name](*args)


def argument():
    raise decimal.InvalidOperation([decimal.Clamped])


def recursion():
    return recursion()


def sorted_recursion(n=0):
    """C and Python frames in turn."""
    return sorted([1, 2], key=lambda _: sorted_recursion(n + 1))


def deep_repr():
    deep = []
    for _ in range(200_000):
        deep = [deep]
    return repr(deep)


def deep_compare():
    a, b = [], []
    for _ in range(200_000):
        a, b = [a], [b]
    return a == b


def no_memory():
    return bytearray(1 << 62)


def no_memory_str():
    return "x" * (1 << 62)


def exit_with(code):
    sys.exit(code)


def stop():
    raise StopIteration("stop")


class Destructive:
    def __del__(self):
        raise ValueError("in __del__")


def unraisable():
    seen, hook = [], sys.unraisablehook
    sys.unraisablehook = lambda args: seen.append(str(args.exc_value))
    Destructive()
    sys.unraisablehook = hook
    return seen


def metaclass():
    class Meta(type):
        @property
        def __module__(cls):
            raise RuntimeError("no module")

    class Strange(Exception, metaclass=Meta):
        pass

    raise Strange("strange")
