"""The composition root: what the environment says becomes a database, the content in force, senders and one HTTP application."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.operations import LocalOperations
from bot.playground.guard import guarded
from bot.playground.sender import PLATFORM, PlaygroundSender
from bot.settings import Settings
from content.loading.files import ContentError
from handlers.replies.posts import compose
from jobs.deliver import Sender
from jobs.migrations import upgrade
from jobs.models import Bundle
from jobs.revisions import Library, publish_at_start
from jobs.store import revisions
from jobs.store.database import Database, DatabaseError, first_line

if TYPE_CHECKING:
    from bot.slack.client import Slack
    from bot.teams.client import Teams

logger = logging.getLogger(__name__)

READY_SECONDS = 5
"""How long /readyz waits for the database."""

Background = Callable[[], AbstractAsyncContextManager[None]]
"""What runs beside the HTTP application, from its start to its end."""


class StartError(Exception):
    """Why the bot can't start and what to do about it: one sentence, or one line a problem."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that a process is made of."""

    settings: Settings
    db: Database
    library: Library
    senders: Mapping[str, Sender]
    operations: LocalOperations
    slack: "Slack | None" = None
    """None: Slack isn't configured, and nothing of it is imported."""
    teams: "Teams | None" = None
    """None: Teams isn't configured, and nothing of it is imported."""

    @asynccontextmanager
    async def online(self) -> AsyncIterator[None]:
        """While the block runs, the platforms can be reached."""
        async with AsyncExitStack() as platforms:
            if self.slack is not None:
                from bot.slack import client as slack

                await platforms.enter_async_context(slack.connected(self.slack, self.db))
            if self.teams is not None:
                from bot.teams import client as teams

                await platforms.enter_async_context(teams.connected(self.teams, self.db))
            yield

    def compose(self, bundle: Bundle) -> list[dict[str, Any]]:
        """What a post says, from the content in force."""
        return compose(bundle, self.library.catalog, self.settings.zone)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database, closed again if the block raises; what goes wrong with it becomes a StartError."""
    db = None
    try:
        db = Database(settings.database_url)
        yield db
    except BaseException as problem:
        if db is not None:
            db.close()
        if isinstance(problem, ModuleNotFoundError):
            said = f"DATABASE_URL names PostgreSQL, whose driver is missing ({problem.name}): install cbp-trade-bot[postgres]."
        elif isinstance(problem, DatabaseError):
            said = f"The database of DATABASE_URL can't be used: {first_line(problem)}. {what_to_check(settings.database_url)}"
        else:
            raise
        raise StartError(said) from None


def what_to_check(url: str) -> str:
    """The next thing to look at."""
    if not url.startswith("sqlite:"):
        return "Check the address and that it is running."
    return f"Check that {Path(url.partition(':///')[2]).absolute()} lies in a folder that is there and that you may write to."


def open_database(settings: Settings) -> Database:
    """Opens the database; SQLite is brought up to date. Raises StartError for one that can't be used or that is behind."""
    with opened(settings) as db:
        if db.sqlite:
            upgrade.upgrade(db)
        elif upgrade.behind(db):
            raise StartError("The database is behind this version of the bot: run `tradebot migrate`, then start again.")
    return db


def migrate_database(settings: Settings) -> bool:
    """Brings the database up to date; answers whether there was anything to do. Raises StartError for one that can't be used."""
    with opened(settings) as db:
        done = upgrade.upgrade(db)
    db.close()
    return done


def build(settings: Settings) -> Parts:
    """Opens what a process needs and publishes the disk's content if it never was. Raises StartError."""
    db = open_database(settings)
    try:
        library = Library(publish_at_start(db, settings.content_dir))
    except ContentError:  # what is wrong with it is in the log already
        db.close()
        raise StartError(
            f"The content in {settings.content_dir} can't be used and none was ever published: mend what is named above; "
            "`tradebot check` names it again."
        ) from None
    senders: dict[str, Sender] = {PLATFORM: PlaygroundSender()}
    slack = None
    if settings.slack is not None:
        from bot.slack.client import Slack
        from bot.slack.sender import SlackSender

        slack = Slack(settings.slack)
        senders["slack"] = SlackSender(slack)
    teams = None
    if settings.teams is not None:
        from bot.teams.client import Teams
        from bot.teams.sender import TeamsSender

        try:
            teams = Teams(settings.teams)
        except ModuleNotFoundError as missing:
            db.close()
            said = f"TEAMS_CLIENT_ID is set, but Microsoft's SDK is missing ({missing.name}): install cbp-trade-bot[teams]."
            raise StartError(said) from None
        senders["teams"] = TeamsSender(teams)
    return Parts(
        settings=settings,
        db=db,
        library=library,
        senders=senders,
        operations=LocalOperations(db, library, settings.content_dir),
        slack=slack,
        teams=teams,
    )


def application(parts: Parts, background: Background = nullcontext, wake: Callable[[], None] | None = None) -> ASGIApp:
    """The HTTP application. `wake` tells the jobs that something may be due; None when they run elsewhere."""
    routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
    fronts: list[Background] = []
    if parts.slack is not None:
        from bot.slack.app import Front

        slack = Front(parts, parts.slack, wake)
        routes = [*slack.routes(), *routes]  # most of what comes
        fronts.append(slack.running)
    if parts.teams is not None:
        from bot.teams.app import Front as TeamsFront

        teams = TeamsFront(parts, parts.teams, wake)
        routes += teams.routes()
        fronts.append(teams.running)
    if parts.settings.playground:
        from bot.playground import app as api

        routes += api.routes(parts, wake)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with parts.online(), background(), AsyncExitStack() as platforms:
            for front in fronts:
                await platforms.enter_async_context(front())
            yield
        parts.db.close()

    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.parts = parts
    return guarded(app) if parts.settings.playground else app


async def healthz(_: Request) -> Response:
    """The process answers; nothing else is looked at."""
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    """200 when commands can be answered and posts kept; 503 with the reason otherwise."""
    parts: Parts = request.app.state.parts
    try:
        problem = await asyncio.wait_for(asyncio.to_thread(not_ready, parts.db), READY_SECONDS)
    except TimeoutError:
        problem = f"the database did not answer within {READY_SECONDS} s"
    return JSONResponse({"ready": problem is None, "problem": problem, "revision": parts.library.revision}, 200 if problem is None else 503)


def not_ready(db: Database) -> str | None:
    """What is missing, in words."""
    try:
        if upgrade.behind(db):
            return "the database is behind: run `tradebot migrate`"
        with db.read() as conn:
            return None if revisions.newest_id(conn) else "no revision of the content is in force"
    except DatabaseError as problem:  # in a line: whoever asks, asks again and again
        logger.warning("the database can't be reached: %s", first_line(problem))
        return "the database can't be reached"
