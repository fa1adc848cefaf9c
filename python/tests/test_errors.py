import builtins
import sys

import pytest

from snakepit_bridge import _errors

TYPE, MODULE, BASES, MESSAGE, NOTES, FRAMES, CAUSE, CONTEXT, GROUP, GO = range(10)


def raised(function):
    with pytest.raises(BaseException) as info:
        function()
    return _errors.describe(info.value)


def test_type_message_notes_and_frames():
    def fail():
        error = ValueError("no", 7)
        error.__notes__ = ["look here"]  # what add_note of Python 3.11 does
        raise error

    d = raised(fail)
    assert d[TYPE] == "ValueError" and d[MODULE] == "builtins"
    assert d[BASES] == ["builtins.Exception", "builtins.BaseException", "builtins.object"]
    assert d[MESSAGE] == "('no', 7)" and d[NOTES] == ["look here"]
    file, line, function, source = d[FRAMES][-1]
    assert file == __file__ and line > 0 and source == "raise error"
    assert function.endswith("fail")


def test_cause_context_and_suppression():
    def chain(how):
        try:
            raise KeyError("inner")
        except KeyError as inner:
            if how == "cause":
                raise ValueError("outer") from inner
            if how == "none":
                raise ValueError("outer") from None
            raise ValueError("outer")

    assert raised(lambda: chain("cause"))[CAUSE][TYPE] == "KeyError"
    assert raised(lambda: chain("cause"))[CONTEXT] is None
    assert raised(lambda: chain("context"))[CONTEXT][MESSAGE] == "'inner'"
    assert raised(lambda: chain("none"))[CONTEXT] is None


def test_a_chain_that_bites_its_tail_ends():
    a, b = ValueError("a"), ValueError("b")
    a.__cause__, b.__cause__ = b, a
    assert _errors.describe(a)[CAUSE][CAUSE] is None


@pytest.mark.skipif(sys.version_info < (3, 11), reason="groups came with 3.11")
def test_groups():
    group = builtins.ExceptionGroup("two", [ValueError(1), TypeError(2)])
    assert [e[TYPE] for e in _errors.describe(group)[GROUP]] == ["ValueError", "TypeError"]


def test_hostile_exceptions():
    class Mute(Exception):
        def __str__(self):
            raise SystemExit(1)

    assert _errors.describe(Mute())[MESSAGE] == "<str() raised SystemExit>"
    assert _errors.describe(ValueError("\ud800"))[MESSAGE] == "\\ud800"


def test_deep_tracebacks_are_cut():
    def recurse():
        recurse()

    assert len(raised(recurse)[FRAMES]) == _errors.MAX_FRAMES
