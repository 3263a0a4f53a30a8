"""/trade-admin audit: show who changed what, newest first."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from content.search.text import storable_text
from handlers.command import name_of, read_creator
from handlers.outbox import post_number
from handlers.replies import cards, dates
from handlers.replies.entries import shorten
from handlers.replies.reply import Button, Buttons, Header, Line, Reply, Section, SmallPrint, Span, code_line, line, plain, refusal
from jobs.audit import read_values
from jobs.states import AuditAction, PostState
from jobs.store import audit as store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.command import Command, Context
    from jobs.models.audit import AuditRow

MAX_LISTED = 10
"""Rows in one reply."""

_MAX_VALUE = 160
"""Characters of what a row says about a change."""

MAX_WORDS = 8
"""Words that a row must have."""

_BEFORE_WHAT = re.compile(r"before(?: |$)", re.IGNORECASE | re.ASCII)

_BEFORE = re.compile(r"before #?([0-9]{1,18})(?: |$)", re.IGNORECASE | re.ASCII)

_QUOTES = '"“”'

_WHOLE_WORDS = "Type whole words of what happened, such as “paused”, “resumed”, “subscription 3” or a name."

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z", re.ASCII)

_HINT = "No row is ever changed or deleted. To check that, run `tradebot audit verify`."

_DAMAGED = "not as the bot stored it"

_NAMES = {"when": "schedule", "deadlines": "reminders", "digest_only": "digest only", "never": "without"}
"""A key in a row -> its name, if that is another word."""

_REMINDERS = (AuditAction.REMINDER_SET, AuditAction.REMINDER_STOPPED)
"""Actions that name the reminder which the subject names too."""

_ENDINGS = (AuditAction.ENDED, AuditAction.REMINDER_STOPPED)
"""Actions after which nothing is left of what was."""

_POST = re.compile(r"post [0-9a-f-]{36}", re.ASCII)
_STATES = {str(PostState.DEAD): "refused", str(PostState.PENDING): "waiting", str(PostState.SENDING): "on hold"}
"""The state of a post, in the words of the outbox."""
_PLAIN_RESULTS = ("arrived", "dropped", "resent")
"""Results that the name of the action already tells."""

_UNSAID = ("digest", "number")
"""Keys in a row that people do not need."""


def audit(words: str, command: Command, context: Context) -> Reply:
    """List the changes that have all of the words; "before N" lists those before row N."""
    if context.db is None:
        return cards.needs_bot()
    said = " ".join(words.split())
    before = _BEFORE.match(said)
    if before is None and _BEFORE_WHAT.match(said):
        return refusal("After “before”, type the number of a row, such as `/trade-admin audit before 120`.", "")
    wanted = said[before.end() :] if before else said
    older_than = int(before[1]) if before else None
    if older_than == 0:
        return refusal("The first change is row 1. Type a larger number after “before”.", "")
    sought = tuple(dict.fromkeys(word for each in wanted.lower().split() if (word := each.strip(_QUOTES))))
    if len(sought) > MAX_WORDS:
        return refusal(f"That is too many words to look for. Type at most {MAX_WORDS}.", "")
    with context.db.read() as conn:
        found = store.latest(conn, MAX_LISTED + 1, words=sought, older_than=older_than)
    if not found:
        that = f" with {cards.quote(wanted, 60)}" if wanted else ""
        return refusal(f"The audit has no change{that}{f' before row {older_than}' if older_than else ''}.", _WHOLE_WORDS if wanted else "")
    listed, more = list(map(_shown, found[:MAX_LISTED])), len(found) > MAX_LISTED
    title = f"Changes with {cards.quote(wanted, 60)}, newest first" if wanted else "Changes, newest first"
    older = (Buttons((Button("Older", f"/trade-admin audit before {listed[-1].id} {wanted}".strip()),)),) if more else ()
    told = "; ".join(f"{plain(_head(each, context))}, {plain(_facts(each, context))}" for each in listed)
    return Reply(
        f"{title}: {told}.",
        (
            Header(title),
            *(Section((_head(each, context), _facts(each, context))) for each in listed),
            *older,
            SmallPrint((code_line(_HINT),)),
        ),
    )


def _shown(row: AuditRow) -> AuditRow:
    """Return a row with texts that can be sent, however they were spoiled."""
    texts: dict[str, Any] = {name: storable_text(value) for name, value in asdict(row).items() if isinstance(value, str)}
    return replace(row, **texts)


def _head(row: AuditRow, context: Context) -> Line:
    """Return "Maria changed subscription 3: schedule now → weekdays 09:00"."""
    person = read_creator(row.who)
    who = cards.person_span(person) if person else Span(name_of(row.who))
    before, after = read_values(row.before), read_values(row.after)
    if before is None or after is None:
        said = shorten(f"{row.before or 'nothing'} → {row.after or 'nothing'}", _MAX_VALUE)
    else:
        said = _difference({}, before, context) if row.what in _ENDINGS else _difference(before, after, context)
        said = f"it was {said}" if said and row.what in _ENDINGS else said or _difference({}, after, context)
    return line(who, " ", Span(_what(row), bold=True), f": {said}" if said else "")


def _what(row: AuditRow) -> str:
    if row.what == AuditAction.SUBSCRIBED:
        return f"subscribed the channel ({row.subject})"
    subject = row.subject.removeprefix("reminder ") if row.what in _REMINDERS else row.subject
    if _POST.fullmatch(subject):  # as the outbox names it
        subject = f"post number {post_number(subject.removeprefix('post '))}"
    return f"{row.what} {subject}".strip()


def _facts(row: AuditRow, context: Context) -> Line:
    """Return "row 12 · Mon 9 Feb 09:12 ET · slack #trade"."""
    channel = read_creator(row.place)  # signed as a person is
    where = f"{channel.platform} {channel.name or channel.id}" if channel else ""
    at = _read_moment(row.at)
    damaged = row.damaged or at is None or read_values(row.before) is None or read_values(row.after) is None
    when = row.at if at is None else dates.near(at, context.now, context.zone)
    return cards.separated_line(f"row {row.id}", when, where, _DAMAGED if damaged else "")


def _read_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        return None


def _difference(before: Mapping[str, Any], after: Mapping[str, Any], context: Context) -> str:
    keys = [key for key in dict.fromkeys((*before, *after)) if key not in _UNSAID and before.get(key) != after.get(key)]
    keys = [key for key in keys if key != "result" or after.get(key) not in _PLAIN_RESULTS]
    listed = (
        _changed(_NAMES.get(key, key.replace("_", " ")), _value(before.get(key), context), _value(after.get(key), context)) for key in keys
    )
    return shorten("; ".join(listed), _MAX_VALUE)


def _changed(name: str, old: str, new: str) -> str:
    if not old or not new:
        return f"{name} {new}" if new else f"{name} {old} → none"
    return f"{name} {old} → {new}"


def _value(value: object, context: Context) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_value(each, context) for each in value)
    text = _STATES.get(str(value), "") or name_of(" ".join(storable_text(str(value)).split()))
    at = _read_moment(text)
    return text if at is None else dates.near(at, context.now, context.zone)
