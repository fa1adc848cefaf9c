"""An adapter whose calls belong on one thread."""

import threading

import snakepit_host


class Adapter:
    thread_affinity = True

    def __init__(self):
        self.born = threading.get_ident()

    def here(self):
        return threading.get_ident()

    def birthplace(self):
        return self.born

    def places(self, n: int):
        for _ in range(n):
            yield threading.get_ident()

    def through_go(self):
        """What a Go tool finds that calls here() within this call."""
        return threading.get_ident(), snakepit_host.call_here()

    def spin(self, file):
        """Computes for ever."""
        try:
            with open(file, "a") as f:
                f.write("begun\n")
            while True:
                len("computing")
        finally:
            with open(file, "a") as f:
                f.write("cleaned up\n")
