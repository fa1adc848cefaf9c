import pyarrow as pa
import pyarrow.compute as pc


def doubled(record):
    table = pa.table(record)
    return table.append_column("twice", pc.multiply(table["n"], 2)).to_batches()[0]
