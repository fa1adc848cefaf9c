import asyncio
import contextvars

import pytest

from snakepit_bridge import _loops, _streams

closed = []


def numbers(n, fail=False):
    try:
        yield from range(n)
        if fail:
            raise ValueError("as asked")
    finally:
        closed.append("sync")


async def numbers_later(n, fail=False):
    try:
        for i in range(n):
            await asyncio.sleep(0)
            yield i
        if fail:
            raise ValueError("as asked")
    finally:
        await asyncio.sleep(0)
        closed.append("async")


@pytest.fixture(params=["sync", "async"])
def steps(request, go):
    closed.clear()
    loops = _loops.Loops("test")

    def make(n, fail=False):
        if request.param == "sync":
            return _streams.Steps(numbers(n, fail), lambda: closed.append("end"))
        return _streams.AsyncSteps(
            numbers_later(n, fail), loops.first(), lambda: closed.append("end")
        )

    make.kind = request.param
    yield make
    loops.stop()


def test_to_the_end(steps):
    made = steps(3)
    assert list(made) == [0, 1, 2]
    made.close()
    assert closed == [steps.kind, "end"]


def test_closed_half_way(steps):
    made = steps(3)
    assert next(made) == 0 and closed == []
    made.close()
    made.close()
    assert closed == [steps.kind, "end"]
    assert list(made) == []


def test_an_error_goes_through(steps):
    made = steps(1, fail=True)
    with pytest.raises(ValueError, match="as asked"):
        list(made)
    made.close()
    assert closed == [steps.kind, "end"]


def test_a_waiting_generator_can_be_woken(go):
    closed.clear()
    loops = _loops.Loops("test")
    waits = asyncio.Event()

    async def waiting():
        try:
            yield 1
            loops.first().loop.call_soon(made.interrupt)
            await waits.wait()
        finally:
            closed.append("woken")

    made = _streams.AsyncSteps(waiting(), loops.first(), lambda: None)
    assert list(made) == [1]
    made.close()
    assert closed == ["woken"]
    loops.stop()


def test_the_end_of_a_generator_is_not_woken_again(go):
    closed.clear()
    loops = _loops.Loops("test")
    waits = asyncio.Event()

    async def waiting():
        try:
            yield 1
            loops.first().loop.call_soon(made.interrupt)
            await waits.wait()
        finally:
            made.interrupt()
            await asyncio.sleep(0)
            closed.append("whole")

    made = _streams.AsyncSteps(waiting(), loops.first(), lambda: None)
    assert list(made) == [1]
    made.close()
    assert closed == ["whole"]
    loops.stop()


class TestSource:
    """A Go iterator as Python sees it."""

    @pytest.fixture
    def source(self, go):
        left = [1, 2, 3]
        go.closed = []
        go.next = lambda number: (True, left.pop(0)) if left else (False, None)
        go.close = go.closed.append
        return _streams.Source(4)

    def test_to_the_end(self, source, go):
        assert list(source) == [1, 2, 3] == [1, 2, 3] and list(source) == []
        source.close()
        assert go.closed == []  # Go closed it

    def test_closed_half_way(self, source, go):
        with source:
            assert next(source) == 1
        assert go.closed == [4] and list(source) == []

    def test_forgotten(self, source, go):
        with pytest.MonkeyPatch.context():
            made = _streams.Source(5)
            del made
        assert go.closed == [5]

    def test_in_a_coroutine(self, source):
        async def read():
            return [item async for item in source]

        assert asyncio.run(read()) == [1, 2, 3]


def test_a_blocked_loop_gets_a_spare(go):
    loops = _loops.Loops("test")
    ctx = contextvars.Context()

    async def inner():
        return 7

    async def outer():
        return loops.run(inner, None)  # blocks the loop that it runs on

    assert ctx.run(loops.run, outer, None) == 7
    loops.stop()


def test_threads_are_used_again():
    threads = _loops.Threads()
    import threading

    first = threads.submit(threading.get_ident).result()
    while threads._idle == 0:
        pass
    assert threads.submit(threading.get_ident).result() == first
