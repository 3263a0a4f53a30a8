"""Open and update views. A trigger expires after three seconds, so it is used before anything that may take longer."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.incoming import Payload, part, text
from bot.problems import NOT_STAFF
from bot.responder import FAILED
from bot.slack.incoming import PLATFORM, SlackIncoming, ignore_action, read_event, read_interaction
from bot.slack.messages import responses
from bot.slack.responder import SlackResponder, not_here
from bot.slack.text import Json
from bot.slack.views import home, look_up, report, subscribe
from bot.slack.views.view import ViewState, answer_modal, read_view
from handlers.actions import Action, add_report_button, question
from handlers.command import Person
from handlers.forms import subscription
from handlers.forms.subscription import Form
from handlers.outbox import posting_pause_notice
from handlers.replies import freshness
from handlers.replies.reply import Reply, refusal
from handlers.router import Request, read_command, resolve
from handlers.subscriptions.commands import INSTEAD_OF, recent_entries
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry
from jobs.models.subscriptions import SubscriptionSpec
from jobs.store import entries

logger = logging.getLogger(__name__)

OPEN_SECONDS = 1.0
"""How long to wait for whether the bot is in the channel; submitting asks again."""

LATE = "The bot took too long to answer. Try again."


class Views:
    """One instance per process. What renders or finds something uses the database: call it in a thread."""

    def __init__(self, responder: SlackResponder) -> None:
        self.responder = responder
        self.slack = responder.slack
        self.runtime = responder.runtime

    # the subscription form

    def opens_form(self, incoming: SlackIncoming, request: Request) -> bool:
        """Whether to answer with the form: for a subscription without words, or a change of one."""
        route = request.route
        if not incoming.event_id or route is None or not route.opens_form or not self.runtime.may_subscribe(incoming.person):
            return False
        return not request.words or INSTEAD_OF.match(request.words) is not None

    async def open_form(self, incoming: SlackIncoming, request: Request) -> None:
        absent, form = await asyncio.gather(self._is_absent(incoming.channel.id), self._run(self.form, request))
        if absent:
            form = not_here(self.slack.bot)
        if isinstance(form, Reply):
            await self.responder.respond(responses(form, incoming), incoming)
        else:
            await self.open(form, incoming)

    async def _is_absent(self, channel: str) -> bool:
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                return await self.slack.is_absent(channel)
        except TimeoutError:
            return False

    async def open_form_from_home(self, incoming: SlackIncoming) -> None:
        channel, _, line = incoming.text.partition(" ")
        incoming = replace(incoming, text=line, channel=replace(incoming.channel, id=channel, name=""))
        form = await self._run(self.form_from_home, incoming, incoming.request())
        if not isinstance(form, Reply) and await self._is_absent(channel):
            form = not_here(self.slack.bot)
        await self.open(answer_modal(form) if isinstance(form, Reply) else form, incoming)

    def form_from_home(self, incoming: SlackIncoming, request: Request) -> Json | Reply:
        """Return the form if the person's Home tab lists its subscription."""
        instead = INSTEAD_OF.search(incoming.text)
        listed = home.person_subscriptions(self.runtime.db, incoming.person)
        is_listed = instead and any((each.channel.id, str(each.id)) == (incoming.channel.id, instead[1]) for each in listed)
        if not is_listed or not self.opens_form(incoming, request):
            return home.NOT_LISTED
        return self.form(request, from_home=True)

    def new_form_from_home(self, person: Person) -> Json:
        """Return the form for a subscription of a channel that is still to be chosen."""
        channel = ChannelRef(PLATFORM, person.workspace, "")
        return self.render_form(replace(subscription.new_form(channel, "csms", self.runtime.settings.zone), home=True))

    def form(self, request: Request, *, from_home: bool = False) -> Json | Reply:
        form = subscription.open_form(request.command, self.runtime.context(), self.runtime.db)
        return form if isinstance(form, Reply) else self.render_form(replace(form, home=from_home))

    def render_form(self, form: Form) -> Json:
        catalog = self.runtime.library.catalog
        spec = subscription.parse_form(form, catalog)
        with self.runtime.db.read() as conn:
            now = self.runtime.db.now(conn)
            recent: list[Entry] = recent_entries(conn, spec.filters, PLATFORM) if isinstance(spec, SubscriptionSpec) else []
        return subscribe.view(form, catalog, subscribe.preview(spec, recent, catalog, now, self.runtime.settings.zone))

    async def refresh(self, payload: Payload) -> None:
        view = read_view(payload)
        if view.name == subscribe.NAME:
            updated = await asyncio.to_thread(self.render_form, subscribe.read_form(view))
            # with the hash, Slack refuses an update that a later change overtook
            await self.slack.call("views.update", view_id=view.id, hash=view.hash, view=updated)

    # buttons

    async def press(self, payload: Payload) -> None:
        incoming = self.responder.read(read_interaction, payload)
        view = read_view(payload)
        if incoming.action is Action.REPORT:
            await self.open_report(incoming, view)
            return
        if incoming.action is Action.MISSED:
            reply = await self._run(self.responder.responder.mark_missed, incoming.text, incoming.person)
            await self.responder.deliver(reply, replace(incoming, replaces=False))
            return
        if incoming.action is Action.CHANGE and view.home:
            await self.open_form_from_home(incoming)
            return
        if view.home and incoming.action is Action.RUN and self.opens_form(incoming, incoming.request()):
            await self.open(await self._run(self.new_form_from_home, incoming.person), incoming)
            return
        in_view = text(part(payload, "container"), "type") == "view"
        if incoming.action not in (Action.SHARE, Action.ASK) or in_view:
            incoming = ignore_action(incoming)
        if in_view:
            await self.answer_in_view(view, incoming)
            return
        if incoming.action is Action.ASK:
            await self.responder.respond(responses(question(incoming.text), replace(incoming, replaces=False)), incoming)
            return
        request = incoming.request()
        if incoming.action is Action.RUN and self.opens_form(incoming, request):
            await self.open_form(incoming, request)
        else:
            await self.responder.press(incoming, request)

    async def answer_in_view(self, view: ViewState, incoming: SlackIncoming) -> None:
        """A view belongs to no channel, so it cannot change subscriptions."""
        request = resolve(read_command(incoming.text, incoming.person, None, incoming.event_id))
        reply = self._with_report_button(await self._run(self.responder.responder.reply, request), incoming.person)
        if view.name == look_up.NAME and not view.home:
            commands = (incoming.text,) if reply.shareable else ()
            thread = {name: str(view.data.get(name) or "") for name in ("channel", "thread")}
            modal = look_up.view(reply, thread, commands, incoming.person)
        else:
            modal = answer_modal(reply)
        if view.home:
            await self.open(modal, incoming)
        else:
            await self.slack.call("views.update", view_id=view.id, view=modal)

    async def open_report(self, incoming: SlackIncoming, view: ViewState) -> None:
        above = bool(view.id) and not view.home
        if not incoming.person.external:
            await self.open(report.view(incoming.text, incoming.channel, self.runtime.library.catalog), incoming, above=above)
        elif incoming.response_url:
            await self.responder.deliver(NOT_STAFF, replace(incoming, replaces=False))
        else:
            await self.open(answer_modal(NOT_STAFF), incoming, above=above)

    def _with_report_button(self, reply: Reply, person: Person) -> Reply:
        return reply if person.external else add_report_button(reply)

    # the shortcut

    async def look_up(self, payload: Payload) -> None:
        incoming = self.responder.read(read_interaction, payload)
        message = look_up.message_text(part(payload, "message"))
        found = await self._run(self.find_meaning, message, incoming.person)
        reply, commands = found if isinstance(found, tuple) else (found, ())
        reply = self._with_report_button(reply, incoming.person)
        await self.open(look_up.view(reply, look_up.read_thread(payload), commands, incoming.person), incoming)

    def find_meaning(self, message: str, person: Person) -> tuple[Reply, tuple[str, ...]]:
        catalog = self.runtime.library.catalog
        numbers = look_up.find_numbers(message)
        with self.runtime.db.read() as conn:
            stored = [number for number in numbers.bare[: look_up.MAX_NUMBERS * 4] if entries.by_number(conn, number) is not None]
        match = look_up.find_subjects(message, catalog)
        commands = look_up.commands((*numbers.sure, *stored), match)
        if not commands:
            return look_up.choice(match.subjects, catalog), ()
        return look_up.combine(self.responder.responder.look_up(commands, person)), commands

    # the Home tab

    async def publish_home(self, payload: Payload) -> None:
        if text(part(payload, "event"), "tab") == "home":
            person = self.responder.read(read_event, payload).person
            tab = await asyncio.to_thread(self.render_home, person)
            await self.slack.call("views.publish", user_id=person.id, view=tab)

    def render_home(self, person: Person) -> Json:
        context = self.runtime.context()
        with self.runtime.db.read() as conn:
            latest = entries.latest(conn, ["csms"], limit=home.MAX_LATEST)
            read, notice = freshness.read_feed(conn, context), posting_pause_notice(conn, context)
        own = home.person_subscriptions(self.runtime.db, person)
        data = home.HomeData(own, latest, read, self.runtime.may_subscribe(person), notice)
        return home.view(data, context.catalog, context.now, context.zone)

    async def open(self, view: Json, incoming: SlackIncoming, *, above: bool = False) -> None:
        """Open a modal, or say by response_url that the trigger has expired."""
        problem = await self.slack.call("views.push" if above else "views.open", trigger_id=incoming.event_id, view=view)
        if problem and incoming.response_url:
            await self.responder.respond(responses(refusal(LATE), replace(incoming, replaces=False)), incoming)

    async def _run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run in a thread. Return FAILED if it raises."""
        try:
            return await asyncio.to_thread(function, *arguments)
        except Exception:
            logger.exception("could not show an answer in a view")
            return FAILED
