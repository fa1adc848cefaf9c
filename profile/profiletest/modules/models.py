"""Tools whose arguments and results are models of pydantic."""

from pydantic import BaseModel, Field, field_validator


class Item(BaseModel):
    name: str
    count: int = Field(default=1, ge=1, description="how many")

    @field_validator("name")
    @classmethod
    def _no_dragons(cls, name: str) -> str:
        if name == "dragon":
            raise ValueError("dragons are not for sale")
        return name


class Order(BaseModel):
    items: list[Item]


def count(order: Order) -> int:
    """How many items an order has."""
    return sum(item.count for item in order.items)


def first(order: Order) -> Item:
    return order.items[0]
