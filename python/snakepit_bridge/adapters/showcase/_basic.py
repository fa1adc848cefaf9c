"""Calls, values, errors, the way back to the Go program."""

from __future__ import annotations

import datetime
import platform
import sys
import threading
import time
from collections import Counter
from typing import Any, Literal

from snakepit_bridge import telemetry
from snakepit_bridge.base_adapter import BaseAdapter, tool
from snakepit_bridge.session_context import SessionContext


class BasicTools(BaseAdapter):
    def __init__(self) -> None:
        super().__init__()
        self.started = time.time()
        self.calls: Counter[str] = Counter()

    @tool(description="Answer at once")
    def ping(self, message: str = "pong") -> dict[str, Any]:
        self.calls["ping"] += 1
        return {"message": message, "timestamp": time.time(), "thread": threading.get_ident()}

    @tool(description="Give back the arguments")
    def echo(self, **values: Any) -> dict[str, Any]:
        self.calls["echo"] += 1
        return {"echoed": values}

    @tool(description="Add two numbers")
    def add(self, a: float, b: float) -> float:
        self.calls["add"] += 1
        return a + b

    @tool(description="Raise an exception of some kind")
    def error_demo(
        self, error_type: Literal["value", "type", "key", "runtime", "none"] = "value"
    ) -> dict[str, Any]:
        errors: dict[str, Exception] = {
            "value": ValueError("a value that makes no sense"),
            "type": TypeError("a thing of the wrong kind"),
            "key": KeyError("missing"),
            "runtime": RuntimeError("something failed"),
        }
        if error_type in errors:
            raise errors[error_type]
        return {"error": None}

    @tool(description="What this adapter and its Python are")
    def adapter_info(self) -> dict[str, Any]:
        gil = getattr(sys, "_is_gil_enabled", lambda: True)()
        return {
            "adapter": type(self).__name__,
            "python": platform.python_version(),
            "gil": gil,
            "tools": len(self.get_tools()),
        }

    @tool(description="Emit events and a span")
    def telemetry_demo(self, operation: str = "demo", steps: int = 3) -> dict[str, Any]:
        with telemetry.span(f"showcase.{operation}", {"steps": steps}) as correlation:
            for step in range(steps):
                telemetry.emit(
                    "showcase.step", {"step": step}, {"operation": operation}, correlation
                )
        return {"correlation_id": correlation, "steps": steps}

    @tool(description="Values of many types")
    def serialization_demo(self) -> dict[str, Any]:
        return {
            "none": None,
            "integer": 2**60 + 1,
            "float": 0.5,
            "text": "grüezi",
            "bytes": b"\x00\xff",
            "tuple": (1, 2),
            "date": datetime.date(2024, 2, 29),
            "nested": {"list": [1, [2, [3]]]},
        }

    @tool(description="Work on a text")
    def process_text(
        self, text: str, operation: Literal["upper", "lower", "reverse", "length"] = "upper"
    ) -> dict[str, Any]:
        results = {
            "upper": text.upper(),
            "lower": text.lower(),
            "reverse": text[::-1],
            "length": len(text),
        }
        return {"original": text, "operation": operation, "result": results[operation]}

    @tool(description="How often the basic tools were called")
    def get_stats(self) -> dict[str, Any]:
        return {"calls": dict(self.calls), "uptime_seconds": time.time() - self.started}

    @tool(description="Call a tool of the host program")
    def call_elixir_demo(
        self, tool_name: str, ctx: SessionContext, arguments: dict[str, Any] | None = None
    ) -> Any:
        return ctx.call_host_tool(tool_name, **(arguments or {}))
