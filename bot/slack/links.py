"""Preview the links that people paste, and keep the previews true.

Slack tells of links in every channel and chat, also where the bot is no member, and of those that somebody is still typing ("composer"):
https://docs.slack.dev/messaging/unfurling-links-in-messages.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.incoming import Payload, part, parts, text
from bot.posting import Attempt, post_messages
from bot.slack.incoming import PLATFORM, read_installation
from bot.slack.responder import SlackResponder
from bot.slack.text import Json
from bot.slack.unfurls import send_unfurls
from handlers.idempotency import hash_key
from handlers.messages.unfurls import preview
from handlers.replies import serialize
from jobs.models.channels import ChannelRef
from jobs.states import PostState
from jobs.store import channels, posts, unfurls

logger = logging.getLogger(__name__)

COMPOSER = "composer"
"""The source of links that somebody is still typing. Slack tells of them again once the message is sent."""

MAX_LINKS, MAX_LINK = 10, 2_000
"""Maximum links of a message that get a preview, and characters of one."""

MAX_LOOKS = 10
"""How often previews that were sent are looked up, and sent again if a later message changed them meanwhile."""

MARKING_SECONDS = 1.0
"""How long to wait for a mark of a preview that is being sent."""

Contents = dict[str, dict[str, Any]]
"""Replies as they are stored, by link."""


@dataclass(frozen=True, slots=True)
class SharedLinks:
    channel: ChannelRef
    message: str
    """The message's ts."""
    links: tuple[str, ...]
    event_id: str
    unfurl_id: str = ""
    """Slack's id of links that somebody is still typing; they have no message yet."""

    @property
    def place(self) -> Json:
        if self.unfurl_id:
            return {"unfurl_id": self.unfurl_id, "source": COMPOSER}
        return {"channel": self.channel.id, "ts": self.message}


def read_links(payload: Payload) -> SharedLinks:
    event = part(payload, "event")
    workspace = read_installation(payload, text(payload, "team_id")).workspace
    found = dict.fromkeys(url for each in parts(event, "links") if 0 < len(url := text(each, "url")) <= MAX_LINK)
    typing = text(event, "source") == COMPOSER
    return SharedLinks(
        ChannelRef(PLATFORM, workspace, text(event, "channel")),
        "" if typing else text(event, "message_ts"),
        tuple(found)[:MAX_LINKS],
        text(payload, "event_id"),
        text(event, "unfurl_id") if typing else "",
    )


class LinkPreviews:
    def __init__(self, responder: SlackResponder) -> None:
        self.runtime, self.slack, self.responder = responder.runtime, responder.slack, responder.responder

    async def show(self, payload: Payload) -> None:
        """Never raises: a link without a preview does no harm."""
        shared, me = read_links(payload), self.slack.me
        if me is not None and text(part(payload, "event"), "user") == me.user_id:
            return  # the bot's own posts say what their links lead to
        try:
            contents = await asyncio.to_thread(self._previews, shared.links)
            if not contents or not (shared.unfurl_id or shared.message) or not await asyncio.to_thread(self._is_first_time, shared):
                return
            if shared.unfurl_id:
                await self._send(shared, contents)
            else:
                await self._show_below_message(shared, contents)
        except Exception:
            logger.exception("could not preview the links of a message in %s", shared.channel.id)

    def _previews(self, links: Iterable[str]) -> Contents:
        context = self.runtime.context()
        return {link: serialize.dump(reply) for link in links if (reply := preview(link, context)) is not None}

    def _is_first_time(self, shared: SharedLinks) -> bool:
        return not shared.event_id or self.responder.is_first_time(f"unfurl:{hash_key(shared.channel.workspace, shared.event_id)}")

    async def _show_below_message(self, shared: SharedLinks, contents: Contents) -> None:
        """Store the previews before they are sent, so that whatever changes them finds them from then on."""
        ids = await asyncio.to_thread(self._record, shared, contents)
        sent: Contents = {}
        for _ in range(MAX_LOOKS):
            stored, marking = await asyncio.to_thread(self._stored, ids)
            if stored != sent:
                if (await self._send(shared, stored)).problem:
                    return
                sent = stored
            elif marking:  # its call may have come before the last one here, which then has replaced the mark
                await asyncio.sleep(MARKING_SECONDS)
            else:
                return

    def _record(self, shared: SharedLinks, contents: Contents) -> dict[str, str]:
        """Return the ids of the stored previews by link."""
        db = self.runtime.db
        with db.begin() as conn:
            now = db.now(conn)
            posts.lock_as_composer(conn)  # a message that changes a preview is either stored by now, or will find the preview
            known = channels.find_id(conn, shared.channel)
            channel_id = channels.ensure(conn, shared.channel, now) if known is None else known
            ids = {link: unfurls.record(conn, channel_id, shared.message, link, each, now) for link, each in contents.items()}
        changed = {link: each for link, each in self._previews(ids).items() if each != contents[link]}
        if changed:
            with db.begin() as conn:
                for link, each in changed.items():
                    if not posts.marks_of(conn, ids[link]):
                        posts.set_content(conn, ids[link], each, db.now(conn))
        return ids

    def _stored(self, ids: Mapping[str, str]) -> tuple[Contents, bool]:
        """Return the previews, and whether a mark of one is being sent."""
        with self.runtime.db.read() as conn:
            # first: PostgreSQL may show what was committed between the two, and a mark that is settled by then is in the contents
            marking = any(PostState.SENDING in posts.marks_of(conn, post_id).values() for post_id in ids.values())
            return {link: each for link, post_id in ids.items() if (each := unfurls.content(conn, post_id)) is not None}, marking

    async def _send(self, shared: SharedLinks, contents: Contents) -> Attempt:
        async def call(place: Json) -> Attempt:
            return await send_unfurls(self.slack, place, contents)

        _, attempt = await post_messages([shared.place], call)
        if attempt.problem:
            logger.warning("could not preview the links of a message in %s: %s", shared.channel.id, attempt.problem)
        return attempt
