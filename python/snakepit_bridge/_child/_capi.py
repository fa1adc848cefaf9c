"""Python's C functions. Not those of ctypes.pythonapi: everybody sees what is set there."""

from __future__ import annotations

import ctypes

api = ctypes.PyDLL(None)
