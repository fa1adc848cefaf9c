"""The tags of Data, as snakepit.proto numbers them."""

from __future__ import annotations

NONE, FALSE, TRUE, INT, BIG_INT, FLOAT, COMPLEX, STR, BYTES = range(9)
LIST, TUPLE, DICT, SET, FROZEN_SET, FLOATS, INTS = range(9, 16)
DATETIME = 16  # and the other kinds of snakepit_bridge._values, in their order
DECIMAL, UUID, ITERATOR = 20, 21, 22
MISSING, FIELDS, TENSOR, ARROW, OPAQUE = range(23, 28)
