import array
import collections
import dataclasses
import datetime as dt
import decimal
import enum
import gc
import struct
import sys
import threading
import uuid

import pytest

pytest.importorskip(
    "google.protobuf", reason="the process profile needs protobuf, which is not here"
)

from snakepit_bridge import _native, _values
from snakepit_bridge._child import _columns, _proto, _tags
from snakepit_bridge._child._columns import Unfit, decode, encode


def sent(value, **how):
    """The message of a value as the other side gets it."""
    return _proto.Data.FromString(encode([value], **how).SerializeToString())


def echo(value, **how):
    (back,) = decode(sent(value, **how), 1)
    return back


def data(tags=(), **columns):
    return _proto.Data(tags=bytes(tags), **columns)


class Text(str):
    def __str__(self):
        return "another"

    def encode(self, *_):
        raise AssertionError("code of a subclass ran")

    isascii = encode


class Number(enum.IntEnum):
    SEVEN = 7


class Real(float):
    def __float__(self):
        return 0.0


class Items(list):
    def __iter__(self):
        raise AssertionError("code of a subclass ran")


class Pairs(dict):
    def items(self):
        raise AssertionError("code of a subclass ran")


class Triple(tuple):
    def __iter__(self):
        raise AssertionError("code of a subclass ran")


Point = collections.namedtuple("Point", "x y")

ECHOES = [
    None,
    True,
    False,
    0,
    -1,
    2**63 - 1,
    -(2**63),
    2**63,
    -(2**63) - 1,
    -3 << 700,
    0.5,
    float("-inf"),
    1 - 2j,
    "",
    "zero\x00 é🐍",
    b"",
    b"\x00\xff",
    [],
    (),
    {},
    set(),
    frozenset(),
    [[], [1, [None]], ()],
    [1.5] * 8,
    list(range(-4, 4)),
    [*range(8), 2**64],
    [*range(8), True],
    [1.5] * 8 + [1],
    (*range(9),),
    {"k": [{"n": 2.5}], 1: "one", ("a", 2): {3}},
    {1, "a", (2,)},
    frozenset([7]),
    dt.datetime(2024, 2, 29, 23, 59, 59, 999999),
    dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc),
    dt.date(1, 1, 1),
    dt.time(1, 2, 3, tzinfo=dt.timezone.utc),
    dt.timedelta(days=-1, microseconds=1),
    decimal.Decimal("1.10"),
    uuid.UUID(int=7),
    [dt.date(1, 1, 1), [decimal.Decimal("1")], {"u": uuid.UUID(int=1)}, "after"],
]


@pytest.mark.parametrize("value", ECHOES, ids=lambda v: repr(v)[:40])
def test_echo(value):
    back = echo(value)
    assert back == value and type(back) is type(value)


@pytest.mark.parametrize(
    ("value", "want"),
    [
        (Text("é"), "é"),
        (Number.SEVEN, 7),
        (Real(1.5), 1.5),
        (Items([1]), [1]),
        (Items([2] * 9), [2] * 9),
        (Pairs(a=1), {"a": 1}),
        (Triple((1, 2)), (1, 2)),
        (Point(1, 2), (1, 2)),
        (collections.OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (type("Bytes", (bytes,), {})(b"x"), b"x"),
        (type("Complex", (complex,), {"real": None})(1j), 1j),
        (bytearray(b"xy"), b"xy"),
        (memoryview(b"abcd")[::2], b"ac"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_subclasses_are_what_they_hold(value, want):
    back = echo(value)
    assert back == want and type(back) is type(want)


@dataclasses.dataclass
class Node:
    name: str
    next: object = None


def test_mappings_of_fields():
    assert echo(Node("a", Node("b"))) == {"name": "a", "next": {"name": "b", "next": None}}


def test_numpy_scalars_are_numbers():
    numpy = pytest.importorskip("numpy")
    assert echo([numpy.int32(3), numpy.float64(0.5), numpy.bool_(True)]) == [3, 0.5, True]


def test_columns():
    message = encode([{"a": [1, 2**64], "b": (None, 1.5, True)}, "last"])
    assert bytes(message.tags) == bytes(
        [11, 7, 9, 3, 4, 7, 10, 0, 5, 2, 7],
    )
    assert list(message.counts) == [2, 2, 3]
    assert list(message.ints) == [1]
    assert list(message.floats) == [1.5]
    assert list(message.texts) == ["a", "b", "last"]
    assert list(message.blobs) == [(2**64).to_bytes(9, "little")]
    assert decode(message, 2) == [{"a": [1, 2**64], "b": (None, 1.5, True)}, "last"]


def test_numbers_side_by_side():
    for numbers, tag, column in (([1.5] * 8, 14, "floats"), (list(range(8)), 15, "ints")):
        message = encode([numbers])
        assert (bytes(message.tags), list(message.counts)) == (bytes([tag]), [8])
        assert list(getattr(message, column)) == numbers
        assert bytes(encode([numbers[:7]]).tags) != bytes([tag])


def test_the_payloads_of_kinds():
    for value, kind, payload in (
        (dt.date(1, 2, 3), _values.DATE, _tags.TUPLE),
        (decimal.Decimal(1), _values.DECIMAL, _tags.STR),
        (uuid.UUID(int=1), _values.UUID, _tags.BYTES),
    ):
        assert list(encode([value]).tags[:2]) == [_tags.DATETIME + kind, payload]
    assert _tags.DATETIME + _values.ITERATOR == _tags.ITERATOR


def test_a_message_that_is_given():
    outcome = _proto.Outcome()
    assert encode([1], data=outcome.value) is outcome.value
    assert outcome.WhichOneof("what") == "value" and list(outcome.value.ints) == [1]


def test_arguments_that_were_not_given():
    message = sent((1, _native.MISSING))
    assert list(message.tags) == [_tags.TUPLE, _tags.INT, _tags.MISSING]
    assert decode(message, 1) == [(1, _native.MISSING)]


def test_from_go():
    assert decode(data([_tags.MISSING, _tags.NONE]), 2) == [_native.MISSING, None]
    assert decode(data([_tags.BIG_INT], blobs=[b"\xff" * 8 + b"\x00"]), 1) == [2**64 - 1]
    assert decode(data(), 0) == []
    source = decode(data([_tags.ITERATOR, _tags.INT], ints=[5]), 1)[0]
    assert type(source).__name__ == "Source"
    source._over = True  # or it would tell Go of its end


@pytest.mark.parametrize(
    "message",
    [data([_tags.INT]), data([_tags.LIST], counts=[2]), data([0, 0]), data([]), data([_tags.STR])],
    ids=str,
)
def test_a_garbled_message(message):
    with pytest.raises(ValueError):
        decode(message, 1)


def test_a_key_that_is_no_key():
    message = data([_tags.DICT, _tags.LIST, _tags.NONE], counts=[1, 0])
    with pytest.raises(TypeError, match="unhashable"):
        decode(message, 1)


def test_keys():
    class Dict(dict):
        pass

    value = {"a": 1, "rest": object(), "b": [2]}
    message = sent(value, keys=("b", "missing", "a"))
    assert list(message.tags) == [_tags.FIELDS, _tags.LIST, 3, _tags.MISSING, 3]
    assert list(message.counts) == [3, 1] and list(message.ints) == [2, 1]
    assert sent(Dict(a=1), keys=("b",)).tags[0] == _tags.DICT
    assert sent([value], keys=("b",)).tags[0] == _tags.LIST
    assert sent(value, keys=()).tags[0] == _tags.DICT


class File:
    def __repr__(self):
        return "<" + "é\ud800" * 300 + ">"


class Broken:
    def __repr__(self):
        raise KeyboardInterrupt


def test_what_cannot_travel():
    message = sent([File(), Broken(), int])
    assert list(message.tags) == [_tags.LIST, 27, 27, 27]
    name, said, broken, why, cls, what = message.texts
    assert name == f"{__name__}.File" and said == "<" + "é\\ud800" * 99 + "é"
    assert broken == f"{__name__}.Broken" and why == "<repr raised KeyboardInterrupt>"
    assert (cls, what) == ("type", "<class 'int'>")


def cyclic():
    value = {"other": 1}
    value["self"] = [value]
    return value


def cyclic_node():
    node = Node("n")
    node.next = [node]
    return node


def nested(levels, value=None):
    for _ in range(levels):
        value = [value]
    return value


SURROGATE = "text that UTF-8 can hold (no lone surrogates)"
CYCLE = "a value that does not contain itself"
DEEP = "at most 1000 levels of nesting"
INNERMOST = "…" + "[0]" * 169


@pytest.mark.parametrize(
    ("value", "path", "want", "got"),
    [
        ("\ud800", "", SURROGATE, "str"),
        ([0, {"a": (1, "\ud800")}], '[1]["a"][1]', SURROGATE, "str"),
        ({"a": 1, "\ud800": 2}, "[key]", SURROGATE, "str"),
        ({"a": 1, ("\ud800",): 2}, "[key][0]", SURROGATE, "str"),
        ({1: "\ud800"}, "[key]", SURROGATE, "str"),
        ({"é" * 50: "\ud800"}, '["' + "é" * 40 + '"]', SURROGATE, "str"),
        (Node("\ud800"), '["name"]', SURROGATE, "str"),
        (Text("\ud800"), "", SURROGATE, f"{__name__}.Text"),
        (frozenset(["\ud800"]), "[0]", SURROGATE, "str"),
        (cyclic(), '["self"][0]', CYCLE, "dict"),
        (cyclic_node(), '["next"][0]', CYCLE, f"{__name__}.Node"),
        (nested(1001), INNERMOST, DEEP, "list"),
        (nested(1000, {}), INNERMOST, DEEP, "dict"),
        (nested(1000, decimal.Decimal(1)), INNERMOST, DEEP, "decimal.Decimal"),
    ],
    ids=range(14),
)
def test_unfit(value, path, want, got):
    with pytest.raises(Unfit) as caught:
        encode([value])
    fault = caught.value
    assert (fault.path, fault.want, fault.got) == (path, want, got)
    assert fault.__context__ is None and fault.__cause__ is None


def test_unfit_in_a_field():
    with pytest.raises(Unfit) as caught:
        encode([{"a": 1, "b": ["\ud800"]}], keys=("a", "b"))
    assert caught.value.path == '["b"][0]'
    value = {"a": []}
    value["a"].append(value)
    with pytest.raises(Unfit) as caught:
        encode([value], keys=("a",))
    assert caught.value.path == '["a"][0]'
    assert len(encode([{"a": nested(999)}], keys=("a",)).tags) == 1001
    with pytest.raises(Unfit):
        encode([{"a": nested(1000)}], keys=("a",))


def test_the_same_value_twice_is_no_cycle():
    shared = [1]
    assert echo([shared, {"k": shared}, (shared, shared)]) == [[1], {"k": [1]}, ([1], [1])]


def test_depth():
    limit = sys.getrecursionlimit()
    back = echo(nested(1000))
    for _ in range(1000):
        (back,) = back
    assert back is None and sys.getrecursionlimit() == limit


def test_code_of_a_value_may_raise_and_change_what_is_written():
    outer = []

    @dataclasses.dataclass
    class Nasty:
        name: str = "x"

        def __getattribute__(self, name):
            if name == "name":
                outer.clear()
            return object.__getattribute__(self, name)

    outer += [1, Nasty(), 2]
    assert echo(outer) == [1, {"name": "x"}, 2]

    class Worse(Nasty):
        def __getattribute__(self, name):
            if name == "name":
                raise LookupError("no name")
            return object.__getattribute__(self, name)

    with pytest.raises(LookupError, match="no name"):
        encode([[Worse()]])


def test_values_that_others_change_meanwhile():
    shared = {i: [i] for i in range(100)}
    numbers = list(range(100))
    over = threading.Event()

    def change():
        for i in range(100, sys.maxsize):
            shared[i] = [i]
            del shared[i - 100]
            numbers.append(i)
            del numbers[:50]
            if over.is_set():
                return

    other = threading.Thread(target=change)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    other.start()
    try:
        for _ in range(300):
            back = echo([shared, numbers])
            assert all(v == [k] for k, v in back[0].items())
    finally:
        over.set()
        other.join()
        sys.setswitchinterval(before)


class Memory:
    """Lends and borrows tensors, which are arrays of bytes."""

    def __init__(self, monkeypatch):
        self.lent, self.back, self.made = [], [], []
        for hook in ("tensor_in", "tensor_out", "arrow_in", "arrow_out", "taken_back"):
            monkeypatch.setattr(_columns, hook, getattr(self, hook))

    def tensor_in(self, message):
        self.made.append(message.loan)
        return array.array("B", message.inline)

    def tensor_out(self, value, wanted):
        if not isinstance(value, (array.array, bytes, bytearray, memoryview)):
            return None
        if isinstance(value, array.array) and value.typecode == "d":
            if wanted:
                raise BufferError("no doubles here")
            return None
        self.lent.append(len(self.lent) + 1)
        return _proto.Tensor(inline=bytes(value), loan=self.lent[-1])

    def arrow_in(self, message):
        self.made.append(-message.loan)
        return Table(message.loan)

    def arrow_out(self, value):
        return _proto.Arrow(loan=value.number)

    def taken_back(self, message):
        self.back.append(message.loan)


class Table:
    def __init__(self, number):
        self.number = number

    def __arrow_c_stream__(self, requested_schema=None):
        raise NotImplementedError


@pytest.fixture
def memory(monkeypatch):
    return Memory(monkeypatch)


def test_tensors(memory):
    tensor = array.array("B", b"abc")
    message = sent({"x": [tensor, Table(9), b"plain"]})
    assert list(message.tags) == [11, 7, 9, _tags.TENSOR, _tags.ARROW, 8]
    ((back, table, plain),) = decode(message, 1)[0].values()
    assert back == tensor and table.number == 9 and plain == b"plain"
    assert memory.made == [1, -9]


def test_tensors_that_are_wanted(memory):
    value = [b"a", bytearray(b"b"), memoryview(b"c"), uuid.UUID(int=1)]
    message = sent(value, tensors=True)
    assert list(message.tags) == [9, 25, 25, 25, _tags.UUID, 8]
    assert [t.inline for t in message.tensors] == [b"a", b"b", b"c"]


def test_memory_that_no_tensor_describes(memory):
    doubles = array.array("d", [1.5])
    assert list(sent([doubles]).tags) == [9, 27]
    with pytest.raises(BufferError):
        encode([[doubles]], tensors=True)


def test_what_is_lent_is_taken_back(memory):
    tensor = array.array("B", b"abc")
    with pytest.raises(Unfit):
        encode([[tensor, tensor, Table(7), "\ud800"]])
    assert memory.back == [1, 2, 7]
    with pytest.raises(BufferError):
        encode([[tensor, array.array("d")]], tensors=True)
    assert memory.back == [1, 2, 7, 3]
    encode([tensor])
    assert memory.back == [1, 2, 7, 3]


def test_what_is_not_built_goes_back(memory):
    message = data(
        [_tags.TENSOR, _tags.DICT, _tags.LIST, _tags.NONE, _tags.TENSOR, _tags.ARROW],
        counts=[1, 0],
        tensors=[_proto.Tensor(loan=1), _proto.Tensor(loan=2)],
        arrows=[_proto.Arrow(loan=3)],
    )
    with pytest.raises(TypeError, match="unhashable"):
        decode(message, 4)
    assert memory.made == [1, 2, -3]


def test_without_memory(monkeypatch):
    numpy = pytest.importorskip("numpy")
    for hook in ("tensor_in", "arrow_in"):
        monkeypatch.setattr(_columns, hook, _columns._unread)
    for hook in ("tensor_out", "arrow_out", "taken_back"):
        monkeypatch.setattr(_columns, hook, _columns._none)
    message = sent([numpy.zeros(2), Table(1)], tensors=True)
    assert list(message.tags) == [9, 27, 27]
    assert list(message.texts[:2]) == ["numpy.ndarray", "array([0., 0.])"]
    assert list(sent(b"x", tensors=True).tags) == [8]
    with pytest.raises(TypeError, match="cannot read"):
        decode(data([_tags.TENSOR], tensors=[_proto.Tensor()]), 1)


def test_types_are_not_kept_for_ever():
    from snakepit_bridge._child import _writers

    before = len(_writers.known)
    for i in range(_writers.MAX_KNOWN + 10):
        assert echo(type(f"Text{i}", (str,), {})("x")) == "x"
    assert before < len(_writers.known) <= _writers.MAX_KNOWN
    for cls in [c for c in _writers.known if c.__name__.startswith("Text")]:
        del _writers.known[cls]
    gc.collect()


def test_the_byte_order_of_big_ints():
    assert encode([-(2**63) - 1]).blobs[0] == struct.pack("<q", 2**63 - 1) + b"\xff"
