"""The items of a stream between the thread that makes them and the one that sends them.

gRPC sends one message at a time, and waits until it is on its way. The generator works on
meanwhile; what it yields until then goes in one message.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import Any

from snakepit_bridge._child._proto import ExecuteReply

MOST = 64  # items in one message
BULK = 64 << 10  # bytes of items after which a message is large enough


class Outbox:
    """Attributes:
    lent: Tokens of Go errors in what was made, known at the end.
    """

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.lent: list[int] = []

    def put(self, item: Any) -> None:
        """Have an item sent: a Data that is not changed any more."""
        self._items.put(item)

    def end(self) -> None:
        """There are no more."""
        self._items.put(None)

    def replies(self, number: int) -> Iterator[Any]:
        """Messages with the items of a call, as soon as there are some, until the end."""
        over = False
        while not over and (item := self._items.get()) is not None:
            reply = ExecuteReply(id=number)
            reply.item.CopyFrom(item)
            over = self._more(reply.items, item.ByteSize())
            yield reply

    def _more(self, items: Any, size: int) -> bool:
        """Add what is there already; whether the end is."""
        while size < BULK and len(items) + 1 < MOST:
            try:
                item = self._items.get_nowait()
            except queue.Empty:
                return False
            if item is None:
                return True
            items.append(item)
            size += item.ByteSize()
        return False
