"""What snakepit_bridge calls the Go program by, in a child."""

from __future__ import annotations

from typing import Any

from snakepit_bridge import _native, _runtime
from snakepit_bridge._child import _caller
from snakepit_bridge._child._cancel import runs
from snakepit_bridge._child._state import State


def connect(state: State) -> None:
    """Let Python code call Go; it can as soon as the host has opened Link."""
    asks, tokens = state.asks, state.tokens

    def call(function: str, *values: Any) -> Any:
        if function == "lend":
            return tokens.lend(*values)
        return asks.ask(function, values)

    def tell(name: str, *values: Any) -> None:
        if name == "forget":
            tokens.forget(*values)
        else:
            asks.tell(name, *values)

    _native.tell = tell
    guard = (runs.running, runs.arrived, runs.pause, runs.resume)
    _runtime.connect(call, _caller.caller, _caller.switch, _take_nothing, guard, {})


def _take_nothing(target: Any, kind: int, first: int, second: int) -> bool:
    """Addresses are of no use to another process."""
    return False
