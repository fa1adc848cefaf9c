# Made by "snakepit gen stubs"; do not edit.
"""Tools of the Go program."""

import datetime
import decimal
import uuid
from typing_extensions import Any, NotRequired, TypedDict

class StubPoint(TypedDict):
    x: float
    y: NotRequired[float | None]

_1 = TypedDict("_1", {"two words": int})

class StubTree(TypedDict):
    children: list[StubTree]
    value: int

# int has no name that fits here: context.call_host_tool("int")

def keyword(**kwargs: Any) -> Any:
    ...

def move(at: StubPoint) -> StubPoint:
    """Say \"where\".
    Or a \\ here.
    """
    ...

# not.a-name has no name that fits here: context.call_host_tool("not.a-name")

def nothing() -> None:
    ...

def odd(p: _1) -> list[StubPoint]:
    ...

def open(**kwargs: int) -> set[Any]:
    ...

def scalars(i: int, f: float, s: str, b: bool, raw: bytes, when: datetime.datetime, day: datetime.date, id: uuid.UUID, d: decimal.Decimal, long: datetime.timedelta, any: Any, list: list[int], map: dict[str, list[str]], opt: int | None = ..., late: int = ...) -> tuple[Any, ...]:
    """Takes all there is.

    Args:
        late: comes last
    """
    ...

def walk(tree: StubTree) -> dict[str, StubTree]:
    ...
