"""The services that run no tools."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from snakepit_bridge import _guard, _runtime
from snakepit_bridge._child import _columns, _ends, _handshake, _outcomes, _proto
from snakepit_bridge._child._program import NoSuchTool
from snakepit_bridge._child._state import State
from snakepit_bridge._child._targets import Target

log = logging.getLogger("snakepit")


class Refused(Exception):
    """The host asked for what cannot be now."""


class Control:
    def __init__(self, state: State) -> None:
        self._state = state
        self._greeted = False

    def hello(self, request: Any) -> Any:
        version = self._agree(request)
        self._state.chunk = request.chunk or self._state.chunk
        _ends.inline_max(request.inline_max)
        _runtime.extend_path(list(request.path))
        if request.HasField("telemetry"):
            self._state.link.telemetry.control(request.telemetry)
        reply = _proto.HelloReply(
            version=version,
            python=_handshake.python(),
            executable=sys.executable,
            free_threaded=_handshake.free_threaded(),
        )
        _try(
            lambda: self._state.program.load(
                request.adapter, request.pool, request.slot, request.threads
            ),
            reply.failed,
        )
        reply.gil, reply.gil_culprits[:] = _guard.gil_enabled(), _guard.gil_culprits
        return reply

    def _agree(self, request: Any) -> int:
        if self._greeted:
            raise Refused("Hello was said already")
        version: int = min(request.version, _handshake.VERSION)
        if version < max(request.oldest, _handshake.OLDEST):
            raise Refused(
                f"the Go program speaks versions {request.oldest} to {request.version} of the "
                f"protocol, snakepit_bridge {_handshake.OLDEST} to {_handshake.VERSION}: "
                "one of them is to be updated"
            )
        self._greeted = True
        return version

    def ping(self, request: Any) -> Any:
        if request.HasField("ends"):
            _ends.take(request.ends)
        reply = _proto.PingReply(
            calls=sum(lane.calls for lane in self._state.lanes),
            gil=_guard.gil_enabled(),
            gil_culprits=_guard.gil_culprits,
        )
        _ends.put(reply)
        return reply

    def list_tools(self, request: Any) -> Any:
        worker = self._state.program.worker
        reply = _proto.ListToolsReply()

        def work() -> None:
            _columns.encode([worker.describe() if worker else []], data=reply.tools.value)

        _outcomes.run(reply.tools, 0, work)
        return reply

    def resolve(self, request: Any) -> Any:
        reply = _proto.ResolveReply()
        try:
            Target(self._state.program, request.target).find()
            reply.found = True
        except NoSuchTool:
            pass
        except BaseException as err:
            _outcomes.failed(reply.failed, err)
        return reply

    def end_session(self, request: Any) -> Any:
        reply = _proto.EndSessionReply()
        _try(lambda: self._state.program.end_session(request.session), reply.failed)
        return reply

    def stop(self, request: Any) -> Any:
        reply = _proto.StopReply()
        _try(self._state.program.close, reply.failed)
        return reply


def _try(do: Callable[[], None], failed: Any) -> None:
    """Do something, and note an exception."""
    try:
        do()
    except BaseException as err:
        _outcomes.failed(failed, err)
