"""Runs one of CPython's own test modules and says what came of it.

The Go program imports this inside its process. Run as a script it does the same in
a plain Python, to compare; its arguments are the folder of request.json, and "main"
or "thread" for the thread to run the tests on.
"""

import importlib
import os
import sys
import time
import traceback
import unittest
import warnings


class Collector(unittest.TestResult):
    """Collects what failed, and writes down each test before it starts."""

    def __init__(self, progress):
        super().__init__()
        self._progress = progress
        self.failed = []

    def startTest(self, test):
        super().startTest(test)
        os.write(self._progress, test.id().encode("utf-8", "backslashreplace") + b"\n")

    def _note(self, test, err):
        text = "".join(traceback.format_exception(*err)) if err else "unexpected success"
        last = text.strip().splitlines()[-1]
        self.failed.append(
            {"id": _method(test), "error": _fit(last.strip()), "traceback": _fit(text)}
        )

    def addError(self, test, err):
        super().addError(test, err)
        self._note(test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._note(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._note(test, err)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._note(test, None)


def _method(test):
    """A test's id without the parameters of a subtest, on one line."""
    return test.id().split("\n")[0]


def _fit(text):
    return text.encode("utf-8", "backslashreplace").decode()


def _without(suite, skip):
    kept = unittest.TestSuite()
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.addTest(_without(test, skip))
        elif test.id() not in skip:
            kept.addTest(test)
    return kept


def _watch_children_with_pidfd():
    import asyncio

    asyncio.SafeChildWatcher = asyncio.PidfdChildWatcher


# test_events watches its child processes by SIGCHLD, which only the main thread can.
# asyncio itself has not done so by default since 3.8, and the tests are about other things.
_ADAPT = {"test_asyncio.test_events": _watch_children_with_pidfd}


def _prepare():
    """What regrtest does before it runs tests, without faulthandler.enable()."""
    from test import support

    support.verbose = False
    support.use_resources = ()
    support.record_original_stdout(sys.stdout)


def run(module, progress, skip):
    """Run a module's tests; the result has the fields of outcome in the Go program."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        _ADAPT.get(module, int)()
    _prepare()
    start = time.monotonic()
    fd = os.open(progress, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    result = Collector(fd)
    try:
        tests = importlib.import_module("test." + module)
        suite = unittest.defaultTestLoader.loadTestsFromModule(tests)
        _without(suite, set(skip or ())).run(result)
        return _outcome(result, start, "")
    except unittest.SkipTest as why:
        return _outcome(result, start, str(why))
    finally:
        os.close(fd)


def _outcome(result, start, skipped):
    return {
        "run": result.testsRun,
        "failures": len(result.failures) + len(result.unexpectedSuccesses),
        "errors": len(result.errors),
        "skipped": len(result.skipped),
        "module_skipped": skipped,
        "seconds": time.monotonic() - start,
        "failed": result.failed,
        "version": sys.version.split()[0],
        "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
    }


def _alone(folder, where):
    with open(os.path.join(folder, "request.json")) as file:
        request = json.load(file)

    def work():
        with open(os.path.join(folder, "result.json"), "w") as file:
            json.dump(run(**request), file)

    if where == "main":
        return work()
    _on_foreign_thread(work)


def _on_foreign_thread(work):
    """Run work on a thread that threading did not start, like those of a Go program."""
    done = _thread.allocate_lock()
    done.acquire()

    def run_and_tell():
        try:
            work()
        finally:
            done.release()

    _thread.start_new_thread(run_and_tell, ())
    while True:
        try:
            done.acquire()
            return
        except KeyboardInterrupt:  # tests interrupt the main thread
            pass


if __name__ == "__main__":
    import _thread
    import json

    _alone(*sys.argv[1:])
