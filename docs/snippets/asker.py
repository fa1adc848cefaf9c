import threading

from snakepit_bridge import BaseAdapter, HostToolError, SessionContext, tool
from snakepit_host import tokenize


class Asker(BaseAdapter):
    @tool
    def imported(self, text: str) -> list:
        return tokenize(text=text)  # a function with signature, docstring and annotations

    @tool
    def by_name(self, text: str) -> list:
        ctx = self.session_context
        return [ctx.host_tools.tokenize(text=text), ctx.call_host_tool("tokenize", text=text)]

    @tool
    async def awaited(self, text: str, ctx: SessionContext) -> list:
        return await ctx.host_tools.tokenize(text=text)  # the event loop goes on meanwhile

    @tool
    def from_a_thread(self, text: str) -> list:
        ctx, words = self.session_context, []
        thread = threading.Thread(target=lambda: words.extend(ctx.host_tools.tokenize(text=text)))
        thread.start()
        thread.join()
        return words

    @tool
    def caught(self) -> str:
        try:
            return self.session_context.call_host_tool("flaky")
        except HostToolError as err:
            return f"{err.tool} said: {err}"

    @tool
    def not_caught(self) -> str:
        return self.session_context.call_host_tool("flaky")
