"""Instances of adapters: how many there are, and what happens in their lives."""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from snakepit_bridge import _context
from snakepit_bridge._loops import Loops
from snakepit_bridge.session_context import SessionContext

log = logging.getLogger("snakepit")

SCOPES = ("worker", "call", "session", "pool")


class Life:
    """Makes instances of one adapter and ends them."""

    def __init__(self, make: Callable[[], Any], loops: Loops) -> None:
        self.make = make
        self.loops = loops
        cls = make if isinstance(make, type) else type(make)
        self.meets_sessions = callable(getattr(cls, "init_session", None))

    def begin(self) -> Any:
        instance = self.make()
        self.hook(instance, "initialize")
        return instance

    def begin_lasting(self) -> Any:
        """An instance that many calls will use: it warms up before the first."""
        instance = self.begin()
        try:
            self.hook(instance, "warm_up")
        except BaseException:
            self.end(instance)
            raise
        return instance

    def meet(self, instance: Any, ctx: SessionContext) -> None:
        """Tell an instance of a session, the first time."""
        if not self.meets_sessions or not ctx.session_number:
            return
        met = vars(instance).setdefault("_snakepit_met", set())
        if ctx.session_number not in met:
            met.add(ctx.session_number)
            self.hook(instance, "init_session", ctx)

    def end(self, instance: Any) -> None:
        for name in ("cleanup", "close"):
            try:
                self.hook(instance, name)
            except Exception:
                log.exception("%s() of adapter %s failed", name, type(instance).__name__)

    def hook(self, instance: Any, name: str, *args: Any) -> None:
        function = getattr(instance, name, None)
        if function is None or getattr(function, "_snakepit_tool", None) is not None:
            return
        result = function(*args[: _takes(function)])
        if inspect.iscoroutine(result):
            self.wait(result)

    def wait(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self.loops.run(lambda: coroutine, _context.current_context())


def _takes(function: Callable[..., Any]) -> int:
    """How many positional arguments a hook takes."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.kind in kinds for p in inspect.signature(function).parameters.values())


class Fixed:
    """One instance for all calls."""

    lasting = True

    def __init__(self, life: Life, instance: Any) -> None:
        self.life = life
        self.instance = instance

    def take(self, ctx: SessionContext) -> Any:
        self.life.meet(self.instance, ctx)
        return self.instance

    def give_back(self, instance: Any) -> None:
        pass

    def end_session(self, number: int) -> None:
        met = getattr(self.instance, "_snakepit_met", None)
        if met is not None:
            met.discard(number)

    def end(self) -> None:
        self.life.end(self.instance)


class PerCall:
    """An instance for each call."""

    lasting = False

    def __init__(self, life: Life) -> None:
        self.life = life

    def take(self, ctx: SessionContext) -> Any:
        instance = self.life.begin()
        self.life.meet(instance, ctx)
        return instance

    def give_back(self, instance: Any) -> None:
        self.life.end(instance)

    def end_session(self, number: int) -> None:
        pass

    def end(self) -> None:
        pass


class PerSession:
    """An instance for each session; calls without one share one."""

    lasting = False

    def __init__(self, life: Life) -> None:
        self.life = life
        self._lock = threading.RLock()
        self._instances: dict[int, Any] = {}

    def take(self, ctx: SessionContext) -> Any:
        instance = self._instances.get(ctx.session_number)
        if instance is None:
            with self._lock:
                instance = self._instances.get(ctx.session_number)
                if instance is None:
                    instance = self.life.begin()
                    self.life.meet(instance, ctx)
                    self._instances[ctx.session_number] = instance
        return instance

    def give_back(self, instance: Any) -> None:
        pass

    def end_session(self, number: int) -> None:
        instance = self._instances.pop(number, None)
        if instance is not None:
            self.life.end(instance)

    def end(self) -> None:
        for number in list(self._instances):
            self.end_session(number)


class _Shared:
    """An instance that all workers of a pool use; the last that leaves ends it."""

    def __init__(self, instance: Any) -> None:
        self.instance = instance
        self.users = 0


_pools: dict[tuple[str, str], _Shared] = {}
_pools_lock = threading.Lock()


class PerPool(Fixed):
    """One instance for all workers of a pool."""

    def __init__(self, life: Life, key: tuple[str, str]) -> None:
        with _pools_lock:
            shared = _pools.get(key)
            if shared is None:
                shared = _pools[key] = _Shared(life.begin_lasting())
            shared.users += 1
        super().__init__(life, shared.instance)
        self.key = key

    def end(self) -> None:
        with _pools_lock:
            shared = _pools[self.key]
            shared.users -= 1
            if shared.users == 0:
                del _pools[self.key]
        if shared.users == 0:
            super().end()


Instances = Fixed | PerCall | PerSession


def instances(scope: str, life: Life, key: tuple[str, str]) -> Instances:
    """The instances of an adapter whose class chose a scope."""
    if scope == "worker":
        return Fixed(life, life.begin_lasting())
    if scope == "call":
        return PerCall(life)
    if scope == "session":
        return PerSession(life)
    if scope == "pool":
        return PerPool(life, key)
    raise ValueError(f"scope {scope!r} of an adapter: want one of {', '.join(SCOPES)}")
