"""The one line that a child tells its host beside gRPC."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, NoReturn

from snakepit_bridge import _guard
from snakepit_bridge._child._birth import HANDSHAKE

VERSION = 1  # of the protocol; the oldest that is spoken
OLDEST = 1
FAILED = 3  # the exit status


def _tell(facts: dict[str, Any]) -> None:
    line = json.dumps({"snakepit": 1, **facts}) + "\n"
    try:
        os.write(HANDSHAKE, line.encode())
        os.close(HANDSHAKE)
    except OSError:  # the host is gone
        pass


def succeed(grpc_version: str) -> None:
    _tell(
        {
            "version": VERSION,
            "pid": os.getpid(),
            "python": python(),
            "executable": sys.executable,
            "gil": _guard.gil_enabled(),
            "free_threaded": free_threaded(),
            "grpc": grpc_version,
        }
    )


def fail(sentence: str) -> NoReturn:
    _tell({"error": sentence})
    os._exit(FAILED)


def python() -> str:
    return sys.version.split()[0]


def free_threaded() -> bool:
    return "free-threading" in sys.version
