"""What the suite does with polars."""

import polars as pl


def above(record, least):
    return pl.DataFrame(record).filter(pl.col("n") > least)
