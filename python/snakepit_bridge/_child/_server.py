"""The gRPC server of a child: who may call, and on which thread.

It listens before the services are there. Importing them takes as long as it takes the
host to connect.
"""

from __future__ import annotations

from _operator import _compare_digest  # hmac's, without hashlib
from collections.abc import Callable
from threading import Event
from typing import Any

import grpc

from snakepit_bridge import _loops

UNARY = ("Hello", "Ping", "ListTools", "Resolve", "EndSession", "Stop")
STREAMS = ("Execute", "Link")
HEALTH = "/grpc.health.v1.Health/Check"
SERVING = b"\x08\x01"  # a HealthCheckResponse
OPTIONS = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.so_reuseport", 0),
)

Method = Callable[[Any, Any], Any]  # of a request or requests, as bytes, and a gRPC context


class Door:
    """Answers calls by their names, those with the token."""

    def __init__(self, token: str) -> None:
        self._token = f"Bearer {token}".encode()
        self._open = Event()
        self._methods: dict[str, Method] = {}
        self._handlers = {
            **{_path(name): _unary(self._behaviour(name)) for name in UNARY},
            **{_path(name): _stream(self._behaviour(name)) for name in STREAMS},
            HEALTH: _unary(lambda request, context: SERVING),
        }

    def open(self, methods: dict[str, Method]) -> None:
        """Let those in who wait."""
        self._methods = methods
        self._open.set()

    def service(self, details: Any) -> Any:
        """What gRPC asks for each call: who answers it."""
        given: str = dict(details.invocation_metadata).get("authorization", "")
        known = _compare_digest(given.encode(), self._token)
        return self._handlers.get(details.method) if known else _STRANGER

    def _behaviour(self, name: str) -> Method:
        def behave(request: Any, context: Any) -> Any:
            self._open.wait()
            return self._methods[name](request, context)

        return behave


def start(socket: str, door: Door) -> Any:
    """Listen on a Unix socket. Each call gets a thread: none waits for another's."""
    server = grpc.server(_loops.Threads("snakepit-grpc"), [door], options=OPTIONS)
    if server.add_insecure_port(f"unix:{socket}") == 0:
        raise OSError("gRPC says no more")
    server.start()
    return server


def _path(name: str) -> str:
    return f"/snakepit.v1.Worker/{name}"


def _unary(behaviour: Method) -> Any:
    return grpc.unary_unary_rpc_method_handler(behaviour)


def _stream(behaviour: Method) -> Any:
    return grpc.stream_stream_rpc_method_handler(behaviour)


def _refuse(requests: Any, context: Any) -> Any:
    context.abort(
        grpc.StatusCode.UNAUTHENTICATED,
        "the token of this worker is missing or wrong: only the program that started it has it",
    )


_STRANGER = _stream(_refuse)  # which does not wait for a request
