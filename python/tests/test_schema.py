import collections.abc
import dataclasses
import datetime
import decimal
import enum
import typing
import uuid
from typing import Annotated, Any, Literal, NamedTuple, NewType, Optional, TypedDict, Union

import pytest

from snakepit_bridge import SessionContext, _hints, tool
from snakepit_bridge._schema import DIALECT, inspect_tool


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Pair(NamedTuple):
    a: int
    b: str = ""


class Options(TypedDict, total=False):
    width: int


@dataclasses.dataclass
class Node:
    value: int
    next: "Node | None" = None


@dataclasses.dataclass
class Branch:
    left: Optional["Branch"] = None
    leaves: list["Node"] = dataclasses.field(default_factory=list)
    names: "Annotated[dict[str, 'Missing'], 'of all']" = dataclasses.field(default_factory=dict)  # noqa: F821


Celsius = NewType("Celsius", float)
INT, TEXT = {"type": "integer"}, {"type": "string"}


@pytest.mark.parametrize(
    ("hint", "wanted"),
    [
        (int, INT),
        (bool, {"type": "boolean"}),
        (float, {"type": "number"}),
        (str, TEXT),
        (None, {"type": "null"}),
        (Any, {}),
        (object, {}),
        (list, {"type": "array"}),
        (list[int], {"type": "array", "items": INT}),
        (collections.abc.Sequence[str], {"type": "array", "items": TEXT}),
        (dict[str, int], {"type": "object", "additionalProperties": INT}),
        (dict[int, int], {}),
        (tuple[int, str], {
            "type": "array", "x-python": "tuple", "prefixItems": [INT, TEXT],
            "minItems": 2, "maxItems": 2,
        }),
        (tuple[int, ...], {"type": "array", "x-python": "tuple", "items": INT}),
        (set[int], {"type": "array", "uniqueItems": True, "x-python": "set", "items": INT}),
        (Optional[int], {"anyOf": [INT, {"type": "null"}]}),
        (Union[int, str], {"anyOf": [INT, TEXT]}),
        (int | None, {"anyOf": [INT, {"type": "null"}]}),
        (Union[int, Any], {}),
        (Literal["a", 1, None], {"enum": ["a", 1, None]}),
        (Colour, {"enum": ["red", "blue"]}),
        (Annotated[int, "how many"], {**INT, "description": "how many"}),
        (Celsius, {"type": "number"}),
        (typing.Final[int], INT),
        (collections.abc.Iterator[int], {"x-python": "collections.abc.Iterator"}),
        (datetime.date, {"type": "string", "format": "date", "x-python": "datetime.date"}),
        (uuid.UUID, {"type": "string", "format": "uuid", "x-python": "uuid.UUID"}),
        (decimal.Decimal, {"type": "string", "format": "decimal", "x-python": "decimal.Decimal"}),
    ],
    ids=str,
)  # fmt: skip
def test_hints(hint, wanted):
    assert _hints.schema(hint, {}) == wanted


def test_records():
    defs = {}
    for cls in (Pair, Options, Node):
        key = f"{__name__}.{cls.__qualname__}"
        assert _hints.schema(cls, defs) == {"$ref": f"#/$defs/{key}"}
    found = {key.rpartition(".")[2]: made for key, made in defs.items()}
    assert found["Pair"]["required"] == ["a"]
    assert found["Options"]["required"] == [] and found["Options"]["properties"] == {"width": INT}
    again = {"$ref": f"#/$defs/{__name__}.Node"}
    assert found["Node"]["properties"]["next"] == {"anyOf": [again, {"type": "null"}]}
    assert found["Node"]["additionalProperties"] is False


def test_names_in_the_depth_of_a_hint():
    defs = {}
    _hints.schema(Branch, defs)
    properties = defs[f"{__name__}.Branch"]["properties"]
    branch, node = ({"$ref": f"#/$defs/{__name__}.{name}"} for name in ("Branch", "Node"))
    assert properties["left"] == {"anyOf": [branch, {"type": "null"}]}
    assert properties["leaves"] == {"type": "array", "items": node}
    assert properties["names"] == {}  # a name that nobody knows says nothing


def test_records_of_one_name_are_kept_apart():
    one = dataclasses.make_dataclass("Same", [("a", int)])
    two = dataclasses.make_dataclass("Same", [("b", str)])
    one.__module__, two.__module__ = "first", "second"
    defs = {}
    assert _hints.schema(one, defs) != _hints.schema(two, defs) and len(defs) == 2


def sample(a: int, ctx: SessionContext, b: "list[Node]" = (), *, c: "Missing" = None) -> Pair:  # noqa: F821
    """Do something.

    Args:
        a: The first one.
        b (list): The others.
    """


def test_a_signature():
    s = inspect_tool(sample)
    assert (s.name, s.doc, s.params) == ("sample", "Do something.", ("a", "b", "c"))
    assert s.required == {"a"} and s.context_param == "ctx" and not s.positional
    assert s.schema["$schema"] == DIALECT and s.schema["additionalProperties"] is False
    properties = s.schema["properties"]
    assert properties["a"] == {**INT, "description": "The first one."}
    assert properties["b"]["description"] == "The others."
    assert properties["c"] == {"default": None}  # a hint that cannot be resolved says nothing
    assert list(s.schema["$defs"]) == [f"{__name__}.Node"]
    assert list(s.result["$defs"]) == [f"{__name__}.Pair"]


def test_what_kind_of_function_it_is():
    def numbers():
        yield 1

    async def later():
        pass

    async def numbers_later():
        yield 1

    @tool(supports_streaming=True)
    def marked():
        pass

    def anything(**more):
        pass

    told = {f: inspect_tool(f) for f in (numbers, later, numbers_later, marked, anything)}
    assert [f.__name__ for f, s in told.items() if s.streams] == [
        "numbers",
        "numbers_later",
        "marked",
    ]
    assert [f.__name__ for f, s in told.items() if s.is_async] == ["later"]
    assert [f.__name__ for f, s in told.items() if s.open] == ["anything"]
    assert told[anything].schema["additionalProperties"] is True


def test_a_default_that_is_no_json_is_left_out():
    def f(a=object(), b=float("inf"), c=(1,), d=1):  # noqa: B008
        pass

    properties = inspect_tool(f).schema["properties"]
    assert [n for n, p in properties.items() if "default" in p] == ["d"]


def test_positional_only_parameters_are_refused():
    def f(a, /, b):
        pass

    with pytest.raises(TypeError, match="parameters a are positional-only"):
        inspect_tool(f)
