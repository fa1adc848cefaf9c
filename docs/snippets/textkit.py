import asyncio


def shorten(text: str, width: int = 20) -> str:
    """Cut a text to a width."""
    return text if len(text) <= width else text[: width - 1] + "…"


async def fetch(name: str) -> str:
    await asyncio.sleep(0)  # any library of asyncio
    return f"content of {name}"
