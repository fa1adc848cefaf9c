"""A state for each session."""

from __future__ import annotations

import os
import threading
from typing import Any

from snakepit_bridge.base_adapter import BaseAdapter, tool
from snakepit_bridge.session_context import SessionContext


class SessionTools(BaseAdapter):
    @tool(description="Begin a session with an empty state")
    def init_session(self, ctx: SessionContext) -> dict[str, Any]:
        ctx.state.clear()
        ctx.state["counter"] = 0
        return {"session_id": ctx.session_id, "state": dict(ctx.state)}

    @tool(description="Forget the state of the session")
    def cleanup(self, ctx: SessionContext) -> dict[str, Any]:
        had = len(ctx.state)
        ctx.state.clear()
        return {"session_id": ctx.session_id, "forgotten": had}

    @tool(description="Set the counter of the session")
    def set_counter(self, ctx: SessionContext, value: int = 0) -> int:
        ctx.state["counter"] = value
        return value

    @tool(description="The counter of the session")
    def get_counter(self, ctx: SessionContext) -> int:
        counter: int = ctx.state.get("counter", 0)
        return counter

    @tool(description="Add to the counter of the session")
    def increment_counter(self, ctx: SessionContext, amount: int = 1) -> int:
        return self.set_counter(ctx, self.get_counter(ctx) + amount)

    @tool(description="Which process and thread answer")
    def get_worker_info(self, ctx: SessionContext) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "thread": threading.get_ident(),
            "instance": id(self),
            "session_id": ctx.session_id,
        }
