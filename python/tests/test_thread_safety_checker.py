import sys
import threading

from snakepit_bridge.thread_safety_checker import ThreadSafetyChecker


def test_overlapping_calls_are_reported():
    checker = ThreadSafetyChecker()
    both = threading.Barrier(2)
    watched = checker.check_method(both.wait)
    thread = threading.Thread(target=watched)
    thread.start()
    watched()
    thread.join()
    report = checker.report()
    (name,) = report["methods"]
    assert report["methods"][name] == {"threads": 2, "overlaps": 1}
    assert any(name in advice and "needs a lock" in advice for advice in report["advice"])


def test_libraries_that_need_care(monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    assert "one for each thread" in ThreadSafetyChecker().check_libraries()["sqlite3"]
