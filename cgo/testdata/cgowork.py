"""What the tests of package cgo call."""


def echo(*args, **kwargs):
    if kwargs:
        return (args, kwargs)
    return args[0] if len(args) == 1 else args


def inc(x):
    return x + 1


def dict5(a, b, c, d, e):
    return {"a": a, "b": b, "c": c, "d": d, "e": e}


def raises(message):
    raise LookupError(message) from ValueError("cause")


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def cyclic():
    value = {}
    value["self"] = [value]
    return value


def with_objects_and_fault():
    return [object(), object(), {"bad": "\ud800"}]


def surrogate():
    return {"deep": [1, ("x", "\udc80")]}


class Shrinking(list):
    """A list that loses an item while it is looked at."""


def mixed(n):
    return [float(i) for i in range(n)] + ["end"]


def overflowing(n):
    return [*range(n), 2**64]


class Tracked:
    alive = 0

    def __init__(self):
        type(self).alive += 1

    def __del__(self):
        type(self).alive -= 1

    def double(self, x, *, plus=0):
        return 2 * x + plus


def tracked():
    return Tracked()


def alive():
    return Tracked.alive


class Fresh:
    """An object that only Go holds."""

    born, gone = [], []

    def __init__(self):
        self.says = [1, "alive"]
        Fresh.born.append(1)

    def __del__(self):
        self.says.clear()
        Fresh.gone.append(1)


def fresh():
    return Fresh()


def ask(call, number):
    """What the object that Go answers with says, once Go has let go of it."""
    answer = call(number)
    return list(answer.says)


def left():
    return len(Fresh.born) - len(Fresh.gone)
