"""An agent that works out an order with tools that a Go program offers.

It does what a language model with tools would do, step by step, without one: it looks
at what it knows, picks the next tool, and goes on until the question is answered.
"""

from typing import Any

from snakepit_bridge import BaseAdapter, HostToolError, tool
from snakepit_host import convert, price, stock


class Agent(BaseAdapter):
    @tool
    def answer(self, item: str, amount: int, currency: str) -> dict[str, Any]:
        """Say whether an order can be filled, and what it costs.

        Args:
            item: What is ordered.
            amount: How many.
            currency: What the customer pays in.
        """
        known: dict[str, Any] = {}
        steps: list[str] = []
        while "done" not in known:
            steps.append(self.next_step(known, item, amount, currency))
        return {"answer": known["done"], "steps": steps}

    def next_step(self, known: dict[str, Any], item: str, amount: int, currency: str) -> str:
        try:
            if "left" not in known:
                known["left"] = stock(item)
                return f"stock: {known['left']} left"
            if known["left"] < amount:
                known["done"] = f"only {known['left']} of {amount} {item} are left"
                return "answer"
            if "euros" not in known:
                known["euros"] = price(item, amount=amount)
                return f"price: {known['euros']} EUR"
            known["cost"] = convert(known["euros"], to=currency)
            known["done"] = f"{amount} {item} cost {known['cost']:.2f} {currency}"
            return f"convert: {known['cost']:.2f} {currency}"
        except HostToolError as err:
            known["done"] = f"cannot say: {err}"
            return f"{err.tool} failed"
