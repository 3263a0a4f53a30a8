"""Serve an aiohttp application on loopback, for the servers that stand for Slack and Teams."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager

from aiohttp import web


async def dropped(request: web.Request) -> web.Response:
    """Close the connection without a response."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def stop_accepting(sockets: Iterable[socket.socket]) -> None:
    """Accept no more connections, and wait until each accepted one has its transport, by which it can be closed.

    A server of asyncio that is closed while it accepts a connection forgets that one. Its socket then stays open until garbage is
    collected, which fails whatever test runs at that moment.
    """
    for each in sockets:
        asyncio.get_running_loop().remove_reader(each.fileno())
    for _ in range(10):  # it takes a few turns of the loop, and no more however busy the machine is
        await asyncio.sleep(0)


@contextmanager
def serving_app(
    app: web.Application, before_end: Callable[[], Awaitable[None]] | None = None
) -> Iterator[tuple[int, asyncio.AbstractEventLoop]]:
    """Serve in a thread with its own event loop while the block runs. Yields the port and the loop."""
    started = threading.Event()
    running: list[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def run() -> None:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        listening = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listening).start()
        over = asyncio.Event()
        running.append((listening.getsockname()[1], asyncio.get_running_loop(), over))
        started.set()
        await over.wait()
        if before_end is not None:
            await before_end()
        await stop_accepting([listening])
        await runner.cleanup()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert started.wait(30)
    ((port, loop, over),) = running
    try:
        yield port, loop
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(30)
