"""The subcommands run, serve, work, migrate and poll. Each returns an exit code."""

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
from bot.database import WAIT_SECONDS, StartError, migrate_database, migrate_in_child, wait_for_database
from bot.operations.interpreter import freeze_objects, prefer_answers
from bot.operations.logs import configure
from bot.runtime import Runtime
from bot.settings import Settings, in_ci
from jobs.memory import limit_arenas

if TYPE_CHECKING:
    from jobs.schedule import Schedule
    from jobs.store.database import Database

logger = logging.getLogger(__name__)

STOPPING, STOPPED = "stopping: what is under way is finished first", "stopped cleanly"

GRACE_SECONDS = 3
"""How long running requests and jobs may take after a signal."""

DATE_SECONDS = 1.0
"""Between two changes of the answers' Date header."""


def run(settings: Settings) -> int:
    return run_command(settings, lambda: serve_http(settings, jobs=True))


def serve(settings: Settings) -> int:
    """Run only the HTTP side."""
    return run_command(settings, lambda: serve_http(settings, jobs=False))


def work(settings: Settings) -> int:
    """Run only polling and posting."""

    def act() -> None:
        wait_for_database(settings, WAIT_SECONDS)
        migrate_in_child(settings)
        runtime = build(settings)
        with contextlib.closing(runtime.db):
            asyncio.run(work_until_stopped(Jobs(runtime)))

    return run_command(settings, act)


def migrate(settings: Settings) -> int:
    def act() -> None:
        say("The database has been updated." if migrate_database(settings) else "The database is up to date.")

    return run_command(settings, act)


def poll_once(settings: Settings) -> int:
    """Poll every feed, due or not, and post what that makes due. Return 1 when a feed failed."""
    failed = False

    async def poll(runtime: Runtime) -> bool:
        from bot.ask import count_feeds
        from handlers.admin.status import make_due
        from jobs.audit import COMMAND_LINE
        from jobs.http_client import async_client
        from jobs.poll import poll_due

        catalog = runtime.library.catalog
        logging.getLogger("jobs.poll").setLevel(logging.ERROR)  # the report below says how each poll went
        make_due(runtime.db, [feed.slug for feed in catalog.feeds], COMMAND_LINE)
        async with async_client(settings.network) as client:
            polled = await poll_due(runtime.db, catalog.feeds, catalog.topics, client, say, notifier=runtime.notifier)
        async with runtime.connected():
            posted = await deliver(runtime)
        problems = sum(one.error is not None for one in polled)
        busy = len(catalog.feeds) - len(polled)
        elsewhere = f" Another process is polling {busy} right now." if busy else ""
        say(f"{len(polled)} of {count_feeds(len(catalog.feeds))} polled, {problems} failed; {posted} posted.{elsewhere}")
        return problems > 0

    def act() -> None:
        nonlocal failed
        runtime = build(settings)
        with contextlib.closing(runtime.db):
            failed = asyncio.run(poll(runtime))

    return run_command(settings, act) or int(failed)


def say(line: str) -> None:
    print(line, flush=True)


async def deliver(runtime: Runtime, on_worked: Callable[[], None] = lambda: None) -> int:
    from jobs.deliver import deliver_due
    from jobs.outcomes import Pace
    from jobs.states import UnreadablePolicy

    pace = Pace(unreadable=UnreadablePolicy(runtime.settings.unsure))
    return await deliver_due(runtime.db, runtime.senders, runtime.compose, pace=pace, notifier=runtime.notifier, on_worked=on_worked)


class Jobs:
    """The jobs of this process, which run while `running` is open."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.schedule: Schedule | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        from jobs.http_client import async_client
        from jobs.schedule import Schedule

        async with async_client(self.runtime.settings.network) as client:
            self.schedule = Schedule(
                self.runtime.db,
                self.runtime.library,
                client,
                lambda: deliver(self.runtime, self.note_work),
                progress=logger.debug,
                notifier=self.runtime.notifier,
                retention=self.runtime.settings.retention,
            )
            self.schedule.start()
            try:
                yield
            finally:
                await self.schedule.stop(GRACE_SECONDS)

    def note_work(self) -> None:
        if self.schedule is not None:
            self.schedule.note_work()

    def wake(self) -> None:
        if self.schedule is not None:
            self.schedule.wake()


async def work_until_stopped(work: Jobs) -> None:
    stop = asyncio.Event()
    with on_stop_signal(stop.set):
        async with work.runtime.connected(), work.running():
            say("Trade bot is polling and posting. Press Ctrl+C to stop.")
            await stop.wait()
            logger.info(STOPPING)
    logger.info(STOPPED)


def run_command(settings: Settings, act: Callable[[], None]) -> int:
    """Print why a start failed."""
    configure(settings.log_level, settings.log_format)
    limit_arenas()
    try:
        act()
    except StartError as problem:
        print(f"tradebot: {problem}", file=sys.stderr)
        return 1
    return 0


def serve_http(settings: Settings, *, jobs: bool) -> None:
    """Listen first, so that a port in use is reported at once."""
    with contextlib.closing(listen(settings.host, settings.port)) as listening:
        wait_for_database(settings, WAIT_SECONDS)
        migrate_in_child(settings)
        runtime = build(settings)
        asyncio.run(serve_until_stopped(runtime, listening, jobs=jobs))


def listen(host: str, port: int) -> socket.socket:
    """Raises StartError when the port is in use or the address is not this computer's."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as problem:
        raise StartError(f"Cannot listen on HOST={host} ({problem.strerror}). Set HOST to an address of this computer.") from None
    try:
        if sys.platform != "win32":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(128)
    except PermissionError:
        bound.close()
        raise StartError(f"You do not have permission to use port {port}. Set PORT to a number above 1023.") from None
    except OSError as problem:
        bound.close()
        if problem.errno == errno.EADDRINUSE:
            raise StartError(f"Port {port} on {host} is in use. Stop the program that uses it, or set PORT to another number.") from None
        raise StartError(f"Cannot listen on HOST={host} ({problem.strerror}). Set HOST to an address of this computer.") from None
    return bound


def address(host: str, bound: socket.socket) -> str:
    """Return the URL to open in a browser on this computer."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - read, not bound
    return f"http://{name}:{bound.getsockname()[1]}"


async def serve_until_stopped(runtime: Runtime, listening: socket.socket, *, jobs: bool) -> None:
    import uvicorn

    from bot.web.connections import BACKLOG, QUEUE, limited

    stopped = asyncio.Event()

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:  # uvicorn's own re-raises the signal, which looks like a crash
            yield

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            prefer_answers()
            freeze_objects()
            listening.listen(QUEUE)
            await welcome(runtime.settings, address(runtime.settings.host, listening))
            if not jobs:
                say(await asyncio.to_thread(work_elsewhere, runtime.db))

        async def main_loop(self) -> None:  # uvicorn's own looks ten times a second whether it should stop, idle or not
            while not await self.on_tick(0):  # 0: each renews the Date header
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopped.wait(), DATE_SECONDS)

    def stop() -> None:
        logger.info(STOPPING)
        server.should_exit = True
        stopped.set()

    work = Jobs(runtime) if jobs else None
    app = application(runtime, work.running, work.wake) if work else application(runtime)
    config = uvicorn.Config(
        app,
        access_log=False,
        backlog=BACKLOG,
        date_header=True,
        http=limited(),
        lifespan="on",
        log_config=None,
        proxy_headers=False,  # the playground needs the address of the real peer
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws="none",
    )
    server = Server(config)
    with on_stop_signal(stop):
        await server.serve([listening])
    logger.info(STOPPED)


async def welcome(settings: Settings, url: str) -> None:
    """Print the address; open the playground for a person at this terminal."""
    platforms = []
    if settings.slack is not None:
        platforms.append(f"for Slack {'by Socket Mode' if settings.slack.app_token else f'at {url}/slack/events'}")
    if settings.teams is not None:
        platforms.append(f"for Teams at {url}/api/messages")
    if platforms:
        say(f"Trade bot is running {' and '.join(platforms)}. Press Ctrl+C to stop.")
        return
    if not settings.loopback:
        hint = f"The playground works only on this computer, so it is off while HOST is {settings.host}."
        say(f"Trade bot is running on {settings.host}. {hint}")
        return
    say(f"Trade bot is running. Playground: {url} (press Ctrl+C to stop)")
    if sys.stdout.isatty() and not in_ci():
        await asyncio.to_thread(open_browser, url)


def work_elsewhere(db: "Database") -> str:
    """Return that this process neither polls nor posts, and whether another one does, which may be about to start."""
    from jobs.store import workers as worker_store
    from jobs.store.database import DatabaseError
    from jobs.workers import problem

    try:
        with db.read() as conn:
            why = problem(worker_store.all_rows(conn), db.now(conn))
    except DatabaseError:
        return "This process only answers. It cannot read the database, so it cannot tell whether another process polls and posts."
    if why is None:
        return "This process only answers. Another process polls the feeds and posts."
    return "This process only answers, and none polls the feeds and posts yet. Start `tradebot work` too, or `tradebot run` instead."


def open_browser(url: str) -> None:
    """Open the desktop's browser, never one that takes over the terminal."""
    import webbrowser

    with contextlib.suppress(webbrowser.Error):
        browser = webbrowser.get()
        if type(browser) is not webbrowser.GenericBrowser:
            browser.open(url)


@contextmanager
def on_stop_signal(stop: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
