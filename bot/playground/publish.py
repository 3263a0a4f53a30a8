"""Publish a sample, and tell what becomes of it in a channel."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from bot.playground import samples
from bot.playground.channels import PlaygroundChannel
from bot.playground.samples import Sample
from content.catalog import Topic
from handlers.replies.cards import channel_noun
from handlers.replies.dates import near
from handlers.replies.reply import Button, Buttons, Reply, Section, Span, line
from jobs.cadence import due_at
from jobs.classify import classify
from jobs.matching import matches
from jobs.models.entries import Entry
from jobs.models.subscriptions import Subscription
from jobs.publish import publish_sample
from jobs.relations import Changes, chains
from jobs.store import entries
from jobs.store.database import Database

MAX_SAMPLES = 10_000

Choose = Callable[[Collection[str]], tuple[tuple[str, Sample], ...]]
"""Returns the next samples with their keys, given the published keys."""


@dataclass(frozen=True, slots=True, order=True)
class Due:
    at: datetime
    zone: str


def publish_next(db: Database, topics: tuple[Topic, ...], choose: Choose) -> list[Entry]:
    """Publish the samples that are next, and return those that nobody else published in the meantime."""
    with db.read() as conn:
        known = {entry.key for entry in entries.latest(conn, [samples.FEED], limit=MAX_SAMPLES)}
    published = [
        publish_sample(db, samples.to_parsed(key, sample), lambda title, text: classify(title, text, topics))
        for key, sample in choose(known)
    ]
    return [entry for entry in published if entry]


def outcome_reply(  # six parameters: what was published, where, and when
    published: list[Entry],
    changed: Changes,
    subscriptions: list[Subscription],
    channel: PlaygroundChannel,
    now: datetime,
    *,
    jobs: bool,
) -> tuple[Reply | None, bool]:
    """Return a reply, unless the posts speak for themselves, and whether any entry waits for the digest. `jobs`: this process posts."""
    if not published:
        return _reply("Nothing was published.", "Someone else just published the same sample. Try again."), False
    here = f"this {channel_noun(channel.ref)}"
    dues = _posted_together([(entry, _first_due(entry, subscriptions, channel.ref.platform, now)) for entry in published], changed, now)
    unwanted = [entry for entry, due in dues if due is None]
    waiting = [(entry, due) for entry, due in dues if due is not None and due.at > now]
    due_now = [entry for entry, due in dues if due is not None and due.at <= now]
    if len(unwanted) == len(published):
        subscribe = () if channel.guest or subscriptions else (Button(f"Subscribe {here}", "/csms subscribe", "primary"),)
        matched = "it" if len(published) == 1 else "them"
        none = f"T{here[1:]} has no subscription, so nothing is posted here."
        hint = f"No subscription of {here} matches {matched}." if subscriptions else none
        return _reply(f"Stored: {_names(published)}.", hint, *subscribe), False
    if jobs and len(due_now) == len(published):
        return None, False
    soon = "will be posted here at once" if jobs else "will be posted here when `tradebot work` runs"
    alone = len(published) == 1
    sentences = [
        f"{'It' if alone else _names([entry])} waits for {here}’s digest: {near(due.at, now, due.zone)}." for entry, due in waiting
    ]
    sentences += [f"{'It' if alone else _names([entry])} {soon}." for entry in due_now]
    sentences += [f"No subscription of {here} matches {_names([entry])}." for entry in unwanted]
    return _reply(f"Published: {_names(published)}.", " ".join(sentences)), bool(waiting)


def _first_due(entry: Entry, subscriptions: list[Subscription], platform: str, now: datetime) -> Due | None:
    """Return when a subscription first brings the entry, or None."""
    matching = [each for each in subscriptions if matches(each.filters, platform, entry)]
    return min((Due(due_at(each, entry.lead, now), each.zone) for each in matching), default=None)


def _posted_together(dues: list[tuple[Entry, Due | None]], changed: Changes, now: datetime) -> list[tuple[Entry, Due | None]]:
    """Let a correction and what it changes be due with the first of them, as they are posted."""
    due = {entry.id: found for entry, found in dues}
    corrections = {later for several in changed.values() for later in several}
    for chain in chains([entry for entry, _ in dues], changed):
        first = min((found for entry in chain if (found := due[entry.id]) is not None and found.at <= now), default=None)
        if first is not None:
            due |= {entry.id: first for entry in chain if due[entry.id] is not None or entry.id in corrections}
    return [(entry, due[entry.id]) for entry, _ in dues]


def _names(published: list[Entry]) -> str:
    return " and ".join(f"CSMS {entry.number}" for entry in published)


def _reply(text: str, hint: str, *buttons: Button) -> Reply:
    return Reply(f"{text} {hint}", (Section((line(Span(text, bold=True), f" {hint}"),)), *((Buttons(buttons),) if buttons else ())))
