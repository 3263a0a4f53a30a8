"""Answer what people type, select and search in Teams, and track where the bot is.

A mention in a channel is answered in its thread, for everyone. A button's answer replaces its card only for the person who selected it, so
it can be shared, and has a way back.
"""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx

from bot.history import make_receipt, record_answer, to_store
from bot.incoming import Audience, Payload
from bot.posting import Attempt, post_messages
from bot.problems import NOT_STAFF, THANKS, Report, report_problem
from bot.responder import FAILED, SHARED, Responder
from bot.runtime import Runtime, Wake
from bot.teams import dialogs, message_extension, unfurls
from bot.teams.cards import CARD, cards, render
from bot.teams.client import NEVER_LEFT, Teams
from bot.teams.errors import PAUSED, WAIT
from bot.teams.incoming import ACTION, LINK, LOOK_UP, Presence, TeamsIncoming, read_presence
from bot.teams.tokens import NoToken
from handlers.actions import Action, add_back_button, add_missed_button, add_report_button, add_share_button, decode
from handlers.forms import problem as reports
from handlers.forms import subscription
from handlers.forms.commands import opens_form
from handlers.forms.fields import FormView, Values
from handlers.help import welcome
from handlers.idempotency import event_key, hash_key
from handlers.replies import serialize
from handlers.replies.entries import newest_message
from handlers.replies.reply import Reply, Section, line, notice, refusal
from handlers.router import Request
from jobs.models.channels import ChannelRef
from jobs.models.subscriptions import SubscriptionSpec
from jobs.network import retry_seconds
from jobs.notices import channel_paused
from jobs.pauses import resume_team
from jobs.store import channels, idempotency, posts
from jobs.store.database import DatabaseError, first_line

logger = logging.getLogger(__name__)

Json = dict[str, Any]

MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"

LATE = "The bot needs more time than Teams allows. If something changes, a message appears below. Otherwise, try again in a moment."
NO_PREVIEW: Json = {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": []}}
MAX_REMEMBERED = 500
"""Answers that a process keeps whole for "Back to the message"."""

NOT_OURS = "This button does not belong to the bot."
REMOVED = "the app was removed from here: add it again to resume posting"


class TeamsResponder:
    def __init__(self, runtime: Runtime, teams: Teams, wake: Wake | None = None) -> None:
        self.runtime = runtime
        self.teams = teams
        self.responder = Responder(runtime, wake)
        self.tasks = self.responder.tasks
        self.admins = runtime.settings.admins
        self._presence_lock = asyncio.Lock()
        self._said: dict[tuple[str, str], Reply] = {}
        """Answers to questions by channel and message: what is stored of them lacks the questions."""

    def store_address(self, incoming: TeamsIncoming) -> None:
        """Store the connector's address, which may change with any activity."""
        if incoming.channel.id:
            self.tasks.start(asyncio.to_thread(self._store_address, incoming.channel))

    def _store_address(self, channel: ChannelRef) -> None:
        with self.runtime.db.begin() as conn:
            channels.refresh(conn, channel, self.runtime.db.now(conn))

    async def answer_message(self, incoming: TeamsIncoming) -> None:
        request = incoming.request()
        if not incoming.channel.id or not await self._is_first_time(incoming, request):
            return
        if incoming.action is Action.BACK:
            return  # a client that cannot cover a card has nothing to go back to
        if incoming.action is Action.SHARE:
            reply = await self._share(incoming, request)
            if reply is SHARED:
                return  # the shared answer is there to see
        elif incoming.action is Action.MISSED:
            reply = await asyncio.to_thread(self.responder.mark_missed, incoming.text, incoming.person)
        else:
            reply = await self.responder.answer(request, incoming.audience)
            reply = reply if incoming.person.external else add_report_button(add_missed_button(reply))
        await self._say(reply if incoming.audience is Audience.ASKER else replace(reply, public=True), incoming, request)

    async def _is_first_time(self, incoming: TeamsIncoming, request: Request) -> bool:
        """Return True also when the database cannot tell: two answers are better than none."""
        if not incoming.event_id:
            return True
        try:
            return await asyncio.to_thread(self.responder.is_first_time, f"talk:{event_key(request.command)}")
        except DatabaseError as error:
            logger.warning("could not check whether a message was already answered: %s", first_line(error))
            return True

    async def _say(self, reply: Reply, incoming: TeamsIncoming, request: Request | None = None) -> Attempt:
        """Post an answer, and record it for "Back to the message" and later corrections."""
        ids, attempt = await post_messages(render(reply), partial(self._post, incoming))
        if attempt.problem:
            logger.warning("could not answer in %s: %s", incoming.channel.id, attempt.problem)
        elif ids[0]:
            receipt = make_receipt(ids[0], incoming.thread)
            stored = reply if request is None else to_store(reply, request)
            if stored != reply:
                self._remember((incoming.channel.id, ids[0]), reply)
            try:
                await asyncio.to_thread(record_answer, self.runtime.db, stored, incoming.channel, receipt, always=True)
            except DatabaseError as error:
                logger.warning("could not record an answer in %s: %s", incoming.channel.id, first_line(error))
        return attempt

    def _remember(self, message: tuple[str, str], reply: Reply) -> None:
        if len(self._said) >= MAX_REMEMBERED:
            del self._said[next(iter(self._said))]
        self._said[message] = reply

    async def _post(self, incoming: TeamsIncoming, message: Json) -> Attempt:
        try:
            response = await self.teams.post(incoming.service_url, incoming.conversation, message)
        except NoToken as error:
            return Attempt(problem=error.why)
        except (httpx.HTTPError, OSError) as error:
            unsure = not isinstance(error, NEVER_LEFT)
            return Attempt(problem="no answer" if unsure else type(error).__name__, unsure=unsure)
        if response.ok:
            return Attempt(id=response.id)
        wait = retry_seconds(response.retry_after) if response.status in WAIT else None
        return Attempt(problem=f"{response.status} {response.error}".rstrip(), wait=wait)

    async def answer_press(self, incoming: TeamsIncoming) -> Json:
        """Return what replaces the card, or a line shown below it."""
        if not incoming.text and incoming.action is Action.RUN:
            return {"statusCode": 400, "type": ERROR, "value": {"code": "BadRequest", "message": NOT_OURS}}
        try:
            if incoming.action is Action.MISSED:
                return toast((await asyncio.to_thread(self.responder.mark_missed, incoming.text, incoming.person)).text)
            if incoming.action is Action.BACK:
                return card_response(await asyncio.to_thread(self._covered_message, incoming))
            request = incoming.request()
            if incoming.action is Action.SHARE:
                return toast((await self._share(incoming, request)).text)  # the answer and its button stay
            return await self._cover(await self.responder.answer(request), incoming)
        except Exception:
            logger.exception("could not answer a button")
            return card_response(_with_back_button(FAILED, incoming))

    async def _cover(self, reply: Reply, incoming: TeamsIncoming) -> Json:
        if reply.public:
            if not (await self._say(reply, incoming)).problem:
                return toast("The answer is below, where everyone here can see it.")
        elif incoming.audience is not Audience.ASKER:
            reply = add_share_button(reply, incoming.text)
        reply = reply if incoming.person.external else add_report_button(add_missed_button(reply))
        return card_response(_with_back_button(reply, incoming))

    async def _share(self, incoming: TeamsIncoming, request: Request) -> Reply:
        loop = asyncio.get_running_loop()

        def place(reply: Reply) -> Reply:
            attempt = asyncio.run_coroutine_threadsafe(self._say(reply, incoming, request), loop).result()
            if attempt.unsure:
                return refusal("Teams did not confirm that the answer was shared.", "Look below before you share it again.")
            if attempt.problem:
                return refusal(f"The bot could not share it: {attempt.problem}.", "Try again in a minute.")
            return SHARED

        return await asyncio.to_thread(self.responder.share, request, place)

    def _covered_message(self, incoming: TeamsIncoming) -> Reply:
        """Call in a thread."""
        with self.runtime.db.begin() as conn:
            channel_id = channels.ensure(conn, incoming.channel, self.runtime.db.now(conn))
            receipts = (make_receipt(incoming.pressed_message), make_receipt(incoming.pressed_message, incoming.thread))
            found = [content for receipt in receipts if (content := posts.content_of(conn, channel_id, receipt)) is not None]
        if not found:
            return notice("The bot no longer has this message. To see it again, reload the conversation.")
        reply = serialize.load(found[0])
        said = self._said.get((incoming.channel.id, incoming.pressed_message))
        return add_report_button(reply if said is None or reply.marks else said)

    async def open_dialog(self, command: str, incoming: TeamsIncoming) -> Json:
        """Return the form that a button opens. Never raises."""
        try:
            found = await asyncio.to_thread(self._form, command, incoming)
        except Exception:
            logger.exception("could not open a form")
            found = FAILED
        return dialogs.show_reply(found) if isinstance(found, Reply) else dialogs.show_form(found, command)

    async def submit_dialog(self, activity: Payload, incoming: TeamsIncoming) -> Json:
        """Carry out what somebody filled in. Never raises."""
        command = dialogs.read_command(activity)
        try:
            action, subject = decode(command)
            found = await asyncio.to_thread(self._form, command, incoming)
            if isinstance(found, Reply):
                return dialogs.show_reply(found)
            values = dialogs.read_values(activity, found.fields)
            if action is Action.REPORT:
                words = "\n".join(values.get(reports.WORDS, ()))
                report = Report(subject, words, incoming.person, incoming.channel.name, incoming.event_id)
                reply = await asyncio.to_thread(report_problem, report, self.runtime, self.responder)
                return dialogs.close(reply.text) if reply is THANKS else dialogs.show_form(found, command, {reports.WORDS: reply.text})
            return await self._save_subscription(command, values, incoming)
        except Exception:
            logger.exception("could not handle a submitted form")
            return dialogs.show_reply(FAILED)

    def _form(self, command: str, incoming: TeamsIncoming) -> FormView | Reply:
        """Call in a thread."""
        action, subject = decode(command)
        if action is Action.REPORT:
            return NOT_STAFF if incoming.person.external else reports.view(subject, self.runtime.library.catalog)
        form = self._subscription_form(command, incoming)
        return form if isinstance(form, Reply) else subscription.view(form, self.runtime.library.catalog)

    def _subscription_form(self, command: str, incoming: TeamsIncoming) -> subscription.Form | Reply:
        """Call in a thread."""
        if not opens_form(command):
            return notice(NOT_OURS)
        request = replace(incoming, text=command).request()
        if not self.runtime.may_subscribe(incoming.person):
            return self.responder.reply(request)  # the reason
        return subscription.open_form(request.command, self.runtime.context(), self.runtime.db)

    async def _save_subscription(self, command: str, values: Values, incoming: TeamsIncoming) -> Json:
        form = await asyncio.to_thread(self._subscription_form, command, incoming)
        if isinstance(form, Reply):
            return dialogs.show_reply(form)
        catalog = self.runtime.library.catalog
        form = subscription.fill(form, values)
        spec = subscription.parse_form(form, catalog)
        if not isinstance(spec, SubscriptionSpec):
            return dialogs.show_form(subscription.view(form, catalog), command, spec)
        reply = await self.responder.answer(replace(incoming, text=subscription.command_line(form)).request())
        if not reply.public:
            return dialogs.show_reply(reply)
        problem = (await self._say(reply, incoming)).problem
        return dialogs.close(
            f"It is saved, but the bot could not announce it here: {problem}." if problem else "Saved. Everyone here sees it."
        )

    async def answer_search(self, words: str, incoming: TeamsIncoming) -> Json:

        def look_up() -> Json:
            return message_extension.result(words, message_extension.look_up(words, incoming.person, self.runtime.context()))

        try:
            return await asyncio.to_thread(look_up)
        except Exception:
            logger.exception("could not answer a search")
            return {"composeExtension": {"type": "message", "text": FAILED.text}}

    async def look_up_message(self, words: str, incoming: TeamsIncoming) -> Json:
        """Return the dialog that says what a message means; only the person who asked sees it. Never raises."""
        try:
            look_up = message_extension.look_up_message
            return dialogs.show_reply(await asyncio.to_thread(lambda: look_up(words, incoming.person, self.runtime.context())), "Look up")
        except Exception:
            logger.exception("could not look a message up")
            return dialogs.show_reply(FAILED)

    async def preview_link(self, url: str) -> Json:
        """Never raises: a link without a preview does no harm."""
        try:
            return await asyncio.to_thread(lambda: unfurls.unfurl(url, self.runtime.context(), self.teams.settings))
        except Exception:
            logger.exception("could not preview a link")
            return NO_PREVIEW

    def late_response(self, name: str) -> Json:
        if name in (LINK, LOOK_UP):
            return NO_PREVIEW if name == LINK else dialogs.close(LATE)
        return toast(LATE) if name == ACTION else {"composeExtension": {"type": "message", "text": LATE}}

    def start_presence_update(self, activity: Payload, incoming: TeamsIncoming) -> None:
        presence = read_presence(activity)
        if presence is not None and incoming.channel.id:
            self.tasks.start(self._update_presence(incoming, presence))

    async def _update_presence(self, incoming: TeamsIncoming, presence: Presence) -> None:
        """Pause or resume the channels, and welcome who added the app. Updates run in the order of arrival."""
        async with self._presence_lock:
            count = await asyncio.to_thread(self._resume_channels if presence.is_there else self._pause_channels, incoming, presence)
        if not presence.is_there:
            logger.warning("the app was removed from %s: paused posting in %d channels", incoming.channel.id, count)
            return
        if count:
            logger.info("the app was added to %s: resumed posting in %d channels", incoming.channel.id, count)
            self.responder.wake()
        if presence.new and await asyncio.to_thread(self.responder.is_first_time, _welcome_key(incoming)):
            alone = incoming.audience is Audience.ASKER
            message = newest_message(self.runtime.recent.current, datetime.now(UTC))
            greeting = welcome(self.runtime.library.catalog, incoming.bot_name or "Trade bot", message, alone=alone)
            await self._say(greeting, replace(incoming, thread=""))

    def _resume_channels(self, incoming: TeamsIncoming, presence: Presence) -> int:
        with self.runtime.db.begin() as conn:
            now = self.runtime.db.now(conn)
            channels.ensure(conn, incoming.channel, now)
            return resume_team(conn, incoming.channel, PAUSED, now, whole=presence.team)

    def _pause_channels(self, incoming: TeamsIncoming, presence: Presence) -> int:
        with self.runtime.db.begin() as conn:
            idempotency.forget(conn, [_welcome_key(incoming)])
            paused = channels.pause_team(conn, incoming.channel, REMOVED, whole=presence.team)
            for channel_id, channel in paused:
                channel_paused(conn, self.runtime.notifier, channel_id, channel, REMOVED, self.runtime.db.now(conn))
            return len(paused)


def _welcome_key(incoming: TeamsIncoming) -> str:
    return f"welcome:{hash_key(incoming.channel.workspace, incoming.channel.id)}"


def _with_back_button(reply: Reply, incoming: TeamsIncoming) -> Reply:
    return add_back_button(reply) if incoming.pressed_message and incoming.action is not Action.BACK else reply


def card_response(reply: Reply) -> Json:
    """Replace a card by one card: a longer answer is cut, with a hint."""
    first, *rest = cards(reply)
    if rest:
        hint = Section((line("The answer is too long for one card, and this is the first part. To see it all, type the command."),))
        first = cards(replace(reply, blocks=(hint, *reply.blocks)))[0]
    return {"statusCode": 200, "type": CARD, "value": first}


def toast(text: str) -> Json:
    return {"statusCode": 200, "type": MESSAGE, "value": text}
