"""A chat that remembers what each of its users said."""

from snakepit_bridge import BaseAdapter, SessionContext, tool


class Chat(BaseAdapter):
    @tool
    def say(self, text: str, ctx: SessionContext) -> str:
        """Answer a user.

        Args:
            text: What the user says.
        """
        heard = ctx.state.setdefault("heard", [])
        heard.append(text)
        if "name is " in text:
            ctx.state["name"] = text.split("name is ")[1].rstrip(".!")
        name = ctx.state.get("name", "stranger")
        return f"{name}, that was your sentence number {len(heard)}, in {ctx.metadata['language']}"
