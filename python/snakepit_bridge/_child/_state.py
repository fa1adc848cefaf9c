"""What the services of one child share."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from snakepit_bridge import _loops
from snakepit_bridge._child._asks import Asks
from snakepit_bridge._child._link import Link
from snakepit_bridge._child._program import Program
from snakepit_bridge._child._streams import Streams
from snakepit_bridge._child._tokens import Tokens

if TYPE_CHECKING:
    from snakepit_bridge._child._lane import Lane

CHUNK = 1 << 20  # bytes, until the host says how large a message may be


class State:
    def __init__(self) -> None:
        self.chunk = CHUNK
        self.program = Program()
        self.streams = Streams()
        self.makers = _loops.Threads("snakepit-stream")  # of the items of streams
        self.lanes: list[Lane] = []
        self.link = Link(self)
        self.asks = Asks(self.link)
        self.tokens = Tokens(partial(self.asks.tell, "forget"))
