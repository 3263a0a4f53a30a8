"""What the bot does for what was said, pressed, looked up or moved in Teams.

A mention in a channel is answered in its thread, for everybody who reads it. A button's answer takes the place of its card, but only for
whoever pressed it: that is how an answer is private in Teams, and so it can be shared and taken back.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx

from bot.history import make_receipt, record_answer
from bot.incoming import Audience, Payload
from bot.responder import FAILED, SHARED, Attempt, Responder
from bot.runtime import Runtime, Wake
from bot.teams import message_extension
from bot.teams.cards import CARD, cards, render
from bot.teams.client import Teams
from bot.teams.errors import PAUSED, WAIT, seconds
from bot.teams.incoming import ACT, Presence, TeamsIncoming, presence
from bot.teams.sender import NEVER_LEFT
from bot.teams.tokens import NoToken
from handlers.actions import Action, add_back_button, add_share_button
from handlers.help import welcome
from handlers.idempotency import event_key, hash_key
from handlers.replies import serialize
from handlers.replies.reply import Reply, Section, line, refusal
from handlers.table import Request
from jobs.models import ChannelRef
from jobs.store import channels, idempotency, posts
from jobs.store.database import DatabaseError, first_line

logger = logging.getLogger(__name__)

FINISH_SECONDS = 3.0
"""How long running answers may take when the process is told to stop."""

MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"

LATE = "The bot takes longer than Teams waits. If it changes something, that is said below; else try again in a moment."
NOT_OURS = "This button is not one of the bot's."
REMOVED = "the app was removed from here: add it again, and posting goes on"

Json = dict[str, Any]


class TeamsResponder:
    """Answers Teams activities. One instance per process."""

    def __init__(self, runtime: Runtime, teams: Teams, wake: Wake | None = None) -> None:
        self.runtime = runtime
        self.teams = teams
        self.responder = Responder(runtime, wake)
        self.tasks = self.responder.tasks
        self.admins = runtime.settings.admins
        self._moving = asyncio.Lock()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Let running answers finish at the end of the block."""
        try:
            yield
        finally:
            await self.tasks.finish(FINISH_SECONDS)

    def store_address(self, incoming: TeamsIncoming) -> None:
        """Store the address of the conversation's connector, which every activity carries and which may change at any time."""
        if incoming.channel.id:
            self.tasks.start(asyncio.to_thread(self.refresh, incoming.channel))

    def refresh(self, channel: ChannelRef) -> None:
        """In a thread."""
        with self.runtime.db.begin() as conn:
            channels.refresh(conn, channel, self.runtime.db.now(conn))

    # messages

    async def reply_to_message(self, incoming: TeamsIncoming) -> None:
        """Answer a message once."""
        request = incoming.request()
        if not incoming.channel.id or not await self.is_first_time(incoming, request):
            return
        if incoming.action is Action.BACK:
            return  # a client that cannot cover a card has nothing to go back from
        if incoming.action is Action.SHARE:
            reply = await self.share(incoming, request)
            if reply is SHARED:
                return  # it stands there
        else:
            reply = await self.responder.answer(request, incoming.audience)
        await self.say(reply if incoming.audience is Audience.ASKER else replace(reply, public=True), incoming)

    async def is_first_time(self, incoming: TeamsIncoming, request: Request) -> bool:
        """Whether an activity is new. When the database cannot say, it counts as new: two answers are better than none."""
        if not incoming.event_id:
            return True
        try:
            return await asyncio.to_thread(self.responder.is_first_time, f"talk:{event_key(request.command)}")
        except DatabaseError as problem:
            logger.warning("could not see whether a message was answered already: %s", first_line(problem))
            return True

    async def say(self, reply: Reply, incoming: TeamsIncoming) -> Attempt:
        """Post an answer where it was asked for, and record it, so that the way back and a later mark find it."""

        async def post(message: Json) -> Attempt:
            return await self._post(message, incoming)

        ids, attempt = await self.responder.post_messages(render(reply), post)
        if attempt.problem:
            logger.warning("could not answer in %s: %s", incoming.channel.id, attempt.problem)
        elif ids[0]:
            receipt = make_receipt(ids[0], incoming.thread)
            try:
                await asyncio.to_thread(record_answer, self.runtime.db, reply, incoming.channel, receipt, always=True)
            except DatabaseError as problem:
                logger.warning("could not record an answer in %s: %s", incoming.channel.id, first_line(problem))
        return attempt

    async def _post(self, message: Json, incoming: TeamsIncoming) -> Attempt:
        try:
            answer = await self.teams.post(incoming.service_url, incoming.conversation, message)
        except NoToken as problem:
            return Attempt(problem=problem.why)
        except (httpx.HTTPError, OSError) as error:
            unsure = not isinstance(error, NEVER_LEFT)
            return Attempt(problem="no answer" if unsure else type(error).__name__, unsure=unsure)
        if answer.ok:
            return Attempt(id=answer.id)
        wait = seconds(answer.retry_after) if answer.status in WAIT else None
        return Attempt(problem=f"{answer.status} {answer.error}".rstrip(), wait=wait)

    # buttons

    async def press(self, incoming: TeamsIncoming) -> Json:
        """Return what replaces the card for whoever pressed the button, or a line below it."""
        if not incoming.text and incoming.action is Action.RUN:
            return {"statusCode": 400, "type": ERROR, "value": {"code": "BadRequest", "message": NOT_OURS}}
        try:
            if incoming.action is Action.BACK:
                return card_of(await asyncio.to_thread(self.covered_message, incoming))
            request = incoming.request()
            if incoming.action is Action.SHARE:
                return toast((await self.share(incoming, request)).text)  # the answer and its button stay
            return await self.cover(await self.responder.answer(request), incoming)
        except Exception:
            logger.exception("could not answer a button")
            return card_of(with_way_back(FAILED, incoming))

    async def cover(self, reply: Reply, incoming: TeamsIncoming) -> Json:
        """Return the answer in place of the card; a change is posted below for everybody."""
        if reply.public:
            attempt = await self.say(reply, incoming)
            return card_of(with_way_back(reply, incoming)) if attempt.problem else toast("It is said below, for everybody here.")
        shareable = reply if incoming.audience is Audience.ASKER else add_share_button(reply, incoming.text)
        return card_of(with_way_back(shareable, incoming))

    async def share(self, incoming: TeamsIncoming, request: Request) -> Reply:
        """Share a look-up: return SHARED when it stands in the conversation, else why not."""
        loop = asyncio.get_running_loop()

        def place(reply: Reply) -> Reply:
            attempt = asyncio.run_coroutine_threadsafe(self.say(reply, incoming), loop).result()
            if attempt.unsure:
                return refusal("It may not have been shared: Teams gave no answer.", "Look below before you share it again.")
            if attempt.problem:
                return refusal(f"It could not be shared: {attempt.problem}.", "Try again in a minute.")
            return SHARED

        return await asyncio.to_thread(self.responder.share, request, place)

    def covered_message(self, asked: TeamsIncoming) -> Reply:
        """Return what stands in the message whose card was covered. Call in a thread."""
        with self.runtime.db.begin() as conn:
            now = self.runtime.db.now(conn)
            channel_id = channels.ensure(conn, asked.channel, now)
            names = (make_receipt(asked.pressed), make_receipt(asked.pressed, asked.thread))
            found = [content for name in names if (content := posts.content_of(conn, channel_id, name)) is not None]
        if not found:
            return done("Reload the conversation to see the message again: the bot doesn't have it any more.")
        return serialize.load(found[0])

    # what was looked up

    async def search(self, words: str, asked: TeamsIncoming) -> Json:
        def found() -> Json:
            return message_extension.result(words, message_extension.look_up(words, asked.person, self.runtime.context()))

        try:
            return await asyncio.to_thread(found)
        except Exception:
            logger.exception("could not look up")
            return {"composeExtension": {"type": "message", "text": FAILED.text}}

    def late(self, name: str) -> Json:
        """What is shown when an answer takes too long."""
        return toast(LATE) if name == ACT else {"composeExtension": {"type": "message", "text": LATE}}

    # where the bot is

    def start_move(self, activity: Payload, asked: TeamsIncoming) -> None:
        move = presence(activity)
        if move is not None and asked.channel.id:
            self.tasks.start(self.moved(asked, move))

    async def moved(self, asked: TeamsIncoming, presence: Presence) -> None:
        """One after the other, in the order in which they came: added and removed again is not the same as removed and added."""
        async with self._moving:
            count = await asyncio.to_thread(self.back if presence.there else self.gone, asked, presence)
        if not presence.there:
            logger.warning("the app was removed from %s: %d channels are paused", asked.channel.id, count)
            return
        if count:
            logger.info("the app was added to %s: %d channels are posted to again", asked.channel.id, count)
            self.responder.wake()
        if presence.new and await asyncio.to_thread(self.responder.is_first_time, welcomed(asked)):
            greeting = welcome(self.runtime.library.catalog, asked.bot or "Trade bot", alone=asked.audience is Audience.ASKER)
            await self.say(greeting, replace(asked, thread=""))

    def back(self, asked: TeamsIncoming, presence: Presence) -> int:
        """In a thread: how many channels are posted to again."""
        with self.runtime.db.begin() as conn:
            channels.ensure(conn, asked.channel, self.runtime.db.now(conn))
            return channels.resume_team(conn, asked.channel, PAUSED, whole=presence.team)

    def gone(self, asked: TeamsIncoming, presence: Presence) -> int:
        """In a thread: how many channels are paused."""
        with self.runtime.db.begin() as conn:
            idempotency.forget(conn, [welcomed(asked)])
            return channels.pause_team(conn, asked.channel, REMOVED, whole=presence.team)


def welcomed(asked: TeamsIncoming) -> str:
    """Who adds the app again within a day isn't told again."""
    return f"welcome:{hash_key(asked.channel.workspace, asked.channel.id)}"


def with_way_back(reply: Reply, incoming: TeamsIncoming) -> Reply:
    """Add the way back to an answer that covers a message of the bot's."""
    return add_back_button(reply) if incoming.pressed and incoming.action is not Action.BACK else reply


def done(said: str) -> Reply:
    return Reply(said, (Section((line(said),)),))


def card_of(reply: Reply) -> Json:
    """The answer to a button that shows a card. There is room for one: of what is longer the first part is shown, and how to see all."""
    first, *rest = cards(reply)
    if rest:
        hint = Section((line("This is the first part: the answer is too long for one card. Type the command to see all of it."),))
        first = cards(replace(reply, blocks=(hint, *reply.blocks)))[0]
    return {"statusCode": 200, "type": CARD, "value": first}


def toast(said: str) -> Json:
    """The answer to a button that leaves the card as it is."""
    return {"statusCode": 200, "type": MESSAGE, "value": said}
