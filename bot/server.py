"""run, serve and work, which end at a signal; migrate and poll, which end by themselves. Each answers an exit code."""

import asyncio
import contextlib
import errno
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from bot.app import application, build
from bot.database import StartError, migrate_database, migrate_in_child
from bot.runtime import Runtime
from bot.settings import Settings, in_ci

if TYPE_CHECKING:
    import httpx

    from jobs.schedule import Schedule

logger = logging.getLogger(__name__)

GRACE_SECONDS = 3
"""How long requests and jobs may finish after a signal."""

QUIET = ("apscheduler", "httpx", "httpcore", "uvicorn", "asyncio", "alembic")
"""Libraries that tell of every tick and every request."""


def run(settings: Settings) -> int:
    """Everything in one process."""
    return started(settings, lambda: http(settings, jobs=True))


def serve(settings: Settings) -> int:
    """The HTTP side alone."""
    return started(settings, lambda: http(settings, jobs=False))


def work(settings: Settings) -> int:
    """Polling and posting alone."""

    def act() -> None:
        migrate_in_child(settings)
        runtime = build(settings)
        with contextlib.closing(runtime.db):
            asyncio.run(work_until_told(Work(runtime)))

    return started(settings, act)


def migrate(settings: Settings) -> int:
    """Brings the database up to date."""

    def act() -> None:
        say("The database was brought up to date." if migrate_database(settings) else "The database is up to date.")

    return started(settings, act)


def poll_once(settings: Settings) -> int:
    """Polls every feed, due or not, and posts what that makes due, saying how it goes. 1 when a feed failed."""
    failed = False

    async def poll(runtime: Runtime) -> bool:
        from bot.ask import counted
        from jobs.poll import poll_due

        catalog = runtime.library.catalog
        logging.getLogger("jobs.poll").setLevel(logging.ERROR)  # how each poll went is said below, once
        runtime.operations.poll(None)  # whoever types it wants it now
        async with http_client() as client:
            polled = await poll_due(runtime.db, catalog.feeds, catalog.topics, client, say)
        async with runtime.connected():
            posted = await deliver(runtime)
        problems = sum(one.error is not None for one in polled)
        busy = len(catalog.feeds) - len(polled)
        elsewhere = f" {busy} {'is' if busy == 1 else 'are'} being polled by another process at this moment." if busy else ""
        say(f"{len(polled)} of {counted(len(catalog.feeds))} polled, {problems} failed; {posted} posted.{elsewhere}")
        return problems > 0

    def act() -> None:
        nonlocal failed
        runtime = build(settings)
        with contextlib.closing(runtime.db):
            failed = asyncio.run(poll(runtime))

    return started(settings, act) or int(failed)


def say(line: str) -> None:
    print(line, flush=True)


def http_client() -> "httpx.AsyncClient":
    """What reads the feeds: through the environment's proxy (HTTPS_PROXY), but for a feed on this computer, which no proxy can reach."""
    import httpx

    return httpx.AsyncClient(mounts=dict.fromkeys(("all://localhost", "all://127.0.0.1", "all://[::1]")))


async def deliver(runtime: Runtime) -> int:
    """Posts what is due."""
    from jobs.deliver import Pace, deliver_due

    return await deliver_due(runtime.db, runtime.senders, runtime.compose, pace=Pace(unreadable=runtime.settings.unsure))


class Work:
    """The jobs of this process: they run between the start and the end of `running`."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.schedule: Schedule | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        from jobs.schedule import Schedule

        async with http_client() as client:
            self.schedule = Schedule(self.runtime.db, self.runtime.library, client, lambda: deliver(self.runtime), progress=logger.debug)
            self.schedule.start()
            try:
                yield
            finally:
                await self.schedule.stop(GRACE_SECONDS)

    def wake(self) -> None:
        """Something may be due now."""
        if self.schedule is not None:
            self.schedule.wake()


async def work_until_told(work: Work) -> None:
    stop = asyncio.Event()
    with told(stop.set):
        async with work.runtime.connected(), work.running():
            say("Trade bot works: polling and posting (Ctrl+C ends it)")
            await stop.wait()


def started(settings: Settings, act: Callable[[], None]) -> int:
    """Runs a command with its log set up; a start that fails says why in a sentence."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    try:
        act()
    except StartError as problem:
        print(f"tradebot: {problem}", file=sys.stderr)
        return 1
    return 0


def http(settings: Settings, *, jobs: bool) -> None:
    """Listens first, so that a taken port is known before anything else is done."""
    with contextlib.closing(listen(settings.host, settings.port)) as listening:
        migrate_in_child(settings)
        runtime = build(settings)
        asyncio.run(http_until_told(runtime, listening, jobs=jobs))


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises StartError when the port is taken or the address isn't this computer's."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as problem:
        raise StartError(f"HOST={host} can't be listened on ({problem.strerror}): name an address of this computer.") from None
    try:
        if sys.platform != "win32":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(128)
    except PermissionError:
        bound.close()
        raise StartError(f"Port {port} needs rights that this user has not: set PORT to a number above 1023.") from None
    except OSError as problem:
        bound.close()
        if problem.errno == errno.EADDRINUSE:
            raise StartError(f"Port {port} on {host} is taken: end the program that has it, or set PORT to another number.") from None
        raise StartError(f"HOST={host} can't be listened on ({problem.strerror}): name an address of this computer.") from None
    return bound


def address(host: str, bound: socket.socket) -> str:
    """What to open in a browser on this computer."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - read, not bound
    return f"http://{name}:{bound.getsockname()[1]}"


async def http_until_told(runtime: Runtime, listening: socket.socket, *, jobs: bool) -> None:
    """Serves until a signal, then lets what is under way finish."""
    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:  # uvicorn's own ends the process by the signal, which looks like a crash
            yield

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            await welcome(runtime.settings, address(runtime.settings.host, listening))

    work = Work(runtime) if jobs else None
    app = application(runtime, work.running, work.wake) if work else application(runtime)
    config = uvicorn.Config(
        app,
        access_log=False,
        date_header=True,
        lifespan="on",
        log_config=None,
        proxy_headers=False,  # who really connects decides what the playground answers
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws="none",
    )
    server = Server(config)
    with told(lambda: setattr(server, "should_exit", True)):
        await server.serve([listening])


async def welcome(settings: Settings, url: str) -> None:
    """Says where it is; opens the playground for a person who sits at this terminal."""
    platforms = []
    if settings.slack is not None:
        platforms.append(f"for Slack {'by Socket Mode' if settings.slack.app_token else f'at {url}/slack/events'}")
    if settings.teams is not None:
        platforms.append(f"for Teams at {url}/api/messages")
    if platforms:
        say(f"Trade bot is up, {' and '.join(platforms)} (Ctrl+C ends it)")
        return
    if not settings.loopback:
        print(
            f"Trade bot is up on {settings.host}. The playground is for this computer only and stays off while HOST is {settings.host}.",
            flush=True,
        )
        return
    say(f"Trade bot is up. Playground: {url} (Ctrl+C ends it)")
    if sys.stdout.isatty() and not in_ci():
        await asyncio.to_thread(open_browser, url)


def open_browser(url: str) -> None:
    """A window of the desktop's browser. One that would take over the terminal is left alone."""
    import webbrowser

    with contextlib.suppress(webbrowser.Error):
        browser = webbrowser.get()
        if type(browser) is not webbrowser.GenericBrowser:
            browser.open(url)


@contextmanager
def told(stop: Callable[[], None]) -> Iterator[None]:
    """Calls `stop` in the event loop at SIGTERM and SIGINT."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
