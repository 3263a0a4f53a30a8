"""The operator as-of: answers a look-up as the bot would have answered it at the end of a day."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from content.loading.files import ContentError
from handlers.command import NoStore
from handlers.messages import operators
from handlers.replies import cards, dates, key_dates
from handlers.replies.reply import Button, Reply, Section, SmallPrint, Span, code_line, line, map_buttons, refusal
from handlers.table import TABLE, Access
from jobs.cadence import zone_info
from jobs.recent import read_recent
from jobs.revisions import load
from jobs.store import entries as entry_store
from jobs.store import revisions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from content.catalog import Catalog
    from handlers.command import Context
    from handlers.table import Route
    from jobs.store.database import Database

_OPERATOR = re.compile(r"(?<!\S)as-of:\s?+(\S++)", re.IGNORECASE)

_CAVEAT = (
    "The content and the messages that the bot had at the end of that day, with the texts that they had then. "
    "The rules by which it reads topics, dates and relations in these texts may be newer."
)
_MAX_NAMED = 5
"""Messages that are named because their text of that day is not stored."""


@dataclass(frozen=True, slots=True)
class _Revision:
    number: int
    catalog: Catalog


def split_day(words: str) -> tuple[str, str]:
    """Return the words without the operator, and its day as typed, or "" without one."""
    found = _OPERATOR.search(words)
    if found is None:
        return words, ""
    return " ".join(f"{words[: found.start()]} {words[found.end() :]}".split()), found[1]


def is_possible(route: Route) -> bool:
    """Return whether a command asks about what was stored or said, and changes nothing."""
    return route.is_lookup and not (route.acts or route.about_channel)


def answer_as_of(route: Route, typed: str, context: Context, answer: Callable[[Context], Reply]) -> Reply:
    """Return what `answer` says with the content and the messages of a day, or why that is not possible."""
    if not is_possible(route):
        return refusal(f"{route.name} does not take as-of:.", "You can look things up as of a day, not change them.")
    if context.db is None:
        why = "The bot's database does not answer right now." if context.no_store is NoStore.AWAY else "Its database has that."
        hint = code_line("In a terminal, add `--stored`, with the bot's DATABASE_URL.")
        return refusal(f"Only the running bot knows what it knew on a day in the past. {why}", hint)
    day = _last_day(typed, context)
    if isinstance(day, Reply):
        return day
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone_info(context.zone)) + timedelta(days=1)
    moment = min(midnight.astimezone(UTC) - timedelta(microseconds=1), context.now)
    revision = _revision(context.db, moment, day, context)
    if isinstance(revision, Reply):
        return revision
    db = context.db.as_of(moment)
    recent = read_recent(db, revision.catalog)
    past = replace(context, catalog=revision.catalog, now=moment, db=db, recent=recent, records_unanswered=False, past=True)
    reply = answer(past)
    return _with_heading(reply, day, revision.number, _newer_texts(db, reply, moment))


def _newer_texts(db: Database, reply: Reply, moment: datetime) -> str:
    """Return which of the messages that an answer shows have a text that came later, because the one of that day is not stored."""
    with db.read() as conn:
        shown = entry_store.known(conn, reply.subjects).values()
    newer = sorted({key_dates.name_of(each) for each in shown if each.edited_at is not None and each.edited_at > moment})
    if not newer:
        return ""
    listed = ", ".join(newer[:_MAX_NAMED]) + (f" and {len(newer) - _MAX_NAMED} more" if len(newer) > _MAX_NAMED else "")
    return f"The text of {listed} came after that day. The bot does not hold an earlier one."


def _last_day(typed: str, context: Context) -> date | Reply:
    """Return the last day that was typed: of "2026-03", 31 March."""
    named = operators.days(typed.casefold(), context.now, context.zone)
    if named is None:
        problem = f"The bot does not recognize the day {cards.quote(typed, 40)} after as-of:."
        return refusal(problem, "Type a day, a month or a year, such as as-of:2026-03-01, as-of:2026-03 or as-of:30d.")
    today = context.now.astimezone(zone_info(context.zone)).date()
    if named[0] > today:
        return refusal(f"{dates.as_of(named[0].isoformat())} is still to come.", "as-of: takes a day in the past, or today.")
    return min(named[1] - timedelta(days=1), today)


def _revision(db: Database, moment: datetime, day: date, context: Context) -> _Revision | Reply:
    with db.read() as conn:
        found, first = revisions.at(conn, moment), revisions.oldest(conn)
    if found is None:
        shown = dates.as_of(day.isoformat())
        if first is None:
            return refusal(f"The bot cannot tell what it said on {shown}.", "Its database has no published revision of the content.")
        begun = first.astimezone(zone_info(context.zone)).date()
        hint = f"Its first revision was published on {dates.date(first, context.zone)}. Ask as of that day or later."
        return refusal(f"The bot had no content on {shown}.", hint, Button("First revision", f"/trade office as-of:{begun.isoformat()}"))
    if not found.files:
        why = f"Revision {found.id} was in force then, and the bot no longer stores its files."
        return refusal(f"The bot cannot tell what it said on {dates.as_of(day.isoformat())}.", why)
    try:
        return _Revision(found.id, load(found.files))
    except ContentError:
        files = code_line(f"An admin can read its files: `tradebot content export DIR --revision {found.id}`")
        return refusal(f"This release cannot read revision {found.id}, which was in force then.", files)


def _with_heading(reply: Reply, day: date, revision: int, newer: str) -> Reply:
    """Say first which day an answer is of, and keep the day in the commands of its buttons."""
    head = f"As of {dates.as_of(day.isoformat())}, revision {revision}"
    operator = f" as-of:{day.isoformat()}"

    def on_that_day(button: Button) -> Button:
        verb, _, words = button.command.removeprefix("/").partition(" ")
        first = words.partition(" ")[0]
        routes = [route for route in TABLE if route.verb == verb and first in route.words]
        possible = all(map(is_possible, routes)) and any(route.verb == verb and route.audience is Access.ANYONE for route in TABLE)
        return replace(button, command=f"{button.command}{operator}") if possible else button

    heading = (Section((line(Span(head, bold=True)), *((line(newer),) if newer else ()))), SmallPrint((line(_CAVEAT),)))
    blocks = (*heading, *(map_buttons(block, on_that_day) for block in reply.blocks))
    return replace(reply, text=" ".join(filter(None, (f"{head}.", newer, reply.text))), blocks=blocks, marks=0, question="")
