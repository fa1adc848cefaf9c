"""The services of a child by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import grpc

from snakepit_bridge._child import _proto
from snakepit_bridge._child._control import Control, Refused
from snakepit_bridge._child._lane import Lane
from snakepit_bridge._child._main import main_thread
from snakepit_bridge._child._server import Method
from snakepit_bridge._child._state import State


def methods(state: State) -> dict[str, Method]:
    control = Control(state)
    return {
        "Hello": _unary(control.hello, _proto.HelloRequest),
        "Ping": _unary(control.ping, _proto.PingRequest),
        "ListTools": _unary(control.list_tools, _proto.ListToolsRequest),
        "Resolve": _unary(control.resolve, _proto.ResolveRequest),
        "EndSession": _unary(control.end_session, _proto.EndSessionRequest),
        "Stop": _unary(control.stop, _proto.StopRequest, main_thread.stop),
        "Execute": _execute(state),
        "Link": _link(state),
    }


def _unary(
    answer: Callable[[Any], Any], kind: Any, after: Callable[[], None] | None = None
) -> Method:
    """A method that takes and gives messages; after() is called when the reply was sent."""

    def behave(request: bytes, context: Any) -> Any:
        if after is not None:
            context.add_callback(after)
        try:
            return answer(kind.FromString(request)).SerializeToString()
        except Refused as err:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(err))

    return behave


def _execute(state: State) -> Method:
    def behave(raws: Iterator[bytes], context: Any) -> Iterator[bytes]:
        lane = Lane(state)
        state.lanes.append(lane)
        return lane.serve(raws)

    return behave


def _link(state: State) -> Method:
    def behave(raws: Iterator[bytes], context: Any) -> Iterator[bytes]:
        if state.link.used:
            context.abort(grpc.StatusCode.ALREADY_EXISTS, "a worker has one Link, and one only")
        state.link.begin()
        context.send_initial_metadata(())  # by which the host knows
        return state.link.serve(raws)

    return behave
