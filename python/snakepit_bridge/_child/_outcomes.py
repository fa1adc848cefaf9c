"""What became of a call, as a message."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from snakepit_bridge import _errors, _stdio
from snakepit_bridge._child import _caller, _columns
from snakepit_bridge._child._cancel import runs

_OURS = os.path.dirname(__file__) + os.sep


def call(outcome: Any, call: Any, target: Any) -> None:
    """Call a target and note what becomes of it."""

    def work() -> None:
        _columns.encode([target.run(call)], target.tensors, target.keys, outcome.value)

    run(outcome, call.id, work)


def run(outcome: Any, caller: int, work: Callable[[], object], last: bool = False) -> None:
    """Do something for a call, and note what goes wrong. last: it cleans up after the call."""
    before = _caller.switch(caller)
    try:
        runs.do(caller, work, last)
    except _columns.Unfit as fault:
        unfit(outcome, fault)
    except BaseException as err:
        failed(outcome, err)
    finally:
        _stdio.flush()
        _caller.switch(before)


def unfit(outcome: Any, fault: Any) -> None:
    outcome.fault.path, outcome.fault.want, outcome.fault.got = fault.path, fault.want, fault.got


def failed(outcome: Any, err: BaseException) -> None:
    """Describe an exception, without the frames that are ours."""
    trace = err.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_OURS):
        trace = trace.tb_next
    description = _errors.describe(err.with_traceback(trace))
    _columns.encode([description], data=outcome.exception)


def take_tokens() -> list[int]:
    """The tokens of Go errors that this thread has put into outcomes since it was asked."""
    tokens, _caller.here.lent = _caller.here.lent, []
    return tokens
