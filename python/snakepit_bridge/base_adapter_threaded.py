"""Adapters that several threads use at once."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, overload

from snakepit_bridge.base_adapter import BaseAdapter

F = TypeVar("F", bound=Callable[..., Any])


class ThreadLocalStorage:
    """Values that each thread has its own of."""

    def __init__(self) -> None:
        self._local = threading.local()

    def get(self, key: str, default: Any = None) -> Any:
        return vars(self._local).get(key, default)

    def set(self, key: str, value: Any) -> None:
        vars(self._local)[key] = value

    def clear(self, key: str | None = None) -> None:
        """Forget one value of this thread, or all of them."""
        if key is None:
            vars(self._local).clear()
        else:
            vars(self._local).pop(key, None)


@dataclass
class _Counts:
    """What one thread counted. Only that thread writes."""

    begun: int = 0
    ended: int = 0
    failed: int = 0
    seconds: float = 0.0
    methods: dict[str, int] = field(default_factory=dict)


class RequestTracker:
    """Counts requests, each thread for itself: threads would contend for one counter."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._lock = threading.Lock()
        self._all: list[_Counts] = []

    def _mine(self) -> _Counts:
        counts: _Counts | None = getattr(self._local, "counts", None)
        if counts is None:
            counts = self._local.counts = _Counts()
            with self._lock:
                self._all.append(counts)
        return counts

    @contextmanager
    def track(self, name: str) -> Iterator[None]:
        """Count what runs within."""
        mine, began = self._mine(), time.perf_counter()
        mine.begun += 1
        mine.methods[name] = mine.methods.get(name, 0) + 1
        try:
            yield
        except BaseException:
            mine.failed += 1
            raise
        finally:
            mine.ended += 1
            mine.seconds += time.perf_counter() - began

    def stats(self) -> dict[str, Any]:
        """The sums over all threads."""
        with self._lock:
            all_counts = list(self._all)
        methods: dict[str, int] = {}
        for counts in all_counts:
            for name, n in list(counts.methods.items()):
                methods[name] = methods.get(name, 0) + n
        return {
            "total_requests": sum(c.begun for c in all_counts),
            "active_requests": sum(c.begun - c.ended for c in all_counts),
            "failed_requests": sum(c.failed for c in all_counts),
            "total_seconds": sum(c.seconds for c in all_counts),
            "threads": len(all_counts),
            "methods": methods,
        }


class ThreadSafeAdapter(BaseAdapter):
    """A base for adapters with state that threads share."""

    __thread_safe__ = True

    # What __init__ of a subclass may forget to call is made when it is needed.
    @functools.cached_property
    def _lock(self) -> Any:
        return threading.RLock()

    @functools.cached_property
    def _thread_local(self) -> ThreadLocalStorage:
        return ThreadLocalStorage()

    @functools.cached_property
    def _tracker(self) -> RequestTracker:
        return RequestTracker()

    def __new__(cls, *_: Any, **__: Any) -> Any:
        self = super().__new__(cls)
        _ = self._lock, self._thread_local, self._tracker  # before there are threads
        return self

    @contextmanager
    def acquire_lock(self) -> Iterator[None]:
        """Hold the adapter's lock; a thread that holds it may take it again."""
        with self._lock:
            yield

    def get_thread_local(self, key: str, default: Any = None) -> Any:
        return self._thread_local.get(key, default)

    def set_thread_local(self, key: str, value: Any) -> None:
        self._thread_local.set(key, value)

    def clear_thread_local(self, key: str | None = None) -> None:
        self._thread_local.clear(key)

    @contextmanager
    def track_request(self, name: str = "request") -> Iterator[None]:
        """Count what runs within, for get_stats()."""
        with self._tracker.track(name):
            yield

    def get_stats(self) -> dict[str, Any]:
        """Requests so far, those in progress, failed ones, threads, and counts per method."""
        return self._tracker.stats()


@overload
def thread_safe_method(method: F, /) -> F: ...


@overload
def thread_safe_method(*, lock: bool = False) -> Callable[[F], F]: ...


def thread_safe_method(method: Any = None, /, *, lock: bool = False) -> Any:
    """Count the calls of a method of a ThreadSafeAdapter.

    With ``lock=True`` it also holds the adapter's lock, so that one call runs at a time.
    """
    if method is None:
        return lambda function: _safe(function, lock)
    return _safe(method, lock)


def _safe(method: Any, lock: bool) -> Any:
    @functools.wraps(method)
    def tracked(self: Any, *args: Any, **kwargs: Any) -> Any:
        with self.track_request(method.__name__):
            if not lock:
                return method(self, *args, **kwargs)
            with self.acquire_lock():
                return method(self, *args, **kwargs)

    return tracked


def validate_thread_safety(adapter: Any) -> bool:
    """Whether an adapter, or its class, says that threads may use it at once."""
    return getattr(adapter, "__thread_safe__", False) is True


def require_thread_safe(adapter: Any) -> Any:
    """Return an adapter or its class; a TypeError if threads must not use it at once."""
    if not validate_thread_safety(adapter):
        cls = adapter if isinstance(adapter, type) else type(adapter)
        raise TypeError(
            f"{cls.__name__} does not say __thread_safe__ = True: threads must not share an "
            f"instance of it; derive it from ThreadSafeAdapter, or give each worker its own"
        )
    return adapter
