"""Put the stored reason for a match into plain words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.replies import cards, dates, entries
from handlers.replies.reply import Line, Span, line
from jobs.states import PostKind, PostState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from content.catalog import Catalog
    from handlers.command import Context
    from jobs.models.channels import ChannelRef
    from jobs.store.reports import Reason

_NEXT = re.compile(r'; (?=topic [a-z]|everything in |")')
_EVERYTHING = re.compile(r"everything in (\S+)")
_TOPIC = re.compile(r"topic (\S+?)(?: \((.*)\))?", re.DOTALL)
_PHRASE = re.compile(r'"(.*)" in the (title|body)', re.DOTALL)
_FOUND = re.compile(r'(title|body): (?:"(.*)"(?= \(|$)|(\S+))(.*)', re.DOTALL)
_IN = {PostKind.DIGEST: ", in a digest", PostKind.CATCH_UP: ", in a catch-up digest"}

_PLACES = {"title": "the title", "body": "the text"}


def explain(because: str, catalog: Catalog, here: str = "this channel") -> str:
    """Return "topic Revenue: the title contains “drawback”". Other words stay as they are."""
    return "; ".join(_part(part, catalog, here) for part in _NEXT.split(because))


def _part(part: str, catalog: Catalog, here: str) -> str:
    if match := _EVERYTHING.fullmatch(part):
        what = "CSMS messages" if match[1] == "csms" else f"messages from {entries.feed_name(catalog, match[1])}"
        return f"{here} asked for all {what}"
    if match := _PHRASE.fullmatch(part):
        return f"{_PLACES[match[2]]} contains “{match[1]}”"
    if match := _TOPIC.fullmatch(part):
        name = f"topic {entries.topic_name(catalog, match[1])}"
        return f"{name}: {explain_topic(match[2], catalog)}" if match[2] else name
    return part


def explain_topic(because: str, catalog: Catalog) -> str:
    """Return "the title contains “drawback”", "kind of message: quota notice" or "it is also about Tariffs"."""
    if match := _FOUND.fullmatch(because):
        return f"{_PLACES[match[1]]} contains “{match[2] or match[3]}”{match[4]}"
    word, _, rest = because.partition(" ")
    if word == "kind:":
        kind, space, more = rest.partition(" ")
        return f"kind of message: {entries.kind_name(kind)}{space}{more}"
    if word == "with":
        slugs, bracket, more = rest.partition(" (")
        return f"it is also about {', '.join(entries.topic_name(catalog, slug) for slug in slugs.split(', '))}{bracket}{more}"
    return because


def posting_state(reason: Reason, stop: str, now: datetime, zone: str) -> str:
    """Return when the entry was posted, or why it was not. `stop`: why nothing is posted in its channel right now, or ""."""
    match reason.state:
        case PostState.SENT if reason.settled_at:
            return f"posted {dates.near(reason.settled_at, now, zone)}{_IN.get(reason.kind, '') if reason.kind else ''}"
        case PostState.DEAD if reason.unwanted:
            return "not posted, because the subscription had ended"
        case PostState.DEAD if reason.dismissed_at:
            why = "the bot could not confirm that it arrived" if reason.held else f"it was refused ({reason.error})"
            return f"{why}, and an admin dropped it {dates.near(reason.dismissed_at, now, zone)}"
        case PostState.DEAD:
            when = f" {dates.near(reason.settled_at, now, zone)}" if reason.settled_at else ""
            return f"refused{when} ({reason.error}); an admin can resend it with /trade-admin outbox"
        case PostState.SENDING if reason.held:
            return "perhaps posted: the bot cannot confirm it, and an admin decides with /trade-admin outbox"
        case PostState.SENDING:
            return "sent, but not confirmed yet"
    if stop:
        return f"not posted yet: {stop}"
    return f"not posted yet, due {dates.near(reason.due_at, now, zone)}" if reason.due_at > now else "not posted yet"


def join_reasons(reasons: Sequence[Reason], subscription_id: int | None, here: str, context: Context) -> str:
    """Join the reasons of a digest's subscription and of others that the post serves."""
    texts = [(reason.subscription_id, explain(reason.because, context.catalog, here)) for reason in reasons]
    own = [text for number, text in texts if number == subscription_id]
    return "; ".join(own + [f"{text} (subscription {number})" for number, text in texts if number != subscription_id])


def link_of(reason: Reason, channel: ChannelRef, context: Context) -> str | None:
    """Return the address of the post that carries an entry, if it was posted and the address is known."""
    return (context.link_to_post(channel, reason.receipt) or None) if reason.posted_at and reason.receipt else None


def links_of(reasons: Sequence[Reason], channel: ChannelRef, context: Context) -> list[str]:
    """Return the addresses of the posts that carry entries, in the order in which they were posted."""
    posted = sorted((each for each in reasons if each.posted_at), key=lambda each: (each.posted_at, each.receipt))
    return list(dict.fromkeys(link for each in posted if (link := link_of(each, channel, context))))


def posts_lines(links: Sequence[str]) -> tuple[Line, ...]:
    """Return the line "Open the post", with a link, or "Open the post: part 1 · part 2", if there is any."""
    if len(links) < 2:
        return tuple(line(Span("Open the post", link=link)) for link in links)
    return (line("Open the post: ", *cards.separated_line(*(line(Span(f"part {n}", link=link)) for n, link in enumerate(links, 1)))),)
