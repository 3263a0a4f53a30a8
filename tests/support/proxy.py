"""A loopback proxy for HTTP (CONNECT and plain) and SOCKS5, which leads made-up hosts to the servers of the tests.

The proxy ends TLS itself with a certificate of its own authority, so the servers behind it may speak plain HTTP.

with serving({"slack.com": slack.port}) as proxy:
    proxy.url()                    http://127.0.0.1:PORT; proxy.url("socks5") and proxy.url("https") are the same port
    proxy.environ                  SSL_CERT_FILE, by which a client trusts it
    proxy.asked                    [("CONNECT", "slack.com:443")], also "GET" and "SOCKS5"
"""

import asyncio
import base64
import ipaddress
import re
import ssl
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.loopback_app import stop_accepting

USER, PASSWORD = "proxy-user", "s3cret/pr@xy"
"""The login of a proxy with `login=True`."""
QUOTED = "proxy-user:s3cret%2Fpr%40xy"

SOCKS = b"\x05"


@dataclass
class Proxy:
    targets: Mapping[str, int]
    """The port on 127.0.0.1 of each host."""
    login: bool = False
    """Whether clients must log in."""
    tls: bool = False
    """Whether clients reach the proxy itself by https."""
    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    refused: int = 0
    """The number of requests without the right login."""
    folder: Path = Path()

    def url(self, scheme: str = "http", user: str = "") -> str:
        return f"{scheme}://{f'{user}@' if user else ''}127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        return {"SSL_CERT_FILE": str(self.folder / "authority.pem")}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
                first = await reader.readexactly(1)
                if first == SOCKS:
                    await self._socks(reader, writer)
                else:
                    await self._http(first, reader, writer)
        finally:
            writer.transport.abort()

    async def _http(self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, _ = head.split("\r\n", 1)[0].split(" ")
        expected = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.login and f"proxy-authorization: basic {expected}".casefold() not in head.casefold():
            self.refused += 1
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return await writer.drain()
        if method == "CONNECT":
            return await self._tunnel("CONNECT", target, b"HTTP/1.1 200 OK\r\n\r\n", reader, writer)
        host = target.removeprefix("http://").partition("/")[0]
        self.asked.append((method, host))
        path = target.removeprefix(f"http://{host}") or "/"
        lines = re.sub(r"(?im)^(proxy-\w+|connection):.*\r\n", "", head.replace(target, path, 1)[:-2])
        return await self._pipe(host, (lines + "Connection: close\r\n\r\n").encode("latin-1"), reader, writer)

    async def _socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly((await reader.readexactly(1))[0])  # the methods on offer
        writer.write(b"\x05\x02" if self.login else b"\x05\x00")
        if self.login:
            await reader.readexactly(1)
            given = [(await reader.readexactly((await reader.readexactly(1))[0])).decode() for _ in range(2)]
            if given != [USER, PASSWORD]:
                self.refused += 1
                return writer.write(b"\x01\x01")
            writer.write(b"\x01\x00")
        kind = (await reader.readexactly(4))[3]
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == 1 else 16)))
        port = int.from_bytes(await reader.readexactly(2), "big")
        return await self._tunnel("SOCKS5", f"{host}:{port}", b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", reader, writer)

    async def _tunnel(self, kind: str, target: str, answer: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((kind, target))
        writer.write(answer)
        await writer.drain()
        if target.endswith(":443"):
            await writer.start_tls(self.context(target.partition(":")[0]))
        await self._pipe(target, b"", reader, writer)

    async def _pipe(self, target: str, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = await asyncio.open_connection("127.0.0.1", self.targets[target.rpartition(":")[0] or target])
        behind[1].write(first)
        try:
            await asyncio.gather(_copy(reader, behind[1]), _copy(behind[0], writer))
        finally:
            behind[1].transport.abort()

    def context(self, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{host}.pem")
        return context


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError, ssl.SSLError):
        while data := await source.read(65_536):
            target.write(data)
            await target.drain()
    target.close()


@cache
def _key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


def certificate(name: str, *, authority: bool = False) -> bytes:
    """Return a PEM certificate for a host or an address, or the authority that signs all of them."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority of the tests")])
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(issuer if authority else subject).issuer_name(issuer)
    builder = builder.public_key(_key().public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(_key().public_key()), critical=False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(_key().public_key()), critical=False)
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
    return builder.sign(_key(), SHA256()).public_bytes(Encoding.PEM)


def write_certificates(folder: Path, hosts: Iterator[str]) -> None:
    key = _key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "authority.pem").write_bytes(certificate("authority", authority=True))
    for host in hosts:
        (folder / f"{host}.pem").write_bytes(certificate(host) + key)


@contextmanager
def serving(targets: Mapping[str, int], *, login: bool = False, tls: bool = False) -> Iterator[Proxy]:
    """Serve in a thread with its own event loop."""
    started, loops, over = threading.Event(), list[asyncio.AbstractEventLoop](), list[asyncio.Event]()
    with tempfile.TemporaryDirectory() as folder:
        proxy = Proxy(targets, login, tls, folder=Path(folder))
        write_certificates(proxy.folder, iter((*targets, "127.0.0.1")))

        async def run() -> None:
            server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, ssl=proxy.context("127.0.0.1") if tls else None)
            proxy.port = server.sockets[0].getsockname()[1]
            loops.append(asyncio.get_running_loop())
            over.append(asyncio.Event())
            started.set()
            await over[0].wait()
            await stop_accepting(server.sockets)
            server.close()
            running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

        thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
        thread.start()
        assert started.wait(30)
        try:
            yield proxy
        finally:
            loops[0].call_soon_threadsafe(over[0].set)
            thread.join(30)
