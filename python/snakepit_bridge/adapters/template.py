"""An adapter to copy and to fill in."""

from __future__ import annotations

from typing import Any

from snakepit_bridge.base_adapter import BaseAdapter, tool
from snakepit_bridge.session_context import SessionContext


class TemplateAdapter(BaseAdapter):
    """Replace the tools by your own."""

    def initialize(self) -> None:
        """Load models and open connections here: once per worker."""
        self.ready = True

    @tool(description="Answer with what was sent")
    def example(self, text: str, ctx: SessionContext) -> dict[str, Any]:
        """Show how arguments, the session and results work.

        Args:
            text: Anything.
        """
        return {"text": text, "session": ctx.session_id}

    def cleanup(self) -> None:
        """Give back what initialize() took."""
        self.ready = False
