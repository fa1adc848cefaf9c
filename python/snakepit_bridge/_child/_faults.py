"""Why a value cannot go to Go, and where in the whole it is: in the words of cgo/dump.c."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

ROOM = 511  # bytes of a path
MORE = "\u2026"  # stands for the outer steps that have no room

SEQUENCE, MAPPING, WHOLE = range(3)

Shape = int | Sequence[str]
"""How a container's members are reached: by index; by the key, which is every other member;
not at all, where the only member stands for the container; or by these names."""

Level = tuple[Iterator[Any], Sequence[Any], Shape, int]
"""A container that is being written: an iterator over its members, these, how they are
reached, and the container's id."""


class Unfit(Exception):
    """A value that cannot go to Go.

    Attributes:
        path: Where it is within the value that was to be sent: '[3]["name"]'.
        want: What was needed there.
        got: The type of what was there.
    """

    def __init__(self, path: str, want: str, got: str) -> None:
        super().__init__(path, want, got)
        self.path, self.want, self.got = path, want, got


class Refused(Exception):
    """Raised with what was wanted and the value in its place."""

    def __init__(self, want: str, value: Any) -> None:
        super().__init__(want)
        self.want, self.value = want, value


def unfit(refused: Refused, levels: Sequence[Level]) -> Unfit:
    return Unfit(_path(levels), refused.want, qualified(type(refused.value))[:159])


def _path(levels: Sequence[Level]) -> str:
    steps: list[str] = []
    room = ROOM
    for level in reversed(levels):
        step = _step(level)
        room -= len(step.encode())
        if room <= len(MORE.encode()):
            steps.append(MORE)
            break
        steps.append(step)
    return "".join(reversed(steps))


def _step(level: Level) -> str:
    """The step to the member that the iterator gave last."""
    iterator, members, shape, _ = level
    at = len(members) - iterator.__length_hint__() - 1  # type: ignore[attr-defined]
    if shape == SEQUENCE:
        return f"[{at}]"
    if shape == MAPPING:
        return _key_step(members[at - at % 2])
    return "" if isinstance(shape, int) else _key_step(shape[at])


def _key_step(key: Any) -> str:
    if type(key) is not str:
        return "[key]"
    try:
        return f'["{key.encode()[:80].decode(errors="ignore")}"]'
    except UnicodeEncodeError:
        return "[key]"


def qualified(cls: type) -> str:
    """The name of a class with its module, as PyType_GetFullyQualifiedName has it."""
    module, name = cls.__module__, cls.__qualname__
    if not isinstance(module, str) or module in ("builtins", "__main__"):
        return name
    return f"{module}.{name}"
