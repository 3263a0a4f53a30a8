"""Serve made-up bulletins on loopback in the formats of CBP's feeds, with every fault that was seen or is feared.

with serving(bulletins(60)) as server:
    server.url("/csms.rss")            also /csms.json /account.rss /pages.rss /register.json
    server.publish(bulletin(61))
    server.fault["/csms.rss"] = "403"  a key of FAULTS or a status
    server.asked("/csms.rss")          the headers of every request
"""

import gzip
import hashlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zoneinfo import ZoneInfo

from content.catalog import Feed, Source

FIRST = 67_000_001
EASTERN = ZoneInfo("America/New_York")
BEGIN = datetime(2026, 2, 5, 14, 30, 20, tzinfo=UTC)
"""The first bulletin's time. Sixty hourly bulletins end a day before the tests' clock begins."""
LOGIN = "jdoe4411"
"""An editor's login, which Drupal feeds reveal."""


@dataclass(frozen=True)
class Bulletin:
    number: int
    text: str
    sent: datetime
    words: str
    family: str = "CSMS"
    html: str = ""
    """More of the text, such as links."""

    @property
    def title(self) -> str:
        return f"{self.family} # {self.number} - {self.text}" if self.family else self.text

    @property
    def link(self) -> str:
        return f"https://content.govdelivery.com/accounts/USDHSCBP/bulletins/{self.number:x}"


def bulletin(n: int, text: str = "", words: str = "", family: str = "CSMS", **late: float) -> Bulletin:
    """Return the n-th bulletin. `late`, as arguments of timedelta, shifts the time when it was sent."""
    sent = BEGIN + timedelta(hours=n) + timedelta(**late)
    return Bulletin(FIRST + 7 * n, text or f"Quota notice {n}", sent, words or f"Filers take note of notice {n}.", family)


def sent_now(n: int, text: str) -> Bulletin:
    return replace(bulletin(n, text), sent=datetime.now(UTC))


def bulletins(count: int) -> list[Bulletin]:
    return [bulletin(n) for n in range(count)]


@dataclass
class FeedServer:
    port: int = 0
    published: list[Bulletin] = field(default_factory=list)
    """All bulletins in the order of publication."""
    fault: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    etags: bool = True
    left_out: set[int] = field(default_factory=set)
    """Numbers of bulletins that /csms.rss does not have."""
    raw: str = ""
    """The document at /raw.rss."""

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def publish(self, *more: Bulletin) -> None:
        self.published.extend(more)

    def asked(self, path: str) -> list[dict[str, str]]:
        return [headers for asked, headers in self.requests if asked == path]

    def csms(self, every: int = 1) -> Feed:
        sources = (("rss", "/csms.rss"), ("jsonp", "/csms.json"), ("rss", "/account.rss"))
        return Feed("csms", "CSMS", tuple(Source(kind, self.url(path)) for kind, path in sources), every, "csms", False, ())

    def account(self, every: int = 1) -> Feed:
        return Feed("account", "CAMS and TIN", (Source("rss", self.url("/account.rss")),), every, "account", False, ())

    def pages(self, every: int = 1) -> Feed:
        return Feed("cbp-trade", "CBP trade pages", (Source("drupal", self.url("/pages.rss")),), every, "all", True, ())

    def other(self, every: int = 1) -> Feed:
        return Feed("other", "Other", (Source("rss", self.url("/raw.rss")),), every, "all", True, ())

    def register(self, every: int = 1) -> Feed:
        return Feed("federal-register", "Register", (Source("federal-register", self.url("/register.json")),), every, "all", True, ())

    def newest(self, count: int, families: str = "CSMS") -> list[Bulletin]:
        return [each for each in reversed(self.published) if not families or each.family in families.split()][:count]


def rss(several: list[Bulletin]) -> str:
    rows = "\n".join(
        f"<item><title>{escape(each.title)}</title><link>{each.link}</link><guid isPermaLink='false'>{each.number}</guid>"
        f"<pubDate>{format_datetime(each.sent.astimezone(EASTERN))}</pubDate><description>{escape(email(each))}</description></item>"
        for each in several
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Bulletins</title>\n{rows}\n</channel></rss>'


def email(each: Bulletin) -> str:
    banner = f"Cargo Systems Messaging Service<br>{escape(each.title)}"
    return f"<div><table><tr><td><h1>{banner}</h1></td></tr><tr><td><p>{escape(each.words)}</p>{each.html}</td></tr></table></div>"


def widget(several: list[Bulletin]) -> str:
    rows = [
        {
            "subject": each.title,
            "pub_date": f"{each.sent.astimezone(EASTERN):%m/%d/%Y %I:%M %p %Z}",
            "href": f"https://content.govdelivery.com/bulletins/gd/USDHSCBP-{each.number:X}?wgt_ref=USDHSCBP_WIDGET_2",
        }
        for each in several
    ]
    return f"GDWidgets[0].update({json.dumps(rows)});"


def page(path: str, title: str, words: str, day: str) -> str:
    spans = (
        f'<span class="field field--name-title">{escape(title)}</span>\n'
        f'<span class="field field--name-uid"><span typeof="schema:Person">{LOGIN}</span></span>\n'
        f'<span class="field field--name-created"><time datetime="{day}T10:00:00-05:00">{day}</time></span>'
    )
    body = f'{spans}<div class="field--name-body"><p>{words} <a href="/sites/default/files/a.pdf">List</a></p></div>'
    return (
        f"<item><title>{escape(title)}</title><link>{path}</link><description>{escape(body)}</description>"
        f"<pubDate>Thu, 01 Jan 2026 00:00:00 -0500</pubDate><dc:creator>{LOGIN}</dc:creator><guid>{path} at cbp</guid></item>"
    )


def pages() -> str:
    items = page("/trade/wro-shrimp", "CBP issues an order on shrimp", "Ports detain it.", "2026-02-03") + page(
        "/trade/snapshot-2", "Trade snapshot: CBP&#039;s second issue", "EAPA and <b>tex</b>tiles.", "2026-02-04"
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xml:base="https://www.cbp.gov/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Trade</title><link>https://www.cbp.gov/</link>{items}</channel></rss>"
    )


def register() -> str:
    document = {
        "document_number": "2026-01234",
        "title": "Quarterly interest rates on overdue duties",
        "type": "Notice",
        "abstract": "CBP announces the rates.",
        "html_url": "https://www.federalregister.gov/documents/2026/01/20/2026-01234/rates",
        "publication_date": "2026-01-20",
    }
    return json.dumps({"count": 1, "results": [document]})


ROUTES: dict[str, tuple[str, Callable[[FeedServer], str]]] = {
    "/csms.rss": (
        "application/rss+xml; charset=utf-8",
        lambda server: rss([each for each in server.newest(100) if each.number not in server.left_out]),
    ),
    "/csms.json": ("application/javascript", lambda server: widget(server.newest(100))),
    "/account.rss": ("application/rss+xml; charset=utf-8", lambda server: rss(server.newest(25, families=""))),
    "/raw.rss": ("application/rss+xml; charset=utf-8", lambda server: server.raw),
    "/pages.rss": ("application/rss+xml; charset=utf-8", lambda _: pages()),
    "/register.json": ("application/json", lambda _: register()),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    feeds: FeedServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.feeds.requests.append((self.path, dict(self.headers.items())))
        if path not in ROUTES:
            return self.answer(404)
        content_type, render = ROUTES[path]
        fault = self.feeds.fault.get(path, "")
        if not fault:
            return self.document(render(self.feeds).encode(), content_type)
        if fault.isdigit():
            wait = {"Retry_After": "40"} if fault in ("429", "503") else {}
            return self.answer(int(fault), b"", **wait)
        return FAULTS[fault](self, render(self.feeds).encode())

    def document(self, body: bytes, content_type: str = "application/rss+xml") -> None:
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.feeds.etags and self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.end_headers()
            return
        headers = {"Content_Type": content_type, **({"ETag": tag} if self.feeds.etags else {})}
        if self.headers.get("Accept-Encoding") == "gzip":
            body, headers["Content_Encoding"] = gzip.compress(body, 1), "gzip"
        self.answer(200, body, **headers)

    def declared(self, length: int, body: bytes, **headers: str) -> None:
        """Declare one length and send another."""
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        self.close_connection = True

    def trickle(self, body: bytes) -> None:
        self.declared(len(body), b"")
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(0.05)

    def reset(self, _: bytes) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.rfile.close()
        self.wfile.close()
        self.connection.close()
        self.close_connection = True

    def moved(self, body: bytes) -> None:
        if self.path.endswith("?new"):
            self.document(body)
        else:
            self.answer(301, Location=f"{self.path}?new")


BOMB = (
    "<!DOCTYPE rss [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {x} '{f'&{y};' * 10}'>" for x, y in zip("bcdefgh", "abcdefg", strict=True))
    + "]>"
)

FAULTS: dict[str, Callable[[Handler, bytes], None]] = {
    "html": lambda h, _: h.answer(200, b"<!DOCTYPE html><html><body>Access Denied</body></html>", Content_Type="text/html", ETag='"block"'),
    "captcha": lambda h, _: h.answer(200, b"<!DOCTYPE html><html><body>Solve this CAPTCHA</body></html>", Content_Type="text/html"),
    "empty": lambda h, _: h.document(b'<rss version="2.0"><channel><title>Bulletins</title></channel></rss>'),
    "nothing": lambda h, _: h.answer(200),
    "cut": lambda h, body: h.document(body[: len(body) * 2 // 5]),
    "cut-all": lambda h, body: h.document(body[: body.index(b"<guid")]),
    "short": lambda h, body: h.declared(len(body), body[:500]),
    "short-gzip": lambda h, body: h.answer(200, gzip.compress(body)[:-20], Content_Encoding="gzip"),
    "not-gzip": lambda h, body: h.answer(200, body, Content_Encoding="gzip"),
    "gzip-and-more": lambda h, body: h.answer(200, gzip.compress(body) + b"more", Content_Encoding="gzip"),
    "trickle": Handler.trickle,
    "gzip-bomb": lambda h, _: h.answer(200, gzip.compress(bytes(60_000_000)), Content_Encoding="gzip"),
    "gzip-twice": lambda h, body: h.answer(200, gzip.compress(gzip.compress(body)), Content_Encoding="gzip, gzip"),
    "deflate": lambda h, body: h.answer(200, body, Content_Encoding="deflate"),
    "huge": lambda h, body: h.answer(200, body + b" " * 6_000_000),
    "entities": lambda h, _: h.document(f"{BOMB}<rss version='2.0'><channel><title>&h;</title></channel></rss>".encode()),
    "bad-bytes": lambda h, body: h.document(body.replace(b"UTF-8", b"us-ascii", 1).replace(b"Quota", b"Qu\xf6\x0bta", 2)),
    "loop": lambda h, _: h.answer(302, Location=h.path),
    "moved": Handler.moved,
    "inside": lambda h, _: h.answer(302, Location="http://169.254.169.254/latest/meta-data"),
    "reset": Handler.reset,
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that went away and resets that a test asked for."""


_ports: list[int] = []
"""The port of this process's feeds."""


def _bind(handler: type[Handler]) -> _Server:
    """Bind the port of an earlier feed if it is free: the content that names it is then in the bot's cache, and need not be parsed."""
    for port in _ports:
        with suppress(OSError):
            return _Server(("127.0.0.1", port), handler)
    server = _Server(("127.0.0.1", 0), handler)
    _ports[:] = [server.server_address[1]]
    return server


@contextmanager
def serving(published: list[Bulletin]) -> Iterator[FeedServer]:
    """Serve on a free port of 127.0.0.1 until the block ends."""
    feeds = FeedServer(published=list(published))
    server = _bind(type("Bound", (Handler,), {"feeds": feeds}))
    feeds.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield feeds
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
