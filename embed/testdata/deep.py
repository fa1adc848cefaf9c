"""Recurses while it is imported, as deep as Python lets it."""

import sys

from probe import recurse

sys.setrecursionlimit(1_000_000)
try:
    recurse(900_000)
except RecursionError:
    pass
