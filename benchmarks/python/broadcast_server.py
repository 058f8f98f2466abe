"""websockets.broadcast(): every message of one client goes to all the others."""

import asyncio
import sys

from websockets.legacy.server import serve
from websockets.legacy.protocol import broadcast

clients = set()


async def handle(socket):
    clients.add(socket)
    try:
        async for message in socket:
            broadcast(clients - {socket}, message)
    finally:
        clients.discard(socket)


async def main():
    async with serve(handle, "127.0.0.1", 0, compression=None, max_queue=None, ping_interval=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
