"""What is submitted from views: a subscription, a reply for a thread, a report. The answer says what Slack does with the view."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.incoming import Payload
from bot.responder import FAILED, Attempt
from bot.slack.blocks import render
from bot.slack.incoming import PLATFORM, SlackIncoming, pressed
from bot.slack.messages import NOT_FROM_HOME, QUIET
from bot.slack.responder import INLINE_SECONDS, SlackResponder, not_here
from bot.slack.text import Json
from bot.slack.views import home, look_up, subscribe
from bot.slack.views import report as problems
from bot.slack.views.view import Seen, answer, chosen, seen
from handlers.actions import add_report_button
from handlers.command import Person
from handlers.replies.reply import Reply, refusal
from jobs.models import ChannelRef, SubscriptionSpec
from jobs.store import entries

logger = logging.getLogger(__name__)

CLOSE: Json = {"response_action": "clear"}


class Submissions:
    """Handles view submissions. One instance per process."""

    def __init__(self, responder: SlackResponder) -> None:
        self.responder = responder
        self.slack = responder.slack
        self.runtime = responder.runtime
        self.acts: Mapping[str, Callable[[Seen, Person], Awaitable[Json]]] = {
            subscribe.NAME: self.subscribed,
            look_up.NAME: self.reply_in_thread,
            problems.NAME: self.report,
        }

    async def submit(self, payload: Payload) -> Json:
        """What Slack does with the view: closes it, shows what is wrong, or shows another."""
        view = seen(payload)
        act = self.acts.get(view.name)
        if act is None:
            return CLOSE
        try:
            return await act(view, self.responder.read(pressed, payload).person)
        except Exception:
            logger.exception("what was filled in could not be taken")
            return {"response_action": "update", "view": answer(FAILED)}

    async def subscribed(self, view: Seen, person: Person) -> Json:
        """The form as a command: what it changes is said in the channel, anything else in the view."""
        form = subscribe.read(view)
        if form.channel.workspace != person.workspace:
            return {"response_action": "update", "view": answer(NOT_FROM_HOME)}
        wish = subscribe.asked(form, self.runtime.library.catalog)
        if not isinstance(wish, SubscriptionSpec):
            return {"response_action": "errors", "errors": wish}
        if form.home and not await asyncio.to_thread(self.lists, form, person):
            return {"response_action": "update", "view": answer(NOT_FROM_HOME)}
        incoming = SlackIncoming(subscribe.command(form), person, form.channel, event_id=f"view {view.id}")
        task = self.responder.tasks.start(self.responder.answer(incoming, incoming.request()))
        if not await in_time(task):
            self.responder.tasks.start(self.say_late(task, incoming))
            return CLOSE
        reply: Reply = task.result()
        if reply.public:
            self.responder.tasks.start(self.responder.announce(reply, incoming))
            return CLOSE
        return {"response_action": "update", "view": answer(reply)}

    def lists(self, form: subscribe.Form, person: Person) -> bool:
        """In a thread: whether this person's Home tab lists, at this moment, what the form is about to change."""
        theirs = home.of_person(self.runtime.db, person)
        return any((each.channel.id, each.id) == (form.channel.id, form.subscription) for each in theirs)

    async def say_late(self, task: "asyncio.Task[Reply]", incoming: SlackIncoming) -> None:
        reply = await task
        if reply.public:
            await self.responder.announce(reply, incoming)
        else:
            await self.responder.send_ephemeral(reply, incoming)

    async def reply_in_thread(self, view: Seen, person: Person) -> Json:
        """What was looked up, answered anew for all who read the thread."""
        kept = view.data.get("commands")
        commands = [str(each) for each in kept[: look_up.MAX_NUMBERS]] if isinstance(kept, list) else []
        place = {name: str(view.data.get(name) or "") for name in ("channel", "thread")}
        if person.external or not commands or not all(place.values()):
            return CLOSE
        task = self.responder.tasks.start(self.post_in_thread(commands, place, view.id, person))
        if not await in_time(task):
            return CLOSE
        problem = task.result()
        if problem is None:
            return CLOSE
        return {"response_action": "update", "view": answer(problem, "Look up")}

    async def post_in_thread(self, commands: list[str], place: Mapping[str, str], view_id: str, person: Person) -> Reply | None:
        """None when it stands there; else why not."""
        key = f"look_up:{person.workspace}/{view_id}"
        if not await asyncio.to_thread(self.responder.responder.is_first_time, key):
            return None
        for_all = replace(person, external=True, admin=False)
        try:
            replies = await asyncio.to_thread(self.responder.responder.look_up, commands, for_all)
        except Exception:
            logger.exception("could not answer a look-up again")
            replies = []
        if not replies:
            return refusal("Nothing was posted: the bot could not answer it again.", "Try again in a moment.")
        thread = {"channel": place["channel"], "thread_ts": place["thread"]}
        shown = look_up.public(replies, person)
        drawn = render(add_report_button(shown) if self.responder.takes_reports else shown)  # as it is drawn again when it is marked
        channel = ChannelRef(PLATFORM, person.workspace, place["channel"])
        messages = [thread | QUIET | message for message in drawn]
        problem = (await self.responder.say(messages, shown, channel, place["thread"], tries=1)).problem
        if not problem:
            return None
        await asyncio.to_thread(self.responder.responder.forget, key)
        if problem in ("not_in_channel", "channel_not_found"):
            return replace(not_here(self.slack.bot), ok=False)
        return refusal(f"It could not be posted (Slack says {problem}).", "Try again in a moment.")

    async def report(self, view: Seen, person: Person) -> Json:
        """A report on its way to the editors."""
        words = chosen(view.values, problems.WORDS)
        if not isinstance(words, str) or not words.strip():
            return wrong("Write what is wrong, in a word or two.")
        if person.external or not self.slack.settings.admin_channel:
            return CLOSE
        task = self.responder.tasks.start(self.send_report(view, words.strip(), person))
        if not await in_time(task):
            return {"response_action": "update", "view": problems.thanks(problems.ON_ITS_WAY)}
        attempt = task.result()
        if attempt.unsure:
            return {"response_action": "update", "view": problems.thanks(problems.UNSURE)}
        if attempt.problem:
            hint = "Tell an admin of the bot, or try again later."
            return wrong(f"The editors' channel could not be reached (Slack says {attempt.problem}). {hint}")
        return {"response_action": "update", "view": problems.thanks()}

    async def send_report(self, view: Seen, words: str, person: Person) -> Attempt:
        """Send a report once; one that may have arrived is not sent a second time."""
        key = f"report:{person.workspace}/{view.id}"
        if not await asyncio.to_thread(self.responder.responder.is_first_time, key):
            return Attempt()
        subject = str(view.data.get("subject") or "")
        where = str(view.data.get("name") or "")
        message = await asyncio.to_thread(self.report_message, subject, words, person, where)
        editors = ChannelRef(PLATFORM, person.workspace, self.slack.settings.admin_channel)
        shown = [{"channel": editors.id, **QUIET, **each} for each in render(message)]
        attempt = await self.responder.say(shown, message, editors, "")
        if attempt.problem and not attempt.unsure:
            await asyncio.to_thread(self.responder.responder.forget, key)
        return attempt

    def report_message(self, subject: str, words: str, person: Person, where: str) -> Reply:
        with self.runtime.db.read() as conn:
            entry = entries.by_key(conn, subject)
        catalog = self.runtime.library.catalog
        shown = problems.card_command(subject, catalog)
        card = next(iter(self.responder.responder.look_up([shown], replace(person, admin=False))), None) if shown else None
        return problems.message(subject, words, person, where, catalog, entry, card)


async def in_time(task: "asyncio.Task[Any]") -> bool:
    """Whether it is done before Slack has to be answered."""
    done, _ = await asyncio.wait({task}, timeout=INLINE_SECONDS)
    return bool(done)


def wrong(said: str) -> Json:
    return {"response_action": "errors", "errors": {problems.WORDS: said}}
