"""The newest stored messages: all, or those of a topic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from content.search.text import words as split_words
from handlers.messages import ahead, answers, lists, operators, periods
from handlers.messages.date_list import today_in
from handlers.messages.newest import shows_samples
from handlers.replies import cards, entries
from handlers.replies.reply import Button, Reply, refusal
from handlers.subscriptions.names import vocabulary
from jobs.models.search import Place
from jobs.store import entries as entry_store
from jobs.store.tokens import entry_id, row_id

if TYPE_CHECKING:
    from handlers.command import Command, Context
    from handlers.messages.periods import Period

LATEST = Button("Latest CSMS messages", "/csms latest")


@dataclass(frozen=True, slots=True)
class Newest:
    """The topic, feed and period that a request for the newest messages names."""

    words: tuple[str, ...]
    """Without time words."""
    topic: str = ""
    period: Period | None = None
    count: int = 0
    """How many messages it asks for; 0: as many as fit."""
    after: Place | None = None
    """Where the page before ends."""


def read_newest(text: str, context: Context) -> Newest:
    """A topic is read from its names and synonyms, if the words are nothing else."""
    asked = operators.read_leniently(text, context.catalog, context.now, context.zone)
    period, rest = periods.read(split_words(asked.text), context.now, context.zone, weekdays=True)
    count = int(rest[0]) if rest and rest[0].isascii() and rest[0].isdecimal() and len(rest[0]) <= 2 else 0
    rest = rest[1:] if count else rest
    named = rest[1:] if rest[:1] in (["on"], ["about"], ["for"]) else rest
    known = vocabulary(context.catalog).longest_match(named) if named else None
    is_topic = known is not None and known.kind == "topic" and known.words == len(named) and len(known.slugs) == 1 and not known.loose
    return Newest(tuple(named), known.slugs[0] if known is not None and is_topic else "", period, count, asked.after)


def still_to_come(words: str, context: Context) -> Reply | None:
    """Return why there are no messages of a time that the words name, such as "tomorrow", or None if they name none."""
    days = ahead.to_come(split_words(words), today_in(context))
    if days is None:
        return None
    hint = "Name a time in the past, such as yesterday, this week or since monday. What takes effect later is among the dates ahead."
    asked = days.phrase.removeprefix("on ") if days != ahead.default(today_in(context)) else ""
    return refusal(
        f"CBP has not sent the messages of {asked or 'later days'} yet.",
        hint,
        Button("Dates ahead", f"/trade dates {asked}".rstrip()),
        LATEST,
    )


def newest_answer(asked: Newest, command: Command, context: Context) -> Reply:
    """List the newest messages, of a topic or all."""
    db = context.database()
    assert db is not None  # noqa: S101 - the caller has checked it
    feeds = ("csms", "sample") if shows_samples(command) else ("csms",)
    topic, after = asked.topic, None if asked.after is None else entry_id(asked.after.row)
    since, until = asked.period.bounds(context.zone) if asked.period else (None, None)
    with db.read() as conn:
        found = entry_store.latest(conn, feeds, topic or None, lists.MAX_LISTED + 1, after=after, since=since, until=until)
        stored = answers.read_stored(conn, command, context)
        stored = replace(stored, extents={feed: extent for feed, extent in stored.extents.items() if feed in feeds})
    name = entries.topic_name(context.catalog, topic) if topic else ""
    when = f" {asked.period.phrase}" if asked.period else ""
    here = f"Subscribe this {cards.channel_noun(command.channel)}"
    subscribe = () if command.person.external else (Button(here, f"/csms subscribe {topic}".strip()),)  # it would be refused
    if not found and after is not None:
        return lists.none_stored("There are no older messages.", stored, context, (LATEST,))
    if not found:
        buttons = (*((LATEST,) if topic or when else ()), *subscribe)
        about = f" about {name}" if name else ""
        found_yet = "were found" if topic and stored.sorting else "are stored"
        return lists.none_stored(f"No CSMS messages{about}{when} {found_yet} yet.", stored, context, buttons)
    shown = found[: min(asked.count or lists.MAX_LISTED, lists.MAX_LISTED)]
    more = len(found) > len(shown)
    small = "the only stored message" if len(shown) == 1 else f"all {len(shown)} stored messages"
    if more or after is not None:
        newest = "the newest stored message" if len(shown) == 1 else f"the {len(shown)} newest stored messages"
        small = newest if after is None else f"{len(shown)} older, newest first"
    next_page = operators.older(Place(row_id(shown[-1].id, shown[-1].published)))
    typed = " ".join(filter(None, (topic, asked.period.typed if asked.period else "", next_page)))
    older = (Button("Older", f"/csms latest {typed}"),) if more else ()
    title = f"Latest CSMS: {name}{when}" if name else f"Latest CSMS messages{when}"
    first = lists.SORTING if topic and stored.sorting else ""
    return lists.listing(title, (small,), (("", shown),), stored.read, context, (*older, *subscribe), first)
