"""Memory of Go's as the arrays and tables that a tool's type hints ask for.

A tool with a parameter ``image: numpy.ndarray`` gets an array over the memory of the
tensor that Go passed. Nothing is imported here: a hint names a type whose module is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

# By the hint's module and name: the function that makes one of anything that speaks the
# buffer protocol, DLPack's or Arrow's, and of lists.
_MAKERS: dict[str, str] = {
    "numpy.ndarray": "numpy.asarray",
    "torch.Tensor": "torch.from_dlpack",
    "jax.Array": "jax.dlpack.from_dlpack",
    "pyarrow.lib.Schema": "pyarrow.schema",
    "pyarrow.lib.Array": "pyarrow.array",
    "pyarrow.lib.ChunkedArray": "pyarrow.chunked_array",
    "pyarrow.lib.RecordBatch": "pyarrow.record_batch",
    "pyarrow.lib.Table": "pyarrow.table",
    "pyarrow.lib.RecordBatchReader": "pyarrow.RecordBatchReader.from_stream",
    "pandas.DataFrame": "pandas.DataFrame.from_arrow",
    "pandas.Series": "pandas.Series.from_arrow",
    "polars.dataframe.frame.DataFrame": "polars.DataFrame",
    "polars.series.series.Series": "polars.Series",
}


def maker(hint: type) -> Callable[[Any], Any] | None:
    """What makes an object of this type of Go's memory; None if it is none of these."""
    path = _MAKERS.get(f"{hint.__module__}.{hint.__qualname__}")
    if path is None and hint.__module__.startswith("pandas."):  # before pandas 3
        path = _MAKERS.get(f"pandas.{hint.__qualname__}")
    if path is None:
        return None
    root, *rest = path.split(".")
    found: Any = sys.modules.get(root)
    for name in rest:
        found = getattr(found, name, None)
    return found if callable(found) else None


def empty(shape: int | tuple[int, ...], dtype: Any) -> Any:
    """An array of numpy's where Go sees it without a copy."""
    if "snakepit_bridge._child._shm" in sys.modules:  # a child process
        from snakepit_bridge._child import _arrays

        return _arrays.empty(shape, dtype)
    import numpy

    return numpy.empty(shape, dtype)
