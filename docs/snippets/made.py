import numpy as np

from snakepit_bridge import BaseAdapter, SessionContext, tool


class Arrays(BaseAdapter):
    @tool
    def ramp(self, n: int, ctx: SessionContext):
        out = ctx.empty((n,), "float32")  # memory that Go sees
        out[:] = np.arange(n)
        return out
