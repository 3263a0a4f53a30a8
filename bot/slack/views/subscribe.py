"""The modal that subscribes a channel or changes a subscription. Pure.

What people fill in becomes a command, for the same parser and handler.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from bot.slack.incoming import PLATFORM
from bot.slack.text import Json
from bot.slack.views.fields import channel_field, checkbox, input_field, multi_select, preview_button, select, text_field
from bot.slack.views.view import ViewState, field_value, modal, option, plain_blocks
from content.catalog import Catalog
from handlers.replies import entries
from handlers.replies.cards import separated_line
from handlers.replies.reply import Block, Bullets, Section, SmallPrint, Span, line
from handlers.subscriptions import wording
from handlers.subscriptions.parser import MAX_CHARACTERS, MAX_PHRASE, MAX_PHRASES, Misunderstood, parse
from handlers.subscriptions.timezones import SHORT
from jobs.cadence import WEEKDAYS, zone_label
from jobs.matching import matches
from jobs.models import Cadence, ChannelRef, Entry, Filters, Subscription, SubscriptionSpec
from jobs.states import CadenceKind

NAME, CHANNEL = "subscribe", "channel"

CADENCE_LABELS = {
    CadenceKind.NOW: "Each message at once",
    CadenceKind.DAILY: "Daily digest",
    CadenceKind.WEEKDAYS: "Weekday digest",
    CadenceKind.WEEKLY: "Weekly digest",
}
CSMS = ("csms",)
QUOTES = '"“”„‟«»'

MAX_TITLES = 3
"""Maximum titles in the preview."""

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
    phrases: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    home: bool = False
    """It was opened from the Home tab: a new one chooses the channel, and it is still to be checked that the person may change another."""
    unknown: tuple[str, ...] = ()
    """Topics and feeds of the subscription that the content no longer has."""


def chooses_channel(form: Form) -> bool:
    """Whether the form asks for the channel: the Home tab belongs to none."""
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
        phrases=filters.phrases,
        never=filters.never,
        unknown=tuple(slug for slug in (*filters.feeds, *filters.topics) if slug not in topics | feeds),
    )


def read_form(view: ViewState) -> Form:
    """Read the form. A field that is not shown keeps its value in the private metadata."""
    data, values = view.data, view.values

    def word(block: str) -> str:
        value = field_value(values, block)
        return value if isinstance(value, str) else str(data.get(block) or "")

    def words(block: str) -> tuple[str, ...]:
        value = field_value(values, block)
        return value if isinstance(value, tuple) else ()

    def is_checked(block: str) -> bool:
        value = field_value(values, block)
        return block in value if isinstance(value, tuple) else data.get(block) is True

    day, when = word("day"), word("when")
    workspace, channel, name = str(data.get("workspace") or ""), word(CHANNEL), str(data.get("name") or "")
    return Form(
        channel=ChannelRef(PLATFORM, workspace, channel, name),
        default_zone=str(data.get("usual") or ""),
        verb="trade" if data.get("verb") == "trade" else "csms",
        subscription=data["subscription"] if isinstance(data.get("subscription"), int) else 0,
        feeds=words("feeds") or CSMS,
        topics=words("topics"),
        when=CadenceKind(when) if when in CADENCE_LABELS else CadenceKind.WEEKDAYS,
        day=int(day) if day in "0123456" and len(day) == 1 else 0,
        at=word("at"),
        zone=word("zone"),
        urgent=is_checked("urgent"),
        system=is_checked("system"),
        phrases=split_phrases(field_value(values, "phrases")),
        never=split_phrases(field_value(values, "never")),
        home=data.get("home") is True,
    )


def split_phrases(value: object) -> tuple[str, ...]:
    rows = value.splitlines() if isinstance(value, str) else ()
    return tuple(dict.fromkeys(phrase for row in rows if (phrase := " ".join(row.split()).strip(QUOTES).strip())))


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
        return f"/{form.verb} subscribe {wording.replacing_words(spec)} instead of {form.subscription}"
    return f"/{form.verb} subscribe {wording.typed_words(spec)}"


def _form_spec(form: Form) -> SubscriptionSpec:
    digest, cadence = form.when is not CadenceKind.NOW, Cadence(CadenceKind.NOW)
    if digest:
        cadence = Cadence(form.when, time.fromisoformat(form.at), form.day if form.when is CadenceKind.WEEKLY else None)
    filters = Filters(form.feeds, form.topics, form.phrases, form.never, form.system)
    return SubscriptionSpec(filters, cadence, form.zone, digest_only=digest and not form.urgent)


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


def view(form: Form, catalog: Catalog, preview: tuple[Block, ...]) -> Json:
    topics = [option(topic.name, topic.slug) for topic in catalog.topics]
    feeds = [option(feed.name, feed.slug) for feed in catalog.feeds]
    days = [option(day, str(number)) for number, day in enumerate(WEEKDAYS)]
    digest = form.when is not CadenceKind.NOW
    fields = [
        *plain_blocks(_intro(form)),
        *((channel_field(CHANNEL, "Channel", form.channel.id),) if chooses_channel(form) else ()),
        *((multi_select("feeds", "From", feeds, form.feeds, "CSMS"),) if form.verb == "trade" else ()),
        multi_select("topics", "Topics", topics, form.topics, "All topics"),
        select("when", "When", [option(label, kind) for kind, label in CADENCE_LABELS.items()], form.when, "radio_buttons"),
        *((select("day", "On", days, str(form.day)),) if form.when is CadenceKind.WEEKLY else ()),
        *((input_field("at", "At", {"type": "timepicker", "initial_time": form.at or "09:00"}),) if digest else ()),
        *((select("zone", "Time zone", _zone_options(form), form.zone),) if digest else ()),
        *((checkbox("urgent", "Urgent", "Guidance, corrections and replacements at once", checked=form.urgent),) if digest else ()),
        checkbox("system", "Routine notices", "Maintenance, outages and technical documents too", checked=form.system),
        text_field("phrases", "Only messages with one of these phrases", form.phrases, "One per line, such as: notify parties"),
        text_field("never", "No messages with one of these phrases", form.never, "One per line, such as: training"),
        {"type": "actions", "block_id": "again", "elements": [preview_button()]},
        *plain_blocks(preview),
    ]
    title, submit = ("Change subscription", "Save") if form.subscription else ("Subscribe this channel", "Subscribe")
    title = "Subscribe a channel" if chooses_channel(form) else title
    return modal(NAME, title, fields, _metadata(form), submit)


def _metadata(form: Form) -> dict[str, Any]:
    channel = {"workspace": form.channel.workspace, "channel": form.channel.id, "name": form.channel.name[:80]}
    fields = {"usual": form.default_zone, "zone": form.zone, "at": form.at, "day": str(form.day)}
    checks = {"urgent": form.urgent, "system": form.system, "home": form.home}
    return channel | fields | checks | {"when": form.when, "verb": form.verb, "subscription": form.subscription}


def _intro(form: Form) -> tuple[Block, ...]:
    channel = form.channel.name or "this channel"
    text = f"Updates for {channel}. Everyone there sees the subscription and who set it."
    if chooses_channel(form):
        text = "Everyone in the channel sees the subscription and who set it. Add the bot to the channel first."
    unknown = f"No longer available and left out: {', '.join(form.unknown)}." if form.unknown else ""
    return (SmallPrint(tuple(line(words) for words in (text, unknown) if words)),)


def _zone_options(form: Form) -> list[Json]:
    names = dict.fromkeys(name for name in (form.default_zone, form.zone, *SHORT) if name)
    return [option(zone_name(name), name) for name in names]


def zone_name(name: str) -> str:
    """Return "CT: America/Chicago", or the plain name if it has no short one."""
    plain, label = name.replace("_", " "), zone_label(name)
    return plain if label in (name, plain) else f"{label}: {plain}"


def preview(
    spec: SubscriptionSpec | Mapping[str, str], recent: list[Entry], catalog: Catalog, now: datetime, zone: str
) -> tuple[Block, ...]:
    if not isinstance(spec, SubscriptionSpec):
        return (Section((line(Span("Please check: ", bold=True), next(iter(spec.values()))),)),)
    matching = [entry for entry in recent if matches(spec.filters, PLATFORM, entry) is not None]
    count = wording.match_count(spec.filters, PLATFORM, recent)
    routine = wording.left_out(spec.filters, PLATFORM, recent)
    bullets = tuple(entries.bullet(entry, entries.sent_day(entry, now, zone)) for entry in matching[:MAX_TITLES])
    return (
        Section(
            (
                line(Span(f"{count[:1].upper()}{count[1:]}.", bold=True)),
                *(line(note) for note in (f"{routine}." if routine else "", *spec.notes) if note),
            )
        ),
        *((Bullets(bullets),) if bullets else ()),
        SmallPrint((separated_line(wording.title(spec.filters, catalog)), line(wording.timing(spec, now)))),
    )
