"""/csms why: explain an entry or a digest by the reasons stored at the time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from handlers import outbox as outbox_cards
from handlers.messages.questions import join_digits
from handlers.office import trade
from handlers.replies import cards, corrections, dates, entries, freshness
from handlers.replies.reasons import explain, join_reasons, link_of, links_of, posting_state, posts_lines
from handlers.replies.reply import (
    Block,
    Bullets,
    Button,
    Buttons,
    Header,
    Line,
    Reply,
    Section,
    SmallPrint,
    Span,
    code_line,
    line,
    plain,
    refusal,
)
from handlers.subscriptions import wording
from handlers.subscriptions.dispositions import explain_left_out, explain_unowed, is_left_out, reminded_text, seen, unowed_lines
from jobs.cadence import is_immediate
from jobs.dispositions import dispositions
from jobs.key_dates import key_dates_of
from jobs.relations import CONTINUING
from jobs.relations import changes as changes_among
from jobs.store import channels, readings, reminders, reports, showing
from jobs.store import entries as entry_store
from jobs.store import feeds as feed_store
from jobs.store import subscriptions as subscription_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from handlers.command import Command, Context
    from jobs.dispositions import Disposed
    from jobs.models.channels import ChannelRef
    from jobs.models.entries import Entry
    from jobs.models.reminders import Reminded
    from jobs.models.subscriptions import Subscription
    from jobs.store.database import Connection, Database
    from jobs.store.reports import Reason

_DIGEST = re.compile(r"digest ([0-9]{1,18}) (\S{10,40})")
_CATCH_UP = re.compile(r"catch-up (\S{10,40})")
_ENTRY = re.compile(r"entry ([0-9]{1,18})")
_WITH_COMMAS = re.compile(r"[^,]*?[0-9]{1,3}(?:,[0-9]{3})+")
_ONE_WORD = re.compile(r"[^\s?]+")

_NO_CHOICE = "This subscription asks for all topics, so it includes every message."

_MANAGE = Button("All subscriptions", "/csms subscriptions")


@dataclass(frozen=True, slots=True)
class _Digest:
    """A digest, or without a subscription a catch-up."""

    channel: ChannelRef
    subscription: Subscription | None
    period: datetime
    reasons: list[Reason]
    earlier: list[Reason]
    """The reasons for entries that the digest lists but that were posted before it."""
    stop: str
    """Why nothing is posted in the channel right now, or ""."""


@dataclass(frozen=True, slots=True)
class _PostedEntry:
    channel: ChannelRef
    entry: Entry
    disposed: list[Disposed]
    """Say what became of it for every subscription that the channel has or had."""
    stop: str
    changes: list[Entry]
    """Entries that it changes and was posted with, although no subscription matched it."""
    mistyped: tuple[str, ...]
    """Numbers as it has them, of which it is not certain which messages they mean."""
    reminded: list[Reminded]
    """The reminders of its dates that the channel got or is about to get."""
    receipts: list[str]
    """The channel's posts that show it with the entries that it changes."""
    first_read: datetime | None  #: When its feed was read for the first time.

    @property
    def reasons(self) -> list[Reason]:
        return [each.reason for each in self.disposed if each.reason is not None]

    @property
    def subscriptions(self) -> dict[int, Subscription]:
        return {each.subscription.id: each.subscription for each in self.disposed}

    @property
    def live(self) -> set[int]:
        return {each.subscription.id for each in self.disposed if not each.ended}


def why(words: str, command: Command, context: Context) -> Reply:
    """Answer `/csms why` with a number, or with the entry or digest that a post's button names.

    Other words are a question, but one alone is not.
    """
    text = join_digits(words.strip())
    if _WITH_COMMAS.fullmatch(text):
        text = text.replace(",", "")
    digest, catch_up = _DIGEST.fullmatch(text), _CATCH_UP.fullmatch(text)
    entry, number = _ENTRY.fullmatch(text), entries.TYPED_NUMBER.fullmatch(text)
    if not text or (not number and _ONE_WORD.fullmatch(text)):
        first = f"{cards.quote(text)} is not a CSMS number." if text else "Give the CSMS number."
        example = f"For example, type `/csms why {entries.example_number(context)}`. Or select “Why this?” on the post."
        return refusal(first, code_line(example), _MANAGE)
    if not (digest or catch_up or entry or number):
        return replace(trade(f"why {text}", command, context), question=f"/trade why {text}")
    if context.db is None:
        return refusal("Only the running bot knows why it posted a message.", "Type the command in the channel that has the post.")
    if command.channel is None:
        return refusal("The reason depends on the channel.", "Type the command in the channel that has the post.")
    here = f"this {cards.channel_noun(command.channel)}"
    if digest or catch_up:
        asked = (
            _read_digest(context.db, command.channel, int(digest[1]), dates.parse_moment(digest[2]))
            if digest
            else _read_catch_up(context.db, command.channel, dates.parse_moment(catch_up[1]) if catch_up else None)
        )
        feeds = {reason.entry.feed for reason in asked.reasons} if asked else set()
        return freshness.with_warning(_explain_digest(asked, here, context), feeds, context)
    found = _read_entry(context.db, command.channel, int(entry[1]) if entry else 0, number[1].upper() if number else "")
    reply = _with_reminders(_explain_entry(found, text, here, context), found, here, context)
    return freshness.with_warning(reply, {found.entry.feed if found else freshness.CSMS}, context)


def _read_digest(db: Database, channel: ChannelRef, subscription_id: int, period: datetime | None) -> _Digest | None:
    """Return the digest, or None if the channel has no such subscription."""
    if period is None:
        return None
    with db.read() as conn:
        channel_id = channels.find_id(conn, channel)
        subscription = subscription_store.get(conn, subscription_id)
        if channel_id is None or subscription is None or subscription.channel_id != channel_id:
            return None
        reasons = reports.digest_reasons(conn, channel_id, subscription_id, period)
        earlier = _earlier_reasons(conn, channel_id, subscription_id, period, {reason.entry.id for reason in reasons})
        stop = outbox_cards.stop_reason(conn, channel_id)
    return _Digest(channel, subscription, period, reasons, earlier, stop)


def _read_catch_up(db: Database, channel: ChannelRef, period: datetime | None) -> _Digest | None:
    if period is None:
        return None
    with db.read() as conn:
        channel_id = channels.find_id(conn, channel) or 0  # 0: nothing stored
        reasons = reports.digest_reasons(conn, channel_id, None, period)
        stop = outbox_cards.stop_reason(conn, channel_id)
    return _Digest(channel, None, period, reasons, [], stop) if reasons else None


def _read_entry(db: Database, channel: ChannelRef, entry_id: int, number: str) -> _PostedEntry | None:
    """Return the entry with this CSMS number, or with this id if there is no number, and the channel's reasons for it."""
    with db.read() as conn:
        channel_id = channels.find_id(conn, channel) or 0  # 0: nothing stored
        entry = _by_number(conn, channel_id, number) if number else entry_store.by_ids(conn, [entry_id]).get(entry_id)
        if entry is None:
            return None
        disposed = dispositions(conn, channel_id, entry, db.now(conn))
        keys = set() if any(each.reason for each in disposed) else showing.shown_with(conn, channel_id, entry)
        known = {each.id: each for each in entry_store.known(conn, keys).values()}
        changed = changes_among(conn, [entry, *known.values()], CONTINUING)
        unclear = tuple(each.as_written for each in readings.relations_of(conn, [entry.id]).get(entry.id, ()) if not each.number)
        stop = outbox_cards.stop_reason(conn, channel_id)
        stated_by = {number for key in key_dates_of(conn, [entry]) for number in key.stated_by}
        reminded = reminders.reminded(conn, channel_id, stated_by)
        changes = [each for each in known.values() if entry.id in changed.get(each.id, ())]
        receipts = showing.receipts(conn, channel_id, entry) if changes else []
        feed = feed_store.get(conn, entry.feed)
    return _PostedEntry(channel, entry, disposed, stop, changes, unclear, reminded, receipts, feed.seeded_at if feed else None)


def _explain_digest(digest: _Digest | None, here: str, context: Context) -> Reply:
    """`here`: "this channel" or "this chat"."""
    if digest is None:
        return refusal(f"The bot has no such digest for {here}.", "Select “Why these?” on the digest.")
    subscription, reasons = digest.subscription, digest.reasons + digest.earlier
    if not reasons:
        return refusal("The bot no longer knows why it posted that digest.", "")
    if subscription is None:
        title = f"Why these messages: catch-up of {dates.near_weekday(digest.period, context.now, context.zone)}"
    else:
        title = f"Why these messages: digest of {dates.near_weekday(digest.period, context.now, subscription.zone)}"
    everything = subscription is not None and subscription.filters.everything
    own = None if subscription is None else subscription.id
    found = {reason.entry.id: reason.entry for reason in reasons}
    explained = [reason for reason in reasons if reason.subscription_id != own or not everything]
    because = {
        entry_id: join_reasons([reason for reason in explained if reason.entry.id == entry_id], own, here, context) for entry_id in found
    }
    posted = {reason.entry.id: reason.posted_at for reason in digest.earlier}
    common = because[next(iter(found))] if len(found) > 1 and len(set(because.values())) == 1 else ""
    items = tuple(_bullet(entry, "" if common else because[entry.id], posted.get(entry.id), context) for entry in found.values())
    small = (*((_subscription_line(subscription, context),) if subscription else ()), *((line(_NO_CHOICE),) if everything else ()))
    small += (line(f"Reason for all of them: {common}"),) if common else ()
    small += posts_lines(links_of(digest.reasons, digest.channel, context))
    unposted = _unposted(digest, context)
    blocks: list[Block] = [
        Header(title),
        *((Section(tuple(line(each) for each in unposted)),) if unposted else ()),
        *((SmallPrint(small),) if small else ()),
        Bullets(items),
        Buttons((_MANAGE,)),
        entries.caution([reason.entry for reason in reasons]),
    ]
    spoken = [entries.screen_reader_text(reason.entry, context.zone, most=60) for reason in reasons]
    texts = [explain(reason.because, context.catalog, here) for reason in reasons]
    listed = " ".join(f"{number}. {entry}: {text}." for number, (entry, text) in enumerate(zip(spoken, texts, strict=True), 1))
    first = " ".join((f"{title}.", *unposted))
    return Reply(f"{first} {listed}", tuple(blocks), subjects=tuple(reason.entry.key for reason in reasons))


def _explain_entry(found: _PostedEntry | None, words: str, here: str, context: Context) -> Reply:
    if found is None:
        what = "CSMS message" if words.isdigit() else "message"
        return refusal(f"The bot has no {what} {cards.quote_unless_number(words, 40)}.", "")
    entry, reasons = found.entry, found.reasons
    head: tuple[Block, ...] = (
        Section((entries.title(entry, entries.CARD_TITLE, bold=True),)),
        SmallPrint((entries.facts(entry, context.now, context.zone), seen(entry, context))),
        *(Section((line(f"{corrections.mistyped(each)} So it marked no message."),)) for each in found.mistyped),
    )
    if not reasons and not found.changes and any(is_left_out(each) for each in found.disposed):
        return explain_left_out(entry, found.disposed, (head, _MANAGE), context)
    if not reasons:
        note = explain_unowed(entry, found.first_read, here, context)
        if found.changes:
            names = " and ".join(
                entries.number(each) or entries.shorten(entries.plain_title(each), entries.BULLET_TITLE) for each in found.changes
            )
            note = f"No subscription of {here} matched it. The bot posted it here because it changes {names}."
        links = [link for receipt in found.receipts if (link := context.link_to_post(found.channel, receipt))]
        return Reply(
            " ".join((f"{entries.screen_reader_text(entry, context.zone, link=True)}. {note}", *links, *_spoken(found, context))),
            (*head, Section((line(note), *posts_lines(links))), *_unowed(found, context), Buttons((_MANAGE,)), entries.caution([entry])),
        )
    states = [_state(reason, found, context) for reason in reasons]
    each = list(zip(reasons, states, strict=True))
    items = tuple(_reason_line(reason, found, here, state, context) for reason, state in each)
    text = "; ".join(
        f"{explain(reason.because, context.catalog, here)} (subscription {reason.subscription_id})"
        + (f" {link_of(reason, found.channel, context) or ''}".rstrip() if reason.posted_at else f", {state}")
        for reason, state in each
    )
    question = "Why it was posted here" if any(reason.posted_at for reason in reasons) else f"Why {here} asked for it"
    spoken = f"{entries.screen_reader_text(entry, context.zone, link=True)}. {question}: {text}."
    shown = (*head, cards.heading(question), Bullets(items), *_unowed(found, context, "Other subscriptions"))
    blocks = (*shown, Buttons((_MANAGE,)), entries.caution([entry]))
    return Reply(" ".join((spoken, *_spoken(found, context))), blocks, subjects=(entry.key,))


def _unowed(found: _PostedEntry, context: Context, title: str = "") -> tuple[Block, ...]:
    """Say of each other subscription of the channel which rule held the entry back."""
    lines = unowed_lines(found.entry, found.disposed, context)
    return (*((cards.heading(title),) if title else ()), Bullets(lines)) if lines else ()


def _spoken(found: _PostedEntry, context: Context) -> Iterator[str]:
    return (f"{plain(each)}." for each in unowed_lines(found.entry, found.disposed, context))


def _state(reason: Reason, found: _PostedEntry, context: Context) -> str:
    """Return what became of the entry for a subscription: another one of the channel may bring it."""
    carriers = [each for each in found.reasons if each.state is not None and not each.unwanted]
    waiting = [each for each in found.reasons if each.state is None and each.subscription_id in found.live]
    first = carriers[0] if carriers else min(waiting, key=lambda each: each.due_at, default=reason)
    if reason.state is None and first is not reason:
        return f"subscription {first.subscription_id} {'brought' if first.posted_at else 'brings'} it here"
    said = posting_state(reason, found.stop, context.now, context.zone)
    if reason.state is not None or found.stop or reason.due_at <= context.now:
        return said
    subscription = found.subscriptions[reason.subscription_id]
    if subscription.paused_until is not None and subscription.is_paused(context.now):
        return f"not posted yet: the subscription is paused until {dates.near(subscription.paused_until, context.now, subscription.zone)}"
    return said if is_immediate(subscription, reason.entry.lead) else f"{said} with its digest"


def _with_reminders(reply: Reply, found: _PostedEntry | None, here: str, context: Context) -> Reply:
    """Add which reminders the channel got of the dates of the entry, if any."""
    if found is None or not found.reminded:
        return reply
    said = reminded_text(found.reminded, here, context)
    place = next((place for place, block in enumerate(reply.blocks) if isinstance(block, Buttons)), len(reply.blocks))
    blocks = (*reply.blocks[:place], Section((line(said),)), *reply.blocks[place:])
    return replace(reply, text=f"{reply.text} {said}", blocks=blocks)


def _unposted(digest: _Digest, context: Context) -> tuple[str, ...]:
    """Return a sentence for each reason why some of the digest's messages are not in the channel."""
    found: dict[str, set[int]] = {}
    for reason in digest.reasons:
        if not reason.posted_at:
            found.setdefault(posting_state(reason, digest.stop, context.now, context.zone), set()).add(reason.entry.id)
    every = len({reason.entry.id for reason in digest.reasons})
    which = [f"{len(numbers)} of these messages" if len(numbers) < every else "These messages" for numbers in found.values()]
    return tuple(f"{each}: {state}." for each, state in zip(which, found, strict=True))


def _reason_line(reason: Reason, found: _PostedEntry, here: str, state: str, context: Context) -> Line:
    subscription = found.subscriptions.get(reason.subscription_id)
    title = f" ({wording.title(subscription.filters, context.catalog)})" if subscription else ""
    because = explain(reason.because, context.catalog, here)
    posted = Span(state, link=link_of(reason, found.channel, context))
    return line(Span(f"{because[0].upper()}{because[1:]}", bold=True), f", for subscription {reason.subscription_id}{title}, ", posted)


def _earlier_reasons(conn: Connection, channel_id: int, subscription_id: int, period: datetime, in_digest: set[int]) -> list[Reason]:
    """Return the reasons for entries that the digest lists but that were posted before it."""
    shown = [key for post in reports.digest_posts(conn, channel_id, subscription_id, period) for key in post.get("subjects", ())]
    others = [entry.id for entry in entry_store.known(conn, shown).values() if entry.id not in in_digest]
    found = [reason for entry_id in sorted(others) for reason in reports.entry_reasons(conn, channel_id, entry_id)]
    return [reason for reason in found if reason.subscription_id == subscription_id]


def _bullet(entry: Entry, because: str, posted: datetime | None, context: Context) -> Line:
    here = f"posted here {dates.near_day(posted, context.now, context.zone)}" if posted else ""
    shown = entries.bullet(entry, entries.sent_day(entry, context.now, context.zone), here)
    return line(*shown, f"{cards.SEPARATOR}reason: {because}") if because else shown


def _subscription_line(subscription: Subscription, context: Context) -> Line:
    when = wording.schedule(subscription)
    return cards.separated_line(f"Subscription {subscription.id}", wording.title(subscription.filters, context.catalog), when)


def _by_number(conn: Connection, channel_id: int, number: str) -> Entry | None:
    """Samples reuse real numbers: prefer an entry due in this channel, then a real one, then the newest."""
    found = entry_store.all_by_number(conn, number)
    return min(found, key=lambda each: (not reports.entry_reasons(conn, channel_id, each.id), each.sample, -each.id), default=None)
