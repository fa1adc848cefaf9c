"""Calls by a lane: what is called, what becomes of it."""

import pytest

grpc = pytest.importorskip("grpc", reason="child processes need grpcio, which is not here")

from child_support import raised, value  # noqa: E402

from snakepit_bridge import _native  # noqa: E402
from snakepit_bridge._child import _proto  # noqa: E402

ADAPTER = """
import threading
import snakepit_bridge

def add(a, b=10): return a + b
def texts(): return {"a": 1, "b": "two"}
def long(n): return "x" * n
def length(text): return len(text)
def shout(text, end="\\n"): print(text, end=end)
def fail(): raise ValueError("no")
def leave(): raise SystemExit(4)
async def later(a): return a + 1

def unfit(): return [1, "\\ud800"]

_both = threading.Barrier(2, timeout=20)
def meet(): return _both.wait() < 2

class Adapter(snakepit_bridge.BaseAdapter):
    pass
"""


@pytest.fixture
def child(start):
    return start(adapter=ADAPTER)


@pytest.fixture
def lane(child):
    return child.lane()


def test_tools_by_keywords_of_the_target(lane):
    assert lane.value("TOOL", "add", kwargs={"a": 1, "b": 2}, keywords=["a", "b"]) == 3
    left_out = {"a": 1, "b": _native.MISSING}
    assert lane.value("TOOL", "add", kwargs=left_out, keywords=["a", "b"]) == 11


def test_tools_by_names_of_the_call(lane):
    assert lane.value("TOOL", "add", kwargs={"b": 2, "a": 5}) == 7
    assert lane.value("TOOL", "add", args=[1], kwargs={"b": 5}) == 6


def test_a_target_is_defined_once(lane):
    for n in range(3):
        request = lane.request("TOOL", "add", kwargs={"a": n})
        assert request.call.HasField("define") == (n == 0)
        lane.way.send(request)
        reply = lane.reply()
        assert (reply.id, value(reply.outcome)) == (request.call.id, n + 10)


def test_numbers_of_targets_are_those_of_a_lane(child, lane):
    assert lane.value("TOOL", "add", args=[1]) == 11
    other = child.lane()
    assert other.value("TOOL", "texts") == {"a": 1, "b": "two"}
    request = _proto.ExecuteRequest(call=_proto.Call(id=9, target=2))
    lane.way.send(request)
    assert "target 2 was not defined" in raised(lane.reply().outcome)[3]


@pytest.mark.parametrize(
    ("kind", "name", "args", "result"),
    [
        ("FUNCTION", "os.path:join", ["a", "b"], "a/b"),
        ("FUNCTION", "colorsys:rgb_to_hsv", [0.0, 0.0, 0.0], (0.0, 0.0, 0.0)),
        ("METHOD", "upper", ["a"], "A"),
        ("ATTRIBUTE", "imag", [1.5], 0.0),
        ("HELPER", "get_item", [{"k": 4}, "k"], 4),
        ("EVAL", "n", ["a * 2", {"a": 4}], 8),
        ("EXEC", "n", ["b = 3", {}], None),
    ],
)
def test_kinds_of_targets(lane, kind, name, args, result):
    assert lane.value(kind, name, args) == result


def test_namespaces_are_those_of_the_process(child, lane):
    lane.value("EXEC", "one", ["x = 1", {}])
    assert child.lane().value("EVAL", "one", ["x", {}]) == 1
    assert raised(lane.call("EVAL", "two", ["x", {}]))[0] == "NameError"


def test_keys_of_a_mapping(lane):
    outcome = lane.call("TOOL", "texts", keys=["b", "none"])
    tags = outcome.value.tags
    assert tags == bytes([24, 7, 23])  # FIELDS, STR, MISSING


def test_coroutines(lane):
    assert lane.value("TOOL", "later", kwargs={"a": 1}) == 2


def test_an_exception_shows_the_frames_of_the_tool_and_no_others(lane):
    name, module, _, text, _, frames, *_ = raised(lane.call("TOOL", "fail"))
    assert (name, module, text) == ("ValueError", "builtins", "no")
    assert [frame[2] for frame in frames] == ["fail"]


def test_exits_are_exceptions(lane):
    assert raised(lane.call("TOOL", "leave"))[0] == "SystemExit"
    assert lane.value("TOOL", "add", args=[1]) == 11


def test_what_cannot_be_found(lane):
    assert raised(lane.call("FUNCTION", "no.such:thing"))[0] == "ModuleNotFoundError"
    assert raised(lane.call("FUNCTION", "os:thing"))[0] == "AttributeError"
    assert "no such public function" in raised(lane.call("TOOL", "thing"))[3]


def test_a_target_that_could_not_be_found_is_tried_again(child, lane, tmp_path):
    assert raised(lane.call("FUNCTION", "comes_later:f"))[0] == "ModuleNotFoundError"
    (tmp_path / "comes_later.py").write_text("def f(): return 1")
    lane.value("FUNCTION", "importlib:invalidate_caches")
    assert lane.value("FUNCTION", "comes_later:f") == 1


def test_a_value_that_cannot_travel_is_a_fault(lane):
    outcome = lane.call("TOOL", "unfit")
    assert outcome.WhichOneof("what") == "fault"
    assert outcome.fault.path == "[1]"
    assert outcome.fault.want == "text that UTF-8 can hold (no lone surrogates)"
    assert outcome.fault.got == "str"


@pytest.mark.parametrize("size", [2, 999, 1000, 100_000])
def test_large_messages_go_in_parts(start, size):
    child = start(hello=False)
    (child.folder / "large.py").write_text(ADAPTER)
    child.greeting()
    child.hello(adapter="large", chunk=1000)
    lane = child.lane()
    request = lane.request("TOOL", "length", args=["x" * size]).SerializeToString()
    for at in range(0, len(request), 777):
        piece = request[at : at + 777]
        part = _proto.Part(data=piece, last=at + 777 >= len(request))
        lane.way.send(_proto.ExecuteRequest(part=part))
    assert value(lane.reply().outcome) == size
    lane.way.send(lane.request("TOOL", "long", args=[size]))
    raws = [next(lane.way.replies)]
    while (reply := _proto.ExecuteReply.FromString(raws[-1])).WhichOneof("what") == "part":
        assert len(reply.part.data) <= 1000
        if reply.part.last:
            break
        raws.append(next(lane.way.replies))
    parts = b"".join(_proto.ExecuteReply.FromString(raw).part.data for raw in raws)
    whole = _proto.ExecuteReply.FromString(parts or raws[0])
    assert len(value(whole.outcome)) == size
    assert (len(raws) > 1) == (len(whole.SerializeToString()) > 1000)


def test_lanes_run_at_the_same_time(child):
    lanes = [child.lane(), child.lane()]
    for lane in lanes:
        lane.way.send(lane.request("TOOL", "meet"))
    assert [value(lane.reply().outcome) for lane in lanes] == [True, True]


def test_many_lanes_do_not_keep_pings_waiting(child):
    lanes = [child.lane() for _ in range(12)]
    lanes[0].value("EXEC", "n", ["import threading; gate = threading.Event()", {}])
    for lane in lanes:
        lane.way.send(lane.request("EVAL", "n", ["gate.wait(20)", {}]))
    assert child.unary("Ping").calls == 1
    child.lane().value("EXEC", "n", ["gate.set()", {}])
    assert all(value(lane.reply().outcome) is True for lane in lanes)


def test_whole_lines_are_printed(child, lane):
    lane.value("TOOL", "shout", args=["one\ntwo"])
    lane.value("TOOL", "shout", args=["three", ""])
    assert [child.process.stdout.readline() for _ in range(2)] == [b"one\n", b"two\n"]
    lane.value("TOOL", "shout", args=["…", ""])
    child.unary("Stop")
    assert child.wait()[1:] == ("three…", "")


def test_lines_of_two_threads_do_not_mix(child):
    lanes = [child.lane(), child.lane()]
    text = {c: "\n".join([c * 5000] * 20) for c in "ab"}
    for lane, line in zip(lanes, text.values(), strict=True):
        lane.way.send(lane.request("TOOL", "shout", args=[line]))
    lines = [child.process.stdout.readline() for _ in range(40)]
    assert {line[:-1] for line in lines} == {b"a" * 5000, b"b" * 5000}
    for lane in lanes:
        lane.reply()


def test_a_finished_call_leaves_nothing_behind(lane):
    lane.value(
        "EXEC",
        "n",
        [
            "import weakref\nclass Error(Exception): pass\ndef f():\n"
            "  global ref\n  e = Error(); ref = weakref.ref(e)\n  try: raise e\n  finally: del e",
            {},
        ],
    )
    assert raised(lane.call("EXEC", "n", ["f()", {}]))[0] == "Error"
    assert lane.value("EVAL", "n", ["ref() is None", {}]) is True


def test_resolve(child):
    def resolve(kind, name):
        reply = child.unary("Resolve", target=_proto.Target(kind=kind, name=name))
        return reply.found, reply.failed.WhichOneof("what")

    kind = _proto.Target.DESCRIPTOR.enum_types_by_name["Kind"].values_by_name
    assert resolve(kind["TOOL"].number, "add") == (True, None)
    assert resolve(kind["STREAM"].number, "add") == (True, None)
    assert resolve(kind["TOOL"].number, "sub") == (False, None)
    assert resolve(kind["FUNCTION"].number, "os:getcwd") == (True, None)
    assert resolve(kind["FUNCTION"].number, "os:nothing") == (False, "exception")
    assert resolve(kind["FUNCTION"].number, "nowhere:x") == (False, "exception")
    assert resolve(kind["HELPER"].number, "get_item") == (True, None)


def test_list_tools(child):
    names = [tool["name"] for tool in value(child.unary("ListTools").tools)]
    assert names[:2] == ["add", "texts"]


def test_list_tools_without_an_adapter(start):
    assert value(start().unary("ListTools").tools) == []


def test_sessions_end(start):
    child = start(
        adapter="""
import snakepit_bridge
ended = []
class Adapter(snakepit_bridge.BaseAdapter):
    scope = "session"
    def cleanup(self): raise RuntimeError("is logged")
""",
        qualname="Adapter",
    )
    assert child.unary("EndSession", session=5) == _proto.EndSessionReply()


def test_a_lane_that_ends_in_a_call_does_not_disturb_others(child, lane):
    busy = child.lane()
    busy.way.send(busy.request("EVAL", "n", ["__import__('threading').Event().wait(0.2)", {}]))
    busy.way.close()
    assert value(busy.reply().outcome) is False
    assert list(busy.way.replies) == []
    assert lane.value("TOOL", "add", args=[1]) == 11


def test_imports_on_the_main_thread(lane, tmp_path):
    (tmp_path / "where.py").write_text(
        "import threading\nwhere = threading.current_thread()\n"
        "def main(): return where is threading.main_thread()"
    )
    assert lane.value("FUNCTION", "where:main") is True
