import dataclasses
import datetime
import decimal
import enum
import uuid
from typing import NamedTuple, Optional, TypedDict, Union

import pytest

from snakepit_bridge import ToolArgumentError
from snakepit_bridge._convert import converter


class Colour(enum.Enum):
    RED = "red"


class Pair(NamedTuple):
    a: int
    b: str = "b"


@dataclasses.dataclass
class Node:
    value: int
    next: "Node | None" = None


class Options(TypedDict):
    node: Node


DAY = datetime.date(2024, 2, 29)
UUID = uuid.UUID(int=5)


@pytest.mark.parametrize(
    ("hint", "given", "wanted"),
    [
        (Colour, "red", Colour.RED),
        (Colour, "RED", Colour.RED),
        (Colour, Colour.RED, Colour.RED),
        (Pair, {"a": 1}, Pair(1, "b")),
        (Node, {"value": 1, "next": {"value": 2}}, Node(1, Node(2))),
        (Node, Node(1), Node(1)),
        (Options, {"node": {"value": 1}}, {"node": Node(1)}),
        (list[Node], [{"value": 1}], [Node(1)]),
        (dict[str, Node], {"k": {"value": 1}}, {"k": Node(1)}),
        (tuple[Node, int], [{"value": 1}, 2], (Node(1), 2)),
        (tuple[int, ...], [1, 2], (1, 2)),
        (set, [1, 1], {1}),
        (frozenset[int], [1], frozenset({1})),
        (Optional[Node], None, None),
        (Optional[Node], {"value": 1}, Node(1)),
        (Union[int, Node], 5, 5),
        (datetime.date, "2024-02-29", DAY),
        (datetime.date, DAY, DAY),
        (decimal.Decimal, "1.50", decimal.Decimal("1.50")),
        (uuid.UUID, str(UUID), UUID),
    ],
    ids=str,
)
def test_what_becomes_of_a_value(hint, given, wanted):
    got = converter(hint)(given, "x")
    assert got == wanted and type(got) is type(wanted)


@pytest.mark.parametrize(
    "hint", [int, str, list, list[int], dict[str, int], Optional[int]], ids=str
)
def test_what_needs_no_conversion(hint):
    assert converter(hint) is None


@pytest.mark.parametrize(
    ("hint", "given", "path", "expected"),
    [
        (Colour, "green", "x", "one of ['red']"),
        (Node, {"value": 1, "more": 2}, "x", "Node"),
        (Node, 5, "x", "Node"),
        (list[Node], [{"value": 1}, {}], "x[1]", "Node"),
        (dict[str, Colour], {"k": "green"}, "x['k']", "one of ['red']"),
        (Node, {"value": 1, "next": {"value": 1, "next": 3}}, "x.next.next", "Node"),
        (tuple[Node, int], [1], "x", "2 items"),
        (set, 5, "x", "set"),
        (datetime.date, "yesterday", "x", "date"),
    ],
    ids=str,
)
def test_what_cannot_be_converted(hint, given, path, expected):
    with pytest.raises(ToolArgumentError) as info:
        converter(hint)(given, "x")
    assert (info.value.path, info.value.expected) == (path, expected)


def test_models_of_pydantic():
    pydantic = pytest.importorskip("pydantic")

    class Item(pydantic.BaseModel):
        count: int = pydantic.Field(ge=1)

    class Order(pydantic.BaseModel):
        items: list[Item]

    make = converter(Order)
    assert make({"items": [{"count": 2}]}, "x").items[0].count == 2
    with pytest.raises(ToolArgumentError) as info:
        make({"items": [{"count": 0}]}, "x")
    assert info.value.path == "x.items[0].count" and "greater than or equal to 1" in str(info.value)
