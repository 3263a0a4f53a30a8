"""The composition root: from settings to one HTTP application."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from importlib import import_module

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.database import StartError, open_database
from bot.http import healthz, readyz
from bot.playground.guard import protect
from bot.runtime import Platform, Runtime, Wake
from bot.settings import Settings
from content.loading.files import ContentError
from jobs.revisions import Library, publish_at_start

Background = Callable[[], AbstractAsyncContextManager[None]]
"""Runs beside the HTTP application."""

PLATFORMS = {"slack": "bot.slack.app", "teams": "bot.teams.app", "playground": "bot.playground.app"}
"""The modules whose `platform(settings)` makes a Platform; only configured ones are imported."""


def build(settings: Settings) -> Runtime:
    """Open the database, publish the disk's content if it never was, and make the platforms. Raises StartError."""
    db = open_database(settings)
    try:
        library = Library(publish_at_start(db, settings.content_dir))
        return Runtime(settings, db, library, make_platforms(settings))
    except ContentError:  # the log already names what is wrong with it
        db.close()
        raise StartError(
            f"The content in {settings.content_dir} has errors, and no earlier revision was published. "
            "Fix the errors listed above. To list them again, run `tradebot check`."
        ) from None
    except StartError:
        db.close()
        raise


def make_platforms(settings: Settings) -> tuple[Platform, ...]:
    """Return the configured platforms, and always the playground: its channels may be owed posts."""
    return tuple(import_module(PLATFORMS[name]).platform(settings) for name in PLATFORMS if name in settings.platforms)


def application(runtime: Runtime, background: Background = nullcontext, wake: Wake | None = None) -> ASGIApp:
    """`wake` tells the jobs that something may be due; None when they run in another process."""
    endpoints = [platform.endpoint(runtime, wake) for platform in runtime.platforms]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with runtime.connected(), background(), runtime.keep_fresh(), AsyncExitStack() as stack:
            for endpoint in endpoints:
                await stack.enter_async_context(endpoint.serving())
            yield
        runtime.db.close()

    # platforms first: most requests are theirs
    routes = [route for endpoint in endpoints for route in endpoint.routes()]
    app = Starlette(routes=[*routes, Route("/healthz", healthz), Route("/readyz", readyz)], lifespan=lifespan)
    app.state.runtime = runtime
    return protect(app) if runtime.settings.playground else app
