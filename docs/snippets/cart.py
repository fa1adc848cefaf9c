from snakepit_bridge import BaseAdapter, SessionContext, tool


class Cart(BaseAdapter):
    @tool
    def add(self, item: str, ctx: SessionContext) -> int:
        items = ctx.state.setdefault("items", [])  # lives as long as the session
        items.append(item)
        return len(items)

    @tool
    def about(self, ctx: SessionContext) -> dict:
        return {"who": ctx.session_id, "tier": ctx.metadata.get("tier"), "left": ctx.remaining()}
