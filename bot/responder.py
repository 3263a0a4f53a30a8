"""Answers what was asked, whatever the platform: from the content at once, from the database in a thread."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from handlers.actions import shared
from handlers.command import Command, Context, Person
from handlers.idempotency import once, undone
from handlers.replies.reply import Reply, Section, line
from handlers.router import ONCE_SECONDS, Route, dispatch, find, parse_line, refused
from jobs.store import channels, idempotency

if TYPE_CHECKING:
    from bot.app import Parts

logger = logging.getLogger(__name__)

REFRESH_SECONDS = 2.0
"""How often it is looked for content that another process published."""

GRACE_SECONDS = 3.0
"""How long answers may take to their end when the process is told to stop."""

FROM_CONTENT = frozenset(
    (
        "handlers.help.help_",
        "handlers.glossary.term",
        "handlers.office.office",
        "handlers.office.trade",
        "handlers.pti.pti",
        "handlers.resources.resource",
        "handlers.roles.role",
        "handlers.topics.topic",
    )
)
"""Handlers whose answer follows from the content, the words and what the person may see: a pure look-up, so it may be kept."""

SUBSCRIBE = "handlers.subscriptions.commands.subscribe"

FAILED = refused("Something went wrong in the bot; its log says what.", "Try again in a moment.")
SHARED = Reply("It is shared in this channel.", (Section((line("It is shared in this channel."),)),))
SHARED_ALREADY = Reply("It was shared here a moment ago.", (Section((line("It was shared here a moment ago."),)),))
ALONE = refused("That answer is for you alone.")


class Desk:
    """One process's for one platform. Everything runs in the event loop that `begin` is called in, but for the handlers that use the
    database."""

    def __init__(self, parts: "Parts", wake: Callable[[], None] | None = None) -> None:
        self.parts = parts
        self.wake = wake or (lambda: None)
        self._tasks: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """While the block runs, the newest content is answered from; at its end what is under way may finish."""
        fresh = asyncio.create_task(self.keep_fresh())
        try:
            yield
        finally:
            fresh.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await fresh
            await self.end(GRACE_SECONDS)

    def begin(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Runs beside what asked for it; kept, so that it isn't collected half-way."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(noted)
        return task

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """The same of what nobody waits for, whatever becomes of it."""

        async def watched() -> None:
            try:
                await work
            except Exception:
                logger.exception("what was begun beside an answer could not be done")

        self.begin(watched())

    async def end(self, seconds: float) -> None:
        """Lets what is under way finish, for this long."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            if late:
                logger.warning("the process ends: %d answer%s cut short", len(late), " was" if len(late) == 1 else "s were")
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def keep_fresh(self) -> None:
        """Takes over what other processes publish, until it is cancelled."""
        while True:
            try:
                await asyncio.to_thread(self.parts.library.refresh, self.parts.db)
            except Exception:
                logger.exception("the newest revision could not be looked up")
            await asyncio.sleep(REFRESH_SECONDS)

    def first_time(self, key: str) -> bool:
        """In a thread: whether this was not done before. Platforms send things again when they aren't sure, and people press twice."""
        with self.parts.db.begin() as conn:
            return idempotency.first_time(conn, key, self.parts.db.now(conn), timedelta(seconds=ONCE_SECONDS))

    def forget(self, key: str) -> None:
        """In a thread: it was not done after all."""
        with self.parts.db.begin() as conn:
            idempotency.forget(conn, [key])

    async def answered(self, command: Command) -> Reply:
        """The reply. Raises what a handler raises."""
        row = row_of(command)
        reply = await asyncio.to_thread(self.dispatched, command, row)
        if row is not None and (row.changes_state or row.audience == "admin"):
            self.wake()
        return reply

    def dispatched(self, command: Command, row: Route | None) -> Reply:
        """In a thread: it may use the database. A look-up of the content alone doesn't, so it is answered while the database is away."""
        parts = self.parts
        if self.needs_nothing_stored(command):
            return dispatch(command, Context(parts.library.catalog, datetime.now(UTC), parts.settings.zone))
        with parts.db.read() as conn:
            now = parts.db.now(conn)
        reply = dispatch(command, self.context(now))
        if row is not None and row.function == SUBSCRIBE and reply.ok and command.channel is not None:
            with parts.db.begin() as conn:  # the bot is in the channel (again)
                channel_id = channels.ensure(conn, command.channel, now)
                if channels.paused(conn, channel_id) is not None:
                    channels.resume(conn, channel_id)
        return reply

    def needs_nothing_stored(self, command: Command) -> bool:
        """Whether the answer follows from the content, or there is no such command."""
        row = row_of(command)
        return row is None or row.function in FROM_CONTENT

    def look_ups(self, commands: Sequence[str], person: Person) -> list[Reply]:
        """In a thread: of look-ups alone, whatever was kept in a view."""
        replies = []
        for said in commands:
            command = Command(*parse_line(said), person, None)
            row = row_of(command)
            if row is not None and row.audience == "anyone" and not row.changes_state:
                replies.append(self.dispatched(command, None))
        return replies

    def context(self, now: datetime) -> Context:
        parts = self.parts
        return Context(
            parts.library.catalog, now, parts.settings.zone, parts.db, parts.operations, logger.info, subscribe=parts.settings.subscribe
        )

    def may_subscribe(self, person: Person) -> bool:
        """Others are refused without the platform being asked anything."""
        return not person.external and (person.admin or self.parts.settings.subscribe == "anyone")

    def share(self, command: Command, said: str, place: Callable[[Reply], Reply]) -> Reply:
        """In a thread: a look-up, answered anew for all in the channel, since nobody knows who is in it. `said`: the command as the button
        carries it. `place` puts the answer there, or is content with answering it."""
        row = row_of(command)
        if command.person.external or row is None or row.changes_state or row.audience != "anyone":
            return ALONE

        def act() -> Reply:
            reply = self.dispatched(for_all(command), None)
            return place(shared(reply, command.person)) if reply.shareable else ALONE

        return once(sharing(command, said), self.parts.db, act, SHARED_ALREADY)

    def unshared(self, command: Command, said: str) -> None:
        """In a thread: it isn't there after all, so the button may be pressed again."""
        undone(sharing(command, said), self.parts.db)


def noted(task: "asyncio.Task[Any]") -> None:
    """A task that nobody waits for any more may fail unheard."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("what was begun for an answer failed", exc_info=error)


def sharing(command: Command, said: str) -> Command:
    """What a press of "Share in channel" is remembered as."""
    return replace(command, verb="share", words=said)


def row_of(command: Command) -> Route | None:
    """The row of the table that takes a command."""
    found = find(command)
    return None if isinstance(found, Reply) else found[0]


def for_all(command: Command) -> Command:
    """A look-up as everybody may see it; who changes something stays who it is."""
    row = row_of(command)
    if row is not None and row.changes_state:
        return command
    return replace(command, person=replace(command.person, external=True, admin=False))
