from dataclasses import dataclass
from typing import Literal

from snakepit_bridge import BaseAdapter, tool


@dataclass
class Text:
    body: str
    language: str = "en"


class Classifier(BaseAdapter):
    def __init__(self):
        self.weights = {"good": 1.0, "bad": -1.0}  # a model: loaded once per worker

    @tool
    def classify(self, text: Text, mode: Literal["fast", "exact"] = "fast") -> float:
        """Say how good a text sounds.

        Args:
            text: What to judge.
            mode: How carefully.
        """
        return sum(self.weights.get(word, 0.0) for word in text.body.split())
