"""An adapter that is a module."""

import json
from os.path import join

state = 0


def bump(by=1):
    global state
    state += by
    return state


def shout(text, *, times=1):
    return (text.upper() + "!") * times


def fail():
    raise LookupError("from a tool")


def _private():
    return "never"


not_callable = 3


class Nested:
    pass
