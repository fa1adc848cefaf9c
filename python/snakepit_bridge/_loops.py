"""Event loops of the runtime's own, each on a thread, and threads for what would block
them."""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from snakepit_bridge import _cancelling, _context

if TYPE_CHECKING:
    from snakepit_bridge.session_context import SessionContext


def running() -> asyncio.AbstractEventLoop | None:
    """The event loop that runs on this thread."""
    return asyncio._get_running_loop()


class Threads:
    """As many threads as there is work at once: with a bound, a nest of calls that wait
    for one another could wait for itself. Idle ones are used again, and end in time."""

    IDLE = 10.0  # seconds

    def __init__(self, name: str = "snakepit-await") -> None:
        self._name = name
        self._lock = threading.Lock()
        self._idle = 0
        self._work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def submit(self, function: Callable[..., Any], *args: Any) -> Future[Any]:
        done: Future[Any] = Future()

        def work() -> None:
            if not done.set_running_or_notify_cancel():
                return  # nobody waits for it any more
            try:
                done.set_result(function(*args))
            except BaseException as err:
                done.set_exception(err)

        with self._lock:
            idle = self._idle > 0
            self._idle -= idle
        if idle:
            self._work.put(work)
        else:
            threading.Thread(
                target=self._serve, args=(work,), name=self._name, daemon=True
            ).start()
        return done

    def _serve(self, work: Callable[[], None] | None) -> None:
        while work is not None:
            work()
            work = None
            work = self._wait()

    def _wait(self) -> Callable[[], None] | None:
        with self._lock:
            self._idle += 1
        try:
            return self._work.get(timeout=self.IDLE)
        except queue.Empty:
            with self._lock:
                if self._idle > 0:
                    self._idle -= 1
                    return None
            return self._work.get()  # it is promised already


_threads = Threads()


def in_thread(ctx: SessionContext, function: Callable[..., Any], *args: Any) -> Awaitable[Any]:
    """Run a function beside the event loop of this thread."""
    names = contextvars.copy_context()
    names.run(_context.current.set, ctx)
    return asyncio.wrap_future(_threads.submit(names.run, function, *args))


class Start:
    """A coroutine that is to begin on a loop, unless it was given to another one."""

    def __init__(self, make: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        self.make = make
        self.done: Future[Any] = Future()
        self.begun = threading.Event()
        self.cancelled = False
        self.task: asyncio.Task[Any] | None = None
        self._claim = threading.Lock()

    def claim(self) -> bool:
        return self._claim.acquire(blocking=False)

    def begin(self) -> None:
        if not self.claim():
            return
        self.begun.set()
        self.task = asyncio.ensure_future(self.make())
        self.task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[Any]) -> None:
        self.task = None  # it ends here, not where an exception might reach its finalizers
        if task.cancelled():
            self.done.set_exception(asyncio.CancelledError())
        elif task.exception() is not None:
            self.done.set_exception(task.exception())
        else:
            self.done.set_result(task.result())


class Loop:
    """An event loop on a thread of its own."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        finally:
            self.loop.close()

    def start(self, start: Start, ctx: SessionContext) -> None:
        names = contextvars.copy_context()
        names.run(_context.current.set, ctx)
        self.loop.call_soon_threadsafe(start.begin, context=names)

    def cancel(self, start: Start) -> None:
        """Cancel a coroutine that is in progress, once: it may wait in a finally clause."""

        def cancel() -> None:
            if start.task is not None and not start.cancelled:
                start.cancelled = True
                start.task.cancel()

        self.loop.call_soon_threadsafe(cancel)

    def result(self, start: Start, ctx: SessionContext) -> Any:
        """Begin with a coroutine and wait for its result."""
        with _cancelling.shield():
            self.start(start, ctx)
            return self.wait(start)

    def wait(self, start: Start) -> Any:
        """Wait for the result of a coroutine, which is cancelled with the call that waits."""
        with _cancelling.waking(lambda: self.cancel(start)):
            return start.done.result()

    def run(self, make: Callable[[], Coroutine[Any, Any, Any]], ctx: SessionContext) -> Any:
        """Run a coroutine to its end, on this loop and no other."""
        return self.result(Start(make), ctx)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        if threading.current_thread() is not self.thread:
            self.thread.join(timeout=5)


PATIENCE = 0.05  # seconds until a loop that does not begin is taken to be blocked


class Loops:
    """The loops of one worker: one, and others while its thread is blocked.

    A coroutine may block its loop by calling a Go tool without awaiting it, and the Go
    tool may call a coroutine of the same worker, for which the loop is not there.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._first: Loop | None = None
        self._spares: list[Loop] = []

    def first(self) -> Loop:
        if self._first is None:
            with _cancelling.shield(), self._lock:
                if self._first is None:
                    self._first = Loop(self.name)
        return self._first

    def run(self, make: Callable[[], Coroutine[Any, Any, Any]], ctx: SessionContext) -> Any:
        """Run a coroutine to its end."""
        with _cancelling.shield():
            if running() is None:
                start, first = Start(make), self.first()
                first.start(start, ctx)
                if start.begun.wait(PATIENCE) or not start.claim():
                    return first.wait(start)
            return self._run_on_spare(make, ctx)

    def _run_on_spare(
        self, make: Callable[[], Coroutine[Any, Any, Any]], ctx: SessionContext
    ) -> Any:
        with self._lock:
            spare = self._spares.pop() if self._spares else None
        spare = spare or Loop(self.name + "-spare")
        try:
            return spare.run(make, ctx)
        finally:
            with self._lock:
                self._spares.append(spare)

    def stop(self) -> None:
        with self._lock:
            loops = [*self._spares, *([self._first] if self._first else [])]
            self._first, self._spares = None, []
        for loop in loops:
            loop.stop()
