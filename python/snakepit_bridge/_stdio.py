"""sys.stdout and sys.stderr that pass whole lines on.

The text of one thread goes out line by line, so that lines of several threads do
not mix. An unfinished line goes out when the outermost call on that thread ends;
a thread that is in no call of Go's, when it is written. So nothing is lost when
the Go program exits, however it does.

The streams of CPython are not used for text: writing to one from several threads
is not safe in free-threaded 3.13.
"""

from __future__ import annotations

import io
import os
import sys
from _thread import _local
from collections.abc import Callable
from typing import Any

Emit = Callable[[bytes], None]


class LineStream(io.TextIOBase):
    """A text stream that hands whole lines to emit(bytes)."""

    encoding = "utf-8"

    def __init__(
        self, name: str, fd: int, emit: Emit, errors: str, in_call: Callable[[], bool]
    ) -> None:
        self.name, self._fd, self._emit = name, fd, emit
        self._errors, self._in_call, self._held = errors, in_call, _local()
        self.buffer = _Bytes(self)

    @property
    def errors(self) -> str:  # type: ignore[override]
        return self._errors

    @property
    def line_buffering(self) -> bool:
        return True

    @property
    def mode(self) -> str:
        return "w"

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fd

    def isatty(self) -> bool:
        return os.isatty(self._fd)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.write_bytes(text.encode("utf-8", self._errors))
        return len(text)

    def write_bytes(self, data: bytes) -> None:
        held = getattr(self._held, "data", b"")
        lines, newline, rest = (held + data).rpartition(b"\n")
        if rest and not self._in_call():
            newline, rest = newline + rest, b""
        self._held.data = rest
        if newline:
            self._emit(lines + newline)

    def flush(self) -> None:
        rest = getattr(self._held, "data", b"")
        if rest:
            self._held.data = b""
            self._emit(rest)

    def reconfigure(self, **kwargs: Any) -> None:
        self._errors = kwargs.get("errors") or self._errors


class _Bytes(io.RawIOBase):
    """The stream's .buffer: bytes go the way of the text."""

    def __init__(self, stream: LineStream) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()

    def write(self, data: Any) -> int:
        given = bytes(data)
        self._stream.write_bytes(given)
        return len(given)

    def flush(self) -> None:
        self._stream.flush()


def to_fd(fd: int) -> Emit:
    def emit(data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]

    return emit


def install(out: Emit | None, err: Emit | None, in_call: Callable[[], bool]) -> None:
    """Replace the standard streams; out and err are emit functions or None for the fd.

    sys.__stdout__ and sys.__stderr__ too: the ones of CPython hold text back that is
    lost when the Go program exits, and code that restores sys.stdout from there would
    leave ours.
    """
    for name, fd, errors, emit in (
        ("stdout", 1, "surrogateescape", out or to_fd(1)),
        ("stderr", 2, "backslashreplace", err or to_fd(2)),
    ):
        stream = getattr(sys, f"__{name}__")
        if isinstance(stream, LineStream):  # a later runtime: whoever kept it follows
            stream._emit, stream._in_call = emit, in_call
        else:
            stream = LineStream(f"<{name}>", fd, emit, errors, in_call)
            setattr(sys, f"__{name}__", stream)
        setattr(sys, name, stream)


def flush() -> None:
    """Pass on the unfinished lines of this thread, and what user code put in place."""
    streams: tuple[Any, ...] = (sys.__stdout__, sys.__stderr__)
    if sys.stdout is not sys.__stdout__ or sys.stderr is not sys.__stderr__:
        streams = (*streams, sys.stdout, sys.stderr)
    for stream in streams:
        try:
            stream.flush()
        except Exception:
            pass
