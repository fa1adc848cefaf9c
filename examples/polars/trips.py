"""Polars has no wheels for free-threaded Python: it runs in a child process."""

import polars as pl


def summary(trips, least_km: float):
    """Fares by zone of the trips that are long enough, the dearest zone first."""
    return (
        pl.DataFrame(trips)
        .lazy()
        .filter(pl.col("km") >= least_km)
        .group_by("zone")
        .agg(
            trips=pl.len(),
            km=pl.col("km").sum(),
            fare_per_km=pl.col("fare").sum() / pl.col("km").sum(),
        )
        .sort("fare_per_km", descending=True)
        .collect()
    )
