from snakepit_bridge import BaseAdapter


class Adapter(BaseAdapter):
    pass
