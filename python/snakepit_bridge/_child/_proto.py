"""The classes of the messages, made when they are imported; any protobuf from 4 on will do."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from snakepit_bridge._child._descriptor import FILE

Maker = Callable[[str], Any]  # of classes, by the names of messages


def _back_door() -> Maker:
    """protobuf's C module, as protobuf itself uses it. What protobuf imports besides takes a
    tenth of a child's start, and is not needed here."""
    from google._upb import _message
    from google.protobuf.message import Message

    pool: Any = _message.DescriptorPool()
    pool.AddSerializedFile(FILE)

    def make(name: str) -> Any:
        found = pool.FindMessageTypeByName(name)
        return _message.MessageMeta(found.name, (Message,), {"DESCRIPTOR": found, "__module__": ""})

    return make


def _front_door() -> Maker:
    """What protobuf offers, in each of its versions."""
    from google.protobuf import descriptor_pool, message_factory

    pool: Any = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(FILE)
    factory: Any = message_factory
    if hasattr(factory, "GetMessageClass"):
        return lambda name: factory.GetMessageClass(pool.FindMessageTypeByName(name))
    old = factory.MessageFactory(pool)  # before protobuf 4.22
    return lambda name: old.GetPrototype(pool.FindMessageTypeByName(name))


def _maker() -> Maker:
    try:
        make = cache(_back_door())  # a message must not have two classes
        probe = make("snakepit.v1.Ends")
        probe.FromString(probe(loans=[1]).SerializeToString())
        return make
    except Exception:  # another protobuf than those we know
        return _front_door()


_make = _maker()


def _class(name: str) -> Any:
    return _make(f"snakepit.v1.{name}")


Answer = _class("Answer")
Arrow = _class("Arrow")
ArrowArray = _class("ArrowArray")
ArrowBuffer = _class("ArrowBuffer")
ArrowSchema = _class("ArrowSchema")
Ask = _class("Ask")
Block = _class("Block")
Call = _class("Call")
Data = _class("Data")
EndSessionReply = _class("EndSessionReply")
EndSessionRequest = _class("EndSessionRequest")
Ends = _class("Ends")
Event = _class("Event")
ExecuteReply = _class("ExecuteReply")
ExecuteRequest = _class("ExecuteRequest")
Fault = _class("Fault")
HelloReply = _class("HelloReply")
HelloRequest = _class("HelloRequest")
LinkDown = _class("LinkDown")
LinkUp = _class("LinkUp")
ListToolsReply = _class("ListToolsReply")
ListToolsRequest = _class("ListToolsRequest")
NestedReply = _class("NestedReply")
Outcome = _class("Outcome")
Part = _class("Part")
PingReply = _class("PingReply")
PingRequest = _class("PingRequest")
ResolveReply = _class("ResolveReply")
ResolveRequest = _class("ResolveRequest")
StopReply = _class("StopReply")
StopRequest = _class("StopRequest")
Target = _class("Target")
Telemetry = _class("Telemetry")
TelemetryControl = _class("TelemetryControl")
Tensor = _class("Tensor")
