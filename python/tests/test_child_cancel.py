"""Calls that are cancelled: their own thread gets an exception, and nothing after them."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from snakepit_bridge import Cancelled, _cancelling, _native
from snakepit_bridge._child import _cancel
from snakepit_bridge._child._cancel import Runs


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    runs = Runs()
    monkeypatch.setattr(_native, "running", runs.running)
    monkeypatch.setattr(_native, "arrived", runs.arrived)
    monkeypatch.setattr(_native, "pause", runs.pause)
    monkeypatch.setattr(_native, "resume", runs.resume)
    yield runs
    assert not runs._all
    for _ in range(100):
        if not runs._cancelled and not _cancelling._cases:
            return
        time.sleep(0.01)
    pytest.fail(f"left: {runs._cancelled} {_cancelling._cases}")


def spin(seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


class Canceller:
    """Cancels a call from another thread, once it has begun."""

    def __init__(self, runs: Runs, number: int) -> None:
        self.begun = threading.Event()
        self.thread = threading.Thread(target=self._cancel, args=(runs, number))
        self.thread.start()

    def _cancel(self, runs: Runs, number: int) -> None:
        self.begun.wait()
        runs.cancel(number)

    def run(self, work: Any) -> None:
        self.begun.set()
        work()


def test_code_gets_the_exception(runs: Runs) -> None:
    canceller = Canceller(runs, 1)
    with pytest.raises(Cancelled, match="waits for it no more"):
        runs.do(1, lambda: canceller.run(spin))
    canceller.thread.join()
    spin(0.05)  # nothing comes after


def test_a_dropped_exception_comes_again(runs: Runs) -> None:
    canceller, dropped = Canceller(runs, 1), []

    def careless() -> None:
        try:
            canceller.run(spin)
        except BaseException:
            dropped.append(1)
        spin()

    with pytest.raises(Cancelled):
        runs.do(1, careless)
    assert dropped == [1]


def test_finally_is_left_alone(runs: Runs) -> None:
    canceller, done = Canceller(runs, 1), []

    def tidy() -> None:
        try:
            canceller.run(spin)
        finally:
            spin(0.3)
            done.append(1)

    with pytest.raises(Cancelled):
        runs.do(1, tidy)
    assert done == [1]


def test_a_call_cancelled_before_it_begins(runs: Runs) -> None:
    runs.cancel(7)
    with pytest.raises(Cancelled):
        runs.do(7, lambda: pytest.fail("it ran"))
    runs.do(8, lambda: None)


def test_what_cleans_up_begins_all_the_same(runs: Runs) -> None:
    runs.cancel(7)
    done: list[int] = []
    runs.do(7, lambda: done.append(1), last=True)
    assert done == [1]


def test_what_cleans_up_is_left_alone(runs: Runs) -> None:
    done: list[int] = []

    def tidy() -> None:
        runs.cancel(7)
        spin(0.02)
        done.append(1)

    runs.do(7, tidy, last=True)
    assert done == [1]


def test_a_shield_holds_it_back(runs: Runs) -> None:
    done: list[int] = []

    def shielded() -> None:
        with _cancelling.shield():
            with _cancelling.shield():
                runs.cancel(1)
                spin(0.02)
            spin(0.02)
            done.append(1)
        spin()

    with pytest.raises(Cancelled):
        runs.do(1, shielded)
    assert done == [1]


def test_few_are_remembered(runs: Runs) -> None:
    for number in range(2 * _cancel.EARLY):
        runs.cancel(number)
    assert len(runs._early) == _cancel.EARLY


def test_no_other_call_gets_it(runs: Runs) -> None:
    """One thread runs calls, another cancels each second one at a random moment."""
    calls, wrong = 3000, []
    begun: list[int] = [0]
    stop = threading.Event()

    def cancel() -> None:
        while not stop.is_set():
            number = begun[0]
            if number % 2 == 0:
                for _ in range(random.randrange(200)):
                    pass
                runs.cancel(number)
            else:
                time.sleep(0)

    thread = threading.Thread(target=cancel)
    thread.start()
    try:
        for number in range(1, calls):
            begun[0] = number
            try:
                runs.do(number, lambda: sum(i for i in range(random.randrange(3000))))
            except Cancelled:
                if number % 2:
                    wrong.append(number)
    finally:
        stop.set()
        thread.join()
    assert wrong == []
    runs._early.clear()


def test_waiting_is_woken(runs: Runs) -> None:
    canceller, woken = Canceller(runs, 1), threading.Event()

    def wait() -> None:
        with _cancelling.waking(woken.set):
            canceller.run(lambda: woken.wait(10))

    with pytest.raises(Cancelled):
        runs.do(1, wait)
    assert woken.is_set()
    assert not _cancelling._wakers
