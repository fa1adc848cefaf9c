import numpy as np
from snakepit_bridge import BaseAdapter, tool


class Adapter(BaseAdapter):
    @tool
    def add(self, a: int, b: int) -> int:
        return a + b

    @tool
    def numbers(self, n: int):
        yield from range(n)


def echo(data):
    return data


def there_and_back(tensor):
    return np.asarray(tensor)
