"""Prices, as pyarrow sees them."""

import pyarrow as pa
import pyarrow.compute as pc


def with_vat(given):
    """The same columns and one more; what was given is not copied."""
    batch = pa.record_batch(given)
    return batch.append_column("with vat", pc.multiply(batch.column("price"), 1.25))


def address(given):
    """Where the prices lie."""
    return pa.record_batch(given).column("price").buffers()[1].address
