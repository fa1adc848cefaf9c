"""Arrow data between processes: the test is the host, with files of memory of its own."""

import ctypes
import errno
import gc
import platform
import threading

import pytest

pytest.importorskip("google.protobuf", reason="the child's messages need protobuf")
pytest.importorskip("numpy", reason="the host's memory is written with numpy, which is missing")
pa = pytest.importorskip("pyarrow", reason="Arrow data is looked at with pyarrow, which is missing")

from memory_support import PAGE, base, ends  # noqa: E402

from snakepit_bridge import _native  # noqa: E402
from snakepit_bridge._child import (  # noqa: E402
    _arrow,
    _arrow_c,
    _arrow_layout,
    _arrow_out,
    _arrow_release,
    _columns,
    _loans,
    _memory,
    _proto,
    _shm,
)
from snakepit_bridge.session_context import SessionContext  # noqa: E402

BATCH = pa.record_batch({"n": [1, 2, None], "word": ["a", None, "b"]})


def out(obj):
    """What is sent of an object."""
    message = _proto.Arrow.FromString(_arrow_out.arrow_out(obj).SerializeToString())
    return message


def give_back(message):
    _shm.take_ends([loan for loan in (message.loan, message.source) if loan])


def go_s(message, loan=0):
    """What Go would send of the same data."""
    m = _proto.Arrow(kind=message.kind, loan=loan)
    m.schema.CopyFrom(message.schema)
    if message.HasField("array"):
        m.array.CopyFrom(message.array)
    return m


def lent(host, data=BATCH):
    """A value of Go's with the data of an object, its buffers in area 0."""
    message = out(data)
    host.last += 1
    made = go_s(message, host.last)
    at = PAGE

    def move(array):
        nonlocal at
        for buffer in array.buffers:
            raw = content(host, buffer)
            if raw:
                host.maps[0][at : at + len(raw)] = raw
                buffer.block.area, buffer.block.offset, buffer.block.length = 0, at, len(raw)
                at += (len(raw) + 63) // 64 * 64
            buffer.copied = False
        for child in array.children:
            move(child)
        if array.HasField("dictionary"):
            move(array.dictionary)

    move(made.array)
    give_back(message)
    return made


def content(host, buffer):
    if buffer.WhichOneof("data") != "block":
        return buffer.inline
    block = buffer.block
    return host.maps[block.area][block.offset : block.offset + block.length]


# From Go.


def test_consumers_see_the_memory(host):
    message = lent(host)
    value = _arrow.arrow_in(message)
    batch = pa.record_batch(value)
    assert batch.equals(BATCH)
    offset = message.array.children[0].buffers[1].block.offset
    assert batch.column(0).buffers()[1].address == base(0) + offset
    host.array(0, offset, 1, "i8")[0] = 42
    assert batch.column(0)[0].as_py() == 42
    del value
    assert ends() == [], "the batch has the memory"
    column = batch.column(0)
    del batch
    assert ends() == []
    del column
    assert ends() == [message.loan]


def test_what_it_says_of_itself(host):
    value = _arrow.arrow_in(lent(host))
    assert type(value).__module__ == "snakepit_bridge"
    assert repr(value).startswith("<snakepit_bridge.ArrowArray object at ")
    assert not hasattr(value, "__arrow_c_stream__") and not hasattr(value, "__dict__")
    with pytest.raises(TypeError, match=r"cannot create 'snakepit_bridge\.ArrowArray' instances"):
        type(value)()
    schema = _arrow.arrow_in(go_s(lent_schema()))
    assert repr(schema).startswith("<snakepit_bridge.ArrowSchema object at ")
    assert not hasattr(schema, "__arrow_c_array__")
    assert pa.schema(schema) == BATCH.schema


def lent_schema():
    message = out(BATCH.schema)
    give_back(message)
    return message


def test_many_consumers(host):
    message = lent(host)
    value = _arrow.arrow_in(message)
    batches = [pa.record_batch(value) for _ in range(50)]
    capsules = [value.__arrow_c_array__() for _ in range(50)]  # that nobody takes
    assert len(_loans.exports) == 200
    assert all(b.equals(BATCH) for b in batches)
    assert ends() == [] and len(_loans.exports) == 150, "schemas are copied by who reads them"
    del capsules
    assert ends() == [] and len(_loans.exports) == 50
    del batches
    assert ends() == [] and not _loans.exports
    del value
    assert ends() == [message.loan]


def test_structs_outlive_their_release(host):
    """A consumer reads a struct that it has released: Arrow C++ aborts if that is not marked."""
    message = lent(host)
    value = _arrow.arrow_in(message)
    schema = value.__arrow_c_schema__()
    struct = _arrow_c.peek(_arrow_c.Schema, schema)
    _arrow_c._Release(struct.release)(ctypes.addressof(struct))
    _loans.sweep()
    assert len(_loans.exports) == 1, "the capsule is there"
    assert struct.release is None
    del schema
    _loans.sweep()
    assert not _loans.exports
    del value
    assert ends() == [message.loan]


def test_children_that_were_moved_elsewhere(host):
    """A consumer may take a child out and release the rest."""
    message = lent(host)
    value = _arrow.arrow_in(message)
    schema, array = value.__arrow_c_array__()
    whole = _arrow_c.take(_arrow_c.Array, array, "")
    first = _arrow_c.addresses(whole.children, 2)[0]
    there = _arrow_c.Array.from_address(first)
    child = _arrow_c.Array.from_buffer_copy(there)
    there.release = None
    _arrow_c.release(whole)
    assert whole.release is None
    del value, schema, array
    assert ends() == []
    _arrow_c.release(child)
    assert ends() == [message.loan]


def test_exceptions_in_flight(host):
    """The last reference goes while one is on its way."""
    value = _arrow.arrow_in(lent(host))
    for _ in range(3):
        with pytest.raises(KeyError):
            pa.record_batch(value)["no such column"]
        with pytest.raises(ZeroDivisionError):
            print(pa.record_batch(value), 1 // 0)


def test_released_on_any_thread(host):
    message = lent(host)
    held = [pa.record_batch(_arrow.arrow_in(message))]
    thread = threading.Thread(target=held.clear)
    thread.start()
    thread.join()
    assert ends() == [message.loan]


@pytest.mark.skipif(
    platform.machine() not in _arrow_release._CODE, reason="there are callbacks on this processor"
)
def test_callbacks_stand_in(host):
    """What is used where no memory may be made executable does the same."""
    for kind in (_arrow_c.Schema, _arrow_c.Array, _arrow_c.Stream):
        for address in (_arrow_release.of[kind], _arrow_release._callback(kind)):
            noted = ctypes.c_uint8()
            struct = kind(release=address, private_data=ctypes.addressof(noted))
            before = bytes(struct)
            _arrow_c.release(struct)
            assert noted.value == 1 and not struct.release
            struct.release = address
            assert bytes(struct) == before, "nothing else was written"


def test_the_schema_that_is_asked_for(host):
    value = _arrow.arrow_in(lent(host))
    want = pa.schema([("n", pa.int32()), ("word", pa.string())])
    value.__arrow_c_array__(want.__arrow_c_schema__())
    for wrong in (1, "schema", value):
        with pytest.raises(TypeError, match="capsule of an arrow_schema"):
            value.__arrow_c_array__(requested_schema=wrong)
    with pytest.raises(ValueError, match="requested_schema has 1 fields, the data has 2"):
        value.__arrow_c_array__(pa.schema([want.field(0)]).__arrow_c_schema__())


class Batches:
    """Go's end of a stream."""

    def __init__(self, host, monkeypatch, answers):
        host.last += 2
        self.value, self.stream = host.last - 1, host.last
        self.answers, self.asked = list(answers), []
        monkeypatch.setattr(_native, "call", self.call)
        message = go_s(lent_schema(), self.value)
        message.kind = _proto.Arrow.STREAM
        self.object = _arrow.arrow_in(message)

    def call(self, function, loan):
        self.asked.append((function, loan))
        if function == "arrow_open":
            return self.stream
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise type(answer)(*answer.args)
        return answer


def batch(host):
    message = lent(host)
    message.ClearField("schema")
    return _arrow.arrow_in(message)


def test_a_stream(host, monkeypatch):
    go = Batches(host, monkeypatch, [batch(host), batch(host), None])
    reader = pa.RecordBatchReader.from_stream(go.object)
    assert reader.schema == BATCH.schema
    assert go.asked == [("arrow_open", go.value)], "nothing is read before it is wanted"
    assert reader.read_all().num_rows == 6
    assert len(go.asked) == 4
    del reader
    assert go.stream in ends()
    del go.object
    assert ends() == [go.value]


def test_a_stream_that_is_left(host, monkeypatch):
    go = Batches(host, monkeypatch, [batch(host)])
    reader = pa.RecordBatchReader.from_stream(go.object)
    first = reader.read_next_batch()
    del reader
    assert ends() == [go.stream]
    assert first.equals(BATCH)
    unused = go.object.__arrow_c_stream__()
    assert ends() == []
    del unused
    assert ends() == [go.stream]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ((errno.ECANCELED, "context canceled"), "context canceled"),
        (RuntimeError("Go is gone"), "RuntimeError: Go is gone"),
    ],
)
def test_a_stream_that_fails(host, monkeypatch, answer, text):
    go = Batches(host, monkeypatch, [answer])
    reader = pa.RecordBatchReader.from_stream(go.object)
    with pytest.raises(Exception, match=text):
        reader.read_next_batch()


def test_a_stream_that_was_taken(host, monkeypatch):
    go = Batches(host, monkeypatch, [])
    monkeypatch.setattr(_native, "call", lambda *_: "zarrow: it was taken already")
    with pytest.raises(ValueError, match="taken already"):
        go.object.__arrow_c_stream__()


# To Go.


def test_what_is_sent_of_an_array(host):
    message = out(BATCH)
    assert message.type == "pyarrow.lib.RecordBatch"
    assert message.offers & (1 << _arrow_c.ARRAY)
    assert [bytes(c.name) for c in message.schema.children] == [b"n", b"word"]
    assert bytes(message.schema.format) == b"+s"
    numbers = message.array.children[0]
    assert (numbers.length, numbers.null_count) == (3, 1)
    assert numbers.buffers[1].copied and len(numbers.buffers[1].inline) == 24
    assert not message.loan, "nothing is lent that was copied into the message"
    assert _loans.lent(message.source).object is BATCH
    give_back(message)


def test_large_arrays_are_copied_into_area_1(host):
    array = pa.array([n if n % 3 else None for n in range(10_000)])
    message = out(array)
    bitmap, numbers = message.array.buffers
    assert numbers.copied and numbers.block.area == 1 and numbers.block.length == 80_000
    assert bitmap.block.area == 1 and bitmap.block.length == 1250
    assert content(host, numbers) == array.buffers()[1].to_pybytes()[:80_000]
    assert message.loan
    back = pa.array(_arrow.arrow_in(go_s(message, 1 << 40)))
    assert back.equals(array)
    assert back.buffers()[1].address == base(1) + numbers.block.offset
    del back
    assert ends() == [1 << 40]
    give_back(message)


def test_slices_send_what_they_need(host):
    array = pa.array(range(10_000)).slice(10, 20)
    message = out(array)
    assert message.array.offset == 10
    assert len(message.array.buffers[1].inline) == 30 * 8
    assert pa.array(_arrow.arrow_in(go_s(message))).equals(array)
    give_back(message)


def test_memory_of_area_1_is_lent(host):
    numbers = SessionContext().empty(1000, "i8")
    numbers[:] = range(1000)
    array = pa.Array.from_buffers(pa.int64(), 1000, [None, pa.py_buffer(numbers)])
    message = out(array)
    assert message.array.buffers[0].absent
    sent = message.array.buffers[1]
    assert not sent.copied and sent.block.area == 1
    assert base(1) + sent.block.offset == numbers.ctypes.data
    _shm.take_ends([message.source])
    del array, numbers
    gc.collect()
    first = host.array(1, sent.block.offset, 1000, "i8")
    assert first[999] == 999
    assert _shm.take(8000).address != base(1) + sent.block.offset, "the memory is Go's still"
    give_back(message)


def test_go_s_memory_goes_back_as_such(host):
    given = lent(host)
    there = pa.record_batch(_arrow.arrow_in(given))
    message = out(there.slice(1))
    sent = message.array.children[0].buffers[1]
    assert not sent.copied and sent.within == given.loan
    assert sent.block.area == 0
    del there
    _shm.take_ends([message.source])
    assert ends() == [], "the loan is kept until Go has its own"
    give_back(message)
    assert ends() == [given.loan]


def test_the_object_itself_goes_back(host):
    message = out(BATCH)
    assert _arrow.arrow_in(_proto.Arrow(same=message.source)) is BATCH
    give_back(message)
    with pytest.raises(RuntimeError, match="given back"):
        _arrow.arrow_in(_proto.Arrow(same=message.source))


ARRAYS = {
    "null": pa.nulls(5),
    "bool": pa.array([True, None, False] * 9),
    "decimal": pa.array([1, None, 3]).cast(pa.decimal256(50, 2)),
    "interval": pa.array([(1, 2, 3), None], pa.month_day_nano_interval()),
    "zone": pa.array([1, None], pa.timestamp("us", "Europe/Berlin")),
    "fixed binary": pa.array([b"abc", None], pa.binary(3)),
    "nothing": pa.array([], pa.large_string()),
    "text": pa.array(["a", None, "b\u00e9"]),
    "views": pa.array(["a", None, "longer than what fits in a view", "d" * 40], pa.string_view()),
    "large list": pa.array([[1], None, []], pa.large_list(pa.int16())),
    "list view": pa.array([[1, 2], None, [3]], pa.list_view(pa.int16())),
    "fixed list": pa.array([[1, 2], None], pa.list_(pa.int8(), 2)),
    "struct": pa.array([{"a": 1, "b": ["x"]}, None]),
    "map": pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int32())),
    "dense": pa.UnionArray.from_dense(
        pa.array([0, 1], pa.int8()), pa.array([0, 0], pa.int32()), [pa.array([1]), pa.array(["x"])]
    ),
    "sparse": pa.UnionArray.from_sparse(
        pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["x", "y"])]
    ),
    "dictionary": pa.array(["a", "b", None]).dictionary_encode(),
    "run ends": pa.RunEndEncodedArray.from_arrays([2, 3], ["a", None]),
    "much": pa.array([[str(n)] * (n % 3) for n in range(5000)]),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_every_layout(host, name):
    for first, last in ((0, None), (1, None), (1, -1), (0, 0)):
        array = ARRAYS[name][first:last]
        message = out(array)
        there = pa.array(_arrow.arrow_in(go_s(message, 1 << 40)))
        there.validate(full=True)
        assert there.equals(array)
        del there
        give_back(message)
        gc.collect()
        _shm.ends_to_send()


def test_metadata_and_flags(host):
    field = pa.field("n", pa.dictionary(pa.int8(), pa.string(), ordered=True), nullable=False)
    schema = pa.schema([field.with_metadata({"k": "v\0w"})], metadata={b"": b"\xff"})
    message = out(schema)
    assert message.kind == _proto.Arrow.SCHEMA
    back = pa.schema(_arrow.arrow_in(go_s(message)))
    assert back.equals(schema, check_metadata=True)
    give_back(message)


class Producer:
    """An object whose methods return what it was made with, or raise it."""

    def __init__(self, array=None, schema=None):
        self.array, self.schema = array, schema

    def __arrow_c_array__(self, requested_schema=None):
        if isinstance(self.array, Exception):
            raise self.array
        return self.array

    def __arrow_c_schema__(self):
        return self.schema


@pytest.mark.parametrize(
    "returned",
    [
        None,
        (),
        (1, 2),
        LookupError("not today"),
        (BATCH.schema.__arrow_c_schema__(), BATCH.schema.__arrow_c_schema__()),
    ],
)
def test_producers_that_do_not(host, returned):
    """They are sent without their array, and fail when Go asks for it."""
    message = out(Producer(returned))
    assert not message.HasField("array") and not message.HasField("schema")
    assert message.type.endswith("Producer")
    with pytest.raises((TypeError, LookupError)):
        _arrow_out.arrow_read(message.source, _arrow_c.ARRAY)
    give_back(message)


def test_capsules_are_consumed(host):
    pair = BATCH.__arrow_c_array__()
    message = out(Producer(pair))
    assert message.array.length == 3
    give_back(message)
    again = out(Producer(pair))
    assert not again.HasField("array"), "it was taken before"
    give_back(again)


def test_structs_that_break_the_rules(host):
    """Go gets what there is, without buffers that may not be, and says what is wrong."""
    array = _arrow_c.Array(length=-5, n_buffers=2)
    assert _arrow_layout.pieces("i", array) is None
    assert _arrow_layout.pieces("no such format", _arrow_c.Array(length=1)) is None
    assert _arrow_layout.pieces("i", _arrow_c.Array(length=1, n_buffers=3)) is None
    assert _arrow_layout.pieces("i", _arrow_c.Array(length=1, n_buffers=2)) is None
    pointers = (ctypes.c_void_p * 2)()
    empty = _arrow_c.Array(length=1, n_buffers=2, buffers=ctypes.addressof(pointers))
    assert _arrow_layout.pieces("i", empty) == [(0, 0), (0, 0)]


def test_streams_are_read_by_and_by(host):
    pulled = []

    def batches():
        for n in range(3):
            pulled.append(n)
            yield pa.record_batch({"n": [n]})

    schema = pa.schema([("n", pa.int64())])
    message = out(pa.RecordBatchReader.from_batches(schema, batches()))
    assert message.kind == _proto.Arrow.STREAM and not message.HasField("schema")
    opened = _arrow_out.arrow_open(message.source).message
    assert [bytes(c.name) for c in opened.schema.children] == [b"n"]
    assert pulled == []
    for n in range(3):
        got = _arrow_out.arrow_next(opened.source).message
        assert len(pulled) == n + 1
        assert not got.HasField("schema")
        got.schema.CopyFrom(opened.schema)
        assert pa.record_batch(_arrow.arrow_in(go_s(got))).column(0).to_pylist() == [n]
    assert _arrow_out.arrow_next(opened.source) is None
    assert _arrow_out.arrow_next(opened.source) is None
    give_back(opened)
    give_back(message)


def test_streams_that_fail(host):
    def batches():
        yield BATCH
        raise LookupError("no more than that")

    message = out(pa.RecordBatchReader.from_batches(BATCH.schema, batches()))
    opened = _arrow_out.arrow_open(message.source).message
    assert _arrow_out.arrow_next(opened.source).message.array.length == 3
    number, text = _arrow_out.arrow_next(opened.source)
    assert number and "no more than that" in text
    assert _arrow_out.arrow_next(opened.source) is None
    give_back(opened)
    give_back(message)
    with pytest.raises(RuntimeError, match="given back"):
        _arrow_out.arrow_next(opened.source)


def test_streams_end_with_their_loan(host):
    closed = threading.Event()

    def batches():
        try:
            while True:
                yield BATCH
        finally:
            closed.set()

    message = out(pa.RecordBatchReader.from_batches(BATCH.schema, batches()))
    opened = _arrow_out.arrow_open(message.source).message
    assert _arrow_out.arrow_next(opened.source).message.array.length == 3
    give_back(message)
    assert not closed.is_set()
    give_back(opened)
    assert closed.wait(30)


def test_within_values(host):
    """As values of a message they go by the installed functions."""
    _memory.install()
    data = _columns.encode([[BATCH, {"s": BATCH.schema}, object()]])
    assert len(data.arrows) == 2
    for message in data.arrows:
        _columns.taken_back(message)
    with pytest.raises(_columns.Unfit):
        _columns.encode([[BATCH, "\ud800"]])
    (back,) = _columns.decode(_columns_of(lent(host)), 1)
    assert pa.record_batch(back).equals(BATCH)


def _columns_of(message):
    data = _proto.Data(tags=bytes((26,)))
    data.arrows.append(message)
    return data
