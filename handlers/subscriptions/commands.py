"""subscribe, subscriptions, unsubscribe and preview, behind /csms (CSMS alone) and /trade (any feed)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from handlers import held_posts
from handlers.here import noun
from handlers.replies import cards, dates
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, Section, SmallPrint, Span, line, plain, refusal
from handlers.subscriptions import wording
from handlers.subscriptions.errors import misunderstood
from handlers.subscriptions.numbers import ended_here, which
from handlers.subscriptions.parser import Misunderstood, parse
from jobs.cadence import next_due
from jobs.matching import SAMPLE_PLATFORM, matches
from jobs.models import ChannelRef, Entry, Filters, Subscription, SubscriptionSpec
from jobs.store import changing, channels, entries, reports
from jobs.store import subscriptions as store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Command, Context, Person
    from jobs.store.database import Connection, Database

LOOKED_AT = 100
"""Stored entries that the echo and the preview try."""

MOST = 25
"""Subscriptions in one channel: more can't be overlooked any longer."""

NAME = 80
"""Characters of a person's name that are kept."""


INSTEAD = re.compile(r"(?:^|\s)(?:instead of|replacing)(?: subscription)? #?([0-9]{1,18})\s*$", re.IGNORECASE)
"""Behind a wish: it takes the place of the subscription with this number."""


def subscribe(words: str, command: Command, context: Context) -> Reply:
    """Subscribes this channel; the same filters again change when it is told, and "instead of N" changes what N asks for."""
    where = place(command, context)
    if isinstance(where, Reply):
        return where
    db, channel = where
    instead = INSTEAD.search(words)
    if instead is not None:
        return change(int(instead[1]), words[: instead.start()].strip(), db, channel, command, context)
    wish = parse(words, context.catalog, context.zone, feeds_allowed=command.verb == "trade")
    if isinstance(wish, Misunderstood):
        return misunderstood(wish, words, command, context)
    with db.begin() as connection:
        now = db.now(connection)
        channel_id = channels.ensure(connection, channel, now)
        before = store.of_channel(connection, channel_id)
        same = next((each for each in before if each.filters == store.canonical(wish.filters)), None)
        if same is None and len(before) >= MOST:
            return refusal(f"This {noun(channel)} has {MOST} subscriptions already.", "End one first: /csms subscriptions lists them.")
        who = signed(command.person)
        saved = store.save(connection, channel_id, wish.filters, wish.cadence, wish.zone, wish.digest_only, who, now)
        seen = stored(connection, saved.subscription.filters, channel.platform)
    others = [each for each in before if same is None or each.id != same.id]
    return echo(saved.subscription, same, saved.outcome, others, wish.notes, seen, command, context, now)


def change(number: int, words: str, db: Database, channel: ChannelRef, command: Command, context: Context) -> Reply:
    """Makes one subscription of this channel ask for something else; what it is owed and still wants stays owed."""
    with db.begin() as connection:
        now = db.now(connection)
        channel_id = channels.ensure(connection, channel, now)
        live = store.of_channel(connection, channel_id)
        old = next((each for each in live if each.id == number), None)
        if old is None:
            return which(str(number), live, context, "change", channel, ended_here(connection, channel_id, number))
        if not words:
            return how_to_change(old, context)
        wish = parse(words, context.catalog, old.zone, feeds_allowed=command.verb == "trade")
        if isinstance(wish, Misunderstood):
            plain = replace(command, words=INSTEAD.sub("", command.words))
            return misunderstood(wish, words, plain, context, f" instead of {number}")
        who = signed(command.person)
        changed = changing.change(connection, channel_id, old.id, wish.filters, wish.cadence, wish.zone, wish.digest_only, who, now)
        if changed is None:  # it ended in this very moment
            return which(str(number), store.of_channel(connection, channel_id), context, "change", channel)
        new = changed.subscription
        seen = stored(connection, new.filters, channel.platform)
    joined = f"Subscription {new.id} asked for the same already; {old.id} has ended." if changed.joined else ""
    others = [each for each in live if each.id not in (old.id, new.id)]
    return echo(new, old, changed.outcome, others, tuple(note for note in (joined, *wish.notes) if note), seen, command, context, now)


def how_to_change(old: Subscription, context: Context) -> Reply:
    """What it asks for now, as it would be typed."""
    said = (
        f"Subscription {old.id} is {wording.title(old.filters, context.catalog)}, {wording.rhythm(old.cadence, old.zone, old.digest_only)}."
    )
    typed = wording.change_command(old, wording.typed(old))
    hint = line("Type all that it is to be from now on; as it is, that would be ", Span(typed, code=True))
    return Reply(f"{said} {plain(hint)}", (Section((line(Span(said, bold=True)), hint)),), ok=False)


def signed(person: Person) -> str:
    """Who set a subscription, as it is kept."""
    return f"{person.name[:NAME]} ({person.key})"


def echo(
    subscription: Subscription,
    before: Subscription | None,
    outcome: str,
    others: list[Subscription],
    notes: tuple[str, ...],
    seen: list[Entry],
    command: Command,
    context: Context,
    now: datetime,
) -> Reply:
    """What was understood: for everybody in the channel, and where nothing changed for the asker alone."""
    filters = subscription.filters
    what = wording.asked(filters, context.catalog)
    here = f"This {noun(subscription.channel)}"
    opening = {
        "created": f"{here} now gets",
        "changed": f"Changed subscription {before.id if before else subscription.id}. {here} now gets",
        "same": f"Nothing to change, subscription {subscription.id} is the same. {here} gets",
    }[outcome]
    first = f"{opening} {wording.news(filters, context.catalog)}: {what}."
    lines = [line(Span(first, bold=True)), line(times(subscription, now))]
    if before is not None and outcome == "changed":
        lines.append(line(difference(before, subscription, context)))
    lines += [line(note) for note in notes]
    overlaps = [each for each in others if overlap(filters, each.filters)]
    if overlaps:
        named = "; ".join(f"{each.id} ({wording.title(each.filters, context.catalog)})" for each in overlaps[:3])
        several, both = ("s", "several") if len(overlaps) > 1 else ("", "both")
        more = f"; and {len(overlaps) - 3} more" if len(overlaps) > 3 else ""
        lines.append(line(f"It overlaps with subscription{several} {named}{more}. An entry of {both} is posted here once."))
    fresh = "from now on, nothing older" if outcome == "created" else ""
    who = setter(subscription) if outcome == "same" else command.person.name
    small = (f"Set by {who}", would_have(filters, subscription.channel.platform, seen), fresh)
    buttons = Buttons(
        (
            Button("Change", wording.change_command(subscription)),
            Button("Preview", f"/csms preview {subscription.id}"),
            Button("All subscriptions", "/csms subscriptions"),
            Button("Unsubscribe", f"/csms unsubscribe {subscription.id}"),
        )
    )
    text = " ".join((first, times(subscription, now), f"Set by {who}."))
    # only a change is everybody's business
    return Reply(text, (Section(tuple(lines)), SmallPrint((cards.small(*small),)), buttons), public=outcome != "same")


def difference(before: Subscription, after: Subscription, context: Context) -> str:
    """What was changed: the times alone, or what is asked for as well (then it is another subscription, with a number of its own)."""
    old = wording.rhythm(before.cadence, before.zone, before.digest_only)
    new = wording.rhythm(after.cadence, after.zone, after.digest_only)
    if before.id == after.id:
        return f"It was {old}, and is {new} now; what already waits for it follows the new times."
    return (
        f"It was {wording.title(before.filters, context.catalog)}, {old}, as subscription {before.id}. "
        f"What waits for it and is still asked for comes with {after.id}."
    )


def times(subscription: Subscription | SubscriptionSpec, now: datetime) -> str:
    """ "Weekdays 09:00 ET; next: Tue 10 Feb 09:00 ET. Guidance, corrections and replacements: at once. System notices: off."."""
    system = f"System notices: {'on' if subscription.filters.system else 'off'}."
    if subscription.cadence.kind == "now":
        return f"Every one at once. {system}"
    described = wording.rhythm(subscription.cadence, subscription.zone, False)
    due = next_due(subscription.cadence, subscription.zone, now)
    urgent = "in the digest too" if subscription.digest_only else "at once"
    return (
        f"{described[0].upper()}{described[1:]}; next: {dates.day_clock(due, subscription.zone)}. "
        f"Guidance, corrections and replacements: {urgent}. {system}"
    )


def would_have(filters: Filters, platform: str, seen: Sequence[Entry]) -> str:
    """ "7 of the last 100 would have matched"."""
    if not seen:
        return "nothing stored yet to compare with"
    count = sum(matches(filters, platform, entry) is not None for entry in seen)
    if len(seen) == 1:
        return f"the only one stored would {'' if count else 'not '}have matched"
    return f"{count} of the last {len(seen)} would have matched"


def overlap(one: Filters, other: Filters) -> bool:
    """Whether an entry could be wanted by both, as far as feeds and topics tell."""
    feeds = set(one.feeds) & set(other.feeds)
    return bool(feeds) and (not one.topics or not other.topics or bool(set(one.topics) & set(other.topics)))


def subscriptions(words: str, command: Command, context: Context) -> Reply:
    """What this channel gets, when, and how much waits."""
    where = place(command, context)
    if isinstance(where, Reply):
        return where
    db, channel = where
    with db.begin() as connection:
        now = db.now(connection)
        channel_id = channels.ensure(connection, channel, now)
        found = store.of_channel(connection, channel_id)
        waiting = reports.waiting(connection, channel_id)
        paused = channels.paused(connection, channel_id)
        held = reports.held(connection, channel_id)
    if not found:
        said = f"This {noun(channel)} has no subscriptions."
        buttons = Buttons((Button("Subscribe to CSMS", "/csms subscribe"), Button("What can I type?", "/trade help")))
        return Reply(
            said,
            (
                Section(
                    (line(Span(said, bold=True)), line("/csms subscribe revenue weekdays 09:00 starts one.")),
                ),
                buttons,
            ),
        )
    items = tuple(_listed(each, waiting.get(each.id, 0), context, now) for each in found)
    blocks: list[Block] = [Header(f"Subscriptions of this {noun(channel)}: {len(found)}")]
    if paused:
        blocks.append(Section((line(Span("Posting is paused here: ", bold=True), f"{paused}. What waits is kept."),)))
    stuck = held_posts.keeps_waiting(held[0], context) if held else ""
    if stuck:
        blocks.append(Section((line(Span("Posting waits here: ", bold=True), stuck),)))
    blocks.append(Bullets(items))
    blocks.append(Buttons(tuple(Button(f"Change {each.id}", wording.change_command(each)) for each in found[:5])))
    blocks.append(Buttons(tuple(Button(f"Unsubscribe {each.id}", f"/csms unsubscribe {each.id}") for each in found[:5])))
    more = "; the buttons are for the first five" if len(found) > 5 else ""
    blocks.append(SmallPrint((line(f"/csms unsubscribe N ends one, /csms preview N shows what it would bring{more}."),)))
    spoken = "; ".join(f"{each.id}: {wording.title(each.filters, context.catalog)}" for each in found)
    stops = (f"Posting is paused here: {paused}" if paused else "", f"Posting waits here: {stuck}" if stuck else "")
    return Reply(". ".join((f"Subscriptions of this {noun(channel)}: {spoken}", *filter(None, stops))), tuple(blocks))


def _listed(each: Subscription, waiting: int, context: Context, now: datetime) -> Line:
    due = "" if each.cadence.kind == "now" else f"next {dates.near(next_due(each.cadence, each.zone, now), now, each.zone)}"
    parts = (
        wording.rhythm(each.cadence, each.zone, each.digest_only),
        due,
        f"{waiting} waiting" if waiting else "nothing waits",
        f"set by {setter(each)}",
    )
    named = Span(f"{each.id} · {wording.title(each.filters, context.catalog)}", bold=True)
    return line(named, *(f"{cards.SEPARATOR}{part}" for part in parts if part))


def unsubscribe(words: str, command: Command, context: Context) -> Reply:
    """Ends a subscription of this channel, by the number that `subscriptions` shows."""
    where = place(command, context)
    if isinstance(where, Reply):
        return where
    db, channel = where
    wanted = re.fullmatch(r"(?:subscription|number|no\.?)?+\s*+#?+\s*+([0-9]{1,18})\.?", words.strip(), re.IGNORECASE)
    with db.begin() as connection:
        now = db.now(connection)
        channel_id = channels.ensure(connection, channel, now)
        waiting = reports.waiting(connection, channel_id)
        ended = store.end(connection, channel_id, int(wanted[1]), now) if wanted else None
        left = store.of_channel(connection, channel_id)
        before = ended_here(connection, channel_id, int(wanted[1])) if wanted and ended is None else None
    if ended is None:
        return which(words, left, context, "unsubscribe", channel, before)
    first = f"Ended subscription {ended.id}. This {noun(channel)} no longer gets "
    first += f"{wording.news(ended.filters, context.catalog)}: {wording.asked(ended.filters, context.catalog)}."
    count = waiting.get(ended.id, 0)
    dropped = f"{count} that waited for it {'are' if count != 1 else 'is'} not posted by it any more." if count else ""
    rest = f"{len(left)} other subscription{'s' if len(left) != 1 else ''} here." if left else "There is no other subscription here."
    buttons = Buttons((*wording.button("Subscribe again", ended), Button("All subscriptions", "/csms subscriptions")))
    lines = (line(Span(first, bold=True)), line(" ".join(part for part in (dropped, rest) if part)))
    small = SmallPrint((line(f"Ended by {command.person.name}"),))
    return Reply(f"{first} Ended by {command.person.name}.", (Section(lines), small, buttons), public=True)


def stored(connection: Connection, filters: Filters, platform: str) -> list[Entry]:
    """The newest stored entries of the subscription's feeds."""
    samples = ("sample",) if platform == SAMPLE_PLATFORM and "csms" in filters.feeds else ()
    return entries.recent(connection, (*filters.feeds, *samples), LOOKED_AT)


def place(command: Command, context: Context) -> tuple[Database, ChannelRef] | Reply:
    """The database and the channel; or why there can be no subscription here."""
    if command.person.external:
        return refusal(
            f"Subscriptions of this {noun(command.channel)} are managed by the staff whose bot this is.",
            "You come from another workspace; ask one of them. Every look-up works for you.",
        )
    if context.db is None:
        return refusal("Subscriptions need the running bot and its database.", "Start it with `tradebot run` and say it there.")
    if command.channel is None:
        return refusal("A subscription belongs to a channel.", "Say it in the channel that is to get the posts.")
    return context.db, command.channel


def setter(subscription: Subscription) -> str:
    """The name of who set it, without the id that is kept beside it."""
    return re.sub(r" \([^()\s]*:[^()]*\)$", "", subscription.created_by)
