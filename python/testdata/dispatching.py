"""An adapter without a base class, that finds its tools by itself, as the original's
server calls one: initialize, set_session_context, execute_tool, cleanup.

It was written from the original's guide alone, and must run here as it is.
"""


class DispatchingAdapter:
    def __init__(self):
        self.session_context = None
        self.ready = False
        self.tools = {"ping": self._ping, "whoami": self._whoami, "fail": self._fail}

    async def initialize(self):
        self.ready = True

    def set_session_context(self, context):
        self.session_context = context

    async def execute_tool(self, tool_name, arguments, context):
        if tool_name not in self.tools:
            raise ValueError(f"Unknown tool: {tool_name}")
        return self.tools[tool_name](**arguments)

    def _ping(self, message="pong"):
        return {"message": message, "ready": self.ready}

    def _whoami(self):
        return self.session_context.session_id

    def _fail(self):
        raise RuntimeError("as asked")

    async def cleanup(self):
        self.ready = False
