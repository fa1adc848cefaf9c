"""What the conformance suite calls."""

import dataclasses
import enum
import collections

from snakepit_bridge._cancelling import shield


def echo(value=None):
    return value


def arguments(*args, **kwargs):
    return args, kwargs


def number(count, **kwargs):
    """How many keyword arguments came, if they are k0=0, k1=1 and so on."""
    assert kwargs == {f"k{i}": i for i in range(count)}, kwargs
    return len(kwargs)


def add(a, b=10):
    return a + b


def count_same(*args, **kwargs):
    everything = [*args, *kwargs.values()]
    return len(everything) if all(x is everything[0] for x in everything) else -1


def only_keywords(*, a, b="default"):
    return f"{a} {b}"


def holds(check, value):
    """Whether a check, an expression about x, holds."""
    return eval(check, {**globals(), **_checks()}, {"x": value})


def _checks():
    import datetime, decimal, math, uuid, zoneinfo

    return dict(
        datetime=datetime.datetime, date=datetime.date, time=datetime.time, zoneinfo=zoneinfo,
        timedelta=datetime.timedelta, timezone=datetime.timezone, math=math,
        Decimal=decimal.Decimal, UUID=uuid.UUID, ZoneInfo=zoneinfo.ZoneInfo,
    )


@dataclasses.dataclass
class Point:
    x: float
    y: float


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    a: Point
    b: Point
    label: str = "line"


class Color(enum.IntEnum):
    RED = 1
    BIG = 2**70


class Word(enum.StrEnum):
    HELLO = "hello"


class Plain(enum.Enum):
    A = 1


class Bits(enum.IntFlag):
    A = 1
    B = 2


Pair = collections.namedtuple("Pair", "left right")


class MyStr(str):
    pass


class MyInt(int):
    pass


class MyFloat(float):
    pass


class MyBytes(bytes):
    pass


class MyList(list):
    pass


class MyDict(dict):
    pass


class Holder:
    """An object that stays in Python."""

    def __init__(self, **fields):
        self.__dict__.update(fields)
        self.items = {}

    def method(self, *args, **kwargs):
        return args, kwargs

    def fail(self, message):
        raise KeyError(message)

    def __getitem__(self, key):
        return self.items[key]

    def __setitem__(self, key, value):
        self.items[key] = value

    def __call__(self, a, b=2):
        return a * b

    def __iter__(self):
        yield 1
        yield "two"
        yield [3.0]

    def __repr__(self):
        return "a Holder"


def nested(depth, leaf="leaf"):
    for _ in range(depth):
        leaf = [leaf]
    return leaf


def cycle(kind):
    if kind == "dict":
        d = {}
        d["self"] = d
        return d
    if kind == "tuple":
        inner = []
        outer = (inner,)
        inner.append(outer)
        return outer
    if kind == "dataclass":
        p = Point(1, 2)
        p.x = [p]
        return p
    inner = []
    inner.append(inner)
    return inner


def wait(gate, holding=None):
    """Hold the worker until the gate, a named pipe, is opened, also from who has given up.
    Does not hold what it got."""
    del holding
    with shield(), open(gate) as pipe:
        return pipe.read()


def texts(value):
    """The repr of a value, with sets in order."""
    if isinstance(value, (set, frozenset)):
        return type(value).__name__, sorted(map(texts, value), key=repr)
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [texts(v) for v in value]
    if isinstance(value, dict):
        return "dict", sorted(((texts(k), texts(v)) for k, v in value.items()), key=repr)
    return repr(value)


def point(values):
    return Point(*values)


# The last object made by one of these, weakly.
def tracked():
    return None


def _track():
    import weakref

    global tracked
    made = Holder()
    tracked = weakref.ref(made)
    return made


def make_tracked():
    return _track()


def make_tracked_list(n):
    return [_track()] * n + [7]


def make_tracked_surrogate():
    return [_track(), "\ud800"]


def evaluate(expression):
    return eval(expression)
