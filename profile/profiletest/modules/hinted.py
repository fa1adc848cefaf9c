"""Tools with one kind of type hint each; each says what it was given."""

import enum
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NamedTuple, Optional, TypedDict, Union


@dataclass
class Leaf:
    name: str
    weight: float = 1.0
    tags: list[str] = field(default_factory=list)


@dataclass
class Tree:
    leaf: Leaf
    next: Optional["Tree"] = None


class Options(TypedDict, total=False):
    width: int


class Pair(NamedTuple):
    left: int
    right: str = "r"


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


ran = 0


def said(value: Any) -> str:
    global ran
    ran += 1
    return f"{type(value).__name__} {value!r}"


def of_dataclass(v: Tree) -> str:
    return said(v.leaf) + (" and more" if v.next else "")


def of_typeddict(v: Options) -> str:
    return said(v)


def of_namedtuple(v: Pair) -> str:
    return said(v)


def of_enum(v: Colour) -> str:
    return said(v)


def of_literal(v: Literal["a", 1, None]) -> str:
    return said(v)


def of_optional(v: Optional[int] = None) -> str:
    return said(v)


def of_union(v: Union[int, list[str]]) -> str:
    return said(v)


def of_annotated(v: Annotated[int, "how many"]) -> str:
    return said(v)


async def of_coroutine(v: Pair) -> str:
    return said(v)


def how_many() -> int:
    return ran
