"""The composition root: from settings to one HTTP application."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from importlib import import_module
from importlib.util import find_spec

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.database import StartError, open_database
from bot.http import Calendars, healthz, readyz
from bot.operations.metrics import Metrics
from bot.playground.guard import protect
from bot.runtime import Platform, Runtime, Wake
from bot.settings import Settings
from bot.urls import host_of, slack_domain
from content.loading.files import ContentError
from jobs.certificates import CertificatesError, ssl_context
from jobs.proxies import describe_network
from jobs.revisions import Library, publish_at_start

logger = logging.getLogger(__name__)

Background = Callable[[], AbstractAsyncContextManager[None]]
"""Runs beside the HTTP application."""

PLATFORMS = {"slack": "bot.slack.app", "teams": "bot.teams.app", "playground": "bot.playground.app"}
"""The modules whose `platform(settings)` makes a Platform; only configured ones are imported."""

SLACK_HOSTS = ("", "hooks.", "wss-primary.")
"""The hosts that Slack's client reaches: the API, response URLs and sockets."""


def build(settings: Settings) -> Runtime:
    """Open the database, publish the content of CONTENT_DIR if it never was, and make the platforms. Raises StartError."""
    check_network(settings)
    db = open_database(settings)
    try:
        library = Library(publish_at_start(db, settings.content))
        db.outages.silent = False
        return Runtime(settings, db, library, make_platforms(settings))
    except ContentError:  # the log already names what is wrong with it
        db.close()
        raise StartError(
            f"The content in {settings.content} cannot be used, and no earlier revision was published. "
            "Fix the errors listed above. To list them again, run `tradebot check`."
        ) from None
    except StartError:
        db.close()
        raise


def check_network(settings: Settings) -> None:
    """Log which proxy is used, and what NO_PROXY has that cannot be read. Raises StartError for variables that the bot cannot use."""
    if problems := tuple(network_problems(settings)):
        raise StartError("\n".join(problems))
    for entry in settings.network.left_out:
        logger.warning("ignored an entry of NO_PROXY: %s is not a host, an address or a range of addresses", entry)
    if settings.network.https is not None:
        logger.info("network: %s", "; ".join(describe_network(settings.network)))


def network_problems(settings: Settings) -> Iterator[str]:
    """Yield one or two sentences for each variable about proxies and certificates that the bot cannot use."""
    network = settings.network
    yield from network.problems
    try:
        if network.cert_file or network.cert_dir:  # without them nothing can fail, and loading takes a while
            ssl_context(network)
    except CertificatesError as problem:
        yield str(problem)
    socks = next((proxy for proxy in (network.https, network.http) if proxy is not None and proxy.socks), None)
    if socks is not None and find_spec("socksio") is None:
        yield f"{socks.variable} names a SOCKS proxy, but the library for that is missing (socksio). Install cbp-trade-bot again."
    if settings.slack is not None and (domain := slack_domain(host_of(settings.slack.api_url)[1])):
        proxies = [network.proxy_for(f"https://{name}{domain}") for name in SLACK_HOSTS]
        if socks is not None and socks in proxies:
            yield (
                f"{socks.variable} names a SOCKS proxy, which the bot cannot use for Slack. Set HTTPS_PROXY to an HTTP proxy, "
                f"or add {domain} to NO_PROXY if this computer reaches Slack without a proxy."
            )


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
    metrics = Metrics(runtime)
    own = (
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics.answer),
        Route("/calendar/{name}.ics", Calendars(runtime).answer),
    )
    app = Starlette(routes=[*routes, *own], lifespan=lifespan, middleware=[Middleware(metrics.measured)])
    app.state.runtime = runtime
    return protect(app) if runtime.settings.playground else app
