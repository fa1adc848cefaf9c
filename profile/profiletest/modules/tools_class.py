"""An adapter that is a class."""


class Adapter:
    def __init__(self):
        self.count = 0

    def bump(self, by=1):
        self.count += by
        return self.count

    def me(self):
        return id(self)

    def echo(self, **kwargs):
        return kwargs

    @staticmethod
    def static(a):
        return -a

    @classmethod
    def kind(cls):
        return cls.__name__

    def _private(self):
        return "never"

    value = 3


class Broken:
    def __init__(self):
        raise RuntimeError("this adapter does not start")
