"""What the tests of package interp call."""


class Tracked:
    alive = 0

    def __init__(self):
        type(self).alive += 1

    def __del__(self):
        type(self).alive -= 1

    def add(self, x):
        return x + 1

    label = "tracked"


def alive():
    return Tracked.alive


def same(a, b):
    return a is b


def keyed(*, a, b=0):
    return {"sum": a + b, "extra": None}
