"""Answers what was asked in Slack: from the content at once, from the database in a thread, and what takes long by response_url."""

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.slack.answers import FAILED, MOST_ANSWERS, Json, posts, responses
from bot.slack.connection import Slack
from bot.slack.errors import workspace_reason
from bot.slack.payloads import PLATFORM, SHARE, Asked, Payload, part, slash, workspace
from bot.slack.standing import Standing, among_two
from handlers.command import Command, Context, Person
from handlers.once import event_key, hashed, once
from handlers.reply import Reply, Section, line
from handlers.router import ONCE_SECONDS, Row, dispatch, find, parse_line, refused
from handlers.sharing import shared
from jobs.store import channels, seen

if TYPE_CHECKING:
    from bot.app import Parts
    from content.models import Catalog

logger = logging.getLogger(__name__)

INLINE_SECONDS = 2.0
"""How long Slack is kept waiting for an answer before it is acknowledged without one; Slack gives up after 3."""

REFRESH_SECONDS = 2.0
"""How often it is looked for content that another process published."""

TRIES = 3
"""How often an answer is tried while Slack asks to wait."""

KEPT = 512
"""Answers that are kept ready."""

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

SUBSCRIBE = "handlers.subscriptions.subscribe"

SHARED = Reply("It is shared in this channel.", (Section((line("It is shared in this channel."),)),))


class Desk:
    """One process's. Everything runs in the event loop that `begin` is called in, but for the handlers that use the database."""

    def __init__(self, parts: "Parts", slack: Slack, wake: Callable[[], None] | None = None) -> None:
        self.parts = parts
        self.slack = slack
        self.standing = Standing(parts, slack)
        self._wake = wake
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ready: dict[tuple[str, bool, bool], str] = {}
        self._ready_for: Catalog | None = None

    @property
    def reports(self) -> bool:
        """Whether there are editors who read what is reported."""
        return bool(self.slack.settings.admin_channel)

    def begin(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Runs beside what asked for it; kept, so that it isn't collected half-way."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
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

    def at_once(self, payload: Payload) -> str | None:
        """The acknowledgement that answers a slash command, as JSON, when it asks for content alone."""
        asked = slash(payload, self.parts.settings.admins)
        catalog = self.parts.library.catalog
        if self._ready_for is not catalog:
            self._ready, self._ready_for = {}, catalog
        key = (asked.text, asked.person.external, asked.person.admin)
        ready = self._ready.get(key)
        if ready is not None:
            return ready
        command = command_of(asked)
        found = find(command)
        if not isinstance(found, Reply) and found[0].function not in FROM_CONTENT:
            return None
        context = Context(catalog, datetime.now(UTC), self.parts.settings.zone)
        try:
            messages = responses(dispatch(command, context), asked, reports=self.reports)
        except Exception:  # the long way fails as well, and says so in words
            return None
        if len(messages) > 1:
            return None
        if len(self._ready) >= KEPT:
            self._ready.pop(next(iter(self._ready)))
        self._ready[key] = ready = json.dumps(messages[0], separators=(",", ":"))
        return ready

    async def answered_in_time(self, asked: Asked) -> Json | None:
        """The first message of the answer; None when it takes longer. What is left goes by response_url."""
        task = self.begin(self.answer(asked))
        done, _ = await asyncio.wait({task}, timeout=INLINE_SECONDS)
        if not done:
            self.begin(self.respond_late(task, asked))
            return None
        first, *rest = responses(task.result(), asked, reports=self.reports)
        if rest:
            self.begin(self.respond(rest, asked))
        return first

    async def respond_late(self, task: "asyncio.Task[Reply]", asked: Asked) -> None:
        await self.respond(responses(await task, asked, reports=self.reports), asked)

    async def respond(self, messages: Sequence[Json], asked: Asked) -> None:
        """Answers by response_url, in order. What is beyond Slack's limit for one goes another way, which wants the bot in the channel."""
        for message in messages[:MOST_ANSWERS]:
            if not await self.slack.respond(asked.response_url, message):
                return
        for message in messages[MOST_ANSWERS:]:
            given = {name: message[name] for name in ("text", "blocks", "thread_ts") if name in message}
            try:
                await self.slack.client.api_call("chat.postEphemeral", json={"channel": asked.channel.id, "user": asked.person.id, **given})
            except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
                logger.warning("an answer of %d messages was cut short: %s", len(messages), type(error).__name__)
                return

    async def press(self, asked: Asked) -> None:
        """Answers a button."""
        await self.respond(responses(await self.answer(asked), asked, reports=self.reports), asked)

    async def talk(self, asked: Asked) -> None:
        """Answers a mention or a direct message, once: Slack sends an event again when it isn't sure."""
        if asked.once and not await asyncio.to_thread(self.first_time, f"talk:{event_key(command_of(asked))}"):
            return
        answered = await self.answer(asked)
        reply = answered if asked.private else replace(answered, public=True)
        if problem := await self.standing.say(posts(reply, asked, reports=self.reports), reply, asked.channel, asked.thread, TRIES):
            logger.warning("could not answer in %s: %s", asked.channel.id, problem)

    def first_time(self, key: str) -> bool:
        """Whether this was not done before: Slack sends things again when it isn't sure, and people press twice."""
        with self.parts.db.begin() as conn:
            return seen.first_time(conn, key, self.parts.db.now(conn), timedelta(seconds=ONCE_SECONDS))

    def forget(self, key: str) -> None:
        """It was not done after all."""
        with self.parts.db.begin() as conn:
            seen.forget(conn, [key])

    async def answer(self, asked: Asked) -> Reply:
        """The reply, whatever happens."""
        try:
            return await self.replied(asked)
        except Exception:
            logger.exception("could not answer %s", asked.text.split(" ")[0][:40])
            return FAILED

    async def replied(self, asked: Asked) -> Reply:
        if asked.response_url and asked.text.startswith(SHARE):  # a button; who writes "share …" to the bot asks for something
            stands = await self.may_stand(asked)
            reply = await asyncio.to_thread(self.share, asked, stands)
            if stands and self._wake is not None:
                self._wake()
            return reply
        command = command_of(asked)
        found = find(command)
        row = None if isinstance(found, Reply) else found[0]
        if (
            row is not None
            and row.function == SUBSCRIBE
            and self.may_subscribe(command.person)
            and await self.slack.absent(asked.channel.id)
        ):
            return not_here(self.slack.bot)
        if row is not None and asked.guests and not row.changes_state:
            command = replace(command, person=replace(command.person, external=True, admin=False))  # all in the channel read the answer
        reply = await asyncio.to_thread(self.dispatched, command, row)
        if self._wake is not None and row is not None and (row.changes_state or row.who == "admin"):
            self._wake()
        return reply

    def may_subscribe(self, person: Person) -> bool:
        """Others are refused without Slack being asked anything."""
        return not person.external and (person.admin or self.parts.settings.subscribe == "anyone")

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

    def look_ups(self, commands: Sequence[str], person: Person) -> list[Reply]:
        """In a thread: of look-ups alone, whatever was kept in a view."""
        replies = []
        for said in commands:
            command = Command(*parse_line(said), person, None)
            found = find(command)
            if not isinstance(found, Reply) and found[0].who == "anyone" and not found[0].changes_state:
                replies.append(self.dispatched(command, None))
        return replies

    def context(self, now: datetime) -> Context:
        parts = self.parts
        return Context(
            parts.library.catalog, now, parts.settings.zone, parts.db, parts.operations, logger.info, subscribe=parts.settings.subscribe
        )

    async def may_stand(self, asked: Asked) -> bool:
        """Whether what is shared shows messages and the bot can post it itself: then a later message that changes one can mark it."""
        found = find(command_of(replace(asked, text=asked.text.removeprefix(SHARE))))
        look_up = not isinstance(found, Reply) and found[0].function not in FROM_CONTENT
        return look_up and not asked.thread and not among_two(asked.channel) and not await self.slack.absent(asked.channel.id)

    def share(self, asked: Asked, stands: bool = False) -> Reply:
        """A look-up, answered anew for all in the channel: nobody knows who is in it, so with what everybody may see. `stands`: the bot
        is in the channel, so what shows messages goes there as a post of its own."""
        private = replace(asked, text=asked.text.removeprefix(SHARE))
        command = command_of(private)
        found = find(command)
        if asked.person.external or isinstance(found, Reply) or found[0].changes_state or found[0].who != "anyone":
            return refused("That answer is for you alone.")
        public = replace(command, person=replace(command.person, external=True, admin=False))

        def act() -> Reply:
            reply = self.dispatched(public, None)
            if not reply.shareable:
                return refused("That answer is for you alone.")
            whole = shared(reply, command.person)
            return SHARED if stands and self.standing.hand_over(whole, asked.channel) else whole

        return once(replace(command, verb="share", words=private.text), self.parts.db, act)

    def removed(self, payload: Payload, error: str) -> None:
        """Slack took the app or its token away: its channels pause, and what is owed to them is kept. Once for each event: one that
        comes again may be older than the token that works since."""
        team = payload.get("team_id")
        where = workspace(payload, team if isinstance(team, str) else "")
        with self.parts.db.begin() as conn:
            event = f"{PLATFORM}:{where}/{payload.get('event_id')}"
            if payload.get("event_id") and not seen.first_time(conn, f"removed:{hashed(event)}", self.parts.db.now(conn), seen.KEPT):
                return
            count = channels.pause_workspace(conn, PLATFORM, where, workspace_reason(error))
        logger.warning("%s: %d channels of %s are paused", error, count, where)

    def revoked(self, payload: Payload) -> bool:
        """Whether it is the bot's own token that was revoked."""
        return bool(part(part(payload, "event"), "tokens").get("bot"))


def command_of(asked: Asked) -> Command:
    verb, words = parse_line(asked.text)
    return Command(verb, words, asked.person, asked.channel, asked.once)


def not_here(bot: str) -> Reply:
    """The bot could never post here."""
    return refused(
        "The bot is not in this channel, so it can't post here.",
        f"Type /invite @{bot} in the channel, then subscribe again. A private channel needs that too.",
    )
