"""All tools of the showcase, in one adapter."""

from __future__ import annotations

from snakepit_bridge.adapters.showcase._arrays import ArrayTools
from snakepit_bridge.adapters.showcase._basic import BasicTools
from snakepit_bridge.adapters.showcase._learning import LearningTools
from snakepit_bridge.adapters.showcase._load import LoadTools
from snakepit_bridge.adapters.showcase._sessions import SessionTools
from snakepit_bridge.adapters.showcase._streams import StreamTools


class ShowcaseAdapter(BasicTools, SessionTools, ArrayTools, StreamTools, LoadTools, LearningTools):
    """Each base class shows one thing, in a file of its own."""
