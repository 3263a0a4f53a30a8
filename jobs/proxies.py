"""Decide which proxy the bot's own requests go through. Pure: the environment is passed in.

The variables mean what they mean to curl: HTTPS_PROXY serves https, HTTP_PROXY plain http, ALL_PROXY both, and NO_PROXY names exceptions.
A name in lower case counts before the one in upper case. This computer is never reached through a proxy.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from content.loading.urls import is_loopback

HTTPS, HTTP, ALL, EXCEPTIONS = "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"
CERT_FILE, CERT_DIR = "SSL_CERT_FILE", "SSL_CERT_DIR"

VARIABLES = (*(name for each in (HTTPS, HTTP, ALL, EXCEPTIONS) for name in (each.lower(), each)), CERT_FILE, CERT_DIR)
"""Everything that `read_network` reads, and that libraries would otherwise read by themselves."""

SCHEMES = {"": "http", "http": "http", "https": "https", "socks": "socks5", "socks5": "socks5", "socks5h": "socks5h"}
"""GNOME writes socks://. Names are resolved by the proxy with socks5 too, because httpx does so."""

DEFAULT_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
"""httpx and aiohttp use these for a proxy without a port."""

_ADDRESS = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?:(?P<user>[^@/?#\s]*)@)?(?P<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?/?",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(r"(?:[a-z]+://)?(?P<host>\[[0-9a-f:.]+\](?:/[0-9]+)?|[^:\[\]/]+(?:/[0-9]+)?)(?::(?P<port>[0-9]{1,5}))?/?")
_NAME = re.compile(r"(?:\*?\.)?(?P<name>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?")

ADVICE = (
    "Set it to http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, or unset it; "
    "in a password, write @ as %40, / as %2F, # as %23 and % as %25"
)


@dataclass(frozen=True, slots=True)
class Proxy:
    """Its repr and `address` show no password."""

    url: str = field(repr=False)
    address: str
    """The URL without user and password."""
    variable: str
    """The name of the variable that it comes from."""

    @property
    def socks(self) -> bool:
        return self.url.startswith("socks")

    @property
    def endpoint(self) -> tuple[str, int]:
        """The host and the port that connections are made to."""
        parts = urlsplit(self.address)
        return parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]


@dataclass(frozen=True, slots=True)
class Exemption:
    """An entry of NO_PROXY: a range of addresses, or a name with everything below it ("*" for all). None is any port."""

    host: str | IPv4Network | IPv6Network
    port: int | None = None

    def covers(self, host: str, port: int) -> bool:
        if self.port not in (None, port):
            return False
        if isinstance(self.host, str):
            return self.host in ("*", host) or host.endswith(f".{self.host}")
        try:
            return ip_address(host) in self.host
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class Network:
    """How the bot's own requests leave this computer, and which certificates they trust."""

    https: Proxy | None = None
    http: Proxy | None = None
    exemptions: tuple[Exemption, ...] = ()
    left_out: tuple[str, ...] = ()
    """Entries of NO_PROXY that cannot be read, without passwords."""
    problems: tuple[str, ...] = ()
    """A sentence for each variable that cannot be used."""
    cert_file: str = ""
    cert_dir: str = ""

    def proxy_for(self, url: str) -> Proxy | None:
        """Return the proxy for an absolute http, https, ws or wss URL, or None for a direct connection."""
        parts = urlsplit(url)
        secure, host = parts.scheme in ("https", "wss"), (parts.hostname or "").rstrip(".")
        proxy = self.https if secure else self.http
        if proxy is None or is_loopback(host) or host.endswith(".localhost"):
            return None
        port = parts.port or (443 if secure else 80)
        return None if any(each.covers(host, port) for each in self.exemptions) else proxy


DIRECT = Network()
"""Without any proxy."""


def read_network(environ: Mapping[str, str]) -> Network:
    problems: dict[str, None] = {}  # ALL_PROXY may be wrong for both
    https, http = (_read_proxy(environ, (variable, ALL), problems) for variable in (HTTPS, HTTP))
    entries = re.split(r"[\s,]+", _first(environ, (EXCEPTIONS,))[1])
    read = {entry: _read_exemption(entry.lower()) for entry in entries if entry}
    return Network(
        https=https,
        http=http,
        exemptions=tuple(exemption for exemption in read.values() if exemption is not None),
        left_out=tuple(_redact(entry) for entry, exemption in read.items() if exemption is None),
        problems=tuple(problems),
        cert_file=environ.get(CERT_FILE, "").strip(),
        cert_dir=environ.get(CERT_DIR, "").strip(),
    )


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, str]:
    """Return the first variable with a value, and the value. An empty variable counts as unset."""
    cased = (cased for name in names for cased in (name.lower(), name))
    return next(((name, value) for name in cased if (value := environ.get(name, "").strip())), ("", ""))


def _read_proxy(environ: Mapping[str, str], names: tuple[str, ...], problems: dict[str, None]) -> Proxy | None:
    variable, value = _first(environ, names)
    if not value:
        return None
    found = _ADDRESS.fullmatch(value) if value.isprintable() else None
    if found is None or not _is_host(found["host"]) or not 1 <= int(found["port"] or 1) <= 65535:
        problems[f"{variable} is not a proxy's address. {ADVICE}."] = None
        return None
    scheme = SCHEMES.get((found["scheme"] or "").lower())
    if scheme is None:
        kinds = ", ".join(f"{name}://" for name in ("http", "https", "socks5", "socks5h"))
        problems[f"{variable} names a kind of proxy that the bot cannot use. Begin it with one of {kinds}, or unset it."] = None
        return None
    place = f"{found['host'].lower()}{':' + found['port'] if found['port'] else ''}"
    user = f"{found['user']}@" if found["user"] else ""
    return Proxy(f"{scheme}://{user}{place}", f"{scheme}://{place}", variable)


def _read_exemption(entry: str) -> Exemption | None:
    if entry == "*":
        return Exemption("*")
    if (network := _ip_network(entry)) is not None:  # an IPv6 address without brackets would look like a port
        return Exemption(network)
    found = _EXCEPTION.fullmatch(entry)
    if found is None or int(found["port"] or 1) > 65535:
        return None
    port = int(found["port"]) if found["port"] else None
    if (network := _ip_network(found["host"].replace("[", "").replace("]", ""))) is not None:
        return Exemption(network, port)
    name = _NAME.fullmatch(found["host"])
    if name is None or name["name"].rpartition(".")[2].isdigit():  # part of an address, such as 10.1
        return None
    return Exemption(name["name"], port)


def _is_host(text: str) -> bool:
    """Whether the text is an address or a name, rather than something that looks like one."""
    name = text.strip("[]").lower()
    if text.startswith("[") or name.rpartition(".")[2].isdigit():
        return "/" not in name and _ip_network(name) is not None
    return _NAME.fullmatch(name) is not None and not name.startswith((".", "*"))


def _ip_network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _redact(entry: str) -> str:
    return f"…@{entry.rpartition('@')[2]}" if "@" in entry else entry


def describe_network(network: Network) -> Iterator[str]:
    """Yield, in words, which proxies are used and for what, without passwords."""
    if network.https is not None:
        yield f"https goes through {network.https.address} ({network.https.variable})"
    elif network.http is not None:
        yield f"https goes directly: {network.http.variable} is for plain http, which the bot uses only on this computer"
    else:
        yield "no proxy"
    if network.https is not None and network.exemptions:
        count = len(network.exemptions)
        yield f"{count} exception{'s' if count > 1 else ''} ({EXCEPTIONS})"
    if network.cert_file or network.cert_dir:
        names = [f"{name}={value}" for name, value in ((CERT_FILE, network.cert_file), (CERT_DIR, network.cert_dir)) if value]
        yield f"certificates from {' and '.join(names)}"
