"""An adapter as the guides of the original Snakepit show it: a class with decorated methods.

It was written from those guides alone, and must run here as it is.
"""

from snakepit_bridge import BaseAdapter, tool


class GuidedAdapter(BaseAdapter):
    def __init__(self):
        super().__init__()
        self.model = None
        self.predictions = 0

    def initialize(self):
        self.model = {"positive": ["good", "great"], "negative": ["bad", "awful"]}

    @tool(description="Classify a text")
    def classify(self, text: str, threshold: float = 0.0) -> dict:
        self.predictions += 1
        words = text.lower().split()
        score = sum(w in self.model["positive"] for w in words)
        score -= sum(w in self.model["negative"] for w in words)
        return {
            "label": "positive" if score > threshold else "negative",
            "score": score,
            "session": self.session_context.session_id,
        }

    @tool(description="Stream a text, word by word", supports_streaming=True)
    def stream_words(self, text: str):
        for index, word in enumerate(text.split()):
            yield {"index": index, "word": word}

    @tool(description="Have the host program count")
    def count_in_host(self, text: str) -> int:
        return self.session_context.call_elixir_tool("count_words", text=text)

    @tool(description="What the host program offers")
    def host_offers(self) -> list:
        return sorted(self.session_context.elixir_tools.keys())

    @tool
    def count_predictions(self) -> int:
        return self.predictions

    def cleanup(self):
        self.model = None
