"""Calls that are cancelled: by an exception in the thread that runs them, and no other.

PyThreadState_SetAsyncExc knows threads only, and what it leaves there reaches whatever
runs next. So each call has two locks. One is locked while its code runs, by a with
statement, whose end no exception comes before. The other is held by who looks at that
and sets the exception, and taken once by the call at its end: from then on nobody sets
one, and what has not arrived is taken back.
"""

from __future__ import annotations

import ctypes
import logging
import threading
import time
from collections.abc import Callable

from snakepit_bridge import _cancelling
from snakepit_bridge._cancelling import Cancelled
from snakepit_bridge._child import _caller
from snakepit_bridge._child._capi import api

EARLY = 256  # calls that are remembered because they were cancelled before they began
FIRST, LAST = 0.001, 0.1  # seconds until the exception is set again, if it was dropped

log = logging.getLogger("snakepit")

_set = api.PyThreadState_SetAsyncExc
_set.argtypes = (ctypes.c_ulong, ctypes.py_object)
_set.restype = ctypes.c_int
_take_back = ctypes.PyDLL(None).PyThreadState_SetAsyncExc  # of the same function, with NULL
_take_back.argtypes = (ctypes.c_ulong, ctypes.c_void_p)
_take_back.restype = ctypes.c_int


class Run:
    """A call that runs on this thread.

    Attributes:
        last: It cleans up after others of its number: it is left alone.
    """

    def __init__(self, number: int, last: bool) -> None:
        self.number, self.last = number, last
        self.thread = threading.get_ident()
        self.code = threading.Lock()  # locked while it may be interrupted
        self.setting = threading.RLock()  # what is set may arrive within, and take it too
        self.armed = False  # an exception was set, once
        self.set = self.pending = False
        self.paused = 0
        self.arrivals = 0
        self.rest = FIRST
        self.due = 0.0

    def interrupt(self) -> None:
        """Have the exception raised, unless one is on its way."""
        arrivals = _cancelling.wake(self.number)
        with self.setting:
            if self.code.locked():
                self.armed = True
                if arrivals != self.arrivals:
                    pass  # one has come since
                elif self.paused:
                    self.pending = True
                else:
                    self._arm()
                return
        _cancelling.forget(self.number)

    def arrived(self) -> None:
        """The exception is raised: one that was set again meanwhile is taken back."""
        with self.setting:
            self.arrivals += 1
            self.set = self.pending = False
            self.paused = 0
            _take_back(self.thread, None)

    def pause(self) -> None:
        """Let no exception come until resume(). On the call's thread, as that is. They nest."""
        with self.setting:
            self.paused += 1
            if self.set:
                _take_back(self.thread, None)
                self.set, self.pending = False, True

    def resume(self) -> None:
        with self.setting:
            self.paused -= 1
            if self.pending and not self.paused:
                self.pending = False
                self._arm()

    def _arm(self) -> None:
        self.set = True
        _set(self.thread, Cancelled)

    def settle(self) -> None:
        """See to it that no exception comes any more. On the call's thread, after its code;
        to be repeated if one comes in the midst of it."""
        if self.code.locked():  # Python 3.10 may be interrupted at the end of a with statement
            self.code.release()
        with self.setting:
            pass
        if self.armed:
            _take_back(self.thread, None)
            _cancelling.forget(self.number)


class Runs:
    """The calls that run in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: dict[int, Run] = {}
        self._early: dict[int, None] = {}
        self._cancelled: dict[int, Run] = {}
        self._wanted = threading.Event()
        self._thread: threading.Thread | None = None

    def do(self, number: int, work: Callable[[], object], last: bool = False) -> None:
        """Run the code of a call. last: it cleans up, and begins though it was cancelled."""
        run = _caller.here.run = Run(number, last)
        try:
            self._do(run, work)
        except BaseException:
            # Once the code is left two more can come: one that was set before, and one that
            # was being set.
            try:
                self._settle(run)
            except Cancelled:
                try:
                    self._settle(run)
                except Cancelled:
                    self._settle(run)
            raise

    def _do(self, run: Run, work: Callable[[], object]) -> None:
        with self._lock:
            early = run.number in self._early
            self._early.pop(run.number, None)
            self._all[run.number] = run
        if early and not run.last:
            raise Cancelled
        with run.code:
            work()
        self._settle(run)

    def _settle(self, run: Run) -> None:
        run.settle()
        _caller.here.run = None
        self._all.pop(run.number, None)
        self._cancelled.pop(run.number, None)

    def arrived(self) -> None:
        """A call of this thread's gets its exception."""
        run = _caller.here.run
        if run is not None:
            run.arrived()

    def running(self) -> int:
        """The number of the call that this thread runs, 0 for none."""
        run = _caller.here.run
        return 0 if run is None else run.number

    def pause(self) -> None:
        run = _caller.here.run
        if run is not None:
            run.pause()

    def resume(self) -> None:
        run = _caller.here.run
        if run is not None:
            run.resume()

    def cancel(self, number: int) -> None:
        """Cancel a call, now or when it begins. From any thread."""
        with self._lock:
            run = self._all.get(number)
            if run is None:
                self._early[number] = None
                if len(self._early) > EARLY:
                    del self._early[next(iter(self._early))]
                return
            if run.last:
                return
            run.due = time.monotonic() + run.rest
            self._cancelled[number] = run
            self._again()
        run.interrupt()

    def _again(self) -> None:
        """Let those that drop the exception get it again. With the lock held."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="snakepit-cancel", daemon=True)
            self._thread.start()
        self._wanted.set()

    def _serve(self) -> None:
        while True:
            self._wanted.wait()
            pending = list(self._cancelled.values())
            if not pending:
                with self._lock:
                    if not self._cancelled:
                        self._wanted.clear()
                continue
            now = time.monotonic()
            for run in pending:
                if run.due <= now:
                    self._repeat(run, now)
            rest = min(run.due for run in pending) - time.monotonic()
            time.sleep(min(max(rest, 0.0), 0.01))

    def _repeat(self, run: Run, now: float) -> None:
        if self._all.get(run.number) is not run:  # it ended while it was being cancelled
            with self._lock:
                if self._cancelled.get(run.number) is run:
                    del self._cancelled[run.number]
            return
        run.rest = min(2 * run.rest, LAST)
        run.due = now + run.rest
        try:
            run.interrupt()
        except Exception:
            log.exception("a call could not be cancelled")


runs = Runs()
