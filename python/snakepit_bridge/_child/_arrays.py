"""Arrays of numpy's in memory that the Go program sees too."""

from __future__ import annotations

import math
from typing import Any

from snakepit_bridge._child import _shm


def empty(shape: Any, dtype: Any) -> Any:
    """An array without contents in area 1; in memory of this process alone where there is
    no room, or nothing that could be shared."""
    import numpy as np

    kind = np.dtype(dtype)
    dims = (shape,) if isinstance(shape, int) else tuple(shape)
    n = math.prod(dims) * kind.itemsize
    block = _shm.take(n) if n > 0 and not kind.hasobject else None
    if block is None:
        return np.empty(dims, kind)
    from snakepit_bridge._child import _tensor
    from snakepit_bridge._child._layout import UINT, Layout, kind_of

    memory: Any = _tensor.make(Layout(block.address, kind_of(UINT, 8, 1), (n,), (1,), False), block)
    return np.ndarray(dims, kind, buffer=memory)
