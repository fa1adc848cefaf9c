"""The standard streams of a child, which are pipes to its host."""

from __future__ import annotations

import os
import threading

from snakepit_bridge import _stdio
from snakepit_bridge._child import _caller


class Pipe:
    """Writes whole texts, one at a time: the system splits what is longer than a page."""

    def __init__(self, fd: int) -> None:
        self._write = _stdio.to_fd(fd)
        self._renew()
        os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self._lock = threading.RLock()  # a finalizer may print while we do

    def emit(self, data: bytes) -> None:
        with self._lock:
            try:
                self._write(data)
            except BrokenPipeError:  # the host is gone, and so are we, in a moment
                pass


def install() -> None:
    _stdio.install(Pipe(1).emit, Pipe(2).emit, _caller.in_call)
