"""Handle submitted views: a subscription, a reply for a thread, a report."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.incoming import Payload
from bot.problems import THANKS, Report, report_problem
from bot.responder import FAILED
from bot.slack.blocks import render
from bot.slack.client import NOT_A_MEMBER
from bot.slack.incoming import PLATFORM, SlackIncoming, read_interaction
from bot.slack.messages import NO_UNFURL
from bot.slack.responder import INLINE_SECONDS, SlackResponder, not_here
from bot.slack.text import Json
from bot.slack.views import home, look_up, report, subscribe
from bot.slack.views.view import ViewState, answer_modal, field_value, read_view
from handlers.actions import add_report_button
from handlers.command import Person
from handlers.forms import subscription
from handlers.replies.reply import Reply, refusal
from jobs.models.channels import ChannelRef
from jobs.models.subscriptions import SubscriptionSpec

logger = logging.getLogger(__name__)

CLOSE: Json = {"response_action": "clear"}


class Submissions:
    """One instance per process."""

    def __init__(self, responder: SlackResponder) -> None:
        self.slack_responder = responder
        self.responder = responder.responder
        self.tasks = responder.tasks
        self.slack = responder.slack
        self.runtime = responder.runtime
        self.handlers: Mapping[str, Callable[[ViewState, Person], Awaitable[Json]]] = {
            subscribe.NAME: self.save_subscription,
            look_up.NAME: self.reply_in_thread,
            report.NAME: self.report_problem,
        }

    async def submit(self, payload: Payload) -> Json:
        """Return what Slack does with the view."""
        view = read_view(payload)
        handler = self.handlers.get(view.name)
        if handler is None:
            return CLOSE
        try:
            return await handler(view, self.slack_responder.read(read_interaction, payload).person)
        except Exception:
            logger.exception("could not handle a submitted view")
            return _show(FAILED)

    async def save_subscription(self, view: ViewState, person: Person) -> Json:
        """Announce a change, and show any other answer in the view."""
        form = subscribe.read_form(view)
        if form.channel.workspace != person.workspace:
            return _show(home.NOT_LISTED)
        if not form.channel.id:
            return {"response_action": "errors", "errors": {subscribe.CHANNEL: "Choose a channel."}}
        spec = subscription.parse_form(form, self.runtime.library.catalog)
        if not isinstance(spec, SubscriptionSpec):
            return {"response_action": "errors", "errors": spec}
        if form.home and form.subscription and not await asyncio.to_thread(self._is_listed, form, person):
            return _show(home.NOT_LISTED)
        incoming = SlackIncoming(subscription.command_line(form), person, form.channel, event_id=f"view {view.id}")
        task = self.tasks.start(self.slack_responder.answer(incoming, incoming.request()))
        if not await _finishes_in_time(task):
            self.tasks.start(self._deliver_late(task, incoming))
            return CLOSE
        reply = task.result()
        if not reply.public:
            return _show(reply)
        self.tasks.start(self.slack_responder.announce(reply, incoming))
        return CLOSE

    def _is_listed(self, form: subscription.Form, person: Person) -> bool:
        """Call in a thread."""
        listed = home.person_subscriptions(self.runtime.db, person)
        return any((each.channel.id, each.id) == (form.channel.id, form.subscription) for each in listed)

    async def _deliver_late(self, task: "asyncio.Task[Reply]", incoming: SlackIncoming) -> None:
        await self.slack_responder.deliver_message(await task, incoming)

    async def reply_in_thread(self, view: ViewState, person: Person) -> Json:
        """Answer the lookup again for everybody, in its message's thread."""
        data = view.data.get("commands")
        commands = [str(each) for each in data[: look_up.MAX_NUMBERS]] if isinstance(data, list) else []
        channel, thread = (str(view.data.get(name) or "") for name in ("channel", "thread"))
        if person.external or not commands or not channel or not thread:
            return CLOSE
        where = ChannelRef(PLATFORM, person.workspace, channel)
        task = self.tasks.start(self._post_in_thread(commands, where, thread, view.id, person))
        if not await _finishes_in_time(task):
            return CLOSE
        problem = task.result()
        return CLOSE if problem is None else _show(problem, "Look up")

    async def _post_in_thread(self, commands: list[str], channel: ChannelRef, thread: str, view_id: str, person: Person) -> Reply | None:
        """Post once. Return None, or the reason it was not posted."""
        key = f"look_up:{person.workspace}/{view_id}"
        if not await asyncio.to_thread(self.responder.is_first_time, key):
            return None
        try:
            replies = await asyncio.to_thread(self.responder.look_up, commands, replace(person, external=True, admin=False))
        except Exception:
            logger.exception("could not repeat a lookup")
            replies = []
        if not replies:
            return refusal("Nothing was posted: the bot could not look it up again.", "Try again in a moment.")
        reply = look_up.thread_reply(replies, person)
        fields = {"channel": channel.id, "thread_ts": thread} | NO_UNFURL
        # with the report button, since a later correction renders the post with it
        rendered = render(add_report_button(reply))
        attempt = await self.slack_responder.say([fields | message for message in rendered], reply, channel, thread, tries=1)
        if not attempt.problem:
            return None
        await asyncio.to_thread(self.responder.forget, key)
        if attempt.problem in NOT_A_MEMBER:
            return not_here(self.slack.bot)
        return refusal(f"The bot could not post it (Slack error: {attempt.problem}).", "Try again in a moment.")

    async def report_problem(self, view: ViewState, person: Person) -> Json:
        words = field_value(view.values, report.WORDS)
        subject, where = (str(view.data.get(name) or "") for name in ("subject", "name"))
        reported = Report(subject, words if isinstance(words, str) else "", person, where, view.id)
        reply = await asyncio.to_thread(report_problem, reported, self.runtime, self.responder)
        if reply is THANKS or person.external:
            return _show(reply, "Report a problem")
        return {"response_action": "errors", "errors": {report.WORDS: reply.text}}


async def _finishes_in_time(task: "asyncio.Task[Any]") -> bool:
    done, _ = await asyncio.wait({task}, timeout=INLINE_SECONDS)
    return bool(done)


def _show(reply: Reply, title: str = "Trade bot") -> Json:
    return {"response_action": "update", "view": answer_modal(reply, title)}
