"""Answers what was asked, whatever the platform: from the content at once, from the database in a thread."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from content.models import KINDS
from handlers import reply_json
from handlers.command import Command, Context
from handlers.once import event_key, once
from handlers.reply import Reply, Section, line
from handlers.router import ONCE_SECONDS, Row, dispatch, find, refused
from handlers.sharing import shared
from jobs.models import ChannelRef
from jobs.store import channels, seen, timeline

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
"""Handlers whose answer follows from the content, the words and what the person may see: a pure look-up."""

SUBSCRIBE = "handlers.subscriptions.subscribe"

SHARED = Reply("It is shared in this channel.", (Section((line("It is shared in this channel."),)),))
FAILED = refused("Something went wrong in the bot; its log says what.", "Try again in a moment.")
ALONE = refused("That answer is for you alone.")


class Desk:
    """One process's for one platform. Everything runs in the event loop that `begin` is called in, but for the handlers that use the
    database."""

    def __init__(self, parts: "Parts", wake: Callable[[], None] | None = None) -> None:
        self.parts = parts
        self.wake = wake or (lambda: None)
        self._tasks: set[asyncio.Task[Any]] = set()

    def begin(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Runs beside what asked for it; kept, so that it isn't collected half-way."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

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

    async def end(self, seconds: float) -> None:
        """Lets what is under way finish, for this long."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        late = tuple(self._tasks)
        if late:
            logger.warning("%d answers were not ready when the bot had to stop, and are not given", len(late))
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def keep_fresh(self) -> None:
        """Takes over what other processes publish, until it is cancelled."""
        while True:
            try:
                await asyncio.to_thread(self.parts.library.refresh, self.parts.db)
            except Exception:
                logger.exception("the newest revision could not be looked up")
            await asyncio.sleep(REFRESH_SECONDS)

    def first_time(self, command: Command) -> bool:
        """In a thread: whether this event of the platform's is new; platforms send one again when they aren't sure."""
        if not command.once:
            return True
        with self.parts.db.begin() as conn:
            return seen.first_time(conn, f"talk:{event_key(command)}", self.parts.db.now(conn), timedelta(seconds=ONCE_SECONDS))

    async def answer(self, command: Command) -> Reply:
        """The reply, whatever happens."""
        found = find(command)
        row = None if isinstance(found, Reply) else found[0]
        try:
            reply = await asyncio.to_thread(self.dispatched, command, row)
        except Exception:
            logger.exception("could not answer /%s", command.verb[:40])
            return FAILED
        if row is not None and (row.changes_state or row.who == "admin"):
            self.wake()
        return reply

    def dispatched(self, command: Command, row: Row | None) -> Reply:
        """In a thread: it may use the database."""
        parts = self.parts
        with parts.db.read() as conn:
            now = parts.db.now(conn)
        reply = dispatch(command, self.context(now))
        if row is not None and row.function == SUBSCRIBE and reply.ok and command.channel is not None:
            with parts.db.begin() as conn:  # the bot is in the channel (again)
                channel_id = channels.ensure(conn, command.channel, now)
                if channels.paused(conn, channel_id) is not None:
                    channels.resume(conn, channel_id)
        return reply

    def context(self, now: datetime) -> Context:
        parts = self.parts
        return Context(
            parts.library.catalog, now, parts.settings.zone, parts.db, parts.operations, logger.info, subscribe=parts.settings.subscribe
        )

    def may_subscribe(self, command: Command) -> bool:
        """Others are refused without the platform being asked anything."""
        return not command.person.external and (command.person.admin or self.parts.settings.subscribe == "anyone")

    def share(self, command: Command, place: Callable[[Reply], Reply | None]) -> Reply:
        """In a thread: a look-up, answered anew for all in the channel: nobody knows who is in it, so with what everybody may see. `place`
        puts it there and says so; None when it can't, and then the answer itself goes there."""
        found = find(command)
        if command.person.external or isinstance(found, Reply) or found[0].changes_state or found[0].who != "anyone":
            return ALONE
        public = replace(command, person=replace(command.person, external=True, admin=False))

        def act() -> Reply:
            reply = self.dispatched(public, None)
            if not reply.shareable:
                return ALONE
            whole = shared(reply, command.person)
            return place(whole) or whole

        return once(replace(command, verb="share", words=f"/{command.verb} {command.words}"), self.parts.db, act)

    def posted(self, channel: ChannelRef, reply: Reply) -> bool:
        """In a thread: hands a shared answer that shows messages to the outbox; False when it shows none, or when nothing is posted there
        now."""
        if not shows_entries(reply):
            return False
        with self.parts.db.begin() as conn:
            now = self.parts.db.now(conn)
            channel_id = channels.ensure(conn, channel, now)
            if channels.paused(conn, channel_id) is not None:
                return False
            timeline.say(conn, channel_id, str(uuid4()), reply_json.dump(reply), now)
        return True


def shows_entries(reply: Reply) -> bool:
    """Whether it is about messages that are stored, which a later one may change, and not about our own content alone."""
    return any(subject.partition(":")[0] not in KINDS for subject in reply.subjects)
