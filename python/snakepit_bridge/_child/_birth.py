"""What a child takes over from its host: descriptors, the environment, signals."""

from __future__ import annotations

import faulthandler
import os
import signal
from typing import Any, NamedTuple

LIFE, HANDSHAKE, ARENA, OWN = 3, 4, 5, 6  # descriptors


class Inherited(NamedTuple):
    """What the host said in the environment."""

    socket: str
    token: str
    threads: int
    areas: tuple[int, ...]  # the sizes of ARENA and OWN, or nothing


def take_over() -> Inherited:
    given = _environment()
    _hide_package()
    _descriptors(OWN if given.areas else HANDSHAKE)
    _signals()
    return given


def _environment() -> Inherited:
    """Read the host's variables, and see that grandchildren do not."""

    def take(name: str) -> str:
        return os.environ.pop(f"SNAKEPIT_{name}", "")

    take("WORKER")
    areas = tuple(int(size) for size in take("AREAS").split())
    return Inherited(take("SOCKET"), take("TOKEN"), int(take("THREADS") or 1), areas)


def _hide_package() -> None:
    """Other Pythons are not to find this package."""
    folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    rest = [path for path in paths if path and os.path.abspath(path) != folder]
    if rest:
        os.environ["PYTHONPATH"] = os.pathsep.join(rest)
    else:
        os.environ.pop("PYTHONPATH", None)


def _descriptors(last: int) -> None:
    """Close what is nobody's here, and pass on nothing but the standard streams."""
    for fd in range(LIFE, last + 1):
        os.set_inheritable(fd, False)
    for name in os.listdir("/dev/fd"):
        if int(name) > last:
            try:
                os.close(int(name))
            except OSError:  # the one that listed the folder
                pass


def _signals() -> None:
    """SIGINT is for the Go program. A handler, as those that are ignored are inherited.

    SIGUSR1, and what kills, leave the stacks of all threads on stderr.
    """
    signal.signal(signal.SIGINT, _ignore)
    faulthandler.enable(2, all_threads=True)
    faulthandler.register(signal.SIGUSR1, 2, all_threads=True)


def _ignore(number: int, frame: Any) -> None:
    pass
