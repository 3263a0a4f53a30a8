"""The parts of a running process, and the protocols that a platform implements."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from starlette.routing import Route

from bot.operations.interpreter import freeze_objects
from bot.settings import Settings
from handlers.command import Context, Person
from handlers.replies import notices
from handlers.replies.posts import compose
from handlers.replies.serialize import dump
from jobs.looks import if_written
from jobs.memory import give_back_memory
from jobs.models.channels import ChannelRef
from jobs.models.posts import Bundle
from jobs.notices import Notifier
from jobs.recent import RecentHolder
from jobs.revisions import Library
from jobs.senders import Sender
from jobs.store.database import Connection, Database

logger = logging.getLogger(__name__)

REFRESH_SECONDS = 2.0
"""How often to look for content that another process published."""

RECENT_SECONDS = 10.0
"""How often to read the recent messages."""

Wake = Callable[[], None]
"""Tells the jobs of this process that something may be due."""


class Endpoint(Protocol):
    """The HTTP side of a platform."""

    def routes(self) -> Sequence[Route]:
        """Empty when nothing comes over HTTP."""
        ...

    def serving(self) -> AbstractAsyncContextManager[None]:
        """Answer while the block runs, and let running answers finish at its end."""
        ...


class Platform(Protocol):
    """Slack, Teams or the playground."""

    @property
    def name(self) -> str:
        """The platform of its channels, as the store writes it."""
        ...

    @property
    def sender(self) -> Sender: ...

    def connected(self, db: Database) -> AbstractAsyncContextManager[None]:
        """Keep the platform reachable for posts and answers while the block runs."""
        ...

    def endpoint(self, runtime: Runtime, wake: Wake | None) -> Endpoint:
        """`wake` is None when the jobs run in another process."""
        ...

    @property
    def clock_ahead(self) -> float | None:
        """How many seconds this computer's clock is ahead of the platform's; None if that is not known."""
        ...

    @property
    def admin_channel(self) -> ChannelRef | None:
        """The channel in TRADEBOT_ADMIN_CHANNEL, if it is this platform's. Its workspace is "" until it is known."""
        ...

    def direct_channel(self, conn: Connection, created_by: str) -> ChannelRef | None:
        """Return where to write to the person who set a subscription; None for somebody of another platform."""
        ...

    def link_to_post(self, channel: ChannelRef, receipt: str) -> str:
        """Return the web address of a message in one of its channels, or "" if that is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Runtime:
    settings: Settings
    db: Database
    library: Library
    platforms: tuple[Platform, ...] = ()
    recent: RecentHolder = field(default_factory=RecentHolder)

    def context(self, *, store: bool = True) -> Context:
        """Without `store`, a look-up of the content works while the database is away."""
        settings = self.settings
        if not store:
            recent, records = self.recent.current, settings.unanswered
            return Context(self.library.catalog, datetime.now(UTC), settings.zone, recent=recent, records_unanswered=records)
        with self.db.read() as conn:
            now, ours = self.db.now(conn), datetime.now(UTC)
        clocks = {platform.name: platform.clock_ahead for platform in self.platforms}
        if self.db.has_own_clock:
            clocks["database"] = (ours - now).total_seconds()
        catalog, source = self.library.catalog, settings.content
        return Context(
            catalog,
            now,
            settings.zone,
            self.db,
            self.library,
            source,
            logger.info,
            settings.subscribe,
            settings.unanswered,
            recent=self.recent.current,
            url=settings.address,
            clocks={name: ahead for name, ahead in clocks.items() if ahead is not None},
            link_to_post=self.link_to_post,
        )

    def link_to_post(self, channel: ChannelRef, receipt: str) -> str:
        return next((each.link_to_post(channel, receipt) for each in self.platforms if each.name == channel.platform), "")

    def may_subscribe(self, person: Person) -> bool:
        return not person.external and (person.admin or self.settings.subscribe == "anyone")

    @property
    def senders(self) -> Mapping[str, Sender]:
        return {platform.name: platform.sender for platform in self.platforms}

    @property
    def admin_channel(self) -> ChannelRef | None:
        """Where the admins read notices and reported problems; None where no channel is set."""
        return next((found for each in self.platforms if (found := each.admin_channel) is not None), None)

    def direct_channel(self, conn: Connection, created_by: str) -> ChannelRef | None:
        """Return where to write to the person who set a subscription; None if there is nobody to write to."""
        found = (each.direct_channel(conn, created_by) for each in self.platforms)
        return next((channel for channel in found if channel is not None), None)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for platform in self.platforms:
                await stack.enter_async_context(platform.connected(self.db))
            yield

    def compose(self, bundle: Bundle) -> list[dict[str, Any]]:
        return compose(bundle, self.library.catalog, self.settings.zone)

    @property
    def notifier(self) -> Notifier:
        return Notifier(lambda: self.admin_channel, self.direct_channel, lambda notice: dump(notices.compose(notice)), self.settings.zone)

    @asynccontextmanager
    async def keep_fresh(self) -> AsyncIterator[None]:
        """Answer from the newest content and messages while the block runs, whichever process published them."""
        frozen = self.library.catalog

        def refresh_content() -> None:
            nonlocal frozen
            self.library.refresh(self.db)
            if self.library.catalog is not frozen:  # also if this process published it
                frozen = self.library.catalog
                freeze_objects()
                give_back_memory()  # of the catalog before, which is collected only now

        async def refresh(look: Callable[[], Awaitable[object]], seconds: float, failure: str) -> None:
            while True:
                try:
                    await look()
                except Exception:
                    logger.exception(failure)
                await asyncio.sleep(seconds)

        newest = if_written(self.db, lambda: asyncio.to_thread(refresh_content))
        tasks = [
            asyncio.create_task(refresh(newest, REFRESH_SECONDS, "could not look up the newest content revision")),
            asyncio.create_task(
                refresh(  # in any case: answers tell how long ago the messages were read
                    lambda: asyncio.to_thread(self.recent.refresh, self.db, self.library.catalog),
                    RECENT_SECONDS,
                    "could not read the recent messages",
                )
            ),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
