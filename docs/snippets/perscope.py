from snakepit_bridge import BaseAdapter, SessionContext, tool


class Notebook(BaseAdapter):
    scope = "session"  # one instance for each session; the default is one for each worker

    def initialize(self):
        self.pages = []

    def init_session(self, ctx: SessionContext):
        self.owner = ctx.session_id

    @tool
    def write(self, page: str) -> int:
        self.pages.append(page)
        return len(self.pages)

    async def cleanup(self):
        print(f"{self.owner} leaves {len(self.pages)} pages behind")
