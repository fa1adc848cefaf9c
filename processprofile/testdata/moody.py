"""An adapter that loads unless a file is there, and notes when it was asked to."""

import os
import time

folder = os.environ["MOODY"]
with open(f"{folder}/starts", "a") as file:
    file.write(f"{time.time_ns()}\n")
if os.path.exists(f"{folder}/moody"):
    raise RuntimeError("not today")


def pid() -> int:
    return os.getpid()
