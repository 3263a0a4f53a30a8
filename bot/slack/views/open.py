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
from bot.responder import FAILED
from bot.slack.incoming import PLATFORM, SlackIncoming, as_typed, mentioned, pressed
from bot.slack.messages import NOT_FROM_HOME, responses
from bot.slack.responder import SlackResponder, not_here
from bot.slack.text import Json
from bot.slack.views import home, look_up, report
from bot.slack.views import subscribe as modals
from bot.slack.views.view import Seen, answer, seen
from handlers.actions import Action, add_report_button
from handlers.command import Person
from handlers.replies.reply import Reply, refusal
from handlers.subscriptions.commands import INSTEAD_OF, recent_entries
from handlers.subscriptions.errors import ended_subscription, unknown_number
from handlers.table import Request, read_command, resolve
from jobs.models import Entry, SubscriptionSpec
from jobs.store import channels, entries, subscriptions

logger = logging.getLogger(__name__)

OPEN_SECONDS = 1.0
"""How long a modal waits for Slack to say whether the bot is in the channel; submitting it asks again."""

LATE = "Slack waited too long for the bot; try again."


class Views:
    """Opens and updates views. One instance per process."""

    def __init__(self, responder: SlackResponder) -> None:
        self.responder = responder
        self.slack = responder.slack
        self.runtime = responder.runtime

    def opens_form(self, incoming: SlackIncoming, request: Request) -> bool:
        """Whether to answer with the subscription form: for a subscription without words, or a change of one.

        People who may not subscribe are refused in words.
        """
        route = request.route
        if not incoming.event_id or route is None or not route.opens_form or not self.runtime.may_subscribe(incoming.person):
            return False
        return not request.words or INSTEAD_OF.match(request.words) is not None

    async def open_form(self, incoming: SlackIncoming, request: Request) -> None:
        """Open the subscription form."""
        absent, form = await asyncio.gather(self.is_absent(incoming.channel.id), self.safely(self.form, incoming, request))
        if absent:
            form = not_here(self.slack.bot)
        if isinstance(form, Reply):
            await self.responder.respond(responses(form, incoming), incoming)
        else:
            await self.open(form, incoming)

    async def is_absent(self, channel: str) -> bool:
        """Whether the bot is certainly not in the channel; False when Slack takes too long to say."""
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                return await self.slack.absent(channel)
        except TimeoutError:
            return False

    async def change(self, incoming: SlackIncoming) -> None:
        """Open the form for a subscription that the Home tab lists."""
        where, _, line = incoming.text.partition(" ")
        there = replace(incoming, text=line, channel=replace(incoming.channel, id=where, name=""))
        form = await self.safely(self.form_from_home, there, there.request())
        if not isinstance(form, Reply) and await self.is_absent(where):
            form = not_here(self.slack.bot)
        await self.open(answer(form) if isinstance(form, Reply) else form, incoming)

    def form_from_home(self, incoming: SlackIncoming, request: Request) -> Json | Reply:
        """Return the form, only for what the Home tab would list for this person, whatever a button says. Call in a thread."""
        instead = INSTEAD_OF.search(incoming.text)
        theirs = home.of_person(self.runtime.db, incoming.person)
        listed = instead and any((each.channel.id, str(each.id)) == (incoming.channel.id, instead[1]) for each in theirs)
        if not listed or not self.opens_form(incoming, request):
            return NOT_FROM_HOME
        return self.form(incoming, request, from_home=True)

    def form(self, asked: SlackIncoming, request: Request, *, from_home: bool = False) -> Json | Reply:
        """Return the form for a new subscription, or for the one that is to be changed. Call in a thread."""
        command = request.command
        instead = INSTEAD_OF.search(command.words)
        catalog, settings = self.runtime.library.catalog, self.runtime.settings
        with self.runtime.db.begin() as conn:
            now = self.runtime.db.now(conn)
            channel_id = channels.ensure(conn, asked.channel, now)
            live = subscriptions.of_channel(conn, channel_id)
            ended = ended_subscription(conn, channel_id, int(instead[1])) if instead else None
        usual = live[-1].zone if live else settings.zone
        if instead is None:
            return self.drawn(modals.blank(asked.channel, command.verb, usual))
        old = next((each for each in live if each.id == int(instead[1])), None)
        if old is None:
            return unknown_number(instead[1], live, self.runtime.context(), "change", asked.channel, ended)
        form = modals.of(old, catalog, usual)
        return self.drawn(replace(form, home=from_home, channel=replace(form.channel, name=asked.channel.name or form.channel.name)))

    def drawn(self, form: modals.Form) -> Json:
        """In a thread: the form with its preview."""
        catalog = self.runtime.library.catalog
        wish = modals.asked(form, catalog)
        with self.runtime.db.read() as conn:
            now = self.runtime.db.now(conn)
            found: list[Entry] = recent_entries(conn, wish.filters, PLATFORM) if isinstance(wish, SubscriptionSpec) else []
        return modals.view(form, catalog, modals.preview(wish, found, catalog, now, self.runtime.settings.zone))

    async def press(self, payload: Payload) -> None:
        """A button: in a message or in a view."""
        incoming = self.responder.read(pressed, payload)
        view = seen(payload)
        if incoming.action is Action.REPORT:
            await self.ask_what_is_wrong(incoming, view)
            return
        if incoming.action is Action.CHANGE and view.home:
            await self.change(incoming)
            return
        in_view = text(part(payload, "container"), "type") == "view"
        if incoming.action is not Action.SHARE or in_view:
            incoming = as_typed(incoming)
        if in_view:
            await self.answer_in_view(view, incoming)
            return
        request = incoming.request()
        if incoming.action is Action.RUN and self.opens_form(incoming, request):
            await self.open_form(incoming, request)
        else:
            await self.responder.press(incoming, request)

    async def answer_in_view(self, view: Seen, asked: SlackIncoming) -> None:
        """Answer a look-up. A view belongs to no channel, so subscriptions cannot be changed from it."""
        request = resolve(read_command(asked.text, asked.person, None, asked.event_id))
        reply = self.to_report(await self.safely(self.responder.responder.reply, request), asked.person)
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
        return add_report_button(reply) if self.responder.takes_reports and not person.external else reply

    async def refresh(self, payload: Payload) -> None:
        """Something was filled in: the form anew, with what would have matched now."""
        view = seen(payload)
        if view.name == modals.NAME:
            shown = await asyncio.to_thread(self.drawn, modals.read(view))
            # by its hash: a later change that was quicker stays
            await self.slack.call("views.update", view_id=view.id, hash=view.hash, view=shown)

    async def look_up(self, payload: Payload) -> None:
        """The shortcut on a message."""
        asked = self.responder.read(pressed, payload)
        said = look_up.said(part(payload, "message"))
        found = await self.safely(self.looked_up, said, asked.person)
        reply, commands = found if isinstance(found, tuple) else (found, ())
        await self.open(look_up.view(self.to_report(reply, asked.person), look_up.place(payload), commands, asked.person), asked)

    def looked_up(self, said: str, person: Person) -> tuple[Reply, tuple[str, ...]]:
        """In a thread: what a message means, and the commands that say so."""
        catalog = self.runtime.library.catalog
        numbers = look_up.numbers(said)
        with self.runtime.db.read() as conn:
            known = [number for number in numbers.bare[: look_up.MAX_NUMBERS * 4] if entries.by_number(conn, number) is not None]
        named = (*numbers.sure, *known)
        words = look_up.by_words(said, catalog)
        commands = look_up.commands(named, words)
        reply = (
            look_up.together(self.responder.responder.look_up(commands, person)) if commands else look_up.choice(words.subjects, catalog)
        )
        return reply, commands

    async def ask_what_is_wrong(self, asked: SlackIncoming, view: Seen) -> None:
        """Opens the report; above the modal that the card is in, if it is in one."""
        subject = asked.text
        above = bool(view.id) and not view.home
        if not asked.person.external and self.responder.takes_reports:
            await self.open(report.view(subject, asked.channel, self.runtime.library.catalog), asked, above=above)
            return
        if asked.person.external:
            said = refusal("Problems are reported by the staff whose bot this is.", "You come from another workspace; tell one of them.")
        else:  # the button is older than the setting
            said = refusal("Problems are not taken here any more.", "Tell one of this bot's admins.")
        if asked.response_url:
            await self.responder.deliver(said, replace(asked, replaces=False))
        else:
            await self.open(answer(said), asked, above=above)

    async def home(self, payload: Payload) -> None:
        """Somebody opened the Home tab."""
        if text(part(payload, "event"), "tab") == "home":
            person = self.responder.read(mentioned, payload).person
            shown = await asyncio.to_thread(self.tab, person)
            await self.slack.call("views.publish", user_id=person.id, view=shown)

    def tab(self, person: Person) -> Json:
        """In a thread."""
        with self.runtime.db.read() as conn:
            now = self.runtime.db.now(conn)
            latest = entries.latest(conn, ["csms"], limit=home.LATEST)
        theirs = home.of_person(self.runtime.db, person)
        known = home.Known(theirs, latest, person.admin, self.runtime.may_subscribe(person))
        return home.view(known, self.runtime.library.catalog, now, self.runtime.settings.zone)

    async def open(self, view: Json, asked: SlackIncoming, *, above: bool = False) -> None:
        """Opens a modal (`above`: another one); when it is too late for that, says so where that can be said."""
        problem = await self.slack.call("views.push" if above else "views.open", trigger_id=asked.event_id, view=view)
        if problem and asked.response_url:
            await self.responder.respond(responses(refusal(LATE), replace(asked, replaces=False)), asked)

    async def safely(self, act: Callable[..., Any], *given: Any) -> Any:
        """What `act` answers, in a thread; a refusal in words when it fails."""
        try:
            return await asyncio.to_thread(act, *given)
        except Exception:
            logger.exception("could not answer in a view")
            return FAILED
