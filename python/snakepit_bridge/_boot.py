"""The first code that Snakepit runs in an interpreter it hosts.

It makes ``snakepit_bridge`` importable from the sources that the Go program
carries, so that nothing has to be installed.
"""

import sys
from importlib.machinery import ModuleSpec


class EmbeddedImporter:
    """Finds and loads the modules of ``snakepit_bridge`` from memory."""

    def __init__(self, sources):
        self.sources = sources

    def _lookup(self, name):
        package = self.sources.get(name + ".__init__")
        return (package, True) if package is not None else (self.sources.get(name), False)

    def find_spec(self, name, path=None, target=None):
        source, is_package = self._lookup(name)
        if source is None:
            return None
        return ModuleSpec(name, self, origin=self._file(name), is_package=is_package)

    def _file(self, name):
        return "<snakepit>/" + name.replace(".", "/") + ".py"

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        name = module.__spec__.name
        exec(compile(self._lookup(name)[0], self._file(name), "exec"), module.__dict__)

    def get_source(self, name):
        return self._lookup(name)[0]


def boot(sources):
    """Make ``snakepit_bridge`` importable and return its runtime module."""
    sys.meta_path.insert(0, EmbeddedImporter(sources))
    from snakepit_bridge import _runtime

    return _runtime
