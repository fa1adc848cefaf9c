"""The child process of the process profile: ``python -m snakepit_bridge.worker``."""

from __future__ import annotations

import os
import sys

MAGIC = "snakepit-worker-1"

ALONE = (
    "snakepit_bridge.worker is the child process of a Go program that uses Snakepit; "
    "the program starts it, it is of no use alone."
)


def main() -> None:
    if os.environ.get("SNAKEPIT_WORKER") != MAGIC:
        print(ALONE, file=sys.stderr)
        raise SystemExit(2)
    if not getattr(sys.flags, "safe_path", False):  # Python 3.11
        del sys.path[0]  # the folder that we were started in: no place for modules
    from snakepit_bridge._child import _start

    _start.run()


if __name__ == "__main__":
    main()
