"""Tensors between processes: the test is the host, with files of memory of its own."""

import array
import ctypes
import gc
import mmap
import os
import sys
import threading

import pytest

pytest.importorskip("google.protobuf", reason="the child's messages need protobuf")
np = pytest.importorskip("numpy", reason="tensors are looked at with numpy, which is missing")

from memory_support import PAGE, SIZE, base, ends, over  # noqa: E402

from snakepit_bridge import _memory  # noqa: E402
from snakepit_bridge._child import (  # noqa: E402
    _dlpack,
    _loans,
    _pages,
    _proto,
    _shm,
    _tensors,
)
from snakepit_bridge.session_context import SessionContext  # noqa: E402


def inline(values, dtype="f4", readonly=False, code=2):
    a = np.asarray(values, dtype)
    m = _proto.Tensor(code=code, bits=a.itemsize * 8, lanes=1, read_only=readonly)
    m.shape.extend(a.shape)
    m.inline = a.tobytes()
    return m


def address(a):
    return a.ctypes.data


def test_every_consumer_sees_the_memory(host):
    host.array(0, 8192, (2, 3))[...] = [[1, 2, 3], [4, 5, 6]]
    t = _tensors.tensor_in(host.lend(8192))
    at = base(0) + 8192
    seen = [np.asarray(t), np.from_dlpack(t), np.frombuffer(memoryview(t), "f4"), np.frombuffer(t)]
    assert [address(a) for a in seen] == [at] * 4
    assert t.address == at
    assert seen[0].tolist() == [[1, 2, 3], [4, 5, 6]]
    seen[1][0, 0] = 42
    assert host.array(0, 8192, (2, 3))[0, 0] == 42
    assert memoryview(t).tolist()[0] == [42, 2, 3]


def test_what_it_says_of_itself(host):
    t = _tensors.tensor_in(host.lend(shape=(2, 3), strides=(0, 1), n=12, read_only=True))
    assert (t.dtype, t.shape, t.strides, t.readonly) == ("float32", (2, 3), (0, 1), True)
    assert t.nbytes == 24
    assert repr(t) == "<tensor of Go's: float32, shape (2, 3)>"
    assert repr(type(t)) == "<class 'snakepit_bridge.Tensor'>"
    assert t.__dlpack_device__() == (1, 0)


@pytest.mark.parametrize(
    "n, offset, shape, strides, want",
    [
        (24, 0, (2, 3), (), [[0, 1, 2], [3, 4, 5]]),
        (24, 0, (3, 2), (1, 3), [[0, 3], [1, 4], [2, 5]]),
        (24, 20, (3,), (-2,), [5, 3, 1]),
        (4, 0, (), (), 0),
        (4, 0, (2, 2), (0, 0), [[0, 0], [0, 0]]),
        (0, 0, (0, 3), (), []),
    ],
)
def test_shapes(host, n, offset, shape, strides, want):
    host.array(0, PAGE, 6)[...] = range(6)
    t = _tensors.tensor_in(host.lend(PAGE, n, shape, strides=strides, offset=offset))
    assert np.asarray(t).tolist() == want
    assert np.from_dlpack(t).tolist() == want
    assert np.asarray(t).shape == np.from_dlpack(t).shape == shape


NAMES = [f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)]
NAMES += ["bool", "float16", "float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("name", NAMES)
def test_types(host, name):
    a = np.array([0, 1, 2, 3]).astype(name)
    m = _tensors.tensor_out(a, False)
    assert m.inline == a.tobytes() and not m.loan
    t = _tensors.tensor_in(m)
    assert t.dtype == name
    for back in (np.asarray(t), np.from_dlpack(t)):
        assert back.dtype == a.dtype and back.tolist() == a.tolist()


def test_types_without_a_name_in_the_buffer_protocol(host):
    t = _tensors.tensor_in(inline([1, 2], "u2", code=4))
    assert t.dtype == "bfloat16"
    with pytest.raises((BufferError, TypeError)):
        memoryview(t)
    assert _capsule_name(t.__dlpack__(max_version=(1, 0))) == "dltensor_versioned"
    back = _tensors.tensor_out(t, False)
    assert (back.code, back.bits, list(back.shape)) == (4, 16, [2])


def _capsule_name(capsule):
    return repr(capsule).split('"')[1]


def test_a_copy_is_python_s_own_and_aligned(host):
    m = inline([1, 2, 3])
    t = _tensors.tensor_in(m)
    a = np.asarray(t)
    assert a.flags.writeable and address(a) % 64 == 0
    a[0] = 9
    assert np.asarray(_tensors.tensor_in(m))[0] == 1


# Loans of Go's.


@pytest.mark.parametrize(
    "how",
    [
        lambda t: t,
        np.asarray,
        np.from_dlpack,
        memoryview,
        lambda t: memoryview(memoryview(t)),
        lambda t: np.frombuffer(t),
        lambda t: t.__dlpack__(max_version=(1, 0)),
        lambda t: t.__dlpack__(),
        lambda t: np.asarray(t)[1:, ::2].T,
        lambda t: np.from_dlpack(t)[0],
    ],
)
def test_a_loan_lasts_as_long_as_what_was_made_of_it(host, how):
    m = host.lend()
    made = how(_tensors.tensor_in(m))
    assert ends() == []
    del made
    assert ends() == [m.loan]
    assert ends() == []


def test_each_loan_ends_once(host):
    loans = []
    for _ in range(50):
        m = host.lend()
        t = _tensors.tensor_in(m)
        np.from_dlpack(t), np.asarray(t), t.__dlpack__()
        loans.append(m.loan)
    del t
    assert sorted(ends()) == loans


def test_a_deleter_that_runs_while_an_exception_is_raised(host):
    m = host.lend()
    with pytest.raises(TypeError, match=r"length-1|scalar"):
        int(np.from_dlpack(_tensors.tensor_in(m)))
    assert ends() == [m.loan]


def test_nonsense_is_refused_and_its_loan_ended(host):
    m = host.lend(shape=(2, 3), n=20)
    with pytest.raises(RuntimeError, match="leaves its memory"):
        _tensors.tensor_in(m)
    assert ends() == [m.loan]
    lost = _proto.Tensor(code=2, bits=32, lanes=1, same=999_999)
    lost.shape.append(3)
    with pytest.raises(RuntimeError, match="leaves its memory"):
        _tensors.tensor_in(lost)


def test_everybody_at_once(host):
    """Threads lend, keep for a while and give back, and each of them sends what has ended."""
    loans, ended, wrong = iter(range(1 << 20, 1 << 21)), [], []
    lock = threading.Lock()

    def work():
        for i in range(100):
            with lock:
                m = host.lend()
                m.loan = next(loans)
            kept = np.from_dlpack(_tensors.tensor_in(m))
            out = _tensors.tensor_out(kept[1], False)
            own = _memory.empty((i + 1, 500), "f4")
            own[...] = i
            sent = [out, _tensors.tensor_out(own, False), _tensors.tensor_out(np.zeros(999), False)]
            if own.min() != i or own.max() != i or not out.within:
                wrong.append(m)
            _shm.take_ends([message.loan for message in sent])
            del kept
            ended.extend(_shm.ends_to_send())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended += ends()
    assert not wrong
    assert sorted(ended) == list(range(1 << 20, (1 << 20) + 800))


# The protocol.


def test_capsules(host):
    t = _tensors.tensor_in(inline([1, 2]))
    versions = [{"max_version": (1, 0)}, {"max_version": (2, 7)}, {"max_version": (0, 9)}, {}]
    names = [_capsule_name(t.__dlpack__(**v)) for v in versions]
    assert names == ["dltensor_versioned"] * 2 + ["dltensor"] * 2


@pytest.mark.parametrize(
    "wrong, error",
    [
        ({"stream": 5}, BufferError),
        ({"dl_device": (2, 0)}, BufferError),
        ({"dl_device": 1}, TypeError),
        ({"max_version": "1"}, TypeError),
        ({"max_version": ("a", "b")}, TypeError),
        ({"unknown": 1}, TypeError),
    ],
)
def test_wrong_wishes(host, wrong, error):
    with pytest.raises(error):
        _tensors.tensor_in(inline([1, 2])).__dlpack__(**wrong)


def test_read_only(host):
    t = _tensors.tensor_in(host.lend(read_only=True))
    assert not np.asarray(t).flags.writeable
    assert not np.from_dlpack(t).flags.writeable
    with pytest.raises(BufferError, match="read-only"):
        t.__dlpack__()
    assert np.from_dlpack(_Legacy(t, copy=True)).shape == (2, 3), "a copy is anybody's"


class _Legacy:
    def __init__(self, of, **how):
        self.of, self.how = of, how

    def __dlpack__(self, **_):
        return self.of.__dlpack__(**self.how)

    def __dlpack_device__(self):
        return (1, 0)


def test_copies(host):
    host.array(0, 0, 6)[...] = range(6)
    t = _tensors.tensor_in(host.lend(shape=(3, 2), strides=(1, 3)))
    copied = (
        np.from_dlpack(t, copy=True)
        if np.__version__ >= "2.1"
        else np.from_dlpack(_Legacy(t, copy=True))
    )
    assert copied.tolist() == [[0, 3], [1, 4], [2, 5]]
    copied[...] = 9
    assert host.array(0, 0, 6).tolist() == [0, 1, 2, 3, 4, 5]


def test_padded_elements_are_no_tensor_of_old(host):
    m = _proto.Tensor(code=17, bits=4, lanes=1, inline=b"\0\1")
    m.shape.append(2)
    t = _tensors.tensor_in(m)
    assert t.dtype == "float4_e2m1fn" and t.nbytes == 2
    with pytest.raises(BufferError, match=r"before DLPack 1\.0"):
        t.__dlpack__()
    held = t.__dlpack__(max_version=(1, 0))
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.argtypes, pointer.restype = (ctypes.py_object, ctypes.c_char_p), ctypes.c_void_p
    flags = _dlpack.ManagedVersioned.from_address(pointer(held, b"dltensor_versioned")).flags
    assert flags == _dlpack.PADDED


@pytest.mark.skipif(sys.version_info < (3, 12), reason="before 3.12 the words are memoryview's")
def test_buffers_that_cannot_be_had(host):
    wide = _tensors.tensor_in(host.lend(shape=(3, 2), strides=(0, 1), n=8, read_only=True))
    said = []
    for flags in (0x1, 0x0, 0x8, 0x38, 0x58, 0x98):
        with pytest.raises(BufferError) as caught:
            ctypes.pythonapi.PyObject_GetBuffer(
                ctypes.py_object(wide), (ctypes.c_char * 80)(), flags
            )
        said.append(str(caught.value).replace("the tensor is ", ""))
    assert said == [
        "read-only", "not contiguous", "not contiguous", "not C-contiguous",
        "not Fortran-contiguous", "not contiguous",
    ]  # fmt: skip


def test_buffers_of_all_kinds(host):
    """The functions are those of other code too, which may call them with other types."""
    t = _tensors.tensor_in(inline([1, 2]))
    for flags in (0x1, 0x0, 0x8, 0x38, 0x58, 0x98):
        memory = (ctypes.c_char * 80)()
        ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(t), memory, flags)
        ctypes.pythonapi.PyBuffer_Release(memory)


# To Go.


def test_a_view_of_go_s_memory_goes_back_as_such(host):
    m = host.lend(PAGE)
    a = np.asarray(_tensors.tensor_in(m))
    out = _tensors.tensor_out(a[::-1, 1:], False)
    assert (out.block.area, out.block.offset, out.block.length) == (0, PAGE + 4, 20)
    assert (out.within, out.offset) == (m.loan, 12)
    assert list(out.shape) == [2, 2] and list(out.strides) == [-3, 1]
    assert out.loan and not out.copied
    del a
    assert ends() == [], "the loan is kept until Go has its own"
    over(out)
    assert ends() == [m.loan]


def test_go_s_tensor_itself_goes_back(host):
    m = host.lend()
    t = _tensors.tensor_in(m)
    out = _tensors.tensor_out(t, False)
    assert out.within == m.loan
    again = _proto.Tensor(same=out.loan)
    assert _tensors.tensor_in(again) is t
    over(out)


def test_within_one_of_many_loans(host):
    whole, part = host.lend(0, 4096, (1024,)), host.lend(1024, 1024, (256,))
    kept = [np.asarray(_tensors.tensor_in(m)) for m in (whole, part)]
    out = _tensors.tensor_out(kept[0][512:], False)
    assert out.within == whole.loan
    over(out)
    inside = _tensors.tensor_out(kept[1], False)
    assert inside.within in (whole.loan, part.loan)
    over(inside)


def test_small_arrays_are_copied(host):
    frozen = np.arange(6, dtype="i2").reshape(2, 3)[:, ::-1]
    frozen.flags.writeable = False
    out = _tensors.tensor_out(frozen, False)
    assert out.read_only and not out.loan and list(out.strides) == []
    assert np.asarray(_tensors.tensor_in(out)).tolist() == frozen.tolist()


def test_large_arrays_are_copied_to_where_go_sees_them(host):
    a = np.arange(10000, dtype="f8").reshape(100, 100).T
    out = _tensors.tensor_out(a, False)
    block = out.block
    assert out.copied and out.loan and (block.area, block.length) == (1, 80000)
    assert host.array(1, block.offset, (100, 100), "f8").tolist() == a.tolist()
    host.array(1, block.offset, (100, 100), "f8")[0, 0] = 7
    back = _tensors.tensor_in(_proto.Tensor(same=out.loan))
    assert np.asarray(back)[0, 0] == 7, "what Go wrote is what Python gets"
    over(out)
    assert np.asarray(back)[0, 0] == 7, "as long as it is needed"


def test_an_array_made_for_go_is_not_copied(host):
    a = SessionContext().empty((3, 5000), "f4")
    a[...] = 1.5
    out = _tensors.tensor_out(a[1:], False)
    assert not out.copied and out.loan and out.block.area == 1
    assert host.array(1, out.block.offset, (2, 5000)).sum() == 15000
    assert _tensors.tensor_in(_proto.Tensor(same=out.loan)).base is not None
    del a
    gc.collect()
    free = sum(_shm.free_pages())
    over(out)
    assert sum(_shm.free_pages()) == free + -(-60000 // PAGE)


def test_empty_arrays_everywhere(host, monkeypatch):
    assert _memory.empty((0, 3), "i8").shape == (0, 3)
    assert _memory.empty(5, "f4").shape == (5,)
    assert _memory.empty((), "f4").shape == ()
    assert _memory.empty((2,), object).tolist() == [None, None]
    assert _memory.empty((SIZE,), "f8").nbytes == 8 * SIZE, "where there is no room, elsewhere"
    monkeypatch.delitem(sys.modules, "snakepit_bridge._child._shm")
    assert _shm.locate(address(_memory.empty((10000,), "f4")), 1) is None


def test_what_will_not_be_sent_is_taken_back(host):
    watched = np.zeros(10000)
    before = sys.getrefcount(watched)
    _tensors.taken_back(_tensors.tensor_out(watched, False))
    own = SessionContext().empty(10000)
    _tensors.taken_back(_tensors.tensor_out(own, False))
    _tensors.taken_back(_tensors.tensor_out(np.zeros(1), False))
    assert sys.getrefcount(watched) == before


def test_bytes_and_their_kind(host):
    for value, writable in ((b"abc", False), (bytearray(b"abc"), True)):
        assert _tensors.tensor_out(value, False) is None
        out = _tensors.tensor_out(value, True)
        assert (out.code, out.bits, out.inline, not out.read_only) == (1, 8, b"abc", writable)
    assert _tensors.tensor_out(memoryview(b"abc"), False) is None
    assert list(_tensors.tensor_out(memoryview(bytes(6)).cast("B", (2, 3)), True).shape) == [2, 3]
    assert _tensors.tensor_out(array.array("h", [1, -2]), False).inline == b"\1\0\xfe\xff"
    assert len(_tensors.tensor_out(mmap.mmap(-1, 100), False).inline) == 100
    large = bytearray(1 << 20)
    assert _tensors.tensor_out(large, True).copied
    large.append(1)  # nothing holds it
    over(_proto.Tensor(loan=max(_loans._lent)))


def test_what_no_tensor_describes(host):
    for unfit in (
        np.array(["a"]),
        np.array([object()]),
        np.array([1], dtype=">i4"),
        np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        np.array(["2020-01-01"], dtype="M8[D]"),
    ):
        assert _tensors.tensor_out(unfit, False) is None
        with pytest.raises((BufferError, ValueError)):
            _tensors.tensor_out(unfit, True)
    assert _tensors.tensor_out("text", True) is None
    assert _tensors.tensor_out(np.float32(1), False) is None


# Allocation.


def test_blocks_are_used_again(host):
    first = _shm.take(3 * PAGE)
    at = first.address
    del first
    assert _shm.take(3 * PAGE).address == at
    assert _shm.take(SIZE + 1) is None
    assert _shm.take(SIZE).address == base(1), "all of it is one piece again"


def test_memory_goes_back_to_the_system(host):
    block = _shm.take(SIZE)
    ctypes.memset(block.address, 1, SIZE)
    assert host.memory(1) >= SIZE
    del block
    _shm.tidy()
    used, _ = _shm.free_pages()
    assert used * PAGE <= SIZE // 8
    assert host.memory(1) <= SIZE // 8


def test_pages_are_given_once():
    import random

    r = random.Random(1)
    punched = []
    pages = _pages.Pages(512, 64, lambda first, n: punched.append(n) or True)
    given = {}
    for _ in range(5000):
        if given and r.random() < 0.5:
            first = r.choice(list(given))
            pages.give(first, given.pop(first))
        elif (first := pages.take(n := r.randint(1, 40))) is not None:
            assert all(first + n <= f or f + k <= first for f, k in given.items())
            given[first] = n
        assert pages.used.pages + pages.fresh.pages + sum(given.values()) == 512
        assert pages.used.pages <= 64
    for first, n in given.items():
        pages.give(first, n)
    assert pages.take(512) == 0 and punched


def test_a_system_that_takes_no_pages_back():
    pages = _pages.Pages(8, 1, lambda first, n: False)
    pages.give(pages.take(8), 8)
    assert pages.used.pages == 8 and pages.take(8) == 0


def test_a_forked_process_leaves_the_memory_alone(host):
    if not hasattr(os, "fork"):
        pytest.skip("this system has no fork")
    pid = os.fork()
    if pid == 0:
        ok = _shm.take(PAGE) is None and _memory.empty(9, "f4").shape == (9,)
        os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_without_shared_memory(host, monkeypatch):
    monkeypatch.setattr(_shm, "_areas", ())
    monkeypatch.setattr(_shm, "_given", ())
    monkeypatch.setattr(_shm, "_pages", None)
    out = _tensors.tensor_out(np.zeros(10000), False)
    assert len(out.inline) == 80000 and not out.loan
    assert np.asarray(_tensors.tensor_in(out)).sum() == 0
