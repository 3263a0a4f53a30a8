"""Fetch one document within limits of time, size and redirects.

httpx alone would follow a redirect to an internal address, inflate kilobytes to gigabytes, accept a truncated gzip and wait forever on a
slow body.
"""

import asyncio
import re
import ssl
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path

import httpx

from content.loading.urls import is_internal, is_loopback
from jobs.network import explain, retry_after

DEADLINE_SECONDS = 15.0  #: Connection, redirects and body together.
MAX_BODY = 5_000_000  #: Bytes, both transferred and unpacked; a CSMS feed has 1.3 million.
MAX_REDIRECTS = 5
MAX_SHOWN = 80  #: Characters of a host or path; CBP's longest path has 60.


@dataclass(frozen=True, slots=True)
class Validators:
    """For a conditional request, to `url` alone."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    body: bytes
    content_type: str
    moved_to: str  #: By permanent redirects.
    validators: Validators


@dataclass(frozen=True, slots=True)
class Unchanged:
    moved_to: str


@dataclass(frozen=True, slots=True)
class Failed:
    why: str
    status: int | None = None
    retry_after: float | None = None
    onward: str = ""  #: Where a redirect leads that is not followed.


@dataclass(frozen=True, slots=True)
class Limits:
    """A redirect may lead to `hosts`, besides the source's own."""

    hosts: tuple[str, ...] = ()
    deadline: float = DEADLINE_SECONDS
    body: int = MAX_BODY
    wire: int = MAX_BODY
    redirects: int = MAX_REDIRECTS


@dataclass(slots=True)
class _Trail:
    source: httpx.URL
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)  #: Of this fetch alone.
    seen: list[httpx.URL] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)  #: The cookies that went to each.
    moved_to: str = ""
    permanent: bool = True


STATUS = {
    400: "the server rejected the request (400): check the address's parameters",
    401: "the server requires a login (401)",
    403: "access denied (403): the server rejects this client or network",
    404: "nothing found at this address (404): check it in feeds.yaml",
    408: "the server timed out waiting for the request (408)",
    410: "the feed is permanently gone (410)",
    429: "the server asked us to slow down (429)",
    500: "the server had an internal error (500)",
    502: "a gateway got no valid answer (502)",
    503: "the server is temporarily unavailable (503)",
    504: "a gateway timed out (504)",
}
_PERMANENT, _TEMPORARY = (301, 308), (302, 303, 307)
_DOCUMENT = (200, 203)  #: 203: a proxy changed something.
_NO_CODING = frozenset(("identity", "none", "utf-8", "utf8", "us-ascii", "iso-8859-1", "windows-1252", "8bit", "binary", "text", "plain"))
"""Content-Encodings that servers send of an uncompressed document."""
_GZIP = b"\x1f\x8b"
MAX_MEMBERS = 1_000  #: Of one gzip document.


@cache
def user_agent() -> str:
    """CBP's servers refuse the names of generic libraries."""
    try:
        version = metadata.version("cbp-trade-bot")
    except metadata.PackageNotFoundError:  # a checkout that is not installed
        project = Path(__file__).resolve().parents[1] / "pyproject.toml"
        found = re.search(r'^version = "([^"]+)"', project.read_text("utf-8"), re.MULTILINE) if project.is_file() else None
        version = found[1] if found else "0"
    return f"cbp-trade-bot/{version} (internal tool; reads trade feeds)"


async def fetch(
    http: httpx.AsyncClient, url: str, *, known: Validators = Validators(), limits: Limits = Limits()
) -> Fetched | Unchanged | Failed:
    """Fetch `url`; every failure is a value. `known` is from the last read."""
    try:
        source = httpx.URL(url)
    except httpx.InvalidURL as problem:
        return Failed(f"{format_address(url)} is not a valid address ({problem})")
    if refused := refusal(source, source, limits.hosts):
        return Failed(f"{format_address(source)} is not allowed: {refused}")
    try:
        async with asyncio.timeout(limits.deadline):
            return await _follow(http, _Trail(source), known, limits)
    except TimeoutError:
        return Failed(f"no complete answer within {limits.deadline:g} seconds (timeout)")
    except (httpx.TimeoutException, httpx.ConnectError, httpx.ProxyError) as problem:
        return Failed(explain(problem))
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError, httpx.CloseError) as problem:
        return Failed(f"the connection was lost before an answer arrived ({type(problem).__name__})")
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as problem:
        return Failed(f"the request failed ({type(problem).__name__}: {problem})")


async def _follow(http: httpx.AsyncClient, trail: _Trail, known: Validators, limits: Limits) -> Fetched | Unchanged | Failed:
    url = trail.source
    while True:
        # a request of the client's own making would send the cookies of earlier fetches
        timeout = httpx.Timeout(limits.deadline).as_dict()
        request = httpx.Request("GET", url, headers=_headers(url, known), cookies=trail.cookies, extensions={"timeout": timeout})
        trail.seen.append(url)
        trail.sent.append(request.headers.get("cookie", ""))
        response = await http.send(request, stream=True, follow_redirects=False)
        http.cookies.clear()
        try:
            if response.status_code not in (*_PERMANENT, *_TEMPORARY):
                return await _answer(response, trail, known, limits)
        finally:
            await response.aclose()
        onward = _onward(response, trail, limits)
        if isinstance(onward, Failed):
            return onward
        url = onward


def _headers(url: httpx.URL, known: Validators) -> dict[str, str]:
    headers = {
        "User-Agent": user_agent(),
        "Accept": "application/rss+xml, application/xml;q=0.9, application/json;q=0.9, */*;q=0.5",
        "Accept-Encoding": "gzip",
    }
    if str(url) == known.url:
        headers |= {"If-None-Match": known.etag} if known.etag else {}
        headers |= {"If-Modified-Since": known.last_modified} if known.last_modified else {}
    return headers


def _onward(response: httpx.Response, trail: _Trail, limits: Limits) -> httpx.URL | Failed:
    here, location, status = trail.seen[-1], response.headers.get("location", ""), response.status_code
    if not location:
        return Failed(f"a redirect ({status}) without a location", status)
    try:
        onward = here.join(location).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        return Failed(f"a redirect ({status}) to an invalid address: {format_address(location)}", status)
    if here.scheme == "https" and onward.scheme == "http":
        return Failed(f"a redirect ({status}) from https to plain http is not followed: {format_address(onward)}", status)
    if refused := refusal(onward, trail.source, limits.hosts):
        why = f"a redirect ({status}) to {format_address(onward)} is not followed: {refused}"
        return Failed(why, status, onward=str(onward))
    trail.cookies.extract_cookies(response)
    if onward in trail.seen and not _brings_first_cookie(onward, trail):
        return Failed(f"the redirects form a loop ({status} to {format_address(onward)})", status)
    if len(trail.seen) > limits.redirects:
        return Failed(f"more than {limits.redirects} redirects", status)
    # a detour for a cookie is no move
    trail.permanent = trail.permanent and status in _PERMANENT and onward not in trail.seen
    if trail.permanent:
        trail.moved_to = str(onward)
    return onward


def _brings_first_cookie(onward: httpx.URL, trail: _Trail) -> bool:
    """A server may send a client once more to an address, with the cookie that it wants."""
    request = httpx.Request("GET", onward, cookies=trail.cookies)
    return "cookie" in request.headers and not any(sent for url, sent in zip(trail.seen, trail.sent, strict=True) if url == onward)


async def _answer(response: httpx.Response, trail: _Trail, known: Validators, limits: Limits) -> Fetched | Unchanged | Failed:
    status = response.status_code
    url = str(trail.seen[-1])
    if status == 304:
        if known.url == url and (known.etag or known.last_modified):
            return Unchanged(trail.moved_to)
        return Failed("the server answered 304 (not modified) to an unconditional request", status)
    if status not in _DOCUMENT:
        why = STATUS.get(status, f"the answer is not a document (status {status})")
        return Failed(why, status, retry_after(response.headers.get("retry-after"), response.headers.get("date")))
    encodings = [name for each in response.headers.get("content-encoding", "").split(",") if (name := each.strip(" \t\"'").lower())]
    encodings = [each for each in encodings if each not in _NO_CODING]
    if encodings not in ([], ["gzip"], ["x-gzip"]):
        return Failed(f"compressed in an unsupported way ({', '.join(encodings)[:100]})")
    body = await _body(response, bool(encodings), limits)
    if isinstance(body, Failed):
        return body
    etag, last_modified = (_sendable(response.headers.get(name, "")) for name in ("etag", "last-modified"))
    return Fetched(body, response.headers.get("content-type", ""), trail.moved_to, Validators(url, etag, last_modified))


def _sendable(value: str) -> str:
    return value if len(value) <= 1_000 and value.isascii() and value.isprintable() else ""


async def _body(response: httpx.Response, packed: bool, limits: Limits) -> bytes | Failed:
    gzip = _Gzip(limits.body) if packed else None
    body, wire = bytearray(), 0
    try:
        async for chunk in response.aiter_raw():
            if not wire and gzip is None and chunk.startswith(_GZIP):  # packed, though the header does not say so
                gzip = _Gzip(limits.body)
            wire += len(chunk)
            body += gzip.unpack(chunk, len(body)) if gzip else chunk
            if wire > limits.wire or len(body) > limits.body:
                return Failed(f"larger than {limits.body:,} bytes, the limit for a feed", response.status_code)
    except zlib.error as problem:
        return Failed(f"broken gzip data ({problem})")
    except (httpx.RemoteProtocolError, httpx.ReadError) as problem:
        return Failed(f"incomplete: the connection closed after {wire:,} bytes ({type(problem).__name__})")
    if gzip and not gzip.whole:
        return Failed(f"incomplete: the gzip data ends after {wire:,} bytes")
    return bytes(body) if body.strip() else Failed(f"an empty answer ({response.status_code})")


class _Gzip:
    """Unpacks gzip data of one or more members, up to one byte beyond a limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._members = 1

    @property
    def whole(self) -> bool:
        return self._member.eof

    def unpack(self, chunk: bytes, size: int) -> bytes:
        """Unpack what follows the first `size` bytes. Raises zlib.error."""
        unpacked = bytearray()
        while chunk and size + len(unpacked) <= self._limit:
            if self._member.eof:
                chunk = chunk.lstrip(b"\0")  # padding
                if not chunk:
                    break
                if not chunk.startswith(_GZIP[: len(chunk)]) or self._members == MAX_MEMBERS:
                    raise zlib.error("extra data after its end")
                self._member, self._members = zlib.decompressobj(16 + zlib.MAX_WBITS), self._members + 1
            unpacked += self._member.decompress(chunk, self._limit - size - len(unpacked) + 1)
            chunk = self._member.unused_data
        return bytes(unpacked)


def refusal(target: httpx.URL, source: httpx.URL, hosts: Iterable[str]) -> str | None:
    """Return why a source may not lead to `target`, or None: only https to known public hosts, or http within this machine."""
    if target.userinfo:
        return "it contains a user name"
    if (target.scheme, target.host, target.port) == (source.scheme, source.host, source.port) and is_loopback(source.host):
        return None if target.scheme in ("http", "https") else f"the bot does not read {target.scheme} addresses"
    if target.scheme != "https":
        return "the bot reads only https (http only on this computer)"
    if is_internal(target.host):
        return f"{target.host} is an internal address"
    if target.host != source.host and target.host not in {each.lower() for each in hosts}:
        return f"{target.host} is not among the feed's `hosts` in feeds.yaml"
    if target.port not in (None, source.port if target.host == source.host else None):
        return f"port {target.port} is not the standard port"
    return None


def format_address(address: str | httpx.URL) -> str:
    """Return host and path without user names; "…" replaces a query and what exceeds MAX_SHOWN."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return _shorten(str(address))
    if not url.host:
        return _shorten(str(address))
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{_shorten(url.host)}{port}{_shorten(url.path, more=bool(url.query))}"


def _shorten(text: str, *, more: bool = False) -> str:
    return f"{text[:MAX_SHOWN]}{'…' if more or len(text) > MAX_SHOWN else ''}"
