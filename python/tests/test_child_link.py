"""Python calls Go, and Go calls Python again within."""

import queue
import threading

import pytest

grpc = pytest.importorskip("grpc", reason="child processes need grpcio, which is not here")

from child_support import PATIENCE, GoError, Link, raised, value  # noqa: E402

from snakepit_bridge._child import _columns, _proto  # noqa: E402

ADAPTER = """
import asyncio, threading
import snakepit_bridge
from snakepit_bridge import current_context, telemetry

def number(): return current_context().number
def go(name, *args): return current_context().call_host_tool(name, *args)
def double(value, by=2):
    import snakepit_host
    return snakepit_host.double(value)
def tools(): return list(current_context().host_tools)
def outside():
    answer = []
    thread = threading.Thread(target=lambda: answer.append(current_context().number))
    thread.start()
    thread.join()
    return answer
def passed_on():
    ctx = current_context()
    answer = []
    thread = threading.Thread(target=lambda: answer.append(ctx.call_host_tool("who")))
    thread.start()
    thread.join()
    return answer
async def awaits(name):
    return await asyncio.gather(*(current_context().call_host_tool(name) for _ in range(3)))
def unfit(): return go("echo", ["\\ud800"])
def caught():
    try:
        go("fail")
    except snakepit_bridge.HostToolError as err:
        return [str(err), err.tool]
def count(n):
    yield from range(n)
    raise ValueError("enough")
def deep(n): return 0 if n == 0 else 1 + go("deeper", n - 1)
def emit(n):
    for i in range(n):
        telemetry.emit("a.b", {"i": i}, {"k": "v"}, correlation_id="c")
def identity(value): return value
def forsake(number):
    from snakepit_bridge import _streams
    _streams.Source(number)
"""


@pytest.fixture
def child(start):
    return start(adapter=ADAPTER)


@pytest.fixture
def link(child):
    link = Link(child)
    child.tools = {
        "double": (1, lambda caller, v: 2 * v),
        "who": (2, lambda caller: caller),
        "echo": (3, lambda caller, v: v),
        "fail": (4, failing),
    }
    offer(link, child.tools)
    return link


def failing(caller):
    raise GoError("it failed", 77, "fail")


def offer(link, tools):
    """Offer tools by name: number, function. Each takes what it is given, in order."""
    params = {"double": [("value", True, "{}"), ("by", False, "{}")], "echo": [("v", True, "{}")]}
    params["deeper"] = [("n", True, "{}")]

    def described(name):
        number = tools[name][0]
        return (number, name, "", params.get(name, []), "true", False, True)

    def tool(caller, number, *values):
        function = next(f for n, f in tools.values() if n == number)
        return function(caller, *(v for v in values if not missing(v)))

    def missing(v):
        return type(v).__name__ == "_Missing"

    link.functions.update(
        find_tool=lambda caller, name: described(name) if name in tools else None,
        list_tools=lambda caller: [described(name) for name in tools],
        tool=tool,
    )


def test_there_is_no_go_program_without_a_link(child):
    lane = child.lane()
    assert lane.value("TOOL", "number") == 0
    assert "offers no 'find_tool' here" in raised(lane.call("TOOL", "go", ["x"]))[3]


def test_one_link(child, link):
    with pytest.raises(grpc.RpcError) as refused:
        next(child.stream("Link").replies)
    assert refused.value.code() == grpc.StatusCode.ALREADY_EXISTS


def test_tools_of_go(child, link):
    lane = child.lane()
    assert lane.value("TOOL", "go", ["double", 21]) == 42
    assert lane.value("TOOL", "double", [4]) == 8
    assert lane.value("TOOL", "tools") == ["double", "who", "echo", "fail"]


def test_the_call_is_known(child, link):
    lane = child.lane()
    request = lane.request("TOOL", "number")
    lane.way.send(request)
    assert value(lane.reply().outcome) == request.call.id
    assert lane.value("TOOL", "outside") == [0]


def test_a_context_on_another_thread(child, link):
    lane = child.lane()
    request = lane.request("TOOL", "passed_on")
    lane.way.send(request)
    assert value(lane.reply().outcome) == [request.call.id]


def test_coroutines_await_tools(child, link):
    lane = child.lane()
    request = lane.request("TOOL", "awaits", kwargs={"name": "who"})
    lane.way.send(request)
    assert value(lane.reply().outcome) == [request.call.id] * 3


def test_arguments_that_cannot_travel(child, link):
    name, _, _, text, *_ = raised(child.lane().call("TOOL", "unfit"))
    assert name == "TypeError"
    assert text.startswith("argument[0] of a Go function: want text that UTF-8 can hold")


def test_errors_of_go(child, link):
    lane = child.lane()
    assert lane.value("TOOL", "caught") == ["it failed", "fail"]
    assert link.silent.get(timeout=PATIENCE) == ("forget", (77,))


def test_nobody_waits_for_the_end_of_a_forgotten_iterator(child, link):
    assert child.lane().value("TOOL", "forsake", [5]) is None
    assert link.silent.get(timeout=PATIENCE) == ("close", (5,))


def test_an_error_that_goes_back_is_not_forgotten_before_it_is_there(child, link):
    lane = child.lane()
    described = raised(lane.call("TOOL", "go", ["fail"]))
    assert (described[0], described[9]) == ("HostToolError", 77)
    link.nested("TOOL", "identity", [1])  # what was sent before is there
    assert link.silent.empty()
    lane.value("TOOL", "identity", [1])
    assert link.silent.get(timeout=PATIENCE) == ("forget", (77,))


def test_an_error_that_goes_back_from_a_nested_call(child, link):
    described = raised(link.nested("TOOL", "go", ["fail"]).outcome)
    assert described[9] == 77
    assert link.silent.get(timeout=PATIENCE) == ("forget", (77,))


def test_nested_calls(child, link):
    child.tools["deeper"] = (
        9,
        lambda caller, n: value(link.nested("TOOL", "deep", [n]).outcome),
    )
    assert child.lane().value("TOOL", "deep", [60]) == 60


def test_nested_calls_have_numbers_of_their_own(child, link):
    assert value(link.nested("TOOL", "number").outcome) >= 1 << 30


def test_nested_calls_run_beside_each_other(child, link):
    both = threading.Barrier(2, timeout=PATIENCE)
    child.tools["meet"] = (10, lambda caller: both.wait() < 2)
    replies = []
    threads = [
        threading.Thread(target=lambda: replies.append(link.nested("TOOL", "go", ["meet"])))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert [value(reply.outcome) for reply in replies] == [True, True]


def test_nested_calls_of_what_is_not_there(child, link):
    assert "no such public function" in raised(link.nested("TOOL", "nothing").outcome)[3]
    undefined = link._waiting[5] = queue.Queue()
    link.send(nested=_proto.Call(id=5, target=99))
    reply = undefined.get(timeout=PATIENCE)
    assert "target 99 was not defined" in raised(reply.outcome)[3]


NEXT, CLOSE = 1, 2


def test_nested_streams(child, link):
    opened = link.nested("STREAM", "count", (), {"n": 2})
    assert opened.outcome.HasField("value")
    found = []
    while (reply := link.step(opened.stream, NEXT)).more:
        found.append(value(reply.outcome))
    assert found == [0, 1]
    assert raised(reply.outcome)[3] == "enough"
    assert link.step(opened.stream, CLOSE).outcome.HasField("exception")
    assert "is not open" in raised(link.step(opened.stream, NEXT).outcome)[3]


def test_nested_streams_that_are_closed(child, link):
    opened = link.nested("STREAM", "count", (), {"n": 2})
    assert value(link.step(opened.stream, NEXT).outcome) == 0
    assert value(link.step(opened.stream, CLOSE).outcome) is None


def test_nested_streams_that_cannot_be_opened(child, link):
    reply = link.nested("STREAM", "count")
    assert (reply.stream, raised(reply.outcome)[0]) == (0, "TypeError")


def test_large_messages_on_the_link(start, tmp_path):
    (tmp_path / "adapter_large.py").write_text(ADAPTER)
    child = start(hello=False)
    child.greeting()
    child.hello(adapter="adapter_large", chunk=500)
    link = Link(child)
    tools = {"echo": (3, lambda caller, v: v)}
    offer(link, tools)
    text = "x" * 50_000
    down = _proto.LinkDown()
    waiting = link._waiting[1 << 31] = queue.Queue()
    down.nested.id = 1 << 31
    down.nested.target = 1
    down.nested.define.kind = 1
    down.nested.define.name = "go"
    down.nested.positional = 2
    _columns.encode(["echo", text], data=down.nested.args)
    raw = down.SerializeToString()
    for at in range(0, len(raw), 400):
        part = _proto.Part(data=raw[at : at + 400], last=at + 400 >= len(raw))
        link.send(part=part)
    assert value(waiting.get(timeout=PATIENCE).outcome) == text


def test_the_end_of_the_link_is_the_end_of_waiting(child, link):
    asked = threading.Event()
    child.tools["never"] = (11, lambda caller: asked.set() or threading.Event().wait())
    lane = child.lane()
    lane.way.send(lane.request("TOOL", "go", args=["never"]))
    assert asked.wait(PATIENCE)
    link.way.close()
    assert "does not answer any more" in raised(lane.reply().outcome)[3]
    assert "does not answer any more" in raised(lane.call("TOOL", "go", ["who"]))[3]


def test_telemetry(start):
    child = start(adapter=ADAPTER)
    link = Link(child)
    lane = child.lane()
    lane.value("TOOL", "emit", [1])
    link.send(telemetry=_proto.TelemetryControl(enabled=True, sampling=1))
    lane.value("TOOL", "emit", [3])
    events = []
    while len(events) < 4:  # the first was kept
        events += link.events.get(timeout=PATIENCE)
    first = events[0]
    assert list(first.name) == ["a", "b"]
    assert dict(first.measurements) == {"i": 0.0}
    assert dict(first.metadata) == {"k": "v", "correlation_id": "c"}
    assert [event.measurements["i"] for event in events[1:]] == [0, 1, 2]


def test_telemetry_that_is_off(start):
    child = start(adapter=ADAPTER)
    link = Link(child)
    link.send(telemetry=_proto.TelemetryControl(enabled=True, sampling=0))
    link.nested("TOOL", "emit", [3])
    link.send(telemetry=_proto.TelemetryControl(enabled=False))
    link.nested("TOOL", "emit", [3])
    assert link.events.empty()
