"""What the suite does with Arrow data, by pyarrow and pandas."""

import concurrent.futures

import pandas as pd
import pyarrow as pa

held = []


def there(record):
    """The record as pyarrow has it, and where the first column's values are."""
    batch = pa.record_batch(record)
    return batch, batch.column(0).buffers()[1].address


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
