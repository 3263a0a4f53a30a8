"""The page itself: its files, each with its type."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

STATIC = Path(__file__).parent / "static"
TYPES = {
    "index.html": "text/html; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
    "adaptive.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "talk.js": "text/javascript; charset=utf-8",
    "message.js": "text/javascript; charset=utf-8",
    "render.js": "text/javascript; charset=utf-8",
    "adaptive.js": "text/javascript; charset=utf-8",
    "look.js": "text/javascript; charset=utf-8",
    "combobox.js": "text/javascript; charset=utf-8",
    "drawer.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def routes() -> list[Route]:
    """A way to each file; "/" leads to the page."""
    return [Route("/", page("index.html")), *(Route(f"/playground/{name}", page(name)) for name in TYPES if name != "index.html")]


def page(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def serve(_: Request) -> Response:
        return FileResponse(STATIC / name, media_type=TYPES[name])

    return serve
