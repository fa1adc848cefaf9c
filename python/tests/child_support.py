"""A host for child processes: what the Go program does, in as much as tests need it."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

import grpc

from snakepit_bridge._child import _columns, _proto

PACKAGE = Path(__file__).parent.parent
TOKEN = "5e5e"
PATIENCE = 30  # seconds, for what takes milliseconds

# Puts the descriptors where the child looks for them, as a host without Python would.
LAUNCH = """
import os, sys
life, handshake, *command = sys.argv[1:]
os.setpgid(0, 0)
for fd, to in ((life, 103), (handshake, 104), (103, 3), (104, 4)):
    os.dup2(int(fd), to)
os.close(103), os.close(104)
os.execv(command[0], command)
"""

COMMAND = (sys.executable, "-m", "snakepit_bridge.worker")


class Child:
    """A child process and a connection to it."""

    def __init__(self, folder, extra=(), **environment):
        self.socket = str(folder / "worker.sock")
        self.folder = folder
        life, self.life = os.pipe()
        self.handshake, handshake = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-c", LAUNCH, str(life), str(handshake), *COMMAND],
            bufsize=0,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(life, handshake, *extra),
            cwd=folder,
            env={**os.environ, **self._environment(), **environment},
        )
        os.close(life)
        os.close(handshake)
        self.channel = grpc.insecure_channel(f"unix:{self.socket}", options=UNLIMITED)
        self.pid = self.process.pid

    def _environment(self):
        return {
            "PYTHONPATH": str(PACKAGE),
            "SNAKEPIT_WORKER": "snakepit-worker-1",
            "SNAKEPIT_SOCKET": self.socket,
            "SNAKEPIT_TOKEN": TOKEN,
            "SNAKEPIT_THREADS": "2",
            "SNAKEPIT_RUN": "run-1",
        }

    def greeting(self):
        """The line of the handshake."""
        with os.fdopen(self.handshake, closefd=False) as lines:
            return json.loads(lines.readline())

    def unary(self, name, request=None, token=TOKEN, **fields):
        request = request or getattr(_proto, f"{name}Request")(**fields)
        call = self.channel.unary_unary(f"/snakepit.v1.Worker/{name}")
        raw = call(request.SerializeToString(), metadata=bearer(token), timeout=PATIENCE)
        return getattr(_proto, f"{name}Reply").FromString(raw)

    def hello(self, **fields):
        return self.unary("Hello", version=1, oldest=1, path=[str(self.folder)], **fields)

    def stream(self, name, token=TOKEN):
        return Way(self.channel.stream_stream(f"/snakepit.v1.Worker/{name}"), token)

    def lane(self):
        return Lane(self.stream("Execute"))

    def wait(self):
        """Wait for the end: its status, and what it has printed."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out.decode(), err.decode()

    def end(self):
        self.channel.close()
        for fd in (self.life, self.handshake):
            try:
                os.close(fd)
            except OSError:
                pass
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


UNLIMITED = (("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1))


def bearer(token):
    return () if token is None else (("authorization", f"Bearer {token}"),)


class Way:
    """A stream of bytes there and one back."""

    def __init__(self, method, token):
        self._queue = queue.SimpleQueue()
        requests = iter(self._queue.get, None)
        self.replies = method(requests, metadata=bearer(token), timeout=2 * PATIENCE)

    def send(self, message):
        self._queue.put(message if isinstance(message, bytes) else message.SerializeToString())

    def close(self):
        self._queue.put(None)


class Lane:
    """A stream of Execute, with numbers for calls and targets."""

    _calls = iter(range(1, 1 << 30))

    def __init__(self, way):
        self.way = way
        self.come = []  # items that came with another
        self._targets = {}

    def request(self, kind, name, args=(), kwargs=None, keywords=(), credit=0, **options):
        request = _proto.ExecuteRequest()
        number = next(Lane._calls)
        fill(request.call, self._targets, number, kind, name, args, kwargs, keywords, **options)
        request.call.credit = credit
        return request

    def call(self, kind, name, args=(), kwargs=None, **options):
        """Make a call and wait for the outcome."""
        self.way.send(self.request(kind, name, args, kwargs, **options))
        return self.reply().outcome

    def value(self, *args, **kwargs):
        return value(self.call(*args, **kwargs))

    def reply(self):
        return _proto.ExecuteReply.FromString(next(self.way.replies))


def fill(call, targets, number, kind, name, args=(), kwargs=None, keywords=(), **options):
    """Write a call; its target is defined when it is used first."""
    kwargs = kwargs or {}
    call.id = number
    key = (kind, name, tuple(keywords), *sorted((k, str(v)) for k, v in options.items()))
    if key not in targets:
        targets[key] = len(targets) + 1
        kind = _proto.Target.DESCRIPTOR.enum_types_by_name["Kind"].values_by_name[kind].number
        call.define.CopyFrom(_proto.Target(kind=kind, name=name, keywords=keywords, **options))
    call.target = targets[key]
    call.positional, call.named = len(args), len(kwargs)
    if keywords:
        named = list(kwargs.values())
    else:
        named = [part for item in kwargs.items() for part in item]
    call.args.CopyFrom(_columns.encode([*args, *named]))


def value(outcome):
    """The value of an outcome, which is to be one."""
    if outcome.WhichOneof("what") == "exception":
        name, module, _, text, *_ = raised(outcome)
        raise AssertionError(f"{module}.{name}: {text}")
    assert outcome.WhichOneof("what") == "value", outcome
    return _columns.decode(outcome.value, 1)[0]


def raised(outcome):
    """The description of an outcome's exception."""
    assert outcome.WhichOneof("what") == "exception", outcome
    return _columns.decode(outcome.exception, 1)[0]


class Link:
    """The host's end of Link: it answers asks by its functions, and keeps the rest."""

    def __init__(self, child):
        self.way = child.stream("Link")
        self.way.replies.initial_metadata()  # comes when Python can call
        self.functions = {"context": lambda caller: (caller, 0, "", {}, None, 1)}
        self.silent = queue.Queue()
        self.events = queue.Queue()
        self.asks = 0
        self._targets = {}
        self._numbers = iter(range(1 << 30, 1 << 31))
        self._waiting = {}
        self._sending = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, **fields):
        with self._sending:
            self.way.send(_proto.LinkDown(**fields))

    def nested(self, kind, name, *args, **options):
        """A call within a call: its reply."""
        number = next(self._numbers)
        with self._sending:
            down = _proto.LinkDown()
            fill(down.nested, self._targets, number, kind, name, *args, **options)
            waiting = self._waiting[number] = queue.Queue()
            self.way.send(down)
        return waiting.get(timeout=PATIENCE)

    def step(self, stream, step):
        number = next(self._numbers)
        waiting = self._waiting[number] = queue.Queue()
        self.send(nested=_proto.Call(id=number, stream=stream, step=step))
        return waiting.get(timeout=PATIENCE)

    def _read(self):
        pieces = b""
        try:
            for raw in self.way.replies:
                up = _proto.LinkUp.FromString(raw)
                if up.WhichOneof("what") == "part":
                    pieces += up.part.data
                    if not up.part.last:
                        continue
                    up, pieces = _proto.LinkUp.FromString(pieces), b""
                self._take(up)
        except grpc.RpcError:
            pass

    def _take(self, up):
        what = up.WhichOneof("what")
        if what == "nested":
            self._waiting.pop(up.nested.id).put(up.nested)
        elif what == "telemetry":
            self.events.put(list(up.telemetry.events))
        elif up.ask.silent:
            self.silent.put((up.ask.function, _columns.decode(up.ask.args, 1)[0]))
        else:
            self.asks += 1
            threading.Thread(target=self._answer, args=(up.ask,), daemon=True).start()

    def _answer(self, ask):
        values = _columns.decode(ask.args, 1)[0]
        try:
            result, failed = self.functions[ask.function](ask.caller, *values), False
        except GoError as err:
            result, failed = err.args, True
        except Exception as err:
            result, failed = (repr(err), 0, ""), True
        answer = _proto.Answer(id=ask.id, failed=failed, value=_columns.encode([result]))
        self.send(answer=answer)


class GoError(Exception):
    """Text, token, and the name of the tool."""


def gone(pid):
    """Whether a process has ended, or does so soon."""
    for _ in range(1000):
        try:
            os.kill(pid, 0)
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        signal.sigtimedwait([], 0.01)
    return False
