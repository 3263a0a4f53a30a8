"""/csms why: why an entry, or each entry of a digest, was posted in this channel. From what was written down then."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handlers.here import noun
from handlers.office import trade
from handlers.replies import cards, dates
from handlers.replies import entries as updates
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, Section, SmallPrint, Span, line, refusal
from handlers.replies.serialize import load
from handlers.subscriptions import wording
from jobs.store import channels, entries, reports
from jobs.store import subscriptions as store

if TYPE_CHECKING:
    from handlers.command import Command, Context
    from jobs.models import Entry, Subscription
    from jobs.store.database import Connection
    from jobs.store.reports import Reason

_DIGEST = re.compile(r"digest ([0-9]{1,18}) (\S{10,40})")
_ENTRY = re.compile(r"entry ([0-9]{1,18})")
_NUMBER = re.compile(r"(?:csms)?\s*+#?+\s*+(\d{6,9}|\d{2,4}-\d{5,6})", re.IGNORECASE)

_NO_CHOICE = "It asks for all topics, so each of these is here because it came."

MANAGE = Button("All subscriptions", "/csms subscriptions")


def why(words: str, command: Command, context: Context) -> Reply:
    """`why 67647279` of one entry; a digest's button names the digest. Any other "why …" is a question to all of the content."""
    said = words.strip()
    digest, entry, number = _DIGEST.fullmatch(said), _ENTRY.fullmatch(said), _NUMBER.fullmatch(said)
    if not said or (said.isdecimal() and not number):
        first = f"{cards.quoted(said)} is no number of a CSMS message." if said else "Say which message: its number stands in the post."
        return refusal(first, "For example: /csms why 67647279. The post’s own “Why this?” asks the same.", MANAGE)
    if not (digest or entry or number):
        return trade(f"why {said}".strip(), command, context)
    if context.db is None:
        return refusal("Why something was posted is known by the running bot.", "Ask there, in the channel of the post.")
    if command.channel is None:
        return refusal("Why something was posted depends on the channel.", "Ask in the channel of the post.")
    here = f"this {noun(command.channel)}"
    with context.db.begin() as connection:
        channel_id = channels.ensure(connection, command.channel, context.db.now(connection))
        if digest:
            return of_digest(connection, channel_id, int(digest[1]), digest[2], here, context)
        found = _by_number(connection, channel_id, number[1]) if number else _by_id(connection, int(entry[1]) if entry else 0)
        return of_entry(connection, channel_id, found, said, here, context)


def of_digest(connection: Connection, channel_id: int, subscription_id: int, period: str, here: str, context: Context) -> Reply:
    """Each entry of the digest with its reason. `here`: "this channel", or "this chat"."""
    moment = _moment(period)
    subscription = store.get(connection, subscription_id)
    if moment is None or subscription is None or subscription.channel_id != channel_id:
        return refusal(f"There is no such digest in {here}.", "Press “Why these?” below the digest itself.")
    reasons = reports.of_digest(connection, channel_id, subscription_id, moment)
    before = _recalled(connection, channel_id, subscription_id, moment, {reason.entry.id for reason in reasons})
    reasons += before
    if not reasons:
        return refusal("Nothing is known of that digest any more.", "")
    title = f"Why these: digest of {dates.day(moment, subscription.zone)}"
    found = {reason.entry.id: reason.entry for reason in reasons}
    told = [reason for reason in reasons if reason.subscription_id != subscription_id or not subscription.filters.everything]
    because = {entry_id: _because([reason for reason in told if reason.entry.id == entry_id], subscription_id) for entry_id in found}
    posted = {reason.entry.id: reason.posted_at for reason in before}
    items = tuple(_bullet(entry, because[entry.id], posted.get(entry.id), context) for entry in found.values())
    blocks: list[Block] = [
        Header(title),
        SmallPrint((_asked(subscription, context), *((line(_NO_CHOICE),) if subscription.filters.everything else ()))),
        Bullets(items),
        Buttons((MANAGE,)),
        updates.caution([reason.entry for reason in reasons]),
    ]
    spoken = " ".join(
        f"{place}. {updates.spoken(reason.entry, context.zone, link=False, most=60)}: {reason.because}"
        for place, reason in enumerate(reasons, 1)
    )
    return Reply(f"{title}. {spoken}", tuple(blocks), subjects=tuple(reason.entry.key for reason in reasons))


def of_entry(connection: Connection, channel_id: int, entry: Entry | None, said: str, here: str, context: Context) -> Reply:
    """Every subscription of this channel that asked for the entry, with its reason."""
    if entry is None:
        return refusal(f"No entry {cards.quoted(said, 40)} is stored here.", "")
    reasons = reports.of_entry(connection, channel_id, entry.id)
    head: tuple[Block, ...] = (
        Section((updates.title(entry, updates.CARD_TITLE, bold=True),)),
        SmallPrint((updates.facts(entry, context.zone),)),
    )
    if not reasons:
        note = f"No subscription of {here} asked for it when it came, so it was not posted here."
        return Reply(
            f"{updates.spoken(entry, context.zone)}. {note}", (*head, Section((line(note),)), Buttons((MANAGE,)), updates.caution([entry]))
        )
    items = tuple(_reason(reason, store.get(connection, reason.subscription_id), context) for reason in reasons)
    text = "; ".join(f"subscription {reason.subscription_id}: {reason.because}" for reason in reasons)
    return Reply(
        f"{updates.spoken(entry, context.zone)}. Posted here because of {text}",
        (*head, cards.heading("Here because of"), Bullets(items), Buttons((MANAGE,)), updates.caution([entry])),
        subjects=(entry.key,),
    )


def _reason(reason: Reason, subscription: Subscription | None, context: Context) -> Line:
    when = f"posted {dates.near(reason.posted_at, context.now, context.zone)}" if reason.posted_at else "not posted yet"
    asked = f" ({wording.title(subscription.filters, context.catalog)})" if subscription else ""
    return line(Span(reason.because, bold=True), f", for subscription {reason.subscription_id}{asked}, {when}")


def _recalled(connection: Connection, channel_id: int, subscription_id: int, period: datetime, carried: set[int]) -> list[Reason]:
    """Why the digest also names what was posted at once before it."""
    shown = [key for post in reports.digest_posts(connection, channel_id, subscription_id, period) for key in load(post).subjects]
    others = [entry.id for entry in entries.known(connection, shown).values() if entry.id not in carried]
    found = [reason for entry_id in sorted(others) for reason in reports.of_entry(connection, channel_id, entry_id)]
    return [reason for reason in found if reason.subscription_id == subscription_id]


def _bullet(entry: Entry, because: str, posted: datetime | None, context: Context) -> Line:
    """`posted`: when it was posted before the digest."""
    here = f"posted here {dates.near_day(posted, context.now, context.zone)}" if posted else ""
    shown = updates.bullet(entry, updates.sent_day(entry, context.now, context.zone), here)
    return line(*shown, f"{cards.SEPARATOR}because: {because}") if because else shown


def _because(reasons: list[Reason], subscription_id: int) -> str:
    """The digest's own reason; and those of other subscriptions, for which the same post serves."""
    own = [reason.because for reason in reasons if reason.subscription_id == subscription_id]
    others = [
        f"{reason.because} (subscription {reason.subscription_id})" for reason in reasons if reason.subscription_id != subscription_id
    ]
    return "; ".join(own + others)


def _asked(subscription: Subscription, context: Context) -> Line:
    when = wording.rhythm(subscription.cadence, subscription.zone, subscription.digest_only)
    return cards.small(f"Subscription {subscription.id}", wording.title(subscription.filters, context.catalog), when)


def _by_number(connection: Connection, channel_id: int, number: str) -> Entry | None:
    """The message with this number; of several (samples come again under the number of a real message) the one this channel was
    owed, a real one before a sample and a later copy before an earlier one."""
    found = entries.all_by_number(connection, number)
    return min(found, key=lambda each: (not reports.of_entry(connection, channel_id, each.id), each.sample, -each.id), default=None)


def _by_id(connection: Connection, entry_id: int) -> Entry | None:
    return entries.by_ids(connection, [entry_id]).get(entry_id)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):  # Overflow: the last hours of the year 9999, in a zone behind UTC
        return None
