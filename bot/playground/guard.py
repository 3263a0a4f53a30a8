"""Restrict the page to this computer: refuse requests from other machines, other sites and other host names."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.urls import is_loopback_header
from content.loading.urls import is_loopback

NAVIGATION = ("", "none", "same-origin")
"""Allowed values of Sec-Fetch-Site, except for opening the page."""

HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


_ONLY_HERE = "While the playground is on, the bot answers only this computer"


def refusal(scope: Scope) -> str | None:
    """Return why a request is refused, as a sentence, or None."""
    headers = Headers(scope["headers"])
    peer = scope.get("client")
    is_page = scope["path"] == "/" or scope["path"].startswith("/playground/")
    if peer is not None and not is_loopback(peer[0].removeprefix("::ffff:")):
        return "The playground works only on this computer." if is_page else f"{_ONLY_HERE}."
    host = headers.get("host")
    if host is None or not is_loopback_header(host):
        own = f"this computer's own address, such as http://127.0.0.1{port_of(scope)}"
        return f"Open the playground at {own}." if is_page else f"{_ONLY_HERE}, and the Host header names another one. Ask for {own}."
    origin = headers.get("origin")
    if headers.has("origin") and (origin is None or not is_loopback_header(origin.removeprefix("http://").removeprefix("https://"))):
        return "The playground does not accept requests from other sites."
    if scope["path"] != "/" and (headers.get("sec-fetch-site") or "") not in NAVIGATION:
        return "The playground does not accept requests from other sites."
    if scope["method"] in ("GET", "HEAD"):
        return None
    if origin != f"http://{host}":
        return "The playground accepts requests only from its own page: the Origin header must match its address."
    if (headers.get("content-type") or "").partition(";")[0].strip().lower() != "application/json":
        return "The playground accepts only JSON: the Content-Type header must be application/json."
    return None


def port_of(scope: Scope) -> str:
    server = scope.get("server")
    return f":{server[1]}" if server and server[1] else ""


class Headers:
    """Request headers. A header that occurs twice counts as missing."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self.raw = [(name.lower().decode("latin-1"), value.decode("latin-1")) for name, value in raw]

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.raw)

    def get(self, name: str) -> str | None:
        found = [value for key, value in self.raw if key == name]
        return found[0] if len(found) == 1 else None


def protect(app: ASGIApp) -> ASGIApp:
    """Return the application with every request checked, and strict headers on every response."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        if scope["type"] != "http":  # a websocket, which the page does not use
            await send({"type": "websocket.close", "code": 1008})
            return

        async def send_strict(message: Message) -> None:
            if message["type"] == "http.response.start":
                set_already = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(header for header in HEADERS if header[0] not in set_already)]
            await send(message)

        reason = refusal(scope)
        if reason is None:
            await app(scope, receive, send_strict)
            return
        body = f"{reason}\n".encode()
        start = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        await send_strict({"type": "http.response.start", "status": 403, "headers": start})
        await send_strict({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})

    return guard
