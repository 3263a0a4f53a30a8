"""What the bot does for what was said, pressed, looked up or moved in Teams.

A mention in a channel is answered in its thread, for everybody who reads it. A button's answer takes the place of its card, but only for
whoever pressed it: that is how an answer is private in Teams, and so it can be shared and taken back.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx

from bot.desk import FAILED, SHARED, Desk, for_all
from bot.keeping import keep_shown
from bot.offers import SHARE, offered, with_way_back
from bot.receipts import receipt
from bot.shapes import Payload
from bot.teams import activities, search
from bot.teams.activities import BACK, Asked
from bot.teams.adaptive import CARD, cards, render
from bot.teams.connection import Answer, Teams
from handlers import reply_json
from handlers.command import Command
from handlers.once import event_key
from handlers.reply import Reply, Section, line
from handlers.router import parse_line, refused
from handlers.welcome import welcome
from jobs.store import channels, places, timeline

if TYPE_CHECKING:
    from bot.app import Parts

logger = logging.getLogger(__name__)

TRIES = 3
LONGEST_WAIT = 30.0
"""How often an answer is tried while Teams asks to wait, and for how many seconds at most."""

AGAIN = (412, 429, 502, 504)
"""What Teams answers when it wants to be asked again."""

MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"

LATE = "The bot takes longer than Teams waits; try again."
NOT_OURS = "This button is not one of the bot's."
REMOVED = "the app was removed from here: add it again, then subscribe again"

Json = dict[str, Any]


class Service:
    """One process's."""

    def __init__(self, parts: "Parts", teams: Teams, wake: Callable[[], None] | None = None) -> None:
        self.parts = parts
        self.teams = teams
        self.desk = Desk(parts, wake)
        self.admins = parts.settings.admins

    # what was said

    def begin_talk(self, asked: Asked) -> None:
        self.desk.beside(self.talk(asked))

    async def talk(self, asked: Asked) -> None:
        """Answers a message, once."""
        command = for_all(command_of(asked)) if asked.guests else command_of(asked)
        if not asked.channel.id or (asked.once and not await asyncio.to_thread(self.desk.first_time, f"talk:{event_key(command)}")):
            return
        await asyncio.to_thread(self.refresh, asked)
        if asked.pressed and asked.text.startswith((SHARE, BACK)):
            reply = await self.special(asked)
        else:
            reply = await self.answer(command)
        await self.say(reply if asked.alone else replace(reply, public=True), asked)

    async def answer(self, command: Command) -> Reply:
        """The reply, whatever happens."""
        try:
            return await self.desk.answered(command)
        except Exception:
            logger.exception("could not answer /%s", command.verb[:40])
            return FAILED

    async def say(self, reply: Reply, asked: Asked) -> bool:
        """Puts an answer where it was asked for; whether it stands there."""
        numbers = []
        for message in render(reply):
            answer = await self.sent(message, asked)
            if answer is None:
                return False
            numbers.append(answer.id)
        if numbers[0]:
            # were the process to end before this, only the way back and the mark of a later message would be missing
            await asyncio.to_thread(keep_shown, self.parts.db, reply, asked.channel, receipt(numbers[0], asked.thread))
        return True

    async def sent(self, message: Json, asked: Asked) -> Answer | None:
        """None when it isn't there. Only what Teams put off is said again: nothing else is certain not to be there."""
        for _ in range(TRIES):
            try:
                answer = await self.teams.post(asked.service_url, asked.conversation, message)
            except (httpx.HTTPError, OSError) as error:
                logger.warning("could not answer in %s: %s", asked.channel.id, type(error).__name__)
                return None
            if 200 <= answer.status < 300:
                return answer
            wait = seconds(answer.retry_after)
            if answer.status not in AGAIN or wait > LONGEST_WAIT:
                break
            await asyncio.sleep(wait)
        logger.warning("could not answer in %s: %s %s", asked.channel.id, answer.status, answer.error)
        return None

    def refresh(self, asked: Asked) -> None:
        """In a thread: the address of a conversation's connector may change at any time, so the newest is kept."""
        with self.parts.db.begin() as conn:
            places.refresh(conn, asked.channel, self.parts.db.now(conn))

    # what was pressed

    async def press(self, asked: Asked) -> Json:
        """What takes the place of the card, for the one who pressed; or a line below it."""
        if not asked.text:
            return {"statusCode": 400, "type": ERROR, "value": {"code": "BadRequest", "message": NOT_OURS}}
        await asyncio.to_thread(self.refresh, asked)
        try:
            if asked.text.startswith((SHARE, BACK)):
                reply = await self.special(asked)
            else:
                reply = await self.desk.answered(command_of(asked))
            return await self.shown(reply, asked)
        except Exception:
            logger.exception("a button could not be answered")
            return card_of(FAILED)

    async def shown(self, reply: Reply, asked: Asked) -> Json:
        """A change is for everybody; what is long goes below, for everybody too in a channel."""
        if reply.public and not asked.text.startswith(BACK):
            stands = await self.say(reply, asked)
            return toast("It is said below, for everybody here.") if stands else card_of(reply)
        return card_of(returning(reply if asked.alone else offered(reply, asked.text), asked))

    async def special(self, asked: Asked) -> Reply:
        """Sharing, and the way back to a post."""
        if asked.text.startswith(BACK):
            return await asyncio.to_thread(self.post_again, asked)
        said = asked.text.removeprefix(SHARE)
        held: list[Reply] = []

        def place(reply: Reply) -> Reply:
            held.append(reply)
            return SHARED

        reply = await asyncio.to_thread(self.desk.share, command_of(replace(asked, text=said)), said, place)
        if held and not await self.say(held[0], asked):
            return refused("It could not be shared: Teams did not take it.", "Try again in a minute.")
        return reply

    def post_again(self, asked: Asked) -> Reply:
        """In a thread: what stands in the message whose card was covered."""
        with self.parts.db.begin() as conn:
            now = self.parts.db.now(conn)
            channel_id = channels.ensure(conn, asked.channel, now)
            names = (receipt(asked.pressed), receipt(asked.pressed, asked.thread))
            found = [content for name in names if (content := timeline.content(conn, channel_id, name)) is not None]
        if not found:
            return done("Reload the conversation to see the message again: the bot doesn't have it any more.")
        return reply_json.load(found[0])

    # what was looked up

    async def search(self, words: str, asked: Asked) -> Json:
        def found() -> Json:
            with self.parts.db.read() as conn:
                now = self.parts.db.now(conn)
            return search.result(words, search.look_up(words, asked.person, self.desk.context(now)))

        try:
            return await asyncio.to_thread(found)
        except Exception:
            logger.exception("could not look up")
            return {"composeExtension": {"type": "message", "text": FAILED.text}}

    def late(self, name: str) -> Json:
        """What is shown when an answer takes too long."""
        return toast(LATE) if name == activities.ACT else {"composeExtension": {"type": "message", "text": LATE}}

    # where the bot is

    def begin_move(self, activity: Payload) -> None:
        presence = activities.presence(activity)
        asked = activities.someone(activity, self.teams.settings.tenant_id, self.admins)
        if presence is None or not asked.channel.id:
            return
        self.desk.beside(self.added(asked) if presence.there else self.gone(asked, presence))

    async def added(self, asked: Asked) -> None:
        """Says what can be asked, and posts again where it had stopped because the app was removed."""
        if not await asyncio.to_thread(self.back, asked):
            return
        greeting = welcome(self.parts.library.catalog, asked.bot or "Trade bot", alone=asked.alone)
        await self.say(greeting, replace(asked, thread=""))

    def back(self, asked: Asked) -> bool:
        """In a thread: whether the bot is new here."""
        with self.parts.db.begin() as conn:
            now = self.parts.db.now(conn)
            new = places.known(conn, asked.channel) is None
            channels.ensure(conn, asked.channel, now)
            count = places.resume_team(conn, asked.channel, REMOVED)
        if count:
            logger.info("%d channels are posted to again: the app was added again", count)
            self.desk.wake()
        return new or count > 0

    async def gone(self, asked: Asked, presence: activities.Presence) -> None:
        def pause() -> int:
            with self.parts.db.begin() as conn:
                return places.pause_team(conn, asked.channel, REMOVED, whole=presence.team)

        logger.warning("the app was removed from %s: %d channels are paused", asked.channel.id, await asyncio.to_thread(pause))


def command_of(asked: Asked) -> Command:
    verb, words = parse_line(asked.text)
    return Command(verb, words, asked.person, asked.channel, asked.once)


def returning(reply: Reply, asked: Asked) -> Reply:
    """With the way back, for an answer that covers a message of the bot's."""
    return with_way_back(reply, BACK) if asked.pressed and not asked.text.startswith(BACK) else reply


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


def seconds(retry_after: str | None) -> float:
    try:
        found = float(retry_after or "")
    except ValueError:
        return 1.0
    return found if 0 <= found < float("inf") else 1.0
