"""Takes its time to be imported."""

import time

time.sleep(0.1)


def f():
    return 1
