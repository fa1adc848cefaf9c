import inspect

import pytest

from snakepit_bridge import HostToolError, _host
from snakepit_bridge._native import MISSING

INT, TEXT = '{"type":"integer"}', '{"type":"string"}'


@pytest.mark.parametrize("lasting", [True, False])
def test_a_tool_is_a_real_function(go, lasting):
    params = [("b", False, INT), ("a", True, TEXT)]
    go.offer(
        "f",
        lambda *v: v,
        params,
        '{"type":"array","items":{"type":"integer"}}',
        lasting=lasting,
        doc="Doc.",
    )
    f = _host.find("f")
    assert f is _host.find("f")
    assert (f.__name__, f.__doc__, f.__module__) == ("f", "Doc.", "snakepit_host")
    assert list(inspect.signature(f).parameters) == ["a", "b"]
    assert f.__annotations__ == {"b": int, "a": str, "return": list[int]}
    assert f(a="x") == f("x") == (MISSING, "x")
    assert f("x", 3) == f(b=3, a="x") == (3, "x")
    with pytest.raises(TypeError):
        f()
    with pytest.raises(TypeError):
        f("x", 3, 4)
    with pytest.raises(TypeError):
        f(c=1)


def test_names_that_are_no_parameters_in_python(go):
    go.offer("odd", lambda *v: v, [("class", True, INT), ("two words", False, INT)])
    odd = _host.find("odd")
    assert odd(**{"class": 1}) == (1, MISSING)
    with pytest.raises(TypeError, match=r"odd\(\): missing \['class'\], unknown \['x'\]"):
        odd(x=1)


def test_an_open_tool_gets_a_dict(go):
    go.offer("open", lambda given: given, open=True)
    assert _host.find("open")(a=1, b=2) == {"a": 1, "b": 2}


def test_an_unknown_tool_says_which_there_are(go):
    go.offer("known", lambda: None)
    with pytest.raises(AttributeError, match="no tool 'nope' here; known: known"):
        _host.find("nope")


def test_what_is_kept_of_sessions_is_bounded(go):
    for i in range(600):
        go.offer(f"t{i}", lambda: None, lasting=False)
        _host.find(f"t{i}")
    assert len(_host._passing_of) <= 256


def test_an_error_is_forgotten_with_its_exception(go):
    with pytest.raises(HostToolError) as info:
        _host.fail(("text", 7, "f"))
    assert str(info.value) == "text" and info.value.tool == "f"
    assert go.forgotten == []
    del info
    import gc

    gc.collect()  # what pytest held of it
    assert go.forgotten == [7]


def test_an_error_needs_no_garbage_collection(go):
    import gc

    gc.disable()
    try:
        for token in range(3):
            try:
                _host.fail(("text", token, "f"))
            except HostToolError:
                pass
        assert go.forgotten == [0, 1, 2]
    finally:
        gc.enable()


def test_the_module(go):
    import sys

    _host.install()
    go.offer("f", lambda: 5)
    import snakepit_host

    try:
        from snakepit_host import f

        assert f() == 5 and dir(snakepit_host) == ["f"]
        with pytest.raises(ImportError):
            from snakepit_host import g  # noqa: F401
    finally:
        del sys.modules["snakepit_host"]
