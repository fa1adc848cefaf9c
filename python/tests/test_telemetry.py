import threading

import pytest

from snakepit_bridge import telemetry
from snakepit_bridge.telemetry import MAX_EVENTS


@pytest.fixture
def events():
    got = []
    telemetry.set_backend(lambda _: None)  # what other tests left
    telemetry.set_backend(got.append)
    yield got
    telemetry.set_backend(None)


def test_an_event(events):
    telemetry.emit("a.b", {"n": 1}, {"who": 7}, "id")
    (event,) = events
    assert (event.name, event.measurements, event.metadata) == ("a.b", {"n": 1}, {"who": "7"})
    assert event.correlation_id == "id" and event.time_ns > 0


def test_a_span(events):
    with telemetry.span("work", {"k": "v"}) as correlation:
        pass
    assert [e.name for e in events] == ["work.start", "work.stop"]
    assert {e.correlation_id for e in events} == {correlation}
    assert events[1].measurements["duration"] >= 0


def test_a_span_that_fails(events):
    with pytest.raises(KeyError), telemetry.span("work"):
        raise KeyError("k")
    assert events[-1].name == "work.exception" and events[-1].metadata["kind"] == "KeyError"


def test_events_wait_for_a_backend():
    telemetry.set_backend(None)
    dropped = telemetry.stats()["dropped"]
    for i in range(MAX_EVENTS + 5):
        telemetry.emit("e", {"i": i})
    assert telemetry.stats() == {"kept": MAX_EVENTS, "dropped": dropped + 5}
    got = []
    telemetry.set_backend(got.append)
    assert [e.measurements["i"] for e in got] == list(range(5, MAX_EVENTS + 5))
    telemetry.set_backend(None)


def test_a_backend_that_fails_breaks_nothing(events):
    def broken(_):
        raise ValueError

    telemetry.set_backend(broken)
    dropped = telemetry.stats()["dropped"]
    telemetry.emit("e")
    assert telemetry.stats()["dropped"] == dropped + 1


def test_many_threads(events):
    threads = [
        threading.Thread(target=lambda: [telemetry.emit("e") for _ in range(200)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(events) == 800
