"""A host's files of memory, for tests of what the child does with them."""

import gc
import mmap
import os
import sys

import numpy as np
import pytest

from snakepit_bridge._child import _loans, _proto, _shm

if not hasattr(os, "memfd_create"):
    pytest.skip("this system has no files of memory", allow_module_level=True)

SIZE = 16 << 20
PAGE = _shm.PAGE
FLOAT = _proto.Tensor(code=2, bits=32, lanes=1)


class Host:
    """The host's view of both areas."""

    def __init__(self):
        self.files = [os.memfd_create(name) for name in ("host", "own")]
        for file in self.files:
            os.truncate(file, SIZE)
        self.maps = [mmap.mmap(file, SIZE) for file in self.files]
        self.last = 0
        _shm.open_areas((SIZE, SIZE), [os.dup(file) for file in self.files])

    def array(self, area, offset, shape, dtype="f4"):
        return np.ndarray(shape, dtype, buffer=self.maps[area], offset=offset)

    def lend(self, at=0, n=None, shape=(2, 3), **more):
        """A tensor in area 0, with a new loan."""
        self.last += 1
        m = _proto.Tensor()
        m.CopyFrom(FLOAT)
        m.shape.extend(shape)
        m.loan = self.last
        m.block.area, m.block.offset = 0, at
        m.block.length = n if n is not None else 4 * int(np.prod(shape))
        m.strides.extend(more.pop("strides", ()))
        for name, value in more.items():
            setattr(m, name, value)
        return m

    def memory(self, area):
        """How many bytes the system has for an area."""
        return os.fstat(self.files[area]).st_blocks * 512


def watched(areas):
    """The areas, which a test must leave as it found them."""
    gc.collect()
    _shm.ends_to_send()
    kept = len(_loans._lent)
    free = _shm.free_pages()
    yield areas
    gc.collect()
    ended = _shm.ends_to_send()
    assert len(set(ended)) == len(ended)
    exporting = sys.modules.get("snakepit_bridge._child._exporting")
    assert exporting is None or not exporting._kept
    assert not _loans.exports and not _loans._leases and not _loans._starts
    assert len(_loans._lent) == kept
    assert sum(_shm.free_pages()) == sum(free), "area 1 is as free as before"


def ends():
    gc.collect()
    return _shm.ends_to_send()


def over(message):
    """Go is done with what a message lent."""
    _shm.take_ends([message.loan])


def base(area):
    return _shm.areas()[area].base
