"""Messages too large to be sent in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from snakepit_bridge._child import _ends
from snakepit_bridge._child._proto import Part


def joined(raws: Iterable[bytes], kind: Any) -> Iterator[tuple[str | None, Any]]:
    """The messages of a stream, each with the name of what is in it."""
    pieces: list[bytes] = []
    for raw in raws:
        message = kind.FromString(raw)
        what = message.WhichOneof("what")
        if what == "part":
            pieces.append(message.part.data)
            if not message.part.last:
                continue
            whole, pieces = b"".join(pieces), []
            message = kind.FromString(whole)
            what = message.WhichOneof("what")
        if message.HasField("ends"):
            _ends.take(message.ends)
        yield what, message


def cut(message: Any, chunk: int) -> Iterable[bytes]:
    """A message as it is sent, with the loans that are over."""
    _ends.put(message)
    raw: bytes = message.SerializeToString()
    return (raw,) if len(raw) <= chunk else _pieces(raw, chunk, type(message))


def _pieces(raw: bytes, chunk: int, kind: Any) -> Iterator[bytes]:
    for at in range(0, len(raw), chunk):
        part = Part(data=raw[at : at + chunk], last=at + chunk >= len(raw))
        yield kind(part=part).SerializeToString()
