"""What happens with views: opened by a command, a button or a shortcut, shown anew while they are filled in, and submitted.

A trigger is good for three seconds, so it is used before anything that may take longer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.slack import home, look_up, modals, problems
from bot.slack.answers import QUIET, posts, responses
from bot.slack.blocks import render
from bot.slack.connection import refusal
from bot.slack.desk import INLINE_SECONDS, SUBSCRIBE, Desk, command_of, not_here
from bot.slack.payloads import PLATFORM, Asked, Payload, mentioned, part, pressed, text
from bot.slack.spans import Json
from bot.slack.views import Seen, chosen, modal, of_reply, seen
from handlers.command import Command, Person
from handlers.grammar import Wish
from handlers.reply import Reply
from handlers.router import ONCE_SECONDS, find, parse_line, refused
from handlers.subscriptions import INSTEAD, stored, which
from jobs.models import Entry
from jobs.store import channels, entries, subscriptions
from jobs.store import seen as remembered

logger = logging.getLogger(__name__)

OPEN_SECONDS = 1.0
"""How long a modal waits for Slack to say whether the bot is in the channel; submitting it asks again."""

ANSWER = "answer"
"""The callback_id of a modal that only shows an answer."""

LATE = "Slack waited too long for the bot; try again."
FAILED = refused("Something went wrong in the bot; its log says what.", "Try again in a moment.")
CLOSE: Json = {"response_action": "clear"}


class Windows:
    """One process's, beside its desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.slack = desk.slack
        self.parts = desk.parts
        self.admins = desk.parts.settings.admins
        self.submits: Mapping[str, Callable[[Seen, Person], Awaitable[Json]]] = {
            modals.NAME: self.subscribed,
            look_up.NAME: self.reply_in_thread,
            problems.NAME: self.report,
        }

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside what asked for it, whatever becomes of it."""

        async def watched() -> None:
            try:
                await work
            except Exception:
                logger.exception("a view could not be shown")

        self.desk.begin(watched())

    # opening

    def wanted(self, asked: Asked) -> bool:
        """A subscription without any words, or the change of one: there is something to fill in. Others are refused in words."""
        if not asked.once:
            return False
        command = command_of(asked)
        found = find(command)
        if isinstance(found, Reply) or found[0].function != SUBSCRIBE or not self.desk.may_subscribe(command):
            return False
        return not found[1] or INSTEAD.match(found[1]) is not None

    async def subscribe(self, asked: Asked) -> None:
        """Opens the form."""
        absent, form = await asyncio.gather(self.absent(asked.channel.id), self.safely(self.form, asked))
        if absent:
            form = not_here(self.slack.bot)
        if isinstance(form, Reply):
            await self.desk.respond(responses(form, asked), asked)
        else:
            await self.open(form, asked)

    async def absent(self, channel: str) -> bool:
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                return await self.slack.absent(channel)
        except TimeoutError:
            return False

    def form(self, asked: Asked) -> Json | Reply:
        """In a thread: for a new subscription, or for the one that is to be changed."""
        command = command_of(asked)
        instead = INSTEAD.search(command.words)
        catalog, settings = self.parts.library.catalog, self.parts.settings
        with self.parts.db.begin() as conn:
            now = self.parts.db.now(conn)
            live = subscriptions.of_channel(conn, channels.ensure(conn, asked.channel, now))
        usual = live[-1].zone if live else settings.zone
        if instead is None:
            return self.drawn(modals.blank(asked.channel, command.verb, usual))
        old = next((each for each in live if each.id == int(instead[1])), None)
        if old is None:
            return which(instead[1], live, self.desk.context(now), "change")
        form = modals.of(old, catalog, usual)
        return self.drawn(replace(form, channel=replace(form.channel, name=asked.channel.name or form.channel.name)))

    def drawn(self, form: modals.Form) -> Json:
        """In a thread: the form with its preview."""
        catalog = self.parts.library.catalog
        wish = modals.asked(form, catalog)
        with self.parts.db.read() as conn:
            now = self.parts.db.now(conn)
            found: list[Entry] = stored(conn, wish.filters, PLATFORM) if isinstance(wish, Wish) else []
        return modals.view(form, catalog, modals.preview(wish, found, catalog, now, self.parts.settings.zone))

    async def press(self, payload: Payload) -> None:
        """A button: in a message or in a view."""
        asked = pressed(payload, self.admins)
        if asked.text.startswith(problems.REPORT):
            await self.ask_what_is_wrong(asked)
        elif text(part(payload, "container"), "type") == "view":
            await self.answer_in_view(seen(payload), asked)
        elif self.wanted(asked):
            await self.subscribe(asked)
        else:
            await self.desk.press(asked)

    async def answer_in_view(self, view: Seen, asked: Asked) -> None:
        """A view belongs to no channel, so subscriptions can't be changed from it; a look-up can."""
        verb, words = parse_line(asked.text)
        command = Command(verb, words, asked.person, None, asked.once)
        found = find(command)
        row = None if isinstance(found, Reply) else found[0]
        reply = await self.safely(self.desk.dispatched, command, row)
        if view.name == look_up.NAME and not view.home:
            shares = (asked.text,) if reply.shareable else ()
            place = {name: str(view.data.get(name) or "") for name in ("channel", "thread")}
            shown = look_up.view(reply, place, shares, asked.person)
        else:
            shown = modal(ANSWER, "Trade bot", of_reply(reply))
        if view.home:
            await self.open(shown, asked)
        else:
            await self.call("views.update", view_id=view.id, view=shown)

    async def refresh(self, payload: Payload) -> None:
        """Something was filled in: the form anew, with what would have matched now."""
        view = seen(payload)
        if view.name == modals.NAME:
            shown = await asyncio.to_thread(self.drawn, modals.read(view))
            # by its hash: a later change that was quicker stays
            await self.call("views.update", view_id=view.id, hash=view.hash, view=shown)

    async def look_up(self, payload: Payload) -> None:
        """The shortcut on a message."""
        asked = pressed(payload, self.admins)
        said = look_up.said(part(payload, "message"))
        found = await self.safely(self.looked_up, said, asked.person)
        reply, commands = found if isinstance(found, tuple) else (found, ())
        await self.open(look_up.view(reply, look_up.place(payload), commands, asked.person), asked)

    def looked_up(self, said: str, person: Person) -> tuple[Reply, tuple[str, ...]]:
        """In a thread: what a message means, and the commands that say so."""
        catalog = self.parts.library.catalog
        numbers = look_up.numbers(said)
        with self.parts.db.read() as conn:
            known = [number for number in numbers.bare[: look_up.MOST_NUMBERS * 4] if entries.by_number(conn, number) is not None]
        named = (*numbers.sure, *known)
        words = look_up.by_words(said, catalog)
        commands = look_up.commands(named, words)
        reply = look_up.together(self.answers(commands, person)) if commands else look_up.choice(words.subjects, catalog)
        return reply, commands

    def answers(self, commands: Sequence[str], person: Person) -> list[Reply]:
        """In a thread: of look-ups alone, whatever was kept in a view."""
        replies = []
        for said in commands:
            command = Command(*parse_line(said), person, None)
            found = find(command)
            if not isinstance(found, Reply) and found[0].who == "anyone" and not found[0].changes_state:
                replies.append(self.desk.dispatched(command, None))
        return replies

    async def ask_what_is_wrong(self, asked: Asked) -> None:
        """Opens the report."""
        subject = asked.text.removeprefix(problems.REPORT)
        if asked.person.external or not self.slack.settings.admin_channel:
            said = refused("Problems are reported by the staff whose bot this is.", "You come from another workspace; tell one of them.")
            if not asked.person.external:  # the button is older than the setting
                said = refused("Problems are not taken here any more.", "Tell one of this bot's admins.")
            await self.desk.respond(responses(said, replace(asked, replaces=False)), asked)
        else:
            await self.open(problems.view(subject, asked.channel, self.parts.library.catalog), asked)

    async def home(self, payload: Payload) -> None:
        """Somebody opened the Home tab."""
        if text(part(payload, "event"), "tab") == "home":
            person = mentioned(payload, self.admins).person
            shown = await asyncio.to_thread(self.tab, person)
            await self.call("views.publish", user_id=person.id, view=shown)

    def tab(self, person: Person) -> Json:
        """In a thread."""
        with self.parts.db.read() as conn:
            now = self.parts.db.now(conn)
            theirs = [] if person.external else subscriptions.set_by(conn, person.key)
            latest = entries.latest(conn, ["csms"], limit=home.LATEST)
        known = home.Known([each for each in theirs if each.channel.workspace == person.workspace], latest, person.admin)
        return home.view(known, self.parts.library.catalog, now, self.parts.settings.zone)

    # submitting

    async def submit(self, payload: Payload) -> Json:
        """What Slack does with the view: closes it, shows what is wrong, or shows another."""
        view = seen(payload)
        act = self.submits.get(view.name)
        if act is None:
            return CLOSE
        try:
            return await act(view, pressed(payload, self.admins).person)
        except Exception:
            logger.exception("what was filled in could not be taken")
            return {"response_action": "update", "view": modal(ANSWER, "Trade bot", of_reply(FAILED))}

    async def subscribed(self, view: Seen, person: Person) -> Json:
        """The form as a command: what it changes is said in the channel, anything else in the view."""
        form = modals.read(view)
        wish = modals.asked(form, self.parts.library.catalog)
        if not isinstance(wish, Wish):
            return {"response_action": "errors", "errors": wish}
        asked = Asked(modals.command(form), person, form.channel, once=f"view {view.id}")
        task = self.desk.begin(self.desk.answer(asked))
        if not await in_time(task):
            self.begin(self.say_late(task, asked))
            return CLOSE
        reply: Reply = task.result()
        if reply.public:
            self.desk.begin(self.say(posts(reply, asked)))
            return CLOSE
        return {"response_action": "update", "view": modal(ANSWER, "Trade bot", of_reply(reply))}

    async def say_late(self, task: "asyncio.Task[Reply]", asked: Asked) -> None:
        reply = await task
        messages = posts(reply, asked)
        if reply.public:
            await self.say(messages)
        else:
            for message in messages:
                await self.call("chat.postEphemeral", user=asked.person.id, **message)

    async def reply_in_thread(self, view: Seen, person: Person) -> Json:
        """What was looked up, answered anew for all who read the thread."""
        kept = view.data.get("commands")
        commands = [str(each) for each in kept[: look_up.MOST_NUMBERS]] if isinstance(kept, list) else []
        place = {name: str(view.data.get(name) or "") for name in ("channel", "thread")}
        if person.external or not commands or not all(place.values()):
            return CLOSE
        task = self.desk.begin(self.post_in_thread(commands, place, view.id, person))
        if not await in_time(task):
            return CLOSE
        problem = task.result()
        if problem is None:
            return CLOSE
        return {"response_action": "update", "view": modal(ANSWER, "Look up", of_reply(problem))}

    async def post_in_thread(self, commands: list[str], place: Mapping[str, str], view_id: str, person: Person) -> Reply | None:
        """None when it stands there; else why not."""
        key = f"look_up:{person.workspace}/{view_id}"
        if not await asyncio.to_thread(self.first_time, key):
            return None
        for_all = replace(person, external=True, admin=False)
        try:
            replies = await asyncio.to_thread(self.answers, commands, for_all)
        except Exception:
            logger.exception("could not answer a look-up again")
            replies = []
        if not replies:
            return refused("Nothing was posted: the bot could not answer it again.", "Try again in a moment.")
        thread = {"channel": place["channel"], "thread_ts": place["thread"]}
        problem = await self.say([thread | QUIET | message for message in render(look_up.public(replies, person))])
        if not problem:
            return None
        await asyncio.to_thread(self.forget, key)
        if problem in ("not_in_channel", "channel_not_found"):
            return replace(not_here(self.slack.bot), ok=False)
        return refused(f"It could not be posted (Slack says {problem}).", "Try again in a moment.")

    async def report(self, view: Seen, person: Person) -> Json:
        """A report on its way to the editors."""
        words = chosen(view.values, problems.WORDS)
        if not isinstance(words, str) or not words.strip():
            return wrong("Write what is wrong, in a word or two.")
        if person.external or not self.slack.settings.admin_channel:
            return CLOSE
        task = self.desk.begin(self.send_report(view, words.strip(), person))
        if not await in_time(task):
            return {"response_action": "update", "view": problems.thanks(sure=False)}
        problem = task.result()
        return wrong(problem) if problem else {"response_action": "update", "view": problems.thanks()}

    async def send_report(self, view: Seen, words: str, person: Person) -> str:
        """What is in the way, in words; "" when the editors have it."""
        key = f"report:{person.workspace}/{view.id}"
        if not await asyncio.to_thread(self.first_time, key):
            return ""
        subject = str(view.data.get("subject") or "")
        where = str(view.data.get("name") or "")
        message = await asyncio.to_thread(self.report_message, subject, words, person, where)
        problem = await self.say([{"channel": self.slack.settings.admin_channel, **QUIET, **each} for each in render(message)])
        if not problem:
            return ""
        await asyncio.to_thread(self.forget, key)
        return f"The editors' channel could not be reached (Slack says {problem}). Tell an admin of the bot, or try again later."

    def report_message(self, subject: str, words: str, person: Person, where: str) -> Reply:
        with self.parts.db.read() as conn:
            entry = entries.by_key(conn, subject)
        return problems.message(subject, words, person, where, self.parts.library.catalog, entry)

    # the way out

    async def open(self, view: Json, asked: Asked) -> None:
        """Opens a modal; when it is too late for that, says so where that can be said."""
        problem = await self.call("views.open", trigger_id=asked.once, view=view)
        if problem and asked.response_url:
            await self.desk.respond(responses(refused(LATE), replace(asked, replaces=False)), asked)

    async def say(self, messages: Sequence[Json]) -> str:
        """Posts them in order; Slack's word for what went wrong, "" when nothing did."""
        for message in messages:
            if problem := await self.call("chat.postMessage", **message):
                return problem
        return ""

    async def call(self, method: str, **given: Any) -> str:
        """Slack's word for what went wrong, "" when nothing did."""
        try:
            await self.slack.client.api_call(method, json=given)
        except SlackApiError as error:
            name, status, _ = refusal(error)
            logger.warning("%s was refused: %s", method, name or status)
            return name or f"HTTP {status}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            logger.warning("%s had no answer: %s", method, type(error).__name__)
            return type(error).__name__
        return ""

    async def safely(self, act: Callable[..., Any], *given: Any) -> Any:
        """What `act` answers, in a thread; a refusal in words when it fails."""
        try:
            return await asyncio.to_thread(act, *given)
        except Exception:
            logger.exception("could not answer in a view")
            return FAILED

    def first_time(self, key: str) -> bool:
        with self.parts.db.begin() as conn:
            return remembered.first_time(conn, key, self.parts.db.now(conn), timedelta(seconds=ONCE_SECONDS))

    def forget(self, key: str) -> None:
        with self.parts.db.begin() as conn:
            remembered.forget(conn, [key])


async def in_time(task: "asyncio.Task[Any]") -> bool:
    """Whether it is done before Slack has to be answered."""
    done, _ = await asyncio.wait({task}, timeout=INLINE_SECONDS)
    return bool(done)


def wrong(said: str) -> Json:
    return {"response_action": "errors", "errors": {problems.WORDS: said}}
