"""What becomes of a published sample in a channel: posted at once, kept for the digest, or wanted by nobody there. As an answer."""

from dataclasses import dataclass
from datetime import datetime

from bot.playground.channels import Room
from handlers.replies.cards import channel_noun
from handlers.replies.dates import near
from handlers.replies.reply import Button, Buttons, Reply, Section, Span, line
from jobs.cadence import due_at
from jobs.matching import matches
from jobs.models import Entry, Subscription


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """When an entry comes into the channel first, and the zone of the subscription that brings it."""

    at: datetime
    zone: str


def told(published: list[Entry], wanting: list[Subscription], room: Room, now: datetime, *, jobs: bool) -> tuple[Reply | None, bool]:
    """What is said of it, and whether any of it waits for the channel's digest. None: the posts themselves say it. `jobs`: this process
    posts."""
    if not published:
        return brief("Nothing was published.", "Somebody else published the same sample in this moment; try again."), False
    here = f"this {channel_noun(room.ref)}"
    dues = [(entry, first_due(entry, wanting, room.ref.platform, now)) for entry in published]
    unwanted = [entry for entry, due in dues if due is None]
    waiting = [(entry, due) for entry, due in dues if due is not None and due.at > now]
    at_once = [entry for entry, due in dues if due is not None and due.at <= now]
    if len(unwanted) == len(published):
        subscribe = () if room.guest or wanting else (Button(f"Subscribe {here}", "/csms subscribe", "primary"),)
        hint = f"No subscription of {here} wants it." if wanting else f"T{here[1:]} has no subscription, so nothing is posted here."
        return brief(f"Stored: {named(published)}.", hint, *subscribe), False
    if jobs and len(at_once) == len(published):
        return None, False
    soon = "is posted here at once" if jobs else "is posted here as soon as `tradebot work` runs"
    alone = len(published) == 1
    said = [f"{'It' if alone else named([entry])} waits for {here}’s digest: {near(due.at, now, due.zone)}." for entry, due in waiting]
    said += [f"{'It' if alone else named([entry])} {soon}." for entry in at_once]
    said += [f"No subscription of {here} wants {named([entry])}." for entry in unwanted]
    return brief(f"Published: {named(published)}.", " ".join(said)), bool(waiting)


def first_due(entry: Entry, wanting: list[Subscription], platform: str, now: datetime) -> Due | None:
    """The earliest of what the channel's subscriptions ask for; None when none of them wants it."""
    want = [one for one in wanting if matches(one.filters, platform, entry)]
    return min((Due(due_at(one, entry.lead, now), one.zone) for one in want), default=None)


def named(published: list[Entry]) -> str:
    return " and ".join(f"CSMS {entry.number}" for entry in published)


def brief(said: str, hint: str, *buttons: Button) -> Reply:
    return Reply(f"{said} {hint}", (Section((line(Span(said, bold=True), f" {hint}"),)), *((Buttons(buttons),) if buttons else ())))
