"""/csms open, and "is ACE down?": the outages that CBP reported and no later message ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.messages import vocabulary
from handlers.messages.lists import Stored, none_stored
from handlers.messages.newest import shows_samples
from handlers.messages.news import News, news_of, subject_of
from handlers.messages.questions import tokens_of
from handlers.replies import cards, dates, entries, freshness, sources
from handlers.replies.reply import Block, Bullets, Button, Buttons, Line, Reply, Section, SmallPrint, Span, line, notice, refusal
from jobs.outages import Outage, Outages, load_outages
from jobs.store.entries import extents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Command, Context
    from jobs.feed_health import LastRead
    from jobs.models.entries import Entry
    from jobs.store.database import Connection, Database

_MAX_OPEN, _MAX_NOT_CLOSED = 10, 5

_SYSTEM_ITSELF = frozenset({"abi", "ace", "cbp", "cbps", "edi", "everything", "anything", "something", "there", "known", "portal"})
"""Words of a question that name no part of ACE."""

_NOUNS = vocabulary.SYSTEM | vocabulary.TROUBLE | vocabulary.SYSTEM_TROUBLE

_PAST = frozenset({"did", "was", "were"})

_NONE_OPEN = "CBP\u2019s messages report no open outages."
_CANNOT_TELL = "The bot cannot see whether a system works; it reads CBP\u2019s messages."
_NOT_CLOSED = "Not closed by a message"
_WHY_NOT_CLOSED = "CBP sent nothing that ends these for certain. They are probably over."

_LIST_WORDS = _NOUNS | vocabulary.POLITE | {"currently", "now", "right", "still", "today"}
_MAX_TIME = 2
_NOW = Button("Open now", "/csms open")
_NOTICES = Button("Notices about outages and maintenance", "/csms latest outage")


def answer(words: str, command: Command, context: Context) -> Reply | None:
    """Answer "is ACE down?" and "any outages right now"; of "is the truck manifest down", only if an outage of today names it."""
    from handlers.messages import periods

    tokens = tokens_of(words)
    period, rest = periods.read(tokens, context.now, context.zone)
    if command.verb == "csms" and _NOUNS.issuperset(tokens):  # a search: "/csms ACE outages"
        return None
    if news_of(tokens) is not News.TROUBLE or tokens[0] in _PAST or "maintenance" in tokens or (period and period.phrase != "today"):
        return None
    about = tuple(word for word in subject_of(rest, News.TROUBLE)[0] if word not in _SYSTEM_ITSELF)
    db = context.database()
    return None if db is None else listing(db, command, context) if not about else _about(about, db, command, context)


def of_another_time(words: str, command: Command, context: Context) -> Reply | None:
    """Answer "open now" with the list, and explain "open yesterday" and "open tomorrow"; return None for "open an account"."""
    from handlers.messages import ahead, periods
    from handlers.messages.date_list import today_in

    db, rest = context.database(), [word for word in tokens_of(words)[1:] if word not in _LIST_WORDS]
    if db is None:
        return None
    if not rest:
        return listing(db, command, context)
    period, others = periods.read(rest, context.now, context.zone, weekdays=True)
    if period is not None and not others:
        if period.until is None and period.since == today_in(context):
            return listing(db, command, context)
        last = period.until - timedelta(days=1) if period.until else today_in(context)
        day = Button(f"As of {dates.near_as_of(last.isoformat(), context.now, context.zone)}", f"/csms open as-of:{last.isoformat()}")
        return refusal(
            "/csms open lists the outages that are open now.", "To see those of an earlier day, add as-of: and the day.", day, _NOW
        )
    if len(rest) <= _MAX_TIME and ahead.to_come(rest, today_in(context)) is not None:
        hint = "Planned downtime is announced as maintenance."
        return refusal("/csms open lists the outages that are open now; nobody can know those to come.", hint, _NOTICES, _NOW)
    return None


def listing(db: Database, command: Command, context: Context) -> Reply:
    with db.read() as conn:
        found = _read(conn, command, context)
        read = freshness.read_feed(conn, context)
        if read.at or found.open or found.not_closed or found.ended:
            return _card(found, read, context)
        stored = Stored(extents(conn, samples=shows_samples(command)), read)
    if not stored.extents:
        return notice(f"No CSMS messages are stored yet. {freshness.why_none(read, context.now, context.zone)}")
    return none_stored(_NONE_OPEN, stored, context, (_NOTICES,))  # an archive was imported, and the feed never read


def _about(words: Sequence[str], db: Database, command: Command, context: Context) -> Reply | None:
    with db.read() as conn:
        found = _read(conn, command, context)
        read = freshness.read_feed(conn, context)
    open_, ended = (
        tuple(each for each in several if all(word in each.last.title.casefold() for word in words))
        for several in (found.open, found.ended)
    )
    return _card(Outages(open_, (), ended), read, context, " ".join(words)) if open_ or ended else None


def _read(conn: Connection, command: Command, context: Context) -> Outages:
    feeds = ("csms", "sample") if shows_samples(command) else ("csms",)
    return load_outages(conn, feeds, context.now)


def _card(found: Outages, read: LastRead, context: Context, about: str = "") -> Reply:
    now, zone = context.now, context.zone
    warning = freshness.warning(read, now, zone)
    count = len(found.open)
    what = f"outage{'s' if count != 1 else ''} {f'about {cards.quote(about)} ' if about else ''}"
    first = f"CBP\u2019s messages report {count or 'no'} open {what.strip()}."
    when = "" if warning else f"{freshness.sentence_part(read, now, zone)}."
    shown, aged, ended = found.open[:_MAX_OPEN], found.not_closed[:_MAX_NOT_CLOSED], found.ended[:_MAX_NOT_CLOSED]
    blocks: list[Block] = [
        *freshness.warning_blocks(warning),
        Section((line(Span(first, bold=True)),)),
        *((Bullets(tuple(_open_line(each, context) for each in shown)),) if shown else ()),
        SmallPrint((line(" ".join(filter(None, (when, _CANNOT_TELL)))),)),
    ]
    if ended:
        blocks += [cards.heading("Ended in the last 24 hours"), Bullets(tuple(_ended_line(each, context) for each in ended))]
    if aged:
        listed = tuple(_not_closed_line(each, context) for each in aged)
        more = len(found.not_closed) - len(aged)
        note = f"{_WHY_NOT_CLOSED}{f' {more} more are older.' if more else ''}"
        blocks += [cards.heading(_NOT_CLOSED), Bullets(listed), SmallPrint((line(note),))]
    messages = [each.last for each in (*shown, *ended, *aged)]
    blocks += [Buttons((_NOTICES,)), *((entries.caution(messages),) if messages else ())]
    spoken = [f"{entries.screen_reader_text(each.last, zone)}, {_since(each, context)}." for each in shown]
    subjects = tuple(dict.fromkeys(entry.key for each in (*shown, *ended, *aged) for entry in each.chain))
    return Reply(" ".join(filter(None, (warning, first, *spoken, when, _CANNOT_TELL))), tuple(blocks), subjects=subjects, shareable=True)


def _open_line(outage: Outage, context: Context) -> Line:
    """Return the newest message as the title, since when the outage lasts, and the messages before."""
    before = outage.chain[:-1]
    parts = (outage.last.number, _since(outage, context), f"{_earlier(len(before))}: " if before else "")
    links = (span for each in before[::-1] for span in (Span(each.number, link=sources.https_url(each.url)), Span(", ")))
    return (
        *entries.title(outage.last, entries.BULLET_TITLE),
        *line(*(f"{cards.SEPARATOR}{part}" for part in parts if part)),
        *tuple(links)[:-1],
        *line(*(f"{cards.SEPARATOR}{part}" for part in entries.states(outage.last))),
    )


def _earlier(count: int) -> str:
    return f"earlier message{'s' if count != 1 else ''}"


def _since(outage: Outage, context: Context) -> str:
    return f"since {_when(outage.chain[0], context)}"


def _when(entry: Entry, context: Context) -> str:
    """Return "Fri 09:00 ET", or of a message that only CBP's archive has brought, its day."""
    near = dates.near_date if entry.archived else dates.near
    return near(entry.published, context.now, context.zone)


def _ended_line(outage: Outage, context: Context) -> Line:
    began, ended = (_when(each, context) for each in (outage.chain[0], outage.last))
    return entries.bullet(outage.last, f"{began} to {ended}")


def _not_closed_line(outage: Outage, context: Context) -> Line:
    last = entries.sent_day(outage.last, context.now, context.zone)
    if outage.doubt is None:
        return entries.bullet(outage.last, last)
    link = Span(outage.doubt.number, link=sources.https_url(outage.doubt.url))
    return (*entries.bullet(outage.last, last, "perhaps ended by "), link)
