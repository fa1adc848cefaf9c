import traceback

import pytest

from snakepit_bridge._namespace import Namespace


def test_exec_and_eval_share_names():
    ns = Namespace("n")
    ns.exec("def double(x): return 2 * x", {})
    assert ns.eval("double(y)", {"y": 21}) == 42
    assert ns.eval("  __name__ ", {}) == "n"


def test_namespaces_do_not_share():
    Namespace("a").exec("x = 1", {})
    with pytest.raises(NameError):
        Namespace("a").eval("x", {})


def test_tracebacks_show_the_source():
    ns = Namespace("shown")
    with pytest.raises(ZeroDivisionError) as info:
        ns.exec("def f():\n    return 1 / 0\nf()\n", {})
    assert "return 1 / 0" in "".join(traceback.format_exception(info.value))
