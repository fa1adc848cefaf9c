"""Arrow's structs as consumers get them: made anew for each, over memory that is kept
until all of them are released."""

from __future__ import annotations

import ctypes
import struct
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from snakepit_bridge._child import _arrow_c, _arrow_release, _loans


class Node(NamedTuple):
    """A struct of a tree, which is a list that begins with the outermost.

    Attributes:
        head: What is in front of the pointers: numbers, or addresses.
        buffers: The addresses of an array's buffers.
        children: The places of the children in the list.
        dictionary: The place of the dictionary's values, or 0.
    """

    head: tuple[int, ...]
    buffers: tuple[int, ...]
    children: tuple[int, ...]
    dictionary: int


Tree = Sequence[Node]

_SCHEMA = struct.Struct("=3Q2q4Q")
_ARRAY = struct.Struct("=5q5Q")
_SIZES: dict[type[Any], int] = {_arrow_c.Schema: _SCHEMA.size, _arrow_c.Array: _ARRAY.size}


class _Nobody:
    __slots__ = ("capsule",)


_nobody = _Nobody()
_nobody.capsule = object()  # type: ignore[attr-defined]
_alone = sys.getrefcount(_nobody.capsule)  # type: ignore[attr-defined]


class Export:
    """What one consumer has. Each struct has a byte here, at its private data, that its
    release callback writes.

    Attributes:
        memory: The bytes, then the structs, then lists of pointers.
        base: Where it is.
        start: Where the outermost struct is.
        keeps: What keeps the memory that the structs point at.
        capsule: That of the outermost struct; None if it is elsewhere.
    """

    __slots__ = ("_kind", "_parents", "base", "capsule", "keeps", "memory", "start")

    def __init__(self, kind: type[Any], size: int, parents: Sequence[int], keeps: Any) -> None:
        self._kind, self._parents, self.keeps = kind, parents, keeps
        self.memory = (ctypes.c_uint64 * (size // 8))()
        self.base = ctypes.addressof(self.memory)
        self.start = self.base + _room(len(parents))
        self.capsule: Any = None

    def wrap(self) -> Any:
        """A capsule of the outermost struct."""
        self.capsule = made = _arrow_c.capsule(self._kind, self.start)
        _loans.export(self)
        return made

    def move(self, to: int) -> None:
        """Put the outermost struct where a consumer wants it."""
        ctypes.memmove(to, self.start, ctypes.sizeof(self._kind))
        self._kind.from_address(self.start).release = None
        _loans.export(self)

    def over(self) -> bool:
        """Whether the consumer is done with all structs."""
        if self.capsule is not None:
            if sys.getrefcount(self.capsule) > _alone:
                return False  # who has released a struct still looks whether it is
            if self._holds(0):  # nobody moved the struct out, nor will
                return True
            self.capsule = None
        return self._noted(0) and self._all_noted()

    def _all_noted(self) -> bool:
        """Structs within another are released with it, unless they were moved elsewhere."""
        done = [True] * len(self._parents)
        for i in range(1, len(done)):
            done[i] = self._noted(i) or (done[self._parents[i]] and self._holds(i))
        return all(done)

    def _noted(self, i: int) -> bool:
        return bool(ctypes.c_uint8.from_address(self.base + i).value)

    def _holds(self, i: int) -> bool:
        """Whether a struct is still here, and not released."""
        return bool(self._kind.from_address(self.start + i * ctypes.sizeof(self._kind)).release)


def _room(n: int) -> int:
    return (n + 7) // 8 * 8


def _parents(tree: Tree) -> list[int]:
    parents = [0] * len(tree)
    for i, node in enumerate(tree):
        for child in node.children:
            parents[child] = i
        if node.dictionary:
            parents[node.dictionary] = i
    return parents


def export(kind: type[Any], tree: Tree, keeps: Any) -> Export:
    """Make the structs of a tree."""
    size = _SIZES[kind]
    pointers = sum(len(node.buffers) + len(node.children) for node in tree)
    room = _room(len(tree)) + size * len(tree) + 8 * pointers
    made = Export(kind, room, _parents(tree), keeps)
    memory, structs = made.memory, made.start - made.base
    at = structs + size * len(tree)
    for i, node in enumerate(tree):
        buffers, at = _list(memory, at, made.base, node.buffers)
        children = [made.start + size * child for child in node.children]
        listed, at = _list(memory, at, made.base, children)
        values = made.start + size * node.dictionary if node.dictionary else 0
        tail = (listed, values, _arrow_release.of[kind], made.base + i)
        if kind is _arrow_c.Schema:
            _SCHEMA.pack_into(memory, structs + i * size, *node.head, len(children), *tail)
        else:
            counts = len(node.buffers), len(children)
            _ARRAY.pack_into(memory, structs + i * size, *node.head, *counts, buffers, *tail)
    return made


def _list(memory: Any, at: int, base: int, pointers: Sequence[int]) -> tuple[int, int]:
    """Write pointers one behind the other: their address, and where there is room next."""
    if not pointers:
        return 0, at
    struct.pack_into(f"={len(pointers)}Q", memory, at, *pointers)
    return base + at, at + 8 * len(pointers)
