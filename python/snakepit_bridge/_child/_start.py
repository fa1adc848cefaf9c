"""The start of a child process, and its end."""

from __future__ import annotations

import gc
import os
import sys
from importlib.util import find_spec
from typing import Any

from snakepit_bridge import _guard, _stdio
from snakepit_bridge._child import _birth, _handshake, _life, _output

# Seconds until a thread that computes lets another one run. A cancel passes through two
# threads on its way to a call: by Python's default, 5 ms, it takes more than 10.
SWITCH = 0.0005


def run() -> None:
    gc.disable()
    given = _birth.take_over()
    _life.watch(_birth.LIFE)
    _output.install()
    _guard.install_in_child()
    sys.setswitchinterval(SWITCH)
    server, door = _listen(given)
    _furnish(door, given)
    from snakepit_bridge._child import _bytecode
    from snakepit_bridge._child._main import main_thread

    _collect_from_here()
    _bytecode.keep()
    main_thread.serve()
    del server
    _stdio.flush()
    os._exit(0)


def _collect_from_here() -> None:
    """What was imported so far stays for good: to look for garbage in it is in vain."""
    gc.freeze()
    gc.enable()


def _listen(given: _birth.Inherited) -> tuple[Any, Any]:
    """Listen, and say so."""
    try:
        import grpc
    except ImportError as err:
        _handshake.fail(_not_installed("grpcio" if err.name == "grpc" else str(err)))
    if find_spec("google") is None or find_spec("google.protobuf") is None:
        _handshake.fail(_not_installed("protobuf"))
    from snakepit_bridge._child import _server

    door = _server.Door(given.token)
    try:
        server = _server.start(given.socket, door)
    except (OSError, RuntimeError) as err:
        _handshake.fail(f"cannot listen on {given.socket}: {err}")
    _handshake.succeed(grpc.__version__)
    return server, door


def _furnish(door: Any, given: _birth.Inherited) -> None:
    """Import what answers, and let the host in."""
    from snakepit_bridge._child import _ends, _host_calls, _memory, _services, _state

    _ends.open_areas(given.areas)
    _memory.install()
    state = _state.State()
    _host_calls.connect(state)
    door.open(_services.methods(state))


def _not_installed(what: str) -> str:
    return f"{what} is not installed in {sys.executable}: run snakepit setup --profile process"
