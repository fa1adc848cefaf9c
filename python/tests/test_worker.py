import json

import pytest
from support import worker

from snakepit_bridge import ToolArgumentError

MODULE = """
import json
from os.path import join

state = []

def add(x):
    state.append(x)
    return list(state)

def _hidden():
    pass

class Tools:
    def see(self, x):
        return x

    value = 7
"""


def names(of):
    return [described["name"] for described in of.describe()]


def test_a_module_offers_its_own_public_functions(monkeypatch, tmp_path):
    w = worker(monkeypatch, tmp_path, MODULE)
    assert names(w) == ["add"]
    assert w.tool("join") is None and w.tool("_hidden") is None
    assert w.tool("state") is None and w.tool("missing") is None


def test_a_class_without_decorators_offers_its_public_methods(monkeypatch, tmp_path):
    w = worker(monkeypatch, tmp_path, MODULE, "Tools")
    assert names(w) == ["see"]
    assert w.tool("see")(x=1) == 1


def test_private_workers_share_nothing(monkeypatch, tmp_path):
    first = worker(monkeypatch, tmp_path, MODULE, private=True, name="private_adapter")
    from snakepit_bridge._worker import Worker

    second = Worker("private_adapter", True, "pool", 1)
    assert first.tool("add")(x=1) == [1]
    assert second.tool("add")(x=2) == [2]


RECORDS = """
from __future__ import annotations
from dataclasses import dataclass
from typing import NamedTuple, Optional, TypedDict

@dataclass
class Leaf:
    name: str

class Twig(NamedTuple):
    leaf: Optional[Leaf]

class Bunch(TypedDict):
    leaves: list["Leaf"]

@dataclass
class Tree:
    leaf: Leaf
    twig: Twig
    bunch: Bunch
    next: Optional["Tree"] = None

def mine(tree: Tree, more: Optional["Leaf"] = None):
    leaves = [tree.leaf, tree.twig.leaf, *tree.bunch["leaves"], more, tree.next.leaf]
    return all(isinstance(leaf, Leaf) for leaf in leaves) and isinstance(tree.next, Tree)
"""


def test_records_in_records_are_each_workers_own(monkeypatch, tmp_path):
    first = worker(monkeypatch, tmp_path, RECORDS, private=True, name="private_records")
    from snakepit_bridge._worker import Worker

    leaf = {"name": "a"}
    tree = {"leaf": leaf, "twig": {"leaf": leaf}, "bunch": {"leaves": [leaf]}}
    for each in (first, Worker("private_records", True, "pool", 1)):
        assert each.tool("mine")(tree={**tree, "next": tree}, more=leaf)


MODELS = """
from __future__ import annotations
from typing import Annotated
from pydantic import BaseModel, Field

class Tree(BaseModel):
    leaf: Leaf
    leaves: list[Leaf] = Field(default_factory=list, max_length=2)
    height: Annotated[int, Field(ge=1)] = 1
    next: Tree | None = None

class Leaf(BaseModel):
    name: str

Tree.model_rebuild()

def mine(tree: Tree):
    leaves = [tree.leaf, tree.next.leaf, *tree.leaves]
    return all(type(leaf) is Leaf for leaf in leaves) and type(tree.next) is Tree
"""


def test_models_in_models_are_each_workers_own(monkeypatch, tmp_path):
    pytest.importorskip("pydantic")
    first = worker(monkeypatch, tmp_path, MODELS, private=True, name="private_models")
    from snakepit_bridge._worker import Worker

    leaf = {"name": "a"}
    tree = {"leaf": leaf, "leaves": [leaf]}
    for each in (first, Worker("private_models", True, "pool", 1)):
        mine = each.tool("mine")
        assert mine(tree={**tree, "next": tree})
        for wrong in ({"height": 0}, {"leaves": [leaf] * 3}, {"leaf": {"name": 7}}):
            with pytest.raises(ToolArgumentError):
                mine(tree={**tree, **wrong})


DECORATED = """
from dataclasses import dataclass
from snakepit_bridge import BaseAdapter, SessionContext, tool

@dataclass
class Point:
    x: float
    y: float = 0.0

class Adapter(BaseAdapter):
    @tool
    def bare(self, a: int, b: int = 2) -> int:
        "Add."
        return a + b

    @tool("Described", name="renamed")
    def other(self) -> str:
        return "other"

    @tool
    def point(self, to: Point) -> float:
        return to.x + to.y

    @tool
    async def later(self) -> int:
        return 7

    @tool
    def session(self, ctx: SessionContext, more: int = 0) -> str:
        return ctx.session_id

    @tool
    def anything(self, **more) -> dict:
        return more

    @tool
    def numbers(self, n: int):
        for i in range(n):
            yield i

    @tool
    async def numbers_later(self, n: int):
        for i in range(n):
            yield i

    def helper(self):
        return "no tool"
"""


@pytest.fixture
def decorated(monkeypatch, tmp_path):
    w = worker(monkeypatch, tmp_path, DECORATED, "Adapter")
    yield w
    w.close()


def test_only_decorated_methods_are_tools_then(decorated):
    assert sorted(names(decorated)) == [
        "anything",
        "bare",
        "later",
        "numbers",
        "numbers_later",
        "point",
        "renamed",
        "session",
    ]
    assert decorated.tool("helper") is None


def test_what_the_go_program_is_told(decorated):
    told = {d["name"]: d for d in decorated.describe()}
    assert told["bare"]["doc"] == "Add." and told["renamed"]["doc"] == "Described"
    assert told["bare"]["params"] == ["a", "b"]
    schema = json.loads(told["bare"]["schema"])
    assert schema["required"] == ["a"] and schema["additionalProperties"] is False
    assert schema["properties"]["b"]["default"] == 2
    assert json.loads(told["bare"]["result"]) == {"type": "integer"}
    assert told["session"]["params"] == ["more"]
    assert told["anything"]["open"] and not told["bare"]["open"]
    assert [n for n, d in told.items() if d["streams"]] == ["numbers", "numbers_later"]


def test_a_plain_method_is_called_as_it_is(decorated):
    method = decorated.tool("bare")
    assert method.__func__.__name__ == "bare" and method(1) == 3


def test_what_is_prepared_for_a_tool(decorated, go):
    assert decorated.tool("point")(to={"x": 1.5, "y": 2}) == 3.5
    assert decorated.tool("later")() == 7
    go.current, go.calls[5] = 5, (3, "ada", {}, None)
    assert decorated.tool("session")() == "ada"
    assert decorated.tool("anything")(a=1) == {"a": 1}


def test_arguments_that_cannot_be_made(decorated, go):
    with pytest.raises(ToolArgumentError) as info:
        decorated.tool("point")(to={"z": 1})
    assert info.value.path == "to" and info.value.expected == "Point"


def test_streams(decorated, go):
    for name in ("numbers", "numbers_later"):
        steps = decorated.stream(name)(n=3)
        assert [next(steps), next(steps), next(steps)] == [0, 1, 2]
        with pytest.raises(StopIteration):
            next(steps)
        steps.close()
    assert list(decorated.stream("bare")(a=1)) == [3]


SCOPED = """
log = []

class Adapter:
    scope = "{scope}"

    def __init__(self):
        self.calls = 0

    async def initialize(self):
        log.append("initialize")

    async def warm_up(self):
        log.append("warm_up")

    def init_session(self, ctx):
        log.append("session " + ctx.session_id)

    def cleanup(self):
        log.append("cleanup")

    async def close(self):
        log.append("close")

    def count(self):
        self.calls += 1
        return self.calls
"""


@pytest.mark.parametrize(
    ("scope", "counts"),
    [("worker", [1, 2, 3]), ("pool", [1, 2, 3]), ("call", [1, 1, 1]), ("session", [1, 2, 1])],
)
def test_scopes(monkeypatch, tmp_path, go, scope, counts):
    name = f"scoped_{scope}"
    w = worker(monkeypatch, tmp_path, SCOPED.format(scope=scope), "Adapter", name=name)
    log = __import__(name).log
    got = []
    for call, session in ((1, 1), (2, 1), (3, 2)):
        go.current, go.calls[call] = call, (session, f"s{session}", {}, None)
        got.append(w.tool("count")())
    assert got == counts
    w.close_session(1)
    w.close_session(2)
    w.close()
    w.close()
    assert log.count("initialize") == log.count("cleanup") == log.count("close")
    assert {"session s1", "session s2"} <= set(log)
    assert log.index("initialize") < log.index("session s1") < log.index("cleanup")
    lasting = scope in ("worker", "pool")
    assert log[:2] == (["initialize", "warm_up"] if lasting else ["initialize", "session s1"])


def test_a_worker_that_does_not_warm_up_does_not_start(monkeypatch, tmp_path):
    source = SCOPED.format(scope="worker") + "\n    def warm_up(self): raise OSError('cold')"
    with pytest.raises(OSError, match="cold"):
        worker(monkeypatch, tmp_path, source, "Adapter", name="cold")
    assert __import__("cold").log == ["initialize", "cleanup", "close"]


def test_an_unknown_scope_is_refused(monkeypatch, tmp_path):
    with pytest.raises(ValueError, match="scope 'galaxy' of an adapter: want one of worker"):
        worker(monkeypatch, tmp_path, SCOPED.format(scope="galaxy"), "Adapter", name="galaxy")


DISPATCHING = """
class Adapter:
    def known(self):
        return "method"

    def execute_tool(self, tool_name, arguments, context):
        return tool_name, arguments
"""


def test_an_adapter_may_dispatch_itself(monkeypatch, tmp_path, go):
    w = worker(monkeypatch, tmp_path, DISPATCHING, "Adapter", name="dispatching_adapter")
    assert w.tool("known")() == "method"
    assert w.tool("anything_else")(a=1) == ("anything_else", {"a": 1})
    assert w.tool("_private") is None
