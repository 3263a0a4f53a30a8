"""Views that are opened: by a command, a button or a shortcut, and shown anew while they are filled in. What is submitted from them
is another matter (bot/slack/views/submit.py).

A trigger is good for three seconds, so it is used before anything that may take longer.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.incoming import Payload, part, text
from bot.responder import FAILED, SUBSCRIBE
from bot.slack.incoming import PLATFORM, Asked, mentioned, pressed
from bot.slack.messages import NOT_FROM_HOME, responses
from bot.slack.responder import SlackDesk, command_of, not_here
from bot.slack.text import Json
from bot.slack.views import home, look_up, report
from bot.slack.views import subscribe as modals
from bot.slack.views.view import Seen, answer, seen
from handlers.command import Command, Person
from handlers.replies.reply import Reply
from handlers.router import find, parse_line, refused
from handlers.subscriptions.commands import INSTEAD, stored
from handlers.subscriptions.numbers import ended_here, which
from handlers.subscriptions.parser import SubscriptionSpec
from jobs.models import Entry
from jobs.store import channels, entries, subscriptions

logger = logging.getLogger(__name__)

OPEN_SECONDS = 1.0
"""How long a modal waits for Slack to say whether the bot is in the channel; submitting it asks again."""

LATE = "Slack waited too long for the bot; try again."


class Windows:
    """One process's, beside its desk."""

    def __init__(self, desk: SlackDesk) -> None:
        self.desk = desk
        self.slack = desk.slack
        self.parts = desk.parts

    def wanted(self, asked: Asked) -> bool:
        """A subscription without any words, or the change of one: there is something to fill in. Others are refused in words."""
        if not asked.once:
            return False
        command = command_of(asked)
        found = find(command)
        if isinstance(found, Reply) or found[0].function != SUBSCRIBE or not self.desk.may_subscribe(command.person):
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

    async def change(self, asked: Asked) -> None:
        """Opens the form for a subscription that the Home tab lists."""
        where, _, line = asked.text.removeprefix(home.CHANGE).partition(" ")
        there = replace(asked, text=line, channel=replace(asked.channel, id=where, name=""))
        form = await self.safely(self.form_from_home, there)
        if not isinstance(form, Reply) and await self.absent(where):
            form = not_here(self.slack.bot)
        await self.open(answer(form) if isinstance(form, Reply) else form, asked)

    def form_from_home(self, asked: Asked) -> Json | Reply:
        """In a thread: only for what the tab would list for this person. The tab knows no other channel, whatever a button says."""
        instead = INSTEAD.search(asked.text)
        theirs = home.of_person(self.parts.db, asked.person)
        listed = instead and any((each.channel.id, str(each.id)) == (asked.channel.id, instead[1]) for each in theirs)
        if not listed or not self.wanted(asked):
            return NOT_FROM_HOME
        return self.form(asked, from_home=True)

    def form(self, asked: Asked, *, from_home: bool = False) -> Json | Reply:
        """In a thread: for a new subscription, or for the one that is to be changed."""
        command = command_of(asked)
        instead = INSTEAD.search(command.words)
        catalog, settings = self.parts.library.catalog, self.parts.settings
        with self.parts.db.begin() as conn:
            now = self.parts.db.now(conn)
            channel_id = channels.ensure(conn, asked.channel, now)
            live = subscriptions.of_channel(conn, channel_id)
            ended = ended_here(conn, channel_id, int(instead[1])) if instead else None
        usual = live[-1].zone if live else settings.zone
        if instead is None:
            return self.drawn(modals.blank(asked.channel, command.verb, usual))
        old = next((each for each in live if each.id == int(instead[1])), None)
        if old is None:
            return which(instead[1], live, self.desk.context(now), "change", asked.channel, ended)
        form = modals.of(old, catalog, usual)
        return self.drawn(replace(form, home=from_home, channel=replace(form.channel, name=asked.channel.name or form.channel.name)))

    def drawn(self, form: modals.Form) -> Json:
        """In a thread: the form with its preview."""
        catalog = self.parts.library.catalog
        wish = modals.asked(form, catalog)
        with self.parts.db.read() as conn:
            now = self.parts.db.now(conn)
            found: list[Entry] = stored(conn, wish.filters, PLATFORM) if isinstance(wish, SubscriptionSpec) else []
        return modals.view(form, catalog, modals.preview(wish, found, catalog, now, self.parts.settings.zone))

    async def press(self, payload: Payload) -> None:
        """A button: in a message or in a view."""
        asked = self.desk.asked(pressed, payload)
        if asked.text.startswith(report.REPORT):
            await self.ask_what_is_wrong(asked, seen(payload))
        elif asked.text.startswith(home.CHANGE) and seen(payload).home:
            await self.change(asked)
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
        reply = self.to_report(await self.safely(self.desk.dispatched, command, row), asked.person)
        if view.name == look_up.NAME and not view.home:
            shares = (asked.text,) if reply.shareable else ()
            place = {name: str(view.data.get(name) or "") for name in ("channel", "thread")}
            shown = look_up.view(reply, place, shares, asked.person)
        else:
            shown = answer(reply)
        if view.home:
            await self.open(shown, asked)
        else:
            await self.slack.call("views.update", view_id=view.id, view=shown)

    def to_report(self, reply: Reply, person: Person) -> Reply:
        """With "Report a problem", where there are editors, for the workspace's own people."""
        return report.reported(reply) if self.desk.reports and not person.external else reply

    async def refresh(self, payload: Payload) -> None:
        """Something was filled in: the form anew, with what would have matched now."""
        view = seen(payload)
        if view.name == modals.NAME:
            shown = await asyncio.to_thread(self.drawn, modals.read(view))
            # by its hash: a later change that was quicker stays
            await self.slack.call("views.update", view_id=view.id, hash=view.hash, view=shown)

    async def look_up(self, payload: Payload) -> None:
        """The shortcut on a message."""
        asked = self.desk.asked(pressed, payload)
        said = look_up.said(part(payload, "message"))
        found = await self.safely(self.looked_up, said, asked.person)
        reply, commands = found if isinstance(found, tuple) else (found, ())
        await self.open(look_up.view(self.to_report(reply, asked.person), look_up.place(payload), commands, asked.person), asked)

    def looked_up(self, said: str, person: Person) -> tuple[Reply, tuple[str, ...]]:
        """In a thread: what a message means, and the commands that say so."""
        catalog = self.parts.library.catalog
        numbers = look_up.numbers(said)
        with self.parts.db.read() as conn:
            known = [number for number in numbers.bare[: look_up.MAX_NUMBERS * 4] if entries.by_number(conn, number) is not None]
        named = (*numbers.sure, *known)
        words = look_up.by_words(said, catalog)
        commands = look_up.commands(named, words)
        reply = look_up.together(self.desk.look_ups(commands, person)) if commands else look_up.choice(words.subjects, catalog)
        return reply, commands

    async def ask_what_is_wrong(self, asked: Asked, view: Seen) -> None:
        """Opens the report; above the modal that the card is in, if it is in one."""
        subject = asked.text.removeprefix(report.REPORT)
        above = bool(view.id) and not view.home
        if not asked.person.external and self.desk.reports:
            await self.open(report.view(subject, asked.channel, self.parts.library.catalog), asked, above=above)
            return
        if asked.person.external:
            said = refused("Problems are reported by the staff whose bot this is.", "You come from another workspace; tell one of them.")
        else:  # the button is older than the setting
            said = refused("Problems are not taken here any more.", "Tell one of this bot's admins.")
        if asked.response_url:
            await self.desk.told(said, replace(asked, replaces=False))
        else:
            await self.open(answer(said), asked, above=above)

    async def home(self, payload: Payload) -> None:
        """Somebody opened the Home tab."""
        if text(part(payload, "event"), "tab") == "home":
            person = self.desk.asked(mentioned, payload).person
            shown = await asyncio.to_thread(self.tab, person)
            await self.slack.call("views.publish", user_id=person.id, view=shown)

    def tab(self, person: Person) -> Json:
        """In a thread."""
        with self.parts.db.read() as conn:
            now = self.parts.db.now(conn)
            latest = entries.latest(conn, ["csms"], limit=home.LATEST)
        theirs = home.of_person(self.parts.db, person)
        known = home.Known(theirs, latest, person.admin, self.desk.may_subscribe(person))
        return home.view(known, self.parts.library.catalog, now, self.parts.settings.zone)

    async def open(self, view: Json, asked: Asked, *, above: bool = False) -> None:
        """Opens a modal (`above`: another one); when it is too late for that, says so where that can be said."""
        problem = await self.slack.call("views.push" if above else "views.open", trigger_id=asked.once, view=view)
        if problem and asked.response_url:
            await self.desk.respond(responses(refused(LATE), replace(asked, replaces=False)), asked)

    async def safely(self, act: Callable[..., Any], *given: Any) -> Any:
        """What `act` answers, in a thread; a refusal in words when it fails."""
        try:
            return await asyncio.to_thread(act, *given)
        except Exception:
            logger.exception("could not answer in a view")
            return FAILED
