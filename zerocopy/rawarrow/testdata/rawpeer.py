"""What the tests of package rawarrow ask of pyarrow."""

import decimal

import pyarrow as pa

kept = []


def record(given):
    return pa.record_batch(given)


def array(given):
    return pa.array(given)


def schema(given):
    return pa.schema(given)


def total(given, column):
    stream = pa.RecordBatchReader.from_stream(given)
    return sum(sum(batch.column(column).to_pylist()) for batch in stream)


def address(given, column, buffer):
    return pa.record_batch(given).column(column).buffers()[buffer].address


def keep(given, n):
    kept.extend(pa.record_batch(given) for _ in range(n))


def check_kept():
    """Look at all that was kept, and forget it."""
    for batch in kept:
        batch.validate(full=True)
    rows = sum(batch.num_rows for batch in kept)
    kept.clear()
    return rows


def numbers(batches, rows):
    """Batches that are made when they are asked for; the last one fails if rows is negative."""
    names = pa.schema([("n", pa.int64())])

    def make():
        for i in range(batches):
            kept.append(i)
            yield pa.record_batch([pa.array([i] * abs(rows), pa.int64())], schema=names)
        if rows < 0:
            raise ValueError("no more rows of äöü")

    return pa.RecordBatchReader.from_batches(names, make())


def made():
    n = len(kept)
    kept.clear()
    return n


def kinds():
    """One column of each kind of layout that the C data interface knows."""
    union = [pa.array([1, None, 3, 4, 5, 6]), pa.array(["a", "b", None, "d", "e", "f"])]
    codes = pa.array([0, 1, 0, 1, 0, 1], pa.int8())
    ends = pa.array([2, 6], pa.int32())
    columns = {
        "null": pa.nulls(6),
        "bool": pa.array([True, None, False, True, True, None]),
        "decimal": pa.array([decimal.Decimal("1.5"), None] * 3, pa.decimal128(10, 2)),
        "text": pa.array(["a", None, "ccc", "", "e", "f"]),
        "view": pa.array(["short", None, "a text of more than twelve bytes"] * 2, pa.string_view()),
        "large": pa.array([b"a", None, b"ccc"] * 2, pa.large_binary()),
        "list": pa.array([[1, 2], None, [], [3], [None], [4, 5, 6]]),
        "fixed": pa.array([[1, 2], None, [3, 4]] * 2, pa.list_(pa.int16(), 2)),
        "struct": pa.array([{"x": 1, "y": ["a"]}, None] * 3),
        "map": pa.array([[("a", 1)], None, []] * 2, pa.map_(pa.string(), pa.int32())),
        "dictionary": pa.array(["red", None, "green"] * 2).dictionary_encode(),
        "sparse": pa.UnionArray.from_sparse(codes, union),
        "dense": pa.UnionArray.from_dense(codes, pa.array([0, 0, 1, 1, 2, 2], pa.int32()), union),
        "runs": pa.RunEndEncodedArray.from_arrays(ends, pa.array([1, None])),
        "time": pa.array([1, None, 3] * 2, pa.timestamp("ns", "Europe/Zurich")),
    }
    fields = [pa.field(name, c.type, metadata={"of": name}) for name, c in columns.items()]
    return pa.record_batch(list(columns.values()), schema=pa.schema(fields, {"by": "me"})).slice(1)


def same(got, given):
    got.validate(full=True)
    if not got.equals(given, check_metadata=True):
        return f"{got} is not {given}"
    return addresses(got) == addresses(given)


def addresses(batch):
    return [b.address for c in batch.columns for b in c.buffers() if b and b.size]
