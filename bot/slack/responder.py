"""Answer what people type and press in Slack: inline where there is time, else by response_url or as a message."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.history import make_receipt, may_change, record_answer, to_store
from bot.incoming import Audience, Payload, text
from bot.posting import TRIES, Attempt, post_messages
from bot.responder import FAILED, SHARED, Responder
from bot.runtime import Runtime, Wake
from bot.slack.client import NETWORK_ERRORS, Slack
from bot.slack.errors import invitation, workspace_reason
from bot.slack.incoming import PLATFORM, SlackIncoming, read_installation, read_slash_command
from bot.slack.messages import MAX_ANSWERS, posts, responses
from bot.slack.sender import post_metadata
from bot.slack.text import Json
from handlers.actions import Action
from handlers.idempotency import event_key, hash_key
from handlers.replies.reply import Reply, Section, Span, line, refusal
from handlers.router import Request
from jobs.models.channels import ChannelRef
from jobs.network import retry_seconds
from jobs.notices import workspace_paused
from jobs.store import channels, idempotency

if TYPE_CHECKING:
    from content.catalog import Catalog

logger = logging.getLogger(__name__)

INLINE_SECONDS = 2.0
"""How long a request waits for its answer; Slack gives up after 3 seconds."""

MAX_INLINE = 300
"""A lookup of more characters goes to a thread."""

MAX_CACHED = 512


class SlackResponder:
    def __init__(self, runtime: Runtime, slack: Slack, wake: Wake | None = None) -> None:
        self.runtime = runtime
        self.slack = slack
        self.responder = Responder(runtime, wake)
        self.tasks = self.responder.tasks
        self._cache: dict[tuple[str, bool, bool], str] = {}
        self._cached_state: tuple[Catalog, int] | None = None
        """The content and the recent messages, as of their last refresh, that the cached answers were made from."""

    def read(self, reader: Callable[[Payload, frozenset[str]], SlackIncoming], payload: Payload) -> SlackIncoming:
        """There is one token, so people of any other workspace are external, whatever the payload says."""
        incoming = reader(payload, self.runtime.settings.admins)
        me = self.slack.me
        if me is None or incoming.person.workspace == me.workspace:
            return incoming
        return replace(incoming, person=replace(incoming.person, external=True, admin=False))

    def prepare(self, payload: Payload) -> str | tuple[SlackIncoming, Request]:
        """Return the JSON answer of a lookup of the content, else the command with its request."""
        incoming = self.read(read_slash_command, payload)
        state = (self.runtime.library.catalog, self.runtime.recent.attempts)
        if self._cached_state != state:
            self._cache, self._cached_state = {}, state
        key = (incoming.text, incoming.person.external, incoming.person.admin)
        cached = self._cache.get(key)
        if cached is not None:
            return cached
        request = incoming.request()
        if len(incoming.text) > MAX_INLINE or request.needs_store:
            return incoming, request
        try:
            reply = self.responder.reply_from_content(request)
            messages = responses(reply, incoming) if reply.answered else []
        except Exception:  # StoreNeeded, or answering in a thread fails as well, and says so
            return incoming, request
        if len(messages) != 1:
            return incoming, request
        if len(self._cache) >= MAX_CACHED:
            self._cache.pop(next(iter(self._cache)))
        self._cache[key] = rendered = json.dumps(messages[0], separators=(",", ":"))
        return rendered

    async def acknowledge(self, incoming: SlackIncoming, request: Request) -> Json | None:
        """Return the answer's first message, None if it takes longer than Slack waits. The rest goes by response_url."""
        task = self.tasks.start(self.answer(incoming, request))
        done, _ = await asyncio.wait({task}, timeout=INLINE_SECONDS)
        if not done:
            self.tasks.start(self._deliver_late(task, incoming))
            return None
        if _needs_receipt(task.result(), incoming):
            self.tasks.start(self.deliver(task.result(), incoming))
            return None
        first, *rest = responses(task.result(), incoming)
        if rest:
            self.tasks.start(self.respond(rest, incoming))
        return first

    async def _deliver_late(self, task: "asyncio.Task[Reply]", incoming: SlackIncoming) -> None:
        await self.deliver(await task, incoming)

    async def respond(self, messages: Sequence[Json], incoming: SlackIncoming) -> bool:
        """Answer by response_url; return whether Slack took all of it. The rest goes as ephemeral messages, for members only."""
        for message in messages[:MAX_ANSWERS]:
            if not await self.slack.respond(incoming.response_url, message):
                return False
        for message in messages[MAX_ANSWERS:]:
            fields: Json = {name: message[name] for name in ("text", "blocks", "thread_ts") if name in message}
            arguments = {"channel": incoming.channel.id, "user": incoming.person.id, **fields}
            if await self.slack.call("chat.postEphemeral", **arguments):
                return False
        return True

    async def press(self, incoming: SlackIncoming, request: Request) -> None:
        if incoming.action is Action.SHARE:
            await self.deliver(await self.share(incoming, request), replace(incoming, replaces=False))
        else:
            await self.deliver(await self.answer(incoming, request), incoming)

    async def deliver(self, reply: Reply, incoming: SlackIncoming) -> None:
        """Answer by response_url, or else by a message."""
        if _needs_receipt(reply, incoming):
            await self.announce(reply, incoming)
        elif not await self.respond(responses(reply, incoming), incoming):
            await self.deliver_message(reply, incoming)

    async def deliver_message(self, reply: Reply, incoming: SlackIncoming) -> None:
        """Announce a change, and send any other answer as an ephemeral message."""
        await (self.announce if reply.public else self.send_ephemeral)(reply, incoming)

    async def announce(self, reply: Reply, incoming: SlackIncoming) -> None:
        """Announce a change in the channel, or else tell the person who made it."""
        problem = (await self.say(posts(reply, incoming), reply, incoming.channel, incoming.thread)).problem
        if problem:
            logger.warning("could not announce a change in %s: %s", incoming.channel.id, problem)
            await self.send_ephemeral(_unannounced(reply, problem), incoming)

    async def send_ephemeral(self, reply: Reply, incoming: SlackIncoming) -> None:
        for message in posts(reply, incoming):
            await self.slack.call("chat.postEphemeral", user=incoming.person.id, **message)

    async def reply_to_message(self, incoming: SlackIncoming) -> None:
        """Answer a mention or a direct message once, even if Slack delivers it again."""
        request = incoming.request()
        try:
            key = f"talk:{event_key(request.command)}"
            if incoming.event_id and not await asyncio.to_thread(self.responder.is_first_time, key):
                return
        except Exception:  # the database is away: two answers are better than none
            logger.exception("could not check whether a message was already answered")
        reply = await self.answer(incoming, request)
        if incoming.audience is not Audience.ASKER:
            reply = replace(reply, public=True)
        messages = posts(reply, incoming)
        attempt = await self.say(messages, to_store(reply, request), incoming.channel, incoming.thread)
        if attempt.problem:
            logger.warning("could not answer in %s: %s", incoming.channel.id, attempt.problem)

    async def answer(self, incoming: SlackIncoming, request: Request) -> Reply:
        """Return the reply to a request. Never raises."""
        route = request.route
        if route is not None and route.needs_membership and self.runtime.may_subscribe(request.command.person):
            try:
                if await self.slack.is_absent(incoming.channel.id):
                    return not_here(self.slack.bot)
            except Exception:
                logger.exception("could not answer /%s", route.verb)
                return FAILED
        return await self.responder.answer(request, incoming.audience)

    async def share(self, incoming: SlackIncoming, request: Request) -> Reply:
        """Share a lookup. Return SHARED, the answer for the response_url to post, or a refusal. Never raises."""
        try:
            return await self._share(incoming, request)
        except Exception:
            logger.exception("could not share an answer")
            return FAILED

    async def _share(self, incoming: SlackIncoming, request: Request) -> Reply:
        # A correction can mark only what the bot posted itself, not what a response_url posted.
        may_post = (request.needs_store or request.may_need_store) and not is_direct(incoming.channel)
        is_member = may_post and not await self.slack.is_absent(incoming.channel.id)
        answers: list[Reply] = []

        def place(reply: Reply) -> Reply:
            if not (is_member and may_change(reply)):
                return reply
            answers.append(reply)
            return SHARED

        reply = await asyncio.to_thread(self.responder.share, request, place)
        if not answers:
            return reply
        messages = posts(answers[0], incoming)
        attempt = await self.say(messages, to_store(answers[0], request), incoming.channel, incoming.thread)
        if not attempt.problem:
            return reply
        await asyncio.to_thread(self.responder.forget_share, request)
        if attempt.unsure:
            return refusal("Slack did not confirm that the answer was shared.", "Check the channel before you share it again.")
        return refusal(f"The bot could not share it (Slack error: {attempt.problem}).", "Try again in a moment.")

    async def say(self, messages: Sequence[Json], reply: Reply, channel: ChannelRef, thread: str, tries: int = TRIES) -> Attempt:
        """Post messages, and store the reply if it shows stored messages. `thread` is the parent's ts or ""."""
        post_id = reply.post_id or str(uuid4())
        *first, last = messages
        ids, attempt = await post_messages((*first, last | {"metadata": post_metadata(post_id)}), self._post, tries)
        if not attempt.problem and ids[-1] and may_change(reply) and not is_direct(channel):
            # Recorded afterwards, so no row is of a message that never arrived. A process that dies in between loses only a later mark.
            try:
                await asyncio.to_thread(record_answer, self.runtime.db, reply, channel, make_receipt(ids[-1], thread), post_id)
            except Exception:
                logger.exception("could not record an answer in %s for later corrections", channel.id)
        return attempt

    async def _post(self, message: Json) -> Attempt:
        try:
            response = await self.slack.post(message)
        except NETWORK_ERRORS as error:
            return Attempt(problem=type(error).__name__, unsure=True)
        if response.ok:
            return Attempt(id=str(response.data.get("ts") or ""))
        wait = retry_seconds(response.retry_after) if response.status == 429 else None
        return Attempt(problem=response.error or f"HTTP {response.status}", unsure=not response.error, wait=wait)

    def pause_workspace(self, payload: Payload, error: str) -> None:
        """Pause a workspace's channels, once per event: a second delivery may be older than the token that works now."""
        workspace = read_installation(payload, text(payload, "team_id")).workspace
        with self.runtime.db.begin() as conn:
            event = f"{PLATFORM}:{workspace}/{payload.get('event_id')}"
            if payload.get("event_id"):
                now = self.runtime.db.now(conn)
                if not idempotency.is_first_time(conn, f"removed:{hash_key(event)}", now, idempotency.KEPT):
                    return
            reason = workspace_reason(error)
            count = channels.pause_workspace(conn, PLATFORM, workspace, reason)
            if count:
                here = ChannelRef(PLATFORM, workspace, "")
                workspace_paused(conn, self.runtime.notifier, here, reason, self.runtime.db.now(conn))
        logger.warning("%s: paused %d channels of %s", error, count, workspace)


def _needs_receipt(reply: Reply, incoming: SlackIncoming) -> bool:
    """Return whether the bot must post the reply itself, because only then it can change it later."""
    return reply.public and bool(reply.post_id) and not is_direct(incoming.channel)


def is_direct(channel: ChannelRef) -> bool:
    return channel.id.startswith("D")


def not_here(bot: str) -> Reply:
    return refusal(
        "The bot is not in this channel, so it cannot post here.",
        f"Type {invitation(bot)} in the channel, then try again. This applies to private channels too.",
    )


def _unannounced(reply: Reply, problem: str) -> Reply:
    message = f"It is saved, but the bot could not announce it in this channel (Slack error: {problem}). Please tell the others."
    return Reply(f"{message} {reply.text}", (Section((line(Span(message, bold=True)), line(reply.text))),))
