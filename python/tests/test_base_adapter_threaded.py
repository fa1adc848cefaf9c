import threading

import pytest

from snakepit_bridge import BaseAdapter, ThreadSafeAdapter, require_thread_safe, thread_safe_method
from snakepit_bridge.base_adapter_threaded import validate_thread_safety


class Adapter(ThreadSafeAdapter):
    def __init__(self):  # does not call the base class's, as some do
        self.inside = 0
        self.most = 0

    @thread_safe_method
    def counted(self, n):
        return n + 1

    @thread_safe_method(lock=True)
    def alone(self):
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.inside -= 1

    @thread_safe_method
    def fails(self):
        raise ValueError("as asked")


def at_once(n, work):
    threads = [threading.Thread(target=work) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_requests_are_counted():
    adapter = Adapter()
    at_once(4, lambda: [adapter.counted(i) for i in range(100)])
    with pytest.raises(ValueError):
        adapter.fails()
    stats = adapter.get_stats()
    assert stats["total_requests"] == 401 and stats["active_requests"] == 0
    assert stats["failed_requests"] == 1 and stats["threads"] == 5
    assert stats["methods"] == {"counted": 400, "fails": 1}


def test_a_locked_method_runs_alone():
    adapter = Adapter()
    at_once(4, lambda: [adapter.alone() for _ in range(500)])
    assert adapter.most == 1


def test_the_lock_may_be_taken_again():
    adapter = Adapter()
    with adapter.acquire_lock(), adapter.acquire_lock():
        adapter.alone()


def test_each_thread_has_its_own_values():
    adapter = Adapter()
    adapter.set_thread_local("key", "mine")
    seen = []
    at_once(1, lambda: seen.append(adapter.get_thread_local("key", "nothing")))
    assert seen == ["nothing"] and adapter.get_thread_local("key") == "mine"
    adapter.clear_thread_local("key")
    assert adapter.get_thread_local("key") is None


def test_who_may_be_shared():
    assert require_thread_safe(Adapter) is Adapter and validate_thread_safety(Adapter())
    with pytest.raises(TypeError, match="BaseAdapter does not say __thread_safe__ = True"):
        require_thread_safe(BaseAdapter())
