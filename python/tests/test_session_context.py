import asyncio
import threading
import time

import pytest

from snakepit_bridge import current_context, session_context


@pytest.fixture
def ctx(go):
    deadline = time.time_ns() + 60_000_000_000
    go.current, go.calls[5] = 5, (9, "ada", {"tier": "gold"}, deadline)
    go.offer("f", lambda text: f"{go.current} {text}", [("text", True, "true")])
    yield current_context()
    session_context.end_session(9)


def test_what_the_caller_gave(ctx):
    assert (ctx.session_id, ctx.metadata, ctx.request_metadata) == (
        "ada",
        {"tier": "gold"},
        ctx.metadata,
    )
    assert 50 < ctx.remaining() <= 60


def test_outside_of_calls(go):
    ctx = current_context()
    assert (ctx.session_id, ctx.metadata, ctx.remaining()) == ("", {}, None)
    ctx.state["a"] = 1
    assert ctx.state == {"a": 1} and current_context().state == {}


def test_the_state_lives_with_the_session(ctx):
    ctx.state["a"] = 1
    assert current_context().state == {"a": 1}
    session_context.end_session(9)
    assert current_context().state == {}


def test_ways_to_call_a_tool(ctx):
    assert ctx.call_host_tool("f", text="x") == "5 x"
    assert ctx.call_elixir_tool("f", {"text": "x"}) == "5 x"
    assert ctx.host_tools.f(text="x") == ctx.elixir_tools["f"](text="x") == "5 x"
    assert list(ctx.host_tools) == ["f"] and "f" in ctx.host_tools and len(ctx.host_tools) == 1


def test_on_another_thread_it_is_the_same_call(ctx, go):
    said = []
    go.current = 0
    thread = threading.Thread(target=lambda: said.append(ctx.call_host_tool("f", text="x")))
    thread.start()
    thread.join()
    assert said == ["5 x"] and go.current == 0


def test_in_a_coroutine_it_is_awaited(ctx):
    async def both():
        return await ctx.call_host_tool("f", text="x"), await ctx.host_tools.f(text="y")

    assert asyncio.run(both()) == ("5 x", "5 y")


def test_as_a_context_manager(ctx):
    with ctx as same:
        same.state["a"] = 1
    assert ctx.state == {}
