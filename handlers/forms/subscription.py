"""The form that subscribes a channel or changes a subscription. Pure, except `open_form`.

What people fill in becomes a command, for the same parser and handler.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time
from typing import TYPE_CHECKING

from content.catalog import Catalog
from handlers.forms.fields import Field, FieldKind, FormView, Option, Values
from handlers.outbox import quantity
from handlers.replies.reply import Reply
from handlers.subscriptions import wording
from handlers.subscriptions.commands import INSTEAD_OF
from handlers.subscriptions.errors import ended_subscription, unknown_number
from handlers.subscriptions.parser import MAX_CHARACTERS, MAX_PHRASES, parse
from handlers.subscriptions.parts import MAX_PHRASE, Misunderstood
from handlers.subscriptions.timezones import SHORT
from jobs.cadence import WEEKDAYS, zone_label
from jobs.models.channels import ChannelRef
from jobs.models.subscriptions import Cadence, Filters, Subscription, SubscriptionSpec
from jobs.reminders import DEFAULT_DAYS
from jobs.states import CadenceKind
from jobs.store import channels, subscriptions

if TYPE_CHECKING:
    from handlers.command import Command, Context
    from jobs.store.database import Database

CADENCE_LABELS = {
    CadenceKind.NOW: "Each message at once",
    CadenceKind.DAILY: "Daily digest",
    CadenceKind.WEEKDAYS: "Weekday digest",
    CadenceKind.WEEKLY: "Weekly digest",
    CadenceKind.CHANGES: "Weekly report of what changed",
}
_WEEKLY = (CadenceKind.WEEKLY, CadenceKind.CHANGES)
_DIGESTS = (CadenceKind.DAILY, CadenceKind.WEEKDAYS, *_WEEKLY)
CSMS = ("csms",)
QUOTES = '"“”„‟«»'

RENAMED_BLOCKS = {"feed": "feeds", "topic": "topics", "phrase": "phrases", "digest": "urgent"}
"""The modal's block that a part of the command comes from, if its name differs."""


@dataclass(frozen=True, slots=True)
class Form:
    channel: ChannelRef
    default_zone: str
    verb: str = "csms"
    """csms, or trade to offer other feeds too."""
    subscription: int = 0
    """The number of the changed subscription; 0 for a new one."""
    feeds: tuple[str, ...] = CSMS
    topics: tuple[str, ...] = ()
    when: CadenceKind = CadenceKind.WEEKDAYS
    day: int = 0
    at: str = "09:00"
    zone: str = ""
    urgent: bool = True
    system: bool = False
    deadlines: bool = False
    phrases: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    home: bool = False
    """It was opened from the Home tab: a new one chooses the channel, and it is still to be checked that the person may change another."""
    unknown: tuple[str, ...] = ()
    """Topics and feeds of the subscription that the content no longer has."""


def chooses_channel(form: Form) -> bool:
    """Return whether the form asks for the channel: the Home tab belongs to none."""
    return form.home and not form.subscription


def new_form(channel: ChannelRef, verb: str, zone: str) -> Form:
    return Form(channel, zone, verb, zone=zone)


def change_form(subscription: Subscription, catalog: Catalog, default_zone: str) -> Form:
    filters, cadence = subscription.filters, subscription.cadence
    topics, feeds = ({each.slug for each in known} for known in (catalog.topics, catalog.feeds))
    return Form(
        channel=subscription.channel,
        default_zone=default_zone,
        verb="csms" if filters.feeds == CSMS else "trade",
        subscription=subscription.id,
        feeds=tuple(slug for slug in filters.feeds if slug in feeds),
        topics=tuple(slug for slug in filters.topics if slug in topics),
        when=cadence.kind,
        day=cadence.weekday or 0,
        at="09:00" if cadence.at is None else f"{cadence.at:%H:%M}",
        zone=subscription.zone,
        urgent=not subscription.digest_only,
        system=filters.system,
        deadlines=subscription.deadlines,
        phrases=filters.phrases,
        never=filters.never,
        unknown=tuple(slug for slug in (*filters.feeds, *filters.topics) if slug not in topics | feeds),
    )


def open_form(command: Command, context: Context, db: Database) -> Form | Reply:
    """Return the form for a subscription without words or a change, or why there is none. `command` has a channel."""
    channel = command.channel
    assert channel is not None  # noqa: S101 - a platform's command has one
    instead = INSTEAD_OF.search(command.words)
    with db.begin() as conn:
        channel_id = channels.ensure(conn, channel, db.now(conn))
        live = subscriptions.list_for_channel(conn, channel_id)
        ended = ended_subscription(conn, channel_id, int(instead[1])) if instead else None
    zone = live[-1].zone if live else context.zone
    if instead is None:
        return new_form(channel, command.verb, zone)
    old = next((each for each in live if each.id == int(instead[1])), None)
    if old is None:
        return unknown_number(instead[1], live, context, "change", channel, ended)
    form = change_form(old, context.catalog, zone)
    return replace(form, channel=replace(form.channel, name=channel.name or form.channel.name))


def fill(form: Form, values: Values) -> Form:
    """Return the form as people filled it in. A field that was not shown keeps its value."""

    def first(name: str, before: str) -> str:
        return (values[name] or ("",))[0] if name in values else before

    def checked(name: str, *, before: bool) -> bool:
        return bool(values[name]) if name in values else before

    day, when = first("day", str(form.day)), first("when", form.when)
    return replace(
        form,
        feeds=values.get("feeds", form.feeds) or CSMS,
        topics=values.get("topics", form.topics),
        when=CadenceKind(when) if when in CADENCE_LABELS else CadenceKind.WEEKDAYS,
        day=int(day) if day in "0123456" and len(day) == 1 else 0,
        at=first("at", form.at),
        zone=first("zone", form.zone),
        urgent=checked("urgent", before=form.urgent),
        system=checked("system", before=form.system),
        deadlines=checked("deadlines", before=form.deadlines),
        phrases=split_phrases(values.get("phrases", form.phrases)),
        never=split_phrases(values.get("never", form.never)),
    )


def split_phrases(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrase for row in lines if (phrase := " ".join(row.split()).strip(QUOTES).strip())))


def parse_form(form: Form, catalog: Catalog) -> SubscriptionSpec | dict[str, str]:
    """Return the subscription, or the problems by block."""
    problems = dict(_field_problems(form))
    if problems:
        return problems
    spec = _form_spec(form)
    words = wording.typed_words(spec)
    if len(words) > MAX_CHARACTERS:
        return {"phrases": f"Together, these are longer than {MAX_CHARACTERS} characters. Split them into two subscriptions."}
    parsed = parse(words, catalog, form.default_zone, feeds_allowed=form.verb == "trade")
    if isinstance(parsed, Misunderstood):
        return {_block_at(parsed.position, spec): f"{parsed.message[:1].upper()}{parsed.message[1:]}. {parsed.hint}"}
    return parsed


def command_line(form: Form) -> str:
    spec = _form_spec(form)
    if form.subscription:
        off = "" if spec.deadlines else " without deadlines"  # else the change would keep them
        return f"/{form.verb} subscribe {wording.replacing_words(spec)}{off} instead of {form.subscription}"
    return f"/{form.verb} subscribe {wording.typed_words(spec)}"


def _form_spec(form: Form) -> SubscriptionSpec:
    digest, cadence = form.when is not CadenceKind.NOW, Cadence(CadenceKind.NOW)
    if digest:
        cadence = Cadence(form.when, time.fromisoformat(form.at), form.day if form.when in _WEEKLY else None)
    filters = Filters(form.feeds, form.topics, form.phrases, form.never, form.system)
    return SubscriptionSpec(filters, cadence, form.zone, digest_only=digest and not form.urgent, deadlines=form.deadlines)


def _field_problems(form: Form) -> Iterable[tuple[str, str]]:
    """Yield problems that a command cannot have, by block."""
    for block, phrases in (("phrases", form.phrases), ("never", form.never)):
        if len(phrases) > MAX_PHRASES:
            yield block, f"You entered {len(phrases)} phrases, and the limit is {MAX_PHRASES}. Split them into two subscriptions."
        quoted = next((phrase for phrase in phrases if any(character in QUOTES for character in phrase)), None)
        if quoted is not None:
            yield block, f"Remove the quotation marks inside: {quoted[:60]}"
        long = next((phrase for phrase in phrases if len(phrase) > MAX_PHRASE), None)
        if long is not None:
            yield block, f"This is longer than {MAX_PHRASE} characters: {long[:40]}… Use a few key words."
    if form.when is not CadenceKind.NOW:
        try:
            time.fromisoformat(form.at)
        except ValueError:
            yield "at", "Choose a time of day."


def _block_at(position: int, spec: SubscriptionSpec) -> str:
    end = 0
    for kind, words in wording.typed_parts(spec):
        end += len(words) + 1
        if position <= end:
            return RENAMED_BLOCKS.get(kind, kind)
    return "phrases"


def view(form: Form, catalog: Catalog) -> FormView:
    channel = form.channel.name or "this channel"
    unknown = (f"No longer available and left out: {', '.join(form.unknown)}.",) if form.unknown else ()
    title, submit = ("Change subscription", "Save") if form.subscription else ("Subscribe this channel", "Subscribe")
    intro = f"Updates for {channel}. Everyone there sees the subscription and who set it."
    if chooses_channel(form):
        title = "Subscribe a channel"
        intro = "Everyone in the channel sees the subscription and who set it. Add the bot to the channel first."
    return FormView(title, (intro, *unknown), tuple(_fields(form, catalog)), submit)


def _fields(form: Form, catalog: Catalog) -> Iterable[Field]:
    if form.verb == "trade":
        feeds = tuple(Option(feed.name, feed.slug) for feed in catalog.feeds)
        yield Field(FieldKind.MANY, "feeds", "From", form.feeds, feeds, "CSMS")
    topics = tuple(Option(topic.name, topic.slug) for topic in catalog.topics)
    yield Field(FieldKind.MANY, "topics", "Topics", form.topics, topics, "All topics")
    cadences = tuple(Option(name, kind) for kind, name in CADENCE_LABELS.items())
    yield Field(FieldKind.RADIO, "when", "When", (form.when,), cadences, required=True)
    days = tuple(Option(day, str(number)) for number, day in enumerate(WEEKDAYS))
    yield Field(FieldKind.ONE, "day", "On", (str(form.day),), days, only=_WEEKLY, required=True)
    yield Field(FieldKind.TIME, "at", "At", (form.at or "09:00",), only=_DIGESTS, required=True)
    zones = tuple(Option(zone_name(name), name) for name in dict.fromkeys((form.default_zone, form.zone, *SHORT)) if name)
    yield Field(FieldKind.ONE, "zone", "Time zone", (form.zone,), zones, only=_DIGESTS, required=True)
    urgent = "Guidance, corrections and replacements at once"
    yield Field(FieldKind.CHECK, "urgent", "Urgent", ("urgent",) if form.urgent else (), hint=urgent, only=_DIGESTS)
    system = "Maintenance, outages and technical documents too"
    yield Field(FieldKind.CHECK, "system", "Routine notices", ("system",) if form.system else (), hint=system)
    deadlines = f"Reminders {' and '.join(quantity(each, 'day') for each in DEFAULT_DAYS)} before, at 09:00"
    yield Field(FieldKind.CHECK, "deadlines", "Deadlines and other dates", ("deadlines",) if form.deadlines else (), hint=deadlines)
    one = "One per line, such as: notify parties"
    yield Field(FieldKind.LINES, "phrases", "Only messages with one of these phrases", form.phrases, hint=one)
    none = "One per line, such as: training"
    yield Field(FieldKind.LINES, "never", "No messages with one of these phrases", form.never, hint=none)


def zone_name(name: str) -> str:
    """Return "CT: America/Chicago", or the plain name if it has no short one."""
    plain, label = name.replace("_", " "), zone_label(name)
    return plain if label in (name, plain) else f"{label}: {plain}"
