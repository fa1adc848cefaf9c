import os
import time


def inc(x):
    return x + 1


def echo(x):
    return x


def dict5(a, b, c, d, e):
    return {"a": a, "b": b, "c": c, "d": d, "e": e}


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def wait(fd):
    os.read(fd, 1)


def nap(seconds):
    time.sleep(seconds)


class Counter:
    def inc(self, x):
        return x + 1
