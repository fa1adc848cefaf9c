"""Orders of a shop: a file of them, and what each city spends."""

import os

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

CITIES = ["Basel", "Bern", "Chur", "Geneva", "Lugano", "Zurich"]
TIME = pa.timestamp("us", "UTC")
EPOCH = 1_700_000_000_000_000
SECOND = 1_000_000


def generate(path: str, rows: int, group: int) -> None:
    """Write a file of orders, unless an earlier run did."""
    if os.path.exists(path):
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    unfinished = f"{path}.{os.getpid()}"
    with pq.ParquetWriter(unfinished, orders(0, 0).schema) as file:
        for first in range(0, rows, group):
            file.write_table(orders(first, min(group, rows - first)), row_group_size=group)
    os.replace(unfinished, path)


def orders(first: int, n: int) -> pa.Table:
    rng = np.random.default_rng(first)
    numbers = np.arange(first, first + n)
    city = rng.integers(0, len(CITIES), n, np.int32)
    customer = [f"customer {c}" for c in rng.integers(0, 50_000, n)]
    return pa.table(
        {
            "order": pa.array(numbers),
            "at": pa.array(EPOCH + numbers * SECOND, TIME),
            "city": pa.DictionaryArray.from_arrays(city, CITIES),
            "customer": pa.array(customer, pa.string()),
            "price": pa.array(rng.integers(1, 500, n) / 4, mask=rng.random(n) < 0.05),
            "count": pa.array(rng.integers(1, 9, n), pa.int32()),
            "gift": pa.array(rng.random(n) < 0.1),
        }
    )


def spending(given, since: int) -> pa.RecordBatchReader:
    """What cities spend from a second on, gifts left out: a few rows for each batch of
    the stream, which is read when somebody asks for them."""
    stream = pa.RecordBatchReader.from_stream(given)
    schema = pa.schema([("city", pa.string()), ("orders", pa.int64()), ("spent", pa.float64())])

    def batches():
        for batch in stream:
            yield from summary(batch, since).cast(schema).combine_chunks().to_batches()

    return pa.RecordBatchReader.from_batches(schema, batches())


def summary(batch: pa.RecordBatch, since: int) -> pa.Table:
    late = pc.greater_equal(batch["at"], pa.scalar(EPOCH + since * SECOND, TIME))
    paid = pc.and_(pc.is_valid(batch["price"]), pc.invert(batch["gift"]))
    kept = batch.filter(pc.and_(late, paid))
    spent = pc.multiply(kept["price"], kept["count"].cast(pa.float64()))
    groups = pa.table({"city": kept["city"], "spent": spent}).group_by("city")
    sums = groups.aggregate([("spent", "count"), ("spent", "sum")])
    return sums.rename_columns(["city", "orders", "spent"])
