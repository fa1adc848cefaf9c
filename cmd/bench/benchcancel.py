import time


def spin():
    n = 0
    while True:
        n += 1


def prepare():
    """Whether there is numpy, whose arrays take seconds."""
    global matrix, eigenvalues
    try:
        import numpy
    except ImportError:
        return False
    matrix = numpy.random.default_rng(1).random((1000, 1000))
    eigenvalues = numpy.linalg.eigvals
    eigenvalues(matrix[:9, :9])
    return True


def compute():
    eigenvalues(matrix)


def sleep():
    time.sleep(2)
