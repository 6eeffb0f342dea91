"""An HTTP application on a real socket, behind the server that the platform's processes have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from deploy.local.ports import choose_port
from shared.runtime.base.settings import Settings
from shared.runtime.serve.server import Server

HOST = "127.0.0.1"


@asynccontextmanager
async def serving(app: Any, settings: Settings | None = None) -> AsyncIterator[int]:
    """Serve an application; give the port."""
    port = choose_port()
    server = Server.of(app, HOST, port, settings or Settings())
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            assert not task.done(), task
            await asyncio.sleep(0.01)
        yield port
    finally:
        server.should_exit = True
        await task


async def connect(port: int, address: str = HOST) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect from an address of this machine: every one of 127.0.0.0/8 is, so peers can be several."""
    return await asyncio.open_connection(HOST, port, local_addr=(address, 0))


async def ask(port: int, path: str, *, address: str = HOST, more: str = "") -> bytes:
    """Ask on a connection of its own; return the whole answer."""
    reader, writer = await connect(port, address)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n".encode())
        await writer.drain()
        return await asyncio.wait_for(reader.read(), 20)
    finally:
        writer.close()
