"""Answers what was asked in Slack: from the content at once, from the database in a thread, and what takes long by response_url."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.incoming import Payload, part, text
from bot.offers import SHARE
from bot.responder import FAILED, FROM_CONTENT, SHARED, SUBSCRIBE, Desk, for_all, row_of
from bot.slack.client import Slack
from bot.slack.errors import invitation, workspace_reason
from bot.slack.incoming import PLATFORM, Asked, place, slash
from bot.slack.messages import MAX_ANSWERS, Json, posts, responses
from bot.slack.standing import Standing, among_two, unsure
from handlers.command import Command, Context
from handlers.idempotency import event_key, hashed
from handlers.replies.reply import Reply, Section, Span, line
from handlers.router import dispatch, parse_line, refused
from jobs.store import channels, idempotency

if TYPE_CHECKING:
    from bot.app import Parts
    from content.catalog import Catalog

logger = logging.getLogger(__name__)

INLINE_SECONDS = 2.0
"""How long Slack is kept waiting for an answer before it is acknowledged without one; Slack gives up after 3."""

TRIES = 3
"""How often an answer is tried while Slack asks to wait."""

MAX_AT_ONCE = 300
"""Characters of a look-up that is answered before anything else goes on; one that compares more words goes into a thread."""

KEPT = 512
"""Answers that are kept ready."""


class SlackDesk(Desk):
    """Slack's."""

    def __init__(self, parts: "Parts", slack: Slack, wake: Callable[[], None] | None = None) -> None:
        super().__init__(parts, wake)
        self.slack = slack
        self.standing = Standing(parts.db, slack)
        self._ready: dict[tuple[str, bool, bool], str] = {}
        self._ready_for: Catalog | None = None

    @property
    def reports(self) -> bool:
        """Whether there are editors who read what is reported."""
        return bool(self.slack.settings.admin_channel)

    def asked(self, read: Callable[[Payload, frozenset[str]], Asked], payload: Payload) -> Asked:
        """What was said. There is one token, so whoever is of another workspace than the bot is from outside, whatever a payload says."""
        found = read(payload, self.parts.settings.admins)
        me = self.slack.me
        if me is None or found.person.workspace == me.workspace:
            return found
        return replace(found, person=replace(found.person, external=True, admin=False))

    def at_once(self, payload: Payload) -> str | None:
        """The acknowledgement that answers a slash command, as JSON, when it asks for content alone."""
        asked = self.asked(slash, payload)
        catalog = self.parts.library.catalog
        if self._ready_for is not catalog:
            self._ready, self._ready_for = {}, catalog
        key = (asked.text, asked.person.external, asked.person.admin)
        ready = self._ready.get(key)
        if ready is not None:
            return ready
        command = command_of(asked)
        if len(asked.text) > MAX_AT_ONCE or not self.needs_nothing_stored(command):
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
        await self.told(await task, asked)

    async def respond(self, messages: Sequence[Json], asked: Asked) -> bool:
        """Answers by response_url, in order; whether all of it was taken. What is beyond Slack's limit for one goes another way, which
        wants the bot in the channel."""
        for message in messages[:MAX_ANSWERS]:
            if not await self.slack.respond(asked.response_url, message):
                return False
        for message in messages[MAX_ANSWERS:]:
            given = {name: message[name] for name in ("text", "blocks", "thread_ts") if name in message}
            try:
                await self.slack.client.api_call("chat.postEphemeral", json={"channel": asked.channel.id, "user": asked.person.id, **given})
            except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
                logger.warning("an answer of %d messages was cut short: %s", len(messages), type(error).__name__)
                return False
        return True

    async def press(self, asked: Asked) -> None:
        """Answers a button. What comes of sharing a card stands below it: the card stays, and may be shared again if it was not."""
        reply = await self.answer(asked)
        shown = replace(asked, replaces=False) if asked.text.startswith(SHARE) else asked
        await self.told(reply, shown)

    async def told(self, reply: Reply, asked: Asked) -> None:
        """Answers by response_url; where that is dead, what was changed for all is posted, and the rest is whispered."""
        if await self.respond(responses(reply, asked, reports=self.reports), asked):
            return
        if reply.public:
            await self.tell_all(reply, asked)
        else:
            await self.whisper(reply, asked)

    async def tell_all(self, reply: Reply, asked: Asked) -> None:
        """Says in the channel what was changed; where that goes wrong the person who changed it knows at least."""
        problem = await self.standing.say(posts(reply, asked), reply, asked.channel, asked.thread, TRIES)
        if problem:
            logger.warning("what was changed could not be said in %s: %s", asked.channel.id, problem)
            await self.whisper(untold(reply, problem), asked)

    async def whisper(self, reply: Reply, asked: Asked) -> None:
        for message in posts(reply, asked):
            await self.slack.call("chat.postEphemeral", user=asked.person.id, **message)

    async def talk(self, asked: Asked) -> None:
        """Answers a mention or a direct message, once: Slack sends an event again when it isn't sure."""
        try:
            if asked.once and not await asyncio.to_thread(self.first_time, f"talk:{event_key(command_of(asked))}"):
                return
        except Exception:  # the database is away: rather twice than not at all
            logger.exception("could not see whether a message was answered already")
        answered = await self.answer(asked)
        reply = answered if asked.private else replace(answered, public=True)
        if problem := await self.standing.say(posts(reply, asked, reports=self.reports), reply, asked.channel, asked.thread, TRIES):
            logger.warning("could not answer in %s: %s", asked.channel.id, problem)

    async def answer(self, asked: Asked) -> Reply:
        """The reply, whatever happens."""
        try:
            return await self.replied(asked)
        except Exception:
            logger.exception("could not answer %s", asked.text.split(" ")[0][:40])
            return FAILED

    async def replied(self, asked: Asked) -> Reply:
        if asked.response_url and asked.text.startswith(SHARE):  # a button; who writes "share …" to the bot asks for something
            return await self.shared(asked)
        command = command_of(asked)
        row = row_of(command)
        subscribes = row is not None and row.function == SUBSCRIBE and self.may_subscribe(command.person)
        if subscribes and await self.slack.absent(asked.channel.id):
            return not_here(self.slack.bot)
        return await self.answered(for_all(command) if asked.guests else command)  # all in the channel read the answer

    async def shared(self, asked: Asked) -> Reply:
        """SHARED when the answer stands there, posted by the bot; else why it doesn't, or the answer itself, to be said by response_url."""
        said = asked.text.removeprefix(SHARE)
        command = command_of(replace(asked, text=said))
        stands = await self.may_stand(command, asked)
        held: list[Reply] = []

        def place(whole: Reply) -> Reply:
            held.append(whole)
            return SHARED if stands else whole

        reply = await asyncio.to_thread(self.share, command, said, place)
        if not stands or not held:
            return reply
        messages = posts(held[0], asked, reports=self.reports)
        problem = await self.standing.say(messages, held[0], asked.channel, asked.thread, TRIES)
        if not problem:
            return reply
        await asyncio.to_thread(self.unshared, command, said)
        if unsure(problem):
            return refused("It may not have been shared: Slack gave no answer.", "Look whether it is there before you share it again.")
        return refused(f"It could not be shared (Slack says {problem}).", "Try again in a moment.")

    async def may_stand(self, command: Command, asked: Asked) -> bool:
        """Whether what is shared shows messages and the bot can post it itself: then a later message that changes one can mark it."""
        row = row_of(command)
        look_up = row is not None and row.function not in FROM_CONTENT
        return look_up and not among_two(asked.channel) and not await self.slack.absent(asked.channel.id)

    def removed(self, payload: Payload, error: str) -> None:
        """Slack took the app or its token away: its channels pause, and what is owed to them is kept. Once for each event: one that
        comes again may be older than the token that works since."""
        where = place(payload, text(payload, "team_id")).workspace
        with self.parts.db.begin() as conn:
            event = f"{PLATFORM}:{where}/{payload.get('event_id')}"
            if payload.get("event_id") and not idempotency.first_time(
                conn, f"removed:{hashed(event)}", self.parts.db.now(conn), idempotency.KEPT
            ):
                return
            count = channels.pause_workspace(conn, PLATFORM, where, workspace_reason(error))
        logger.warning("%s: %d channels of %s are paused", error, count, where)

    def revoked(self, payload: Payload) -> bool:
        """Whether it is the bot's own token that was revoked."""
        return bool(part(part(payload, "event"), "tokens").get("bot"))


def untold(reply: Reply, problem: str) -> Reply:
    """For the person alone: it is done, and the others don't know."""
    said = f"It is saved, but posting it in this channel went wrong (Slack says {problem}). Tell the others."
    return Reply(f"{said} {reply.text}", (Section((line(Span(said, bold=True)), line(reply.text))),))


def command_of(asked: Asked) -> Command:
    verb, words = parse_line(asked.text)
    return Command(verb, words, asked.person, asked.channel, asked.once)


def not_here(bot: str) -> Reply:
    """The bot could never post here."""
    return refused(
        "The bot is not in this channel, so it can't post here.",
        f"Type {invitation(bot)} in the channel, then subscribe again. A private channel needs that too.",
    )
