"""What the suite does with tensors: consumers, producers, and producers that lie."""

import array
import ctypes
import mmap
import sys

import numpy as np

from snakepit_bridge import current_context

kept = []


def keep(value):
    kept.append(value)


def drop():
    global made
    made = None
    kept.clear()


def kept_sum():
    return float(sum(a.sum() for a in kept))


def ways(tensor):
    """The address that each consumer sees."""
    return [
        np.from_dlpack(tensor).ctypes.data,
        np.asarray(tensor).ctypes.data,
        np.frombuffer(memoryview(tensor), np.uint8).ctypes.data,
        tensor.address,
    ]


def facts(tensor):
    a = np.from_dlpack(tensor)
    return {
        "dtype": a.dtype.name,
        "shape": list(a.shape),
        "strides": [s // a.itemsize for s in a.strides],
        "writeable": bool(a.flags.writeable),
        "values": a.tolist(),
        "buffer": np.asarray(tensor).tolist(),
    }


def own(tensor):
    """What the tensor says of itself."""
    return [
        tensor.dtype,
        list(tensor.shape),
        list(tensor.strides),
        tensor.readonly,
        tensor.nbytes,
        repr(tensor),
    ]


def double(tensor):
    a = np.from_dlpack(tensor)
    a *= 2
    return a


def keep_array(tensor):
    keep(np.from_dlpack(tensor))


def kept_fill(value):
    kept[-1][...] = value


made = None


def made_shared(n):
    """Bytes in memory that Go sees without a copy."""
    global made
    made = current_context().empty((n,), "uint8")
    made[...] = 0
    return made


def made_at(i):
    return int(made[i])


def made_fill(value):
    made[...] = value


def is_made(a):
    return a is made


def zeros(n):
    return np.zeros(n, "uint8")


def keep_capsule(tensor):
    keep(tensor.__dlpack__(max_version=(1, 0)))


def same(a, b):
    return a is b


def arrays():
    """Arrays by name: what Go shall see of each is its tolist()."""
    base = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    frozen = np.arange(5)
    frozen.flags.writeable = False
    return {
        "c": base,
        "fortran": np.asfortranarray(base),
        "slice": base[:, 1:, ::2],
        "reversed": np.arange(6)[::-1],
        "transposed": base.transpose(2, 0, 1),
        "broadcast": np.broadcast_to(np.arange(3), (2, 3)),
        "scalar": np.array(7.5),
        "empty": np.empty((0, 3), dtype=np.int16),
        "frozen": frozen,
    }


def named(name):
    return arrays()[name]


def of_type(name):
    return np.array([0, 1, 2, 3]).astype(name)


def address(a):
    return np.asarray(a).ctypes.data


def buffers():
    mapped = mmap.mmap(-1, 4096)
    mapped[:3] = b"abc"
    return {
        "bytes": b"abc",
        "bytearray": bytearray(b"abc"),
        "array": array.array("h", [1, -2, 3]),
        "mmap": mapped,
        "view": memoryview(array.array("d", [0.5, 1.5])),
        "matrix": memoryview(bytes(range(6))).cast("B", (2, 3)),
    }


def buffer(name):
    return buffers()[name]


def no_tensors():
    """Arrays whose elements no tensor describes: they stay in Python."""
    return [
        np.array(["a"]),
        np.array([object()]),
        np.array([1], dtype=">i4"),
        np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        np.array(["2020-01-01"], dtype="M8[D]"),
    ]


def pair():
    return {"x": np.arange(3.0), "name": "pair", "more": [np.zeros(2, "i1"), b"raw"]}


def big_bytes(n):
    return b"x" * n


class Raises:
    def __dlpack__(self, **_):
        raise LookupError("this producer has nothing")

    def __dlpack_device__(self):
        return 1, 0


class Refuses(Raises):
    def __dlpack__(self, **_):
        raise BufferError("this producer gives no memory today")


class Returns(Raises):
    """A producer that returns what it was made with."""

    def __init__(self, capsule):
        self.capsule = capsule

    def __dlpack__(self, **_):
        return self.capsule


class Old(Raises):
    """A producer from before version 1."""

    def __init__(self, of):
        self.of = of

    def __dlpack__(self, stream=None):
        return self.of.__dlpack__()


class _Tensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("byte_offset", ctypes.c_uint64),
    ]


class _Versioned(ctypes.Structure):
    _fields_ = [
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("manager_ctx", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("t", _Tensor),
    ]


deleted = 0
_alive = []  # what the capsules point to


@ctypes.CFUNCTYPE(None, ctypes.c_void_p)
def _deleter(_):
    global deleted
    deleted += 1


def deletions():
    return deleted


def described(
    shape,
    strides=None,
    data=1,
    bits=32,
    code=2,
    lanes=1,
    ndim=None,
    major=1,
    offset=0,
    no_shape=False,
    device=1,
    deleter=True,
):
    """A managed tensor that says just this, whether it is true or not."""
    memory = (ctypes.c_float * 16)(*range(16))
    sizes = (ctypes.c_int64 * max(1, len(shape)))(*shape)
    steps = (ctypes.c_int64 * max(1, len(strides or ())))(*(strides or ()))
    address = ctypes.addressof
    m = _Versioned(major=major, deleter=ctypes.cast(_deleter, ctypes.c_void_p) if deleter else None)
    m.t = _Tensor(
        data=address(memory) if data == 1 else data,
        device_type=device,
        ndim=len(shape) if ndim is None else ndim,
        code=code,
        bits=bits,
        lanes=lanes,
        shape=None if no_shape else address(sizes),
        strides=address(steps) if strides else None,
        byte_offset=offset,
    )
    _alive.append((memory, sizes, steps, m))
    return m


def capsule(struct, name):
    new = ctypes.pythonapi.PyCapsule_New
    new.restype = ctypes.py_object
    new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    return new(ctypes.addressof(struct), name, None)


def forge(how):
    return Returns(capsule(described(**how), b"dltensor_versioned"))


class _Exchange(ctypes.Structure):
    _fields_ = [
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("prev_api", ctypes.c_void_p),
        ("allocate", ctypes.c_void_p),
        ("from_object", ctypes.c_void_p),
        ("to_object", ctypes.c_void_p),
        ("describe", ctypes.c_void_p),
        ("stream", ctypes.c_void_p),
    ]


@ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.POINTER(ctypes.c_void_p))
def _from_object(o, out):
    out[0] = ctypes.addressof(o.managed)
    return 0


_older = _Exchange(major=1, from_object=ctypes.cast(_from_object, ctypes.c_void_p))
_newer = _Exchange(major=2, prev_api=ctypes.addressof(_older))


class Exchanges(Raises):
    """A producer that offers C functions: those for version 1 behind newer ones."""

    __dlpack_c_exchange_api__ = capsule(_newer, b"dlpack_exchange_api")

    def __init__(self, how):
        self.managed = described(**how)


def consumed_twice(tensor):
    producer = Returns(tensor.__dlpack__(max_version=(1, 0)))
    np.from_dlpack(producer)
    try:
        np.from_dlpack(producer)
    except Exception as err:
        return type(err).__name__
    return ""


def used_capsule():
    producer = Returns(np.arange(3).__dlpack__(max_version=(1, 0)))
    np.from_dlpack(producer)
    return producer


def capsules(tensor):
    """What names the capsules have, by what the consumer asks for."""
    return [
        repr(tensor.__dlpack__(max_version=(1, 0))).split('"')[1],
        repr(tensor.__dlpack__(max_version=(2, 7))).split('"')[1],
        repr(tensor.__dlpack__(max_version=(0, 9))).split('"')[1],
        repr(tensor.__dlpack__()).split('"')[1],
    ]


def flags(tensor):
    """What the versioned capsule says besides the tensor."""
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype = ctypes.c_void_p
    pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
    held = tensor.__dlpack__(max_version=(1, 0))
    return _Versioned.from_address(pointer(held, b"dltensor_versioned")).flags


def copied(tensor):
    a = np.from_dlpack(tensor, copy=True)
    a[...] = 9
    return a.ctypes.data, a.tolist()


def refusals(tensor):
    """What it says to wrong arguments."""
    said = []
    for wrong in (
        {"stream": 5},
        {"dl_device": (2, 0)},
        {"dl_device": 1},
        {"max_version": "1"},
        {"max_version": ("a", "b")},
        {"unknown": 1},
    ):
        try:
            tensor.__dlpack__(**wrong)
            said.append("nothing")
        except Exception as err:
            said.append(type(err).__name__)
    return said


def views(tensor):
    """What the buffer protocol says to flags that ask for too much or too little."""
    said = []
    for flags in (0x1, 0x0, 0x8, 0x38, 0x58, 0x98):
        try:
            memory = (ctypes.c_char * 80)()
            ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(tensor), memory, flags)
            ctypes.pythonapi.PyBuffer_Release(memory)
            said.append("")
        except BufferError as err:
            said.append(str(err))
    return said


watched = np.zeros(3)


def half():
    """A result that fails when its array is written already."""
    return [watched, "\ud800"]


def wrong():
    """A result that is no list of numbers before its array is read."""
    return ["text", watched]


def references():
    return sys.getrefcount(watched)


class Adapter:
    """Tools whose hints name the arrays that they want."""

    def norm(self, vector: np.ndarray) -> float:
        assert type(vector) is np.ndarray
        return float(np.linalg.norm(vector))

    def scale(self, vector: np.ndarray, by: float = 2.0) -> np.ndarray:
        return vector * by
