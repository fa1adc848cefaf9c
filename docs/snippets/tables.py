import pyarrow as pa
import pyarrow.compute as pc


def doubled(record):
    table = pa.table(record)
    return table.append_column("twice", pc.multiply(table["n"], 2)).to_batches()[0]


def positive(stream):
    reader = pa.RecordBatchReader.from_stream(stream)
    batches = (b.filter(pc.greater(b["n"], 0)) for b in reader)
    return pa.RecordBatchReader.from_batches(reader.schema, batches)
