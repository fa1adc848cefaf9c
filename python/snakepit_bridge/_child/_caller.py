"""Whose call a thread runs."""

from __future__ import annotations

import threading
from typing import Any


class _Thread(threading.local):
    """What is known of each thread.

    Attributes:
        caller: The number of the call that it runs, 0 for none.
        run: That call, as it can be cancelled.
        deaf: Whether it carries messages: waiting for one there would be for ever.
        lent: Tokens of Go errors that were described here.
    """

    caller = 0
    run: Any = None
    deaf = False

    def __init__(self) -> None:
        self.lent: list[int] = []


here = _Thread()


def caller() -> int:
    return here.caller


def switch(number: int) -> int:
    before, here.caller = here.caller, number
    return before


def in_call() -> bool:
    return here.caller != 0
