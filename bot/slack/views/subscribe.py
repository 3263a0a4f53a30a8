"""The modal in which a channel is subscribed, and a subscription changed.

What people fill in becomes the words of a command, so that it comes in by the same door as what is typed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from bot.slack.incoming import PLATFORM
from bot.slack.text import Json
from bot.slack.views.fields import field, one, refresh, several, tick, written
from bot.slack.views.view import Seen, chosen, modal, of_blocks, option
from content.catalog import Catalog
from handlers.replies import entries
from handlers.replies.cards import separated_line
from handlers.replies.reply import Block, Bullets, Section, SmallPrint, Span, line
from handlers.subscriptions import wording
from handlers.subscriptions.parser import MAX_CHARACTERS, MAX_PHRASE, MAX_PHRASES, Misunderstood, parse
from handlers.subscriptions.timezones import SHORT
from jobs.cadence import zone_label
from jobs.matching import matches
from jobs.models import Cadence, ChannelRef, Entry, Filters, Subscription, SubscriptionSpec
from jobs.states import CadenceKind

NAME = "subscribe"
"""The modal's callback_id."""

WHENS = {"now": "Each at once", "daily": "Daily digest", "weekdays": "Digest on weekdays", "weekly": "Weekly digest"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CSMS = ("csms",)
QUOTES = '"“”„‟«»'
SHOWN = 3
"""Titles in the preview."""

BLOCK_OF = {
    "feed": "feeds",
    "topic": "topics",
    "phrase": "phrases",
    "never": "never",
    "when": "when",
    "zone": "zone",
    "system": "system",
    "digest": "urgent",
}
"""Where in the modal a piece of the command comes from."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the modal says."""

    channel: ChannelRef
    usual: str
    """The zone that comes first."""
    verb: str = "csms"
    """csms, or trade where other feeds may be chosen."""
    subscription: int = 0
    """The one that is changed; 0 for a new one."""
    feeds: tuple[str, ...] = CSMS
    topics: tuple[str, ...] = ()
    when: str = "weekdays"
    day: int = 0
    at: str = "09:00"
    zone: str = ""
    urgent: bool = True
    system: bool = False
    phrases: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    home: bool = False
    """It was opened from the Home tab, so that nobody has seen yet whether this person may change anything in the channel."""
    gone: tuple[str, ...] = ()
    """Topics and feeds that the subscription asks for and that aren't known any more."""


def blank(channel: ChannelRef, verb: str, zone: str) -> Form:
    """As the bare command would subscribe."""
    return Form(channel, zone, verb, zone=zone)


def of(subscription: Subscription, catalog: Catalog, zone: str) -> Form:
    """As the subscription is."""
    filters, cadence = subscription.filters, subscription.cadence
    topics, feeds = ({each.slug for each in known} for known in (catalog.topics, catalog.feeds))
    return Form(
        channel=subscription.channel,
        usual=zone,
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
        gone=tuple(slug for slug in (*filters.feeds, *filters.topics) if slug not in topics | feeds),
    )


def read(view: Seen) -> Form:
    """What stands in the modal now. A field that isn't shown keeps what it had."""
    data, values = view.data, view.values

    def word(block: str) -> str:
        given = chosen(values, block)
        return given if isinstance(given, str) else str(data.get(block) or "")

    def several(block: str) -> tuple[str, ...]:
        given = chosen(values, block)
        return given if isinstance(given, tuple) else ()

    def ticked(block: str) -> bool:
        given = chosen(values, block)
        return block in given if isinstance(given, tuple) else data.get(block) is True

    day = word("day")
    when = word("when")
    return Form(
        channel=ChannelRef(PLATFORM, str(data.get("workspace") or ""), str(data.get("channel") or ""), str(data.get("name") or "")),
        usual=str(data.get("usual") or ""),
        verb="trade" if data.get("verb") == "trade" else "csms",
        subscription=data["subscription"] if isinstance(data.get("subscription"), int) else 0,
        feeds=several("feeds") or CSMS,
        topics=several("topics"),
        when=when if when in WHENS else "weekdays",
        day=int(day) if day in "0123456" and len(day) == 1 else 0,
        at=word("at"),
        zone=word("zone"),
        urgent=ticked("urgent"),
        system=ticked("system"),
        phrases=lines(chosen(values, "phrases")),
        never=lines(chosen(values, "never")),
        home=data.get("home") is True,
    )


def lines(written: object) -> tuple[str, ...]:
    """One phrase a line, without the quotes around it."""
    rows = written.splitlines() if isinstance(written, str) else ()
    return tuple(dict.fromkeys(phrase for row in rows if (phrase := " ".join(row.split()).strip(QUOTES).strip())))


def asked(form: Form, catalog: Catalog) -> SubscriptionSpec | dict[str, str]:
    """What it comes to, by the grammar; or what is wrong, by block."""
    wrong = dict(faults(form))
    if wrong:
        return wrong
    wish = wished(form)
    words = wording.typed_words(wish)
    if len(words) > MAX_CHARACTERS:
        return {"phrases": f"All of it together is longer than {MAX_CHARACTERS} characters: make two subscriptions of it."}
    understood = parse(words, catalog, form.usual, feeds_allowed=form.verb == "trade")
    if isinstance(understood, Misunderstood):
        return {place(understood.position, wish): f"{understood.message[:1].upper()}{understood.message[1:]}. {understood.hint}"}
    return understood


def command(form: Form) -> str:
    """The line that asks for it. Only of a form that `asked` found nothing wrong with."""
    words = wording.typed_words(wished(form))
    return f"/{form.verb} subscribe {words}{f' instead of {form.subscription}' if form.subscription else ''}"


def wished(form: Form) -> SubscriptionSpec:
    digest = form.when != "now"
    cadence = (
        Cadence(CadenceKind(form.when), time.fromisoformat(form.at), form.day if form.when == "weekly" else None)
        if digest
        else Cadence(CadenceKind.NOW)
    )
    filters = Filters(form.feeds, form.topics, form.phrases, form.never, form.system)
    return SubscriptionSpec(filters, cadence, form.zone, digest_only=digest and not form.urgent)


def faults(form: Form) -> Iterable[tuple[str, str]]:
    """What the grammar has no words for."""
    for block, phrases in (("phrases", form.phrases), ("never", form.never)):
        if len(phrases) > MAX_PHRASES:
            yield block, f"These are {len(phrases)} phrases, of which {MAX_PHRASES} fit: make two subscriptions of it."
        quoted = next((phrase for phrase in phrases if any(sign in QUOTES for sign in phrase)), None)
        if quoted is not None:
            yield block, f"Leave out the quotes within: {quoted[:60]}"
        long = next((phrase for phrase in phrases if len(phrase) > MAX_PHRASE), None)
        if long is not None:
            yield block, f"Longer than {MAX_PHRASE} characters: {long[:40]}… A few telling words find more."
    if form.when != "now":
        try:
            time.fromisoformat(form.at)
        except ValueError:
            yield "at", "Choose a time of day."


def place(position: int, wish: SubscriptionSpec) -> str:
    """The block from which the character at this position of the words comes."""
    end = 0
    for sort, words in wording.typed_parts(wish):
        end += len(words) + 1
        if position <= end:
            return BLOCK_OF[sort]
    return "phrases"


def view(form: Form, catalog: Catalog, preview: tuple[Block, ...]) -> Json:
    """The modal, with what would have matched below the fields."""
    topics = [option(topic.name, topic.slug) for topic in catalog.topics]
    feeds = [option(feed.name, feed.slug) for feed in catalog.feeds]
    digest = form.when != "now"
    fields = [
        *of_blocks(head(form)),
        *((several("feeds", "From", feeds, form.feeds, "CSMS"),) if form.verb == "trade" else ()),
        several("topics", "Topics", topics, form.topics, "All topics"),
        one("when", "When", [option(label, kind) for kind, label in WHENS.items()], form.when, "radio_buttons"),
        *(
            (one("day", "On", [option(day, str(number)) for number, day in enumerate(DAYS)], str(form.day)),)
            if form.when == "weekly"
            else ()
        ),
        *((field("at", "At", {"type": "timepicker", "initial_time": form.at or "09:00"}),) if digest else ()),
        *((one("zone", "Time zone", zones(form), form.zone),) if digest else ()),
        *((tick("urgent", "Urgent", "Guidance, corrections and replacements at once", on=form.urgent),) if digest else ()),
        tick("system", "System notices", "Maintenance, outages and technical notices too", on=form.system),
        written("phrases", "Only with one of these phrases", form.phrases, "One a line, as in: notify parties"),
        written("never", "Never with one of these", form.never, "One a line, as in: training"),
        {"type": "actions", "block_id": "again", "elements": [refresh()]},
        *of_blocks(preview),
    ]
    title, submit = ("Change subscription", "Save") if form.subscription else ("Subscribe this channel", "Subscribe")
    return modal(NAME, title, fields, kept(form), submit)


def kept(form: Form) -> dict[str, Any]:
    """What the modal has to know when it comes back, with what its hidden fields had."""
    channel = {"workspace": form.channel.workspace, "channel": form.channel.id, "name": form.channel.name[:80]}
    fields = {"usual": form.usual, "zone": form.zone, "at": form.at, "day": str(form.day)}
    ticks = {"urgent": form.urgent, "system": form.system, "home": form.home}
    return channel | fields | ticks | {"when": form.when, "verb": form.verb, "subscription": form.subscription}


def head(form: Form) -> tuple[Block, ...]:
    where = form.channel.name or "this channel"
    said = f"Updates for {where}. Everybody there sees what is set, and by whom."
    gone = f"Not known any more and left out: {', '.join(form.gone)}." if form.gone else ""
    return (SmallPrint(tuple(line(words) for words in (said, gone) if words)),)


def zones(form: Form) -> list[Json]:
    """The channel's own first, then those of the United States, and UTC."""
    names = dict.fromkeys(name for name in (form.usual, form.zone, *SHORT) if name)
    return [option(zone_words(name), name) for name in names]


def zone_words(name: str) -> str:
    """ "America/Chicago (CT)"; the name alone where nobody has a shorter one."""
    plain, label = name.replace("_", " "), zone_label(name)
    return plain if label in (name, plain) else f"{label}: {plain}"


def preview(
    wish: SubscriptionSpec | Mapping[str, str], found: list[Entry], catalog: Catalog, now: datetime, zone: str
) -> tuple[Block, ...]:
    """What would have matched: how many, and the newest titles."""
    if not isinstance(wish, SubscriptionSpec):
        return (Section((line(Span("Not understood yet: ", bold=True), next(iter(wish.values()))),)),)
    matching = [entry for entry in found if matches(wish.filters, PLATFORM, entry) is not None]
    count = wording.match_count(wish.filters, PLATFORM, found)
    blocks: list[Block] = [
        Section((line(Span(f"{count[:1].upper()}{count[1:]}.", bold=True)), *(line(note) for note in wish.notes))),
    ]
    if matching:
        blocks.append(Bullets(tuple(entries.bullet(entry, entries.sent_day(entry, now, zone)) for entry in matching[:SHOWN])))
    blocks.append(SmallPrint((separated_line(wording.title(wish.filters, catalog)), line(wording.timing(wish, now)))))
    return tuple(blocks)
