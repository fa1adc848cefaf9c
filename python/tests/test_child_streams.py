"""Generators of a child by a lane: credit, their ends, and what wakes them."""

import pytest

grpc = pytest.importorskip("grpc", reason="child processes need grpcio, which is not here")

from child_support import Link, raised, value  # noqa: E402

from snakepit_bridge._child import _columns, _proto  # noqa: E402

ADAPTER = """
import asyncio, threading
from snakepit_bridge import current_context

log = []
def said(): return list(log)

def count(n):
    try:
        for i in range(n):
            log.append(i)
            yield i
    finally:
        log.append("closed")

def breaks(n):
    yield from range(n)
    raise ValueError("enough")

def refuses(): raise ValueError("not even begun")

def stays():
    try:
        yield 1
    finally:
        raise OSError("does not close")

def numbers():
    yield current_context().number
    yield current_context().number

def unfit(): yield from [1, "\\ud800", 3]

def plain(): return 7

waiting = threading.Event()
def is_waiting(): return waiting.wait(20)
async def waits():
    yield 1
    asyncio.get_running_loop().call_soon(waiting.set)
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        log.append("cancelled")
        raise

gate = threading.Event()
def slow():
    yield 1
    gate.wait(20)
    yield 2
    log.append("went on")
    yield 3
def let(): gate.set()
"""


@pytest.fixture
def child(start):
    return start(adapter=ADAPTER)


@pytest.fixture
def lane(child):
    return child.lane()


def begin(lane, name, *n, credit=100):
    request = lane.request("STREAM", name, kwargs={"n": n[0]} if n else {}, credit=credit)
    lane.way.send(request)
    return request.call.id


def items(lane, number, most=None):
    """The items that come, and the outcome if it does."""
    found = []
    while len(found) != most:
        if not lane.come:
            reply = lane.reply()
            assert reply.id == number
            if reply.WhichOneof("what") == "outcome":
                return found, reply.outcome
            lane.come = [reply.item, *reply.items]
        found += _columns.decode(lane.come.pop(0), 1)
    return found, None


def more(lane, n):
    lane.way.send(_proto.ExecuteRequest(more=n))


def close(lane):
    lane.way.send(_proto.ExecuteRequest(close=True))


def test_items_and_an_end(lane):
    found, outcome = items(lane, begin(lane, "count", 3))
    assert found == [0, 1, 2]
    assert value(outcome) is None
    assert lane.value("TOOL", "said") == [0, 1, 2, "closed"]


def test_no_item_is_made_without_credit(child, lane):
    number = begin(lane, "count", 5, credit=2)
    assert items(lane, number, most=2) == ([0, 1], None)
    assert child.lane().value("TOOL", "said") == [0, 1]
    more(lane, 1)
    assert items(lane, number, most=1) == ([2], None)
    more(lane, 1)
    more(lane, 50)
    found, outcome = items(lane, number)
    assert found == [3, 4]
    assert value(outcome) is None


def test_a_stream_is_closed(lane):
    number = begin(lane, "count", 5, credit=2)
    assert items(lane, number, most=2) == ([0, 1], None)
    close(lane)
    found, outcome = items(lane, number)
    assert (found, value(outcome)) == ([], None)
    assert lane.value("TOOL", "said") == [0, 1, "closed"]


def test_what_is_for_a_stream_that_is_over_is_no_matter(lane):
    number = begin(lane, "count", 1)
    more(lane, 5)
    close(lane)
    assert items(lane, number)[0] == [0]
    assert items(lane, begin(lane, "count", 2))[0] == [0, 1]


def test_a_stream_without_any_credit_is_opened(child, lane):
    number = begin(lane, "refuses", credit=0)
    assert raised(items(lane, number)[1])[3] == "not even begun"


def test_a_lane_that_ends_closes_its_stream(child, lane):
    number = begin(lane, "count", 5, credit=1)
    assert items(lane, number, most=1) == ([0], None)
    lane.way.close()
    assert value(items(lane, number)[1]) is None
    assert child.lane().value("TOOL", "said") == [0, "closed"]


def test_exceptions_end_a_stream(lane):
    found, outcome = items(lane, begin(lane, "breaks", 2))
    assert found == [0, 1]
    assert raised(outcome)[3] == "enough"
    assert [frame[2] for frame in raised(outcome)[5]][-1] == "breaks"


def test_an_exception_of_the_close(lane):
    number = begin(lane, "stays", credit=1)
    items(lane, number, most=1)
    close(lane)
    assert raised(items(lane, number)[1])[3] == "does not close"


def test_an_item_that_cannot_travel(lane):
    found, outcome = items(lane, begin(lane, "unfit"))
    assert found == [1]
    assert outcome.fault.want.startswith("text that UTF-8 can hold")


def test_a_tool_that_is_no_generator(lane):
    found, outcome = items(lane, begin(lane, "plain"))
    assert (found, value(outcome)) == ([7], None)


def test_items_belong_to_the_call(child, lane):
    Link(child)
    number = begin(lane, "numbers")
    assert items(lane, number)[0] == [number, number]


def test_an_asynchronous_generator_is_woken(child, lane):
    link = Link(child)
    number = begin(lane, "waits")
    assert items(lane, number, most=1) == ([1], None)
    assert child.lane().value("TOOL", "is_waiting") is True
    link.send(interrupt=number)
    assert value(items(lane, number)[1]) is None
    assert lane.value("TOOL", "said") == ["cancelled"]


def test_an_interrupt_that_comes_before_its_stream(child, lane):
    link = Link(child)
    request = lane.request("STREAM", "waits", credit=10)
    link.send(interrupt=request.call.id)
    assert link.nested("TOOL", "plain").outcome.HasField("value")  # the link has read both
    lane.way.send(request)
    assert items(lane, request.call.id)[0] == []


def test_an_interrupted_generator_is_closed_after_its_step(child, lane):
    link = Link(child)
    number = begin(lane, "slow")
    assert items(lane, number, most=1) == ([1], None)
    link.send(interrupt=number)
    assert link.nested("TOOL", "plain").outcome.HasField("value")
    child.lane().value("TOOL", "let")
    found, outcome = items(lane, number)
    assert found in ([], [2])
    assert value(outcome) is None
    assert lane.value("TOOL", "said") == []


def test_items_that_are_ready_go_together(lane):
    lane.way.send(lane.request("STREAM", "count", kwargs={"n": 1000}, credit=2000))
    sizes = []
    while (reply := lane.reply()).WhichOneof("what") == "item":
        sizes.append(1 + len(reply.items))
    assert sum(sizes) == 1000
    assert len(sizes) < 500
    assert max(sizes) <= 64


def test_an_item_does_not_wait_for_the_next(child, lane):
    number = begin(lane, "slow")
    assert items(lane, number, most=1) == ([1], None)
    assert child.lane().value("TOOL", "let") is None
    assert items(lane, number)[0] == [2, 3]
