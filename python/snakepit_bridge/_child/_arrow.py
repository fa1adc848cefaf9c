"""Arrow data of the Go program's: objects for pyarrow, pandas, polars and whoever else
speaks Arrow's PyCapsule protocol."""

from __future__ import annotations

from typing import Any

from snakepit_bridge._child import _arrow_c, _arrow_export, _arrow_tree, _loans, _proto
from snakepit_bridge._child._arrow_c import Array, Schema
from snakepit_bridge._child._arrow_export import Tree


class _Data:
    """What all kinds have: a schema, and what keeps its memory."""

    __slots__ = ("_schema",)

    _schema: tuple[Tree, Any]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"cannot create 'snakepit_bridge.{cls.__name__}' instances")

    def __arrow_c_schema__(self) -> Any:
        """A capsule of the schema."""
        return _arrow_export.export(Schema, *self._schema).wrap()


class ArrowSchema(_Data):
    """A type, a field or a schema of the Go program's."""

    __slots__ = ()


class ArrowArray(_Data):
    """An array or a record of the Go program's, over its memory."""

    __slots__ = ("_array",)

    _array: tuple[Tree, Any]

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        """Capsules of the schema and the array."""
        _check(requested_schema, self._schema[0])
        schema = self.__arrow_c_schema__()
        return schema, _arrow_export.export(Array, *self._array).wrap()


class ArrowStream(_Data):
    """Arrays or records of the Go program's, one at a time as they are wanted."""

    __slots__ = ("_lease",)

    _lease: _loans.Lease

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """A capsule of a stream of arrays."""
        from snakepit_bridge._child import _arrow_stream

        _check(requested_schema, self._schema[0])
        return _arrow_stream.capsule(self._schema, self._lease)


def _check(requested: Any, tree: Tree) -> None:
    """Refuse to be read by a schema of other fields. A consumer that would like other types
    casts to them by itself."""
    if requested is None:
        return
    want = _arrow_c.peek(Schema, requested)
    if want is None:
        raise TypeError(
            "requested_schema must be a capsule of an arrow_schema that nobody has taken"
        )
    have = len(tree[0].children)
    if want.n_children != have:
        raise ValueError(f"requested_schema has {want.n_children} fields, the data has {have}")


for _cls in (ArrowSchema, ArrowArray, ArrowStream):
    _cls.__module__ = "snakepit_bridge"


def arrow_in(message: Any) -> Any:
    """The object that a message stands for."""
    if message.same:
        return _own(message.same)
    made: Any
    if message.kind == _proto.Arrow.ARRAY:
        made = object.__new__(ArrowArray)
        made._array = _array(message)
    elif message.kind == _proto.Arrow.STREAM:
        made = object.__new__(ArrowStream)
        made._lease = _loans.lease_all(message.loan, ())
    else:
        made = object.__new__(ArrowSchema)
    made._schema = _arrow_tree.schema(message.schema)
    return made


def _array(message: Any) -> tuple[Tree, Any]:
    tree, inline, shared = _arrow_tree.array(message.array)
    lease = _loans.lease_all(message.loan, shared) if message.loan else None
    return tree, (inline, lease)


def _own(source: int) -> Any:
    lent = _loans.lent(source)
    if lent is None:
        raise RuntimeError("the object with Arrow data was given back meanwhile")
    return lent.object
