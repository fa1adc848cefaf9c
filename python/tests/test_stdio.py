import io
import sys
import threading

import pytest

from snakepit_bridge import _stdio


class Call:
    """Whether the thread is inside a call of Go's."""

    inside = False

    def __call__(self):
        return self.inside


@pytest.fixture
def stream():
    out = []
    call = Call()
    s = _stdio.LineStream("<test>", 1, out.append, "surrogateescape", call)
    s.out, s.call = out, call
    return s


def test_whole_lines_go_out_and_the_rest_waits_in_a_call(stream):
    stream.call.inside = True
    print("one", "two", file=stream)
    print("thr", end="", file=stream)
    assert stream.out == [b"one two\n"]
    print("ee\nfour", end="", file=stream)
    assert stream.out == [b"one two\n", b"three\n"]
    stream.flush()
    assert stream.out[-1] == b"four"


def test_outside_a_call_nothing_waits(stream):
    stream.write("half a line")
    assert stream.out == [b"half a line"]


def test_threads_do_not_mix_lines(stream):
    stream.call.inside = True

    def work(name):
        for i in range(100):
            print(name, i, file=stream)

    threads = [threading.Thread(target=work, args=(c * 10,)) for c in "abc"]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    lines = b"".join(stream.out).splitlines()
    assert len(lines) == 300 and all(len(set(line.split()[0])) == 1 for line in lines)


def test_bytes_and_text_share_the_way(stream):
    stream.buffer.write(b"\xff\n")
    assert stream.out == [b"\xff\n"]
    with pytest.raises(TypeError):
        stream.write(b"bytes")


def test_text_that_no_encoding_has(stream):
    stream.write("\udcff\n")
    assert stream.out == [b"\xff\n"]


def test_a_shrinking_pipe_gets_everything():
    import os

    read, write = os.pipe()
    emit = _stdio.to_fd(write)
    data = b"x" * 300_000
    thread = threading.Thread(target=lambda: (emit(data), os.close(write)))
    thread.start()
    with os.fdopen(read, "rb") as f:
        assert f.read() == data
    thread.join()


def test_the_original_streams_are_ours_and_are_flushed_whatever_replaced_them(monkeypatch):
    for name in ("stdout", "stderr", "__stdout__", "__stderr__"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    out, call = [], Call()
    call.inside = True
    _stdio.install(out.append, out.append, call)
    print("half a line", end="", file=sys.__stdout__)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    _stdio.flush()
    assert out == [b"half a line"]
