"""An adapter with state in its module."""

import os

state = []


def meet(fd):
    """Wait for a byte from fd; return what is this worker's own."""
    os.read(fd, 1)
    return id(state)


def add(x):
    state.append(x)
    return len(state)


class Tools:
    def __init__(self):
        self.mine = []

    def meet(self, fd):
        os.read(fd, 1)
        return id(state), id(self)

    def add(self, x):
        self.mine.append(x)
        return len(self.mine)
