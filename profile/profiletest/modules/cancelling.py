"""An adapter whose tools are cancelled. Each notes in a file what becomes of it."""

import asyncio
import os
import time

from snakepit_bridge import Cancelled, current_context
from snakepit_bridge._cancelling import shield


def _note(file, text):
    with open(file, "a") as f:
        f.write(text + "\n")


class Adapter:
    def spin(self, file):
        """Computes for ever."""
        try:
            _note(file, "begun")
            n = 0
            while True:
                n += 1
        finally:
            _note(file, "cleaned up")

    def careful(self, file):
        """Has an answer to every exception."""
        _note(file, "begun")
        while True:
            try:
                len("computing")
            except Exception:
                _note(file, "caught")

    def careless(self, file):
        """Drops what it should not, once."""
        dropped = False
        while True:
            try:
                _note(file, "begun") if not dropped else None
                while True:
                    len("computing")
            except BaseException as err:
                if dropped:
                    raise
                dropped = True
                _note(file, type(err).__name__)

    def tidy(self, file):
        """Takes its time to clean up."""
        try:
            _note(file, "begun")
            while True:
                len("computing")
        finally:
            for _ in range(30):
                time.sleep(0.01)
            _note(file, "cleaned up")

    def answers(self, file):
        """Makes the best of it."""
        try:
            _note(file, "begun")
            while True:
                len("computing")
        except Cancelled as err:
            _note(file, str(err))
            raise

    def whole(self, file):
        """Has a part that is not to be torn."""
        with shield():
            _note(file, "begun")
            end = time.monotonic() + 0.05
            while time.monotonic() < end:
                len("computing")
            _note(file, "whole")
        _note(file, "never")

    def sleep(self, file, seconds):
        """Is in C for so long."""
        _note(file, "begun")
        time.sleep(seconds)
        time.sleep(0)
        _note(file, "never")

    async def nap(self, file):
        try:
            _note(file, "begun")
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            _note(file, "cancelled")
            raise
        finally:
            await asyncio.sleep(0.05)
            _note(file, "cleaned up")

    def ask(self, file):
        """Waits for a Go tool."""
        _note(file, "begun")
        current_context().call_host_tool("wait")

    def numbers(self, file):
        """Yields one, and computes for ever."""
        try:
            yield 1
            _note(file, "begun")
            while True:
                len("computing")
        finally:
            _note(file, "cleaned up")

    def pauses(self, file):
        """Yields without end."""
        n = 0
        try:
            while True:
                n += 1
                yield n
        except BaseException as err:
            _note(file, type(err).__name__)
            raise
        finally:
            _note(file, "cleaned up")

    def stubborn(self, file):
        """Does not end before the file is gone."""
        begun = False
        while True:
            try:
                if not begun:
                    begun = True
                    _note(file, "begun")
                time.sleep(0.01)
                if not os.path.exists(file):
                    return "ended"
            except BaseException:
                pass

    def stubborn_numbers(self, file):
        yield 0
        yield self.stubborn(file)

    def inc(self, x):
        return x + 1

    def pid(self):
        return os.getpid()
