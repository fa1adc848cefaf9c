"""What gRPC costs by itself: a server that sends bytes back, and streams of bytes."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc


def echo(request, context):
    return request


def numbers(request, context):
    for _ in range(int.from_bytes(request[2:], "little")):
        yield request


handlers = {
    "Echo": grpc.unary_unary_rpc_method_handler(echo),
    "Numbers": grpc.unary_stream_rpc_method_handler(numbers),
}
server = grpc.server(ThreadPoolExecutor(16), options=[("grpc.so_reuseport", 0)])
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("floor.Floor", handlers),))
server.add_insecure_port(f"unix:{sys.argv[1]}")
server.start()
print("ready", flush=True)
sys.stdin.read()
server.stop(None)
