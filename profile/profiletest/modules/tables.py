"""What the suite does with Arrow data, by pyarrow and pandas."""

import concurrent.futures

import pandas as pd
import pyarrow as pa

from snakepit_bridge import current_context

held = []


def there(record):
    """The record as pyarrow has it, and where the first column's values are."""
    batch = pa.record_batch(record)
    return batch, batch.column(0).buffers()[1].address


def first_value(batch):
    return batch.column(0)[0].as_py()


def requested(value, kind, how, types):
    """The type of the first field, of who asked for a schema."""
    want = pa.schema([(f"f{i}", getattr(pa, t)()) for i, t in enumerate(types)])
    method = getattr(value, f"__arrow_c_{kind}__")
    capsule = want.__arrow_c_schema__()
    got = method(capsule) if how == "by_position" else method(requested_schema=capsule)
    if kind == "stream":
        return str(pa.RecordBatchReader._import_from_c_capsule(got).schema.field(0).type)
    return str(pa.RecordBatch._import_from_c_capsule(*got).schema.field(0).type)


def cast(value, to):
    return str(pa.table(value, schema=pa.schema([("n", getattr(pa, to)())])).schema.field(0).type)


def badly_requested(value, kind):
    """Each of these is a TypeError."""
    method = getattr(value, f"__arrow_c_{kind}__")
    taken = pa.schema([("n", pa.int64())]).__arrow_c_schema__()
    pa.Schema._import_from_c_capsule(taken)
    for args, named in [((1,), {}), ((taken,), {}), ((None, None), {}), ((), {"schema": taken})]:
        try:
            method(*args, **named)
        except TypeError:
            continue
        raise AssertionError((args, named))


def rows(reader):
    table = pa.RecordBatchReader.from_stream(reader).read_all()
    return table.num_rows


def rows_elsewhere(reader):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(rows, reader).result()


def first(reader):
    """One batch of a stream; the rest is left."""
    stream = pa.RecordBatchReader.from_stream(reader)
    return stream.read_next_batch().num_rows


def failing():
    def batches():
        yield pa.record_batch({"n": [1, 2]})
        raise LookupError("no more than that")

    return pa.RecordBatchReader.from_batches(pa.schema([("n", pa.int64())]), batches())


pulled = 0


def counting(n):
    """A stream that says how far it was pulled."""
    global pulled
    pulled = 0

    def batches():
        global pulled
        for i in range(n):
            pulled += 1
            yield pa.record_batch({"n": [i]})

    return pa.RecordBatchReader.from_batches(pa.schema([("n", pa.int64())]), batches())


def pulls():
    return pulled


def frame():
    return pd.DataFrame({"n": [1, 2, 3], "word": ["a", None, "c"]})


def of_pandas(record):
    return int(pd.DataFrame.from_arrow(record)["n"].sum())


def hold(value):
    held.append(pa.record_batch(value))


def sum_and_drop():
    total = sum(b.column(0).to_pylist()[0] for b in held)
    held.clear()
    return total


class Adapter:
    def count(self, table: pa.Table) -> int:
        assert type(table) is pa.Table
        return table.num_rows


TYPES = {
    "null": pa.nulls(4),
    "bool": pa.array([True, None, False] * 7),
    "int64": pa.array([1, None, 3, 4]),
    "float16": pa.array([1.5, None, 3, 4], pa.float32()).cast(pa.float16()),
    "decimal": pa.array([1, None, 3, 4]).cast(pa.decimal128(30, 2)),
    "decimal256": pa.array([1, None, 3, 4]).cast(pa.decimal256(50, 2)),
    "date": pa.array([1, None, 3, 4], pa.date32()),
    "time": pa.array([1, None, 3, 4], pa.time64("us")),
    "timestamp": pa.array([1, None, 3, 4], pa.timestamp("us", "Europe/Berlin")),
    "duration": pa.array([1, None, 3, 4], pa.duration("ms")),
    "interval": pa.array([(1, 2, 3), None, (4, 5, 6), (7, 8, 9)], pa.month_day_nano_interval()),
    "fixed binary": pa.array([b"abc", None, b"def", b"ghi"], pa.binary(3)),
    "binary": pa.array([b"a", None, b"", b"bcd"]),
    "string": pa.array(["a", None, "", "b\u00e9d"]),
    "large string": pa.array(["a", None, "", "bcd"], pa.large_string()),
    "view": pa.array(["a", None, "longer than what fits in a view", "d" * 40], pa.string_view()),
    "list": pa.array([[1, 2], None, [], [3, None]]),
    "large list": pa.array([[1, 2], None, [], [3]], pa.large_list(pa.int16())),
    "list view": pa.array([[1, 2], None, [], [3]], pa.list_view(pa.int16())),
    "fixed list": pa.array([[1, 2], None, [3, 4], [5, 6]], pa.list_(pa.int8(), 2)),
    "struct": pa.array([{"a": 1, "b": "x"}, None, {"a": 2, "b": None}, {"a": None, "b": "y"}]),
    "map": pa.array([[("a", 1)], None, [], [("b", 2), ("c", None)]], pa.map_(pa.string(), pa.int32())),
    "dense union": pa.UnionArray.from_dense(
        pa.array([0, 1, 0, 1], pa.int8()),
        pa.array([0, 0, 1, 1], pa.int32()),
        [pa.array([1, 2]), pa.array(["x", None])],
    ),
    "sparse union": pa.UnionArray.from_sparse(
        pa.array([0, 1, 0, 1], pa.int8()), [pa.array([1, 2, 3, 4]), pa.array(["w", "x", "y", "z"])]
    ),
    "dictionary": pa.array(["a", "b", None, "a"]).dictionary_encode(),
    "run ends": pa.RunEndEncodedArray.from_arrays([1, 3, 4], ["a", None, "b"]),
    "much": pa.array(range(3000)),
    "much text": pa.array([str(n) if n % 3 else None for n in range(3000)]),
}


def type_names():
    return list(TYPES)


def of_type(name, part):
    array = TYPES[name]
    n = len(array)
    first, last = {"whole": (0, n), "rest": (1, n), "middle": (1, n - 1), "nothing": (n, n)}[part]
    return array.slice(first, last - first)


def differs(value, name, part):
    got, want = pa.array(value), of_type(name, part)
    got.validate(full=True)
    return "" if got.equals(want) else f"want {want}, got {got}"


def missing_column(record):
    return pa.record_batch(record)["no such column"]


def left_behind(record):
    return rows(pa.record_batch(record), 1 // 0)


def length(record):
    return pa.record_batch(record).num_rows


def private(n):
    return pa.record_batch({"n": pa.array(range(n))})


def private_stream(n):
    return pa.Table.from_batches([private(n)])


def shared(n):
    numbers = current_context().empty(n, "int64")
    numbers[:] = range(n)
    return pa.Array.from_buffers(pa.int64(), n, [None, pa.py_buffer(numbers)])


def by_tools():
    import snakepit_host

    three = pa.table({"n": [1, 2, 3]})
    there = pa.RecordBatchReader.from_batches(three.schema, three.to_batches() * 2)
    back = snakepit_host.arrow_back(data=three)
    return [
        snakepit_host.arrow_rows(data=there),
        sum(pa.record_batch(snakepit_host.arrow_numbers()).column(0).to_pylist()),
        int(back is three),
    ]


def open_stream(reader):
    held.append(pa.RecordBatchReader.from_stream(reader))


def next_of_stream():
    return held[0].read_next_batch().num_rows


def leave_stream():
    held.clear()
