"""The main thread of Python, which imports for others: some modules insist on it."""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Any

from snakepit_bridge._child import _caller

Job = Callable[[], None]


class MainThread:
    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._busy = Lock()

    def serve(self) -> None:
        """Do what others want done here, until stop."""
        while (job := self._jobs.get()) is not None:
            job()

    def stop(self) -> None:
        self._jobs.put(None)

    def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a function on the main thread; on this one, if that is busy: it may be
        waiting for us."""
        if not self._busy.acquire(blocking=False):
            return function(*args)
        try:
            done: Future[Any] = Future()
            self._jobs.put(_job(done, _caller.caller(), function, args))
            return done.result()
        finally:
            self._busy.release()


def _job(done: Future[Any], caller: int, function: Callable[..., Any], args: Any) -> Job:
    def job() -> None:
        before = _caller.switch(caller)
        try:
            done.set_result(function(*args))
        except BaseException as err:
            done.set_exception(err)
        finally:
            _caller.switch(before)

    return job


main_thread = MainThread()
