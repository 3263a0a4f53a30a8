"""A small PostgreSQL pooler in transaction mode, as PgBouncer is run: each transaction gets another of its few server connections.

with pooling(url) as pooler:
    Database(pooler.url)

What a client leaves in its session (prepared statements, SET, session locks) is gone or another's in the next transaction. It accepts
anyone, as the tests' server does, and refuses start-up parameters that PgBouncer refuses. While the server is away, clients are refused.
"""

import asyncio
import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from tests.support.loopback_app import stop_accepting

SSL_REQUEST, GSS_REQUEST, PROTOCOL_3 = 80877103, 80877104, 3
ALLOWED = {"user", "database", "client_encoding", "datestyle", "timezone", "standard_conforming_strings", "application_name"}
"""The start-up parameters that PgBouncer takes. It knows more with ignore_startup_parameters."""

ASKS = b"QSF"
"""Query, Sync and FunctionCall: each is answered by one ReadyForQuery."""

IDLE = b"I"
"""The status of a ReadyForQuery outside of any transaction."""


@dataclass(eq=False)
class Client(asyncio.Protocol):
    pooler: "Pooler"
    started: bool = False
    received: bytearray = field(default_factory=bytearray)
    unsent: bytearray = field(default_factory=bytearray)
    """Whole messages that wait for a server connection."""
    pending: int = 0
    """The number of ReadyForQuery that the server still owes."""
    server: "Server | None" = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not self.started and not self._start():
            return
        for kind, whole in messages(self.received):
            if kind == b"X":
                self.transport.close()
                return
            self.pending += kind in ASKS
            self.unsent += whole
        if self.server is not None:
            self.server.transport.write(self.unsent)
            self.unsent.clear()
        elif self.unsent and self not in self.pooler.waiting:
            self.pooler.waiting.append(self)
            self.pooler.assign()

    def _start(self) -> bool:
        """Read the messages before the first statement; return whether the last one has come."""
        while len(self.received) >= 8:
            length, code = struct.unpack("!II", self.received[:8])
            if len(self.received) < length:
                return False
            parameters = self.received[8:length].rstrip(b"\0").split(b"\0")
            del self.received[:length]
            if code in (SSL_REQUEST, GSS_REQUEST):
                self.transport.write(b"N")
            elif code >> 16 != PROTOCOL_3:
                self.transport.close()  # asks to cancel a statement
                return False
            else:
                unknown = [name.decode() for name in parameters[::2] if name.decode().lower() not in ALLOWED]
                if unknown:
                    self.refuse("08P01", f"unsupported startup parameter: {unknown[0]}")
                else:
                    self.started = True
                    self.transport.write(message(b"R", struct.pack("!I", 0)) + self.pooler.parameters + message(b"Z", IDLE))
                return self.started
        return False

    def refuse(self, code: str, why: str) -> None:
        fields = b"".join(name + value.encode() + b"\0" for name, value in ((b"S", "FATAL"), (b"V", "FATAL"), (b"C", code), (b"M", why)))
        self.transport.write(message(b"E", fields + b"\0"))
        self.transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        if self in self.pooler.waiting:
            self.pooler.waiting.remove(self)
        if self.server is not None:  # in the middle of a transaction, which only the end of the connection rolls back
            self.server.client = None
            self.server.transport.abort()


@dataclass(eq=False)
class Server(asyncio.Protocol):
    pooler: "Pooler"
    client: Client | None = None
    started: bool = False
    ending: bool = False
    """True after the server announced that it ends the connection."""
    received: bytearray = field(default_factory=bytearray)
    parameters: bytes = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.pooler.servers.append(self)
        names = b"".join(f"{name}\0{value}\0".encode() for name, value in (("user", self.pooler.user), ("database", self.pooler.database)))
        transport.write(struct.pack("!II", len(names) + 9, PROTOCOL_3 << 16) + names + b"\0")

    def data_received(self, data: bytes) -> None:
        self.received += data
        answer, idle = bytearray(), False
        for kind, whole in messages(self.received):
            answer += whole
            if kind == b"E" and b"VFATAL\0" in whole:
                self.ending = True
            if kind == b"S" and not self.started:
                self.parameters += whole
            elif kind == b"Z" and not self.started:
                self.started = True
                self.pooler.parameters = self.parameters
                self.pooler.free.append(self)
                self.pooler.first.set()
                self.pooler.assign()
                return
            elif kind == b"Z" and self.client is not None:
                self.client.pending -= 1
                idle = whole[-1:] == IDLE and self.client.pending == 0
        if self.client is None or not self.started:
            if self.ending:
                self.transport.abort()
                if self in self.pooler.free:
                    self.pooler.free.remove(self)
            return
        self.client.transport.write(answer)
        if idle:
            self.client.server, self.client = None, None
            self.pooler.free.append(self)
            self.pooler.assign()

    def connection_lost(self, _: Exception | None) -> None:
        self.pooler.count -= 1
        if not self.started:
            self.pooler.refuse_all("server login failed")
        if self in self.pooler.free:
            self.pooler.free.remove(self)
        if self.client is not None:
            self.client.server = None
            if self.ending:
                self.client.transport.close()
            else:
                self.client.refuse("08P01", "server conn crashed?")  # PgBouncer's words
        self.pooler.assign()


@dataclass
class Pooler:
    user: str
    database: str
    host: str
    server_port: int
    size: int
    port: int = 0
    count: int = 0
    """The number of server connections, those being opened included."""
    transactions: int = 0
    servers: "list[Server]" = field(default_factory=list)
    free: deque[Server] = field(default_factory=deque)
    """The longest unused first, so that a client's next transaction gets another one."""
    waiting: deque[Client] = field(default_factory=deque)
    parameters: bytes = b""
    """The parameters that the server sent at the start of a connection."""
    first: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    thread: threading.Thread | None = None
    loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{self.database}"

    def stop(self) -> None:
        """Close every connection and listen no more. Safe to call again."""
        if self.thread is not None and self.loop is not None and self.thread.is_alive():
            self.loop.call_soon_threadsafe(self.over.set)
            self.thread.join(30)

    def assign(self) -> None:
        """Give each waiting client a server connection, once as many are open as there may be."""
        while self.waiting and (self.count < self.size or self.free):
            if self.count < self.size:
                self.count += 1
                task = asyncio.get_running_loop().create_task(self.connect())
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
                return
            client, server = self.waiting.popleft(), self.free.popleft()
            client.server, server.client = server, client
            self.transactions += 1
            server.transport.write(client.unsent)
            client.unsent.clear()

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            if self.host.startswith("/"):
                await loop.create_unix_connection(lambda: Server(self), str(Path(self.host) / f".s.PGSQL.{self.server_port}"))
            else:
                await loop.create_connection(lambda: Server(self), self.host, self.server_port)
        except OSError as error:
            self.count -= 1
            self.refuse_all(f"server login failed: {error.strerror}")

    def refuse_all(self, why: str) -> None:
        while self.waiting:
            self.waiting.popleft().refuse("08006", why)


def messages(received: bytearray) -> list[tuple[bytes, bytes]]:
    """Take the whole messages off the front: (kind, message)."""
    start, found = 0, []
    while len(received) - start >= 5:
        end = start + 1 + int.from_bytes(received[start + 1 : start + 5], "big")
        if len(received) < end:
            break
        found.append((bytes(received[start : start + 1]), bytes(received[start:end])))
        start = end
    del received[:start]
    return found


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


@contextmanager
def pooling(url: str, size: int = 3) -> Iterator[Pooler]:
    """Pool the connections to the database of `url`, in a thread with its own event loop, while the block runs."""
    server = conninfo_to_dict(url)
    port = int(server.get("port") or 5432)
    pooler = Pooler(str(server["user"]), str(server["dbname"]), str(server["host"]), port, size)
    started = threading.Event()

    async def run() -> None:
        pooler.loop = loop = asyncio.get_running_loop()
        pooler.count += 1
        await pooler.connect()
        await pooler.first.wait()
        clients: list[Client] = []

        def client() -> Client:
            clients.append(Client(pooler))
            return clients[-1]

        listening = await loop.create_server(client, "127.0.0.1", 0)
        pooler.port = listening.sockets[0].getsockname()[1]
        started.set()
        await pooler.over.wait()
        await stop_accepting(listening.sockets)
        listening.close()
        pooler.size = 0
        for _ in range(10):  # a connection may just be being accepted
            for each in (*clients, *pooler.servers):
                if hasattr(each, "transport"):
                    each.transport.abort()
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)

    pooler.thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    pooler.thread.start()
    assert started.wait(30)
    try:
        yield pooler
    finally:
        pooler.stop()
