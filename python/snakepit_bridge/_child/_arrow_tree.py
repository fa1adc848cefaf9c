"""The trees of structs that a message of the Go program's describes. It is believed."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from snakepit_bridge._child import _buffer, _shm
from snakepit_bridge._child._arrow_export import Node, Tree

_ALIGN = 64  # what vector instructions and other libraries want

_zeros = (ctypes.c_uint8 * (2 * _ALIGN))()
_ZERO = -(-ctypes.addressof(_zeros) // _ALIGN) * _ALIGN  # where empty buffers are


class Texts:
    """C strings, and other bytes, one behind the other."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> int:
        """Where the piece will be, from the beginning."""
        at = self._size
        self._pieces.append(piece)
        self._size += len(piece)
        return at

    def place(self, align: int = 1) -> tuple[Any, int]:
        """What keeps them, and where they begin."""
        memory = bytearray(self._size + align)
        start = _buffer.address_of(memory)
        skip = -start % align
        memory[skip : skip + self._size] = b"".join(self._pieces)
        return memory, start + skip


def _walk(message: Any, visit: Callable[[Any, tuple[int, ...], int], Node]) -> list[Node]:
    """Visit all messages of a tree, with the places of their children."""
    found: list[Any] = [message]
    below: list[tuple[tuple[int, ...], int]] = []
    for each in found:
        first = len(found)
        found.extend(each.children)
        children = tuple(range(first, len(found)))
        dictionary = 0
        if each.HasField("dictionary"):
            dictionary = len(found)
            found.append(each.dictionary)
        below.append((children, dictionary))
    return [visit(each, *places) for each, places in zip(found, below, strict=True)]


def schema(message: Any) -> tuple[Tree, Any]:
    """The structs of a schema, and what keeps the memory that they point at."""
    texts = Texts()

    def visit(each: Any, children: tuple[int, ...], dictionary: int) -> Node:
        format_, name = texts.add(each.format + b"\0"), texts.add(each.name + b"\0")
        metadata = texts.add(each.metadata) if each.metadata else -1
        return Node((format_, name, metadata, each.flags), (), children, dictionary)

    nodes = _walk(message, visit)
    memory, start = texts.place()

    def moved(node: Node) -> Node:
        *places, flags = node.head
        return node._replace(head=(*(start + at if at >= 0 else 0 for at in places), flags))

    return [moved(node) for node in nodes], memory


class Pieces:
    """The buffers of an array, as a message tells where they are."""

    def __init__(self) -> None:
        self._inline = Texts()
        self.shared: list[tuple[int, int]] = []  # where pieces of memory of Go's start; lengths

    def add(self, message: Any) -> int:
        """The address of a buffer; one that is negative is yet to be moved."""
        if message.absent:
            return 0
        if message.WhichOneof("data") == "block":
            block = message.block
            start: int = _shm.areas()[block.area].base + block.offset
            self.shared.append((start, block.length))
            return start
        data = message.inline
        if not data:
            return _ZERO
        return -1 - self._inline.add(data + bytes(-len(data) % _ALIGN))

    def place(self) -> tuple[Any, int]:
        return self._inline.place(_ALIGN)


def array(message: Any) -> tuple[Tree, Any, list[tuple[int, int]]]:
    """The structs of an array, what keeps its inline buffers, and where the others are."""
    pieces = Pieces()

    def visit(each: Any, children: tuple[int, ...], dictionary: int) -> Node:
        head = each.length, each.null_count, each.offset
        return Node(head, tuple(map(pieces.add, each.buffers)), children, dictionary)

    nodes = _walk(message, visit)
    memory, start = pieces.place()

    def moved(node: Node) -> Node:
        return node._replace(buffers=tuple(a if a >= 0 else start - 1 - a for a in node.buffers))

    return [moved(node) for node in nodes], memory, pieces.shared
