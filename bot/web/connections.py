"""Limit connections: how many there are, and how long and large a request's head and body may be.

uvicorn closes idle connections, but waits forever for the rest of a head or a body, and takes as many connections as come. Those would
use up the file descriptors, which the jobs need for the database and the feeds.
"""

import asyncio
from collections import Counter
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.http import BODY_SECONDS, MAX_BYTES

HEAD_SECONDS = 10.0
"""How long the head of a request may take, from the connection's first byte or its opening."""

MAX_HEAD = 64 * 1024
"""Bytes of a head; a data packet more may be read. The platforms send about 2 kB."""

MAX_REQUEST = MAX_BYTES * 3
"""Bytes of a request with the overhead of its chunks."""

MAX_PIPELINED = 16
"""Requests of a connection that may wait for the one before."""

MAX_CONNECTIONS = 512

MIN_CONNECTIONS = 16

BACKLOG = 32
"""Connections that are accepted before the next look at the others, so that all are counted before there are many more."""

QUEUE = 1024
"""Connections that the operating system keeps until they are accepted."""


def max_connections() -> int:
    """Return how many connections may be open: half of the process's file descriptors at most, because the jobs need the others."""
    try:
        import resource
    except ImportError:  # Windows
        return MAX_CONNECTIONS
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_CONNECTIONS if files == resource.RLIM_INFINITY else max(MIN_CONNECTIONS, min(MAX_CONNECTIONS, files // 2))


class Connections:
    """The open connections of a server. Those that the bot waits for may be closed for new ones."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._count = 0
        self._waiting: dict[LimitedProtocol, str] = {}
        """Each with its address, the longest waiting first."""

    def open(self, protocol: "LimitedProtocol") -> None:
        """Count a connection. Beyond the limit, close the one that waits the longest, of the address with the most that wait."""
        self._count += 1
        self.wait(protocol)
        if self._count > self.limit:
            # whoever opens many loses its own, and a proxy, which has all, loses those that it sends nothing through
            (most, _), *_ = Counter(self._waiting.values()).most_common(1)
            oldest = next(each for each, address in self._waiting.items() if address == most)
            del self._waiting[oldest]  # its end is counted later, and the next connection closes another one
            oldest.transport.abort()

    def wait(self, protocol: "LimitedProtocol") -> None:
        """The connection waits for its client."""
        self._waiting.pop(protocol, None)
        self._waiting[protocol] = protocol.client[0] if protocol.client else ""

    def work(self, protocol: "LimitedProtocol") -> None:
        """The connection waits for the bot."""
        self._waiting.pop(protocol, None)

    def close(self, protocol: "LimitedProtocol") -> None:
        self._count -= 1
        self._waiting.pop(protocol, None)


class LimitedProtocol(HttpToolsProtocol):
    """Closes a connection whose request takes too long or is too large. `limited` makes the class for a server."""

    open_connections: Connections
    _deadline: asyncio.TimerHandle | None = None
    _received = 0
    _in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self._expect(HEAD_SECONDS)
        self.open_connections.open(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect(None)
        self.open_connections.close(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)
        if self._received > (MAX_HEAD if self._in_head else MAX_REQUEST) and not self.transport.is_closing():
            self.transport.abort()

    # the parser's callbacks; what they raise is an invalid request

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= MAX_PIPELINED:
            raise ValueError("too many requests at once")
        super().on_message_begin()
        self._in_head = True
        self._expect(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._in_head = False
        self._expect(BODY_SECONDS)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._received = 0
        self._in_head = True
        self._expect(None)
        self.open_connections.work(self)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing() and not self.pipeline:
            self.open_connections.wait(self)

    def _expect(self, seconds: float | None) -> None:
        """Close the connection unless the next step comes within `seconds`."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._time_out)

    def _time_out(self) -> None:
        if self.pipeline:  # it is the bot that keeps the rest waiting
            self._expect(HEAD_SECONDS)
        elif not self.transport.is_closing():
            self.transport.abort()


def limited(limit: int | None = None) -> type[LimitedProtocol]:
    """Return the protocol of one server, whose connections are counted together."""
    found: dict[str, Any] = {"open_connections": Connections(max_connections() if limit is None else limit)}
    return type("Limited", (LimitedProtocol,), found)
