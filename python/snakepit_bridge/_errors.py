"""Exceptions as plain values, for Go."""

import linecache

MAX_FRAMES = 200
MAX_CHAIN = 50


def _text(make, fallback):
    """A text that make() gives, made fit for UTF-8; user code may raise in it."""
    try:
        text = make()
        return text.encode("utf-8", "backslashreplace").decode()
    except BaseException as err:
        return f"<{fallback} raised {type(err).__name__}>"


def _frames(tb):
    frames = []
    while tb is not None and len(frames) < MAX_FRAMES:
        code = tb.tb_frame.f_code
        source = linecache.getline(code.co_filename, tb.tb_lineno or 0, tb.tb_frame.f_globals)
        frames.append((code.co_filename, tb.tb_lineno or 0, code.co_qualname, source.strip()))
        tb = tb.tb_next
    return frames


def _bases(cls):
    return [f"{c.__module__}.{c.__qualname__}" for c in cls.__mro__[1:]]


def _notes(exc):
    notes = getattr(exc, "__notes__", None)
    if not isinstance(notes, (list, tuple)):
        return []
    return [_text(lambda: str(note), "note") for note in notes]


def _group(exc, seen):
    if not isinstance(exc, BaseExceptionGroup):
        return []
    return [describe(e, seen) for e in exc.exceptions if id(e) not in seen]


def _link(exc, seen):
    if exc is None or id(exc) in seen or len(seen) > MAX_CHAIN:
        return None
    return describe(exc, seen)


def describe(exc, seen=frozenset()):
    """The tuple that package interp decodes: the order of its fields is theirs."""
    cls = type(exc)
    seen = seen | {id(exc)}
    context = None if exc.__suppress_context__ else exc.__context__
    return (
        cls.__qualname__,
        cls.__module__,
        _bases(cls),
        _text(lambda: str(exc), "str()"),
        _notes(exc),
        _frames(exc.__traceback__),
        _link(exc.__cause__, seen),
        _link(context if exc.__cause__ is None else None, seen),
        _group(exc, seen),
        getattr(exc, "_snakepit_go_error", None),
    )
