"""The classes of the messages, made when they are imported; any protobuf from 4 on will do."""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pool, message_factory

from snakepit_bridge._child._descriptor import FILE

_pool: Any = descriptor_pool.Default()
_pool.AddSerializedFile(FILE)


def _class(name: str) -> Any:
    found = _pool.FindMessageTypeByName(f"snakepit.v1.{name}")
    factory: Any = message_factory
    if hasattr(factory, "GetMessageClass"):
        return factory.GetMessageClass(found)
    return factory.MessageFactory(_pool).GetPrototype(found)  # before protobuf 4.22


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
