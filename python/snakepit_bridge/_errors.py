"""Exceptions as plain values, for Go."""

from __future__ import annotations

import builtins
import linecache
from collections.abc import Callable
from types import TracebackType
from typing import Any

from snakepit_bridge import _native

Description = tuple[Any, ...]

_GROUP = getattr(builtins, "BaseExceptionGroup", None)  # Python 3.11

MAX_FRAMES = 200  # of a traceback: half of them the outermost, half the innermost
MAX_DEPTH = 50  # of causes, contexts and groups, one in the other
MAX_COUNT = 2000  # exceptions in one description


def _safe(make: Callable[[], Any], otherwise: Any) -> Any:
    """What make() gives; the code of an exception's class may raise in it."""
    try:
        return make()
    except BaseException:
        return otherwise


def _text(make: Callable[[], str], fallback: str) -> str:
    """A text that make() gives, made fit for UTF-8; user code may raise in it."""
    try:
        text = make()
        return text.encode("utf-8", "backslashreplace").decode()
    except BaseException as err:
        return f"<{fallback} raised {type(err).__name__}>"


def _frame(tb: TracebackType) -> tuple[str, int, str, str]:
    code, line = tb.tb_frame.f_code, tb.tb_lineno or 0
    source = _safe(lambda: linecache.getline(code.co_filename, line, tb.tb_frame.f_globals), "")
    file = _text(lambda: code.co_filename, "file")
    function = getattr(code, "co_qualname", code.co_name)  # Python 3.11
    return file, line, function, _text(lambda: source.strip(), "source")


def _frames(tb: TracebackType | None) -> list[tuple[str, int, str, str]]:
    all_of_it: list[TracebackType] = []
    while tb is not None:
        all_of_it.append(tb)
        tb = tb.tb_next
    half = MAX_FRAMES // 2
    if len(all_of_it) > MAX_FRAMES:
        all_of_it[half:-half] = []
    return [_frame(tb) for tb in all_of_it]


def _bases(cls: type) -> list[str]:
    return [_text(lambda: f"{c.__module__}.{c.__qualname__}", "name") for c in cls.__mro__[1:]]


def _notes(exc: Any) -> list[str]:
    notes = _safe(lambda: exc.__notes__, None)
    if not isinstance(notes, (list, tuple)):
        return []
    return [_text(lambda: str(note), "note") for note in notes]


def _group(exc: Any, seen: frozenset[int], left: list[int]) -> list[Description]:
    if _GROUP is None or not isinstance(exc, _GROUP):
        return []
    members = (_link(e, seen, left) for e in exc.exceptions)
    return [m for m in members if m is not None]


def _link(exc: Any, seen: frozenset[int], left: list[int]) -> Description | None:
    if not isinstance(exc, BaseException) or id(exc) in seen:
        return None
    if len(seen) >= MAX_DEPTH or left[0] == 0:
        return None
    return _describe(exc, seen, left)


def _go_error(exc: BaseException) -> int | None:
    """The token of a Go error, which Go keeps until this description has arrived."""
    token = _safe(lambda: vars(exc).get("_snakepit_go_error"), None)
    if not isinstance(token, int):
        return None
    _safe(lambda: _native.ask("lend", token), None)
    return token


def _describe(exc: BaseException, seen: frozenset[int], left: list[int]) -> Description:
    cls = type(exc)
    seen = seen | {id(exc)}
    left[0] -= 1
    cause = _safe(lambda: exc.__cause__, None)
    context = _safe(lambda: None if exc.__suppress_context__ else exc.__context__, None)
    return (
        _text(lambda: cls.__qualname__, "__qualname__"),
        _text(lambda: cls.__module__, "__module__"),
        _safe(lambda: _bases(cls), []),
        _text(lambda: str(exc), "str()"),
        _notes(exc),
        _frames(exc.__traceback__),
        _link(cause, seen, left),
        _link(context if cause is None else None, seen, left),
        _group(exc, seen, left),
        _go_error(exc),
    )


def describe(exc: BaseException) -> Description:
    """The tuple that package cgo decodes: the order of its fields is theirs."""
    return _describe(exc, frozenset(), [MAX_COUNT])
