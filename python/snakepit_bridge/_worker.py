"""A worker: the tools of one adapter, as the Go program calls them."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from typing import Any

from snakepit_bridge import _adapters, _context, _streams
from snakepit_bridge._instances import Instances, Life, instances
from snakepit_bridge._loops import Loops
from snakepit_bridge._schema import ToolSignature, inspect_tool
from snakepit_bridge.base_adapter import HOOKS, BaseAdapter, tool_metadata

_INHERITED = frozenset(dir(object))


class Worker:
    """The tools of one worker: a class's methods or a module's functions."""

    def __init__(self, target: str, private: bool, pool: str = "", slot: int = 0) -> None:
        name, _, qualname = target.partition(":")
        module: Any = importlib.import_module(name)
        if private:
            module = _adapters.own(name)
        self.target = target
        self.loops = Loops(f"snakepit-loop-{pool}-{slot}")
        self.module = None if qualname else name
        self.holder: Any = module
        self.instances: Instances | None = None
        if qualname:
            self.holder = _adapters.attribute(module, qualname, target)
            scope = getattr(self.holder, "scope", "worker")
            life = Life(self.holder, self.loops)
            self.instances = instances(scope, life, (target, pool))
        self._signatures: dict[str, ToolSignature] = {}
        self._names = self._find_names()
        self._dispatch = _overrides(self.holder, "execute_tool")
        self._sets_context = _overrides(self.holder, "set_session_context")

    def _find_names(self) -> dict[str, str]:
        """The tools' names, and those of the functions behind them."""
        public = [name for name in self._members() if self._public(name)]
        marked = {name: tool_metadata(getattr(self.holder, name)) for name in self._members()}
        decorated = {m.name or name: name for name, m in marked.items() if m is not None}
        return decorated or {name: name for name in public}

    def _members(self) -> list[str]:
        if isinstance(self.holder, type):
            order = [n for c in reversed(self.holder.__mro__) for n in vars(c)]
        else:
            order = list(vars(self.holder))
        return [n for n in dict.fromkeys(order) if not n.startswith("_") and self._callable(n)]

    def _callable(self, name: str) -> bool:
        if name in _INHERITED:
            return False
        found = vars(BaseAdapter).get(name)
        member = getattr(self.holder, name, None)
        if isinstance(member, property) or not callable(member):
            return False
        return found is None or getattr(member, "__func__", member) is not found

    def _public(self, name: str) -> bool:
        member = getattr(self.holder, name)
        if isinstance(member, type):
            return False
        if self.module is None:
            return name not in HOOKS and not _inherited_helper(self.holder, name)
        return getattr(member, "__module__", None) == self.module

    def describe(self) -> list[dict[str, Any]]:
        """What the Go program is told of each tool."""
        return [self._describe(name) for name in self._names]

    def _describe(self, name: str) -> dict[str, Any]:
        s = self.signature(name)
        return {
            "name": name,
            "doc": s.doc,
            "schema": json.dumps(s.schema),
            "result": json.dumps(s.result),
            "params": list(s.params),
            "open": s.open,
            "streams": s.streams,
            "positional": s.positional and not self._needs_wrapper(s),
            "scope": getattr(self.holder, "scope", "worker"),
        }

    def signature(self, name: str) -> ToolSignature:
        found = self._signatures.get(name)
        if found is None:
            found = inspect_tool(getattr(self.holder, self._names[name]), name)
            self._signatures[name] = found
        return found

    def tool(self, name: str) -> Callable[..., Any] | None:
        """The callable behind a tool, or None."""
        if name not in self._names:
            return self._dispatched(name)
        s = self.signature(name)
        if self.instances is None:
            bare: Callable[..., Any] = getattr(self.holder, self._names[name])
            return self._wrapped(s, lambda _: bare) if self._needs_wrapper(s) else bare
        if not self._needs_wrapper(s):
            instance = self.instances.take(_context.SILENT)
            method: Callable[..., Any] = getattr(instance, self._names[name])
            return method
        return self._wrapped(s, lambda instance: getattr(instance, self._names[name]))

    def _needs_wrapper(self, s: ToolSignature) -> bool:
        if s.is_async or s.convert is not None or s.context_param is not None:
            return True
        if self.instances is None:
            return False
        own = self.instances
        return not own.lasting or own.life.meets_sessions or self._sets_context

    def _wrapped(
        self, s: ToolSignature, bind: Callable[[Any], Callable[..., Any]]
    ) -> Callable[..., Any]:
        def tool(**kwargs: Any) -> Any:
            ctx, instance = self._enter()
            try:
                return self._finish(bind(instance)(**self._prepare(s, kwargs, ctx)), ctx)
            finally:
                self._leave(instance)

        return tool

    def _enter(self) -> tuple[Any, Any]:
        ctx = _context.current_context()
        instance: Any = None if self.instances is None else self.instances.take(ctx)
        if self._sets_context:
            instance.set_session_context(ctx)
        return ctx, instance

    def _leave(self, instance: Any) -> None:
        if self.instances is not None:
            self.instances.give_back(instance)

    def _prepare(self, s: ToolSignature, kwargs: dict[str, Any], ctx: Any) -> dict[str, Any]:
        if s.convert is not None:
            kwargs = s.convert(kwargs)
        if s.context_param is not None:
            kwargs[s.context_param] = ctx
        return kwargs

    def _finish(self, result: Any, ctx: Any) -> Any:
        if hasattr(result, "__await__"):
            return self.loops.run(lambda: _awaited(result), ctx)
        return result

    def _dispatched(self, name: str) -> Callable[..., Any] | None:
        """A tool that only the adapter's own execute_tool knows."""
        if not self._dispatch or name.startswith("_") or name in HOOKS or not name:
            return None

        def tool(**kwargs: Any) -> Any:
            ctx, instance = self._enter()
            try:
                return self._finish(instance.execute_tool(name, kwargs, ctx), ctx)
            finally:
                self._leave(instance)

        return tool

    def stream(self, name: str) -> Callable[..., Any] | None:
        """A callable whose result has __next__ and close."""
        if name not in self._names and self._dispatched(name) is None:
            return None
        s = self.signature(name) if name in self._names else None

        def stream(**kwargs: Any) -> Any:
            ctx, instance = self._enter()
            try:
                return self._open(name, s, instance, kwargs, ctx)
            except BaseException:
                self._leave(instance)
                raise

        return stream

    def _open(
        self, name: str, s: ToolSignature | None, instance: Any, kwargs: dict[str, Any], ctx: Any
    ) -> Any:
        if s is None:
            result = self._finish(instance.execute_tool(name, kwargs, ctx), ctx)
        else:
            function = getattr(instance or self.holder, self._names[name])
            result = self._finish(function(**self._prepare(s, kwargs, ctx)), ctx)
        return self._steps(result, lambda: self._leave(instance))

    def _steps(self, result: Any, end: Callable[[], None]) -> Any:
        if hasattr(result, "__anext__"):
            return _streams.AsyncSteps(result, self.loops.first(), end)
        if not hasattr(result, "__next__"):
            result = iter([result])
        return _streams.Steps(result, end)

    def close_session(self, number: int) -> None:
        if self.instances is not None:
            self.instances.end_session(number)

    def close(self) -> None:
        if self.instances is not None:
            own, self.instances = self.instances, None
            own.end()
        self.loops.stop()


async def _awaited(awaitable: Any) -> Any:
    return await awaitable


def _overrides(holder: Any, name: str) -> bool:
    """Whether a class has its own version of a method of BaseAdapter's."""
    if not isinstance(holder, type):
        return False
    found = getattr(holder, name, None)
    return found is not None and found is not getattr(BaseAdapter, name, None)


def _inherited_helper(holder: Any, name: str) -> bool:
    """Whether a class has a public method from a base class of this package only."""
    for cls in holder.__mro__:
        if name in vars(cls):
            module: str = cls.__module__
            return module.startswith("snakepit_bridge.base_adapter")
    return False
