import sys
import threading

import pytest

from snakepit_bridge import _release


class Tracked:
    def __init__(self, gone):
        self.gone = gone

    def __del__(self):
        self.gone.set()


class Maker:
    """Makes an object on a thread that runs no Python afterwards."""

    def __init__(self):
        self.gone = threading.Event()
        self.state = {}
        self.made, self.end = threading.Event(), threading.Lock()
        self.end.acquire()
        self.thread = threading.Thread(target=self._make, daemon=True)
        self.thread.start()
        self.made.wait()

    def _make(self):
        self.state["tracked"] = Tracked(self.gone)
        self.made.set()
        self.end.acquire()


def test_what_another_thread_made_goes_soon():
    maker = Maker()
    _release.drop(maker.state)
    assert maker.state == {} and maker.gone.wait(20)
    maker.end.release()


@pytest.mark.skipif(not _release._needed, reason="with the GIL, objects go at once")
def test_requests_share_a_collection(monkeypatch):
    collections = []
    collected = threading.Event()
    monkeypatch.setattr(_release.gc, "collect", lambda: (collections.append(1), collected.set()))
    collector = _release.Collector()
    for _ in range(100):
        collector.request()
    assert collected.wait(20) and collections == [1]


def test_what_somebody_else_has_stays():
    mine = Tracked(threading.Event())
    state = {"a": mine, "b": 1, "c": [1], "d": sys}
    _release.drop(state)
    assert state == {} and not mine.gone.is_set()
