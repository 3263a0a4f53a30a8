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

from bot.history import keep_shown
from bot.incoming import Payload
from bot.offers import SHARE, offered, with_way_back
from bot.receipts import receipt
from bot.responder import FAILED, FROM_CONTENT, SHARED, Desk, for_all, row_of
from bot.teams import incoming, message_extension
from bot.teams.cards import CARD, cards, render
from bot.teams.client import Answer, Teams
from bot.teams.errors import PAUSED, WAIT, seconds
from bot.teams.incoming import BACK, Asked, Presence
from bot.teams.sender import NEVER_LEFT
from bot.teams.tokens import NoToken
from handlers.command import Command
from handlers.idempotency import event_key, hashed
from handlers.replies import serialize
from handlers.replies.reply import Reply, Section, line
from handlers.router import parse_line, refused
from handlers.welcome import welcome
from jobs.models import ChannelRef
from jobs.store import channels, idempotency, places, timeline
from jobs.store.database import DatabaseError, first_line

if TYPE_CHECKING:
    from bot.app import Parts

logger = logging.getLogger(__name__)

TRIES = 3
LONGEST_WAIT = 30.0
"""How often an answer is tried while Teams asks to wait, and for how many seconds at most."""

UNSURE = "no answer"
"""What went wrong where nobody knows whether a message stands."""

MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"

LATE = "The bot takes longer than Teams waits. If it changes something, that is said below; else try again in a moment."
NOT_OURS = "This button is not one of the bot's."
REMOVED = "the app was removed from here: add it again, and posting goes on"

Json = dict[str, Any]


class Service:
    """One process's."""

    def __init__(self, parts: "Parts", teams: Teams, wake: Callable[[], None] | None = None) -> None:
        self.parts = parts
        self.teams = teams
        self.desk = Desk(parts, wake)
        self.admins = parts.settings.admins
        self._moving = asyncio.Lock()

    def heard(self, asked: Asked) -> None:
        """Of every activity: the address of a conversation's connector may change at any time, so the newest is kept."""
        if asked.channel.id:
            self.desk.beside(asyncio.to_thread(self.refresh, asked.channel))

    def refresh(self, channel: ChannelRef) -> None:
        """In a thread."""
        with self.parts.db.begin() as conn:
            places.refresh(conn, channel, self.parts.db.now(conn))

    # what was said

    def begin_talk(self, asked: Asked) -> None:
        self.desk.beside(self.talk(asked))

    async def talk(self, asked: Asked) -> None:
        """Answers a message, once. Everybody in a channel or a group reads the answer, so it holds what everybody may see."""
        if not asked.channel.id or not await self.first_time(asked):
            return
        if asked.pressed and asked.text.startswith(BACK):
            return  # on a client that can't cover a card there is nothing to go back from
        if asked.pressed and asked.text.startswith(SHARE):
            reply = await self.shared(asked)
            if reply is SHARED:
                return  # it stands there
        else:
            reply = await self.answer(command_of(asked), for_everybody=not asked.alone)
        await self.say(reply if asked.alone else replace(reply, public=True), asked)

    async def first_time(self, asked: Asked) -> bool:
        """Whether an activity is new; Teams sends one again when it isn't sure. When nobody can say, it is: no answer is worse than two."""
        if not asked.once:
            return True
        try:
            return await asyncio.to_thread(self.desk.first_time, f"talk:{event_key(command_of(asked))}")
        except DatabaseError as problem:
            logger.warning("nobody can say whether a message came before: %s", first_line(problem))
            return True

    async def answer(self, command: Command, *, for_everybody: bool = False) -> Reply:
        """The reply, whatever happens."""
        row = row_of(command)
        try:
            holds_mailboxes = row is not None and row.function in FROM_CONTENT
            return await self.desk.answered(for_all(command) if for_everybody and holds_mailboxes else command)
        except Exception:
            logger.exception("could not answer /%s", command.verb[:40])
            return FAILED

    async def say(self, reply: Reply, asked: Asked) -> str:
        """Puts an answer where it was asked for; what went wrong, "" when nothing did."""
        numbers = []
        for message in render(reply):
            answer = await self.sent(message, asked)
            if isinstance(answer, str):
                logger.warning("could not answer in %s: %s", asked.channel.id, answer)
                return answer
            numbers.append(answer.id)
        if numbers[0]:
            try:
                # were the process to end before this, only the way back and the mark of a later message would be missing
                await asyncio.to_thread(keep_shown, self.parts.db, reply, asked.channel, receipt(numbers[0], asked.thread))
            except DatabaseError as problem:
                logger.warning("an answer stands in %s, but could not be kept: %s", asked.channel.id, first_line(problem))
        return ""

    async def sent(self, message: Json, asked: Asked) -> Answer | str:
        """What went wrong, in a word, when it isn't there for certain. Only what Teams put off is said again."""
        for _ in range(TRIES):
            try:
                answer = await self.teams.post(asked.service_url, asked.conversation, message)
            except NoToken as problem:
                return problem.why
            except (httpx.HTTPError, OSError) as error:
                return UNSURE if not isinstance(error, NEVER_LEFT) else type(error).__name__
            if answer.ok:
                return answer
            wait = seconds(answer.retry_after)
            if answer.status not in WAIT or wait > LONGEST_WAIT:
                break
            await asyncio.sleep(wait)
        return f"{answer.status} {answer.error}".rstrip()

    # what was pressed

    async def press(self, asked: Asked) -> Json:
        """What takes the place of the card, for the one who pressed; or a line below it."""
        if not asked.text:
            return {"statusCode": 400, "type": ERROR, "value": {"code": "BadRequest", "message": NOT_OURS}}
        try:
            if asked.text.startswith(BACK):
                return card_of(await asyncio.to_thread(self.post_again, asked))
            if asked.text.startswith(SHARE):
                return toast((await self.shared(asked)).text)  # the answer stays, and its button
            return await self.shown(await self.answer(command_of(asked)), asked)
        except Exception:
            logger.exception("a button could not be answered")
            return card_of(returning(FAILED, asked))

    async def shown(self, reply: Reply, asked: Asked) -> Json:
        """A change is for everybody."""
        if reply.public:
            problem = await self.say(reply, asked)
            return card_of(returning(reply, asked)) if problem else toast("It is said below, for everybody here.")
        return card_of(returning(reply if asked.alone else offered(reply, asked.text), asked))

    async def shared(self, asked: Asked) -> Reply:
        """SHARED when it stands there; else why it doesn't."""
        said = asked.text.removeprefix(SHARE)
        loop = asyncio.get_running_loop()

        def place(reply: Reply) -> Reply:
            """In a thread."""
            problem = asyncio.run_coroutine_threadsafe(self.say(reply, asked), loop).result()
            if problem == UNSURE:
                return refused("It may not have been shared: Teams gave no answer.", "Look below before you share it again.")
            return refused(f"It could not be shared: {problem}.", "Try again in a minute.") if problem else SHARED

        return await asyncio.to_thread(self.desk.share, command_of(replace(asked, text=said)), said, place)

    def post_again(self, asked: Asked) -> Reply:
        """In a thread: what stands in the message whose card was covered."""
        with self.parts.db.begin() as conn:
            now = self.parts.db.now(conn)
            channel_id = channels.ensure(conn, asked.channel, now)
            names = (receipt(asked.pressed), receipt(asked.pressed, asked.thread))
            found = [content for name in names if (content := timeline.content(conn, channel_id, name)) is not None]
        if not found:
            return done("Reload the conversation to see the message again: the bot doesn't have it any more.")
        return serialize.load(found[0])

    # what was looked up

    async def search(self, words: str, asked: Asked) -> Json:
        def found() -> Json:
            with self.parts.db.read() as conn:
                now = self.parts.db.now(conn)
            return message_extension.result(words, message_extension.look_up(words, asked.person, self.desk.context(now)))

        try:
            return await asyncio.to_thread(found)
        except Exception:
            logger.exception("could not look up")
            return {"composeExtension": {"type": "message", "text": FAILED.text}}

    def late(self, name: str) -> Json:
        """What is shown when an answer takes too long."""
        return toast(LATE) if name == incoming.ACT else {"composeExtension": {"type": "message", "text": LATE}}

    # where the bot is

    def begin_move(self, activity: Payload, asked: Asked) -> None:
        presence = incoming.presence(activity)
        if presence is not None and asked.channel.id:
            self.desk.beside(self.moved(asked, presence))

    async def moved(self, asked: Asked, presence: Presence) -> None:
        """One after the other, in the order in which they came: added and removed again is not the same as removed and added."""
        async with self._moving:
            count = await asyncio.to_thread(self.back if presence.there else self.gone, asked, presence)
        if not presence.there:
            logger.warning("the app was removed from %s: %d channels are paused", asked.channel.id, count)
            return
        if count:
            logger.info("the app was added to %s: %d channels are posted to again", asked.channel.id, count)
            self.desk.wake()
        if presence.new and await asyncio.to_thread(self.desk.first_time, welcomed(asked)):
            greeting = welcome(self.parts.library.catalog, asked.bot or "Trade bot", alone=asked.alone)
            await self.say(greeting, replace(asked, thread=""))

    def back(self, asked: Asked, presence: Presence) -> int:
        """In a thread: how many channels are posted to again."""
        with self.parts.db.begin() as conn:
            channels.ensure(conn, asked.channel, self.parts.db.now(conn))
            return places.resume_team(conn, asked.channel, PAUSED, whole=presence.team)

    def gone(self, asked: Asked, presence: Presence) -> int:
        """In a thread: how many channels are paused."""
        with self.parts.db.begin() as conn:
            idempotency.forget(conn, [welcomed(asked)])
            return places.pause_team(conn, asked.channel, REMOVED, whole=presence.team)


def welcomed(asked: Asked) -> str:
    """Who adds the app again within a day isn't told again."""
    return f"welcome:{hashed(asked.channel.workspace, asked.channel.id)}"


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
