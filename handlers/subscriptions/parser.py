"""Parse the words of a subscription, in any order. Nothing is skipped silently.

revenue "notify parties" -"maintenance" weekly mon 09:00 in CT include system notices
"""

from dataclasses import replace
from itertools import pairwise

from content.catalog import Catalog
from handlers.subscriptions import cadence
from handlers.subscriptions.names import vocabulary
from handlers.subscriptions.parts import HIDDEN, Misunderstood, Part, read_parts, read_tokens
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.states import CadenceKind

MAX_CHARACTERS = 500
MAX_PHRASES = 10
"""Maximum phrases to look for, and maximum phrases to leave out."""

LEFT_OUT = "“All feeds” leaves out those that you subscribe to by name. To see them, type /trade list all feeds."

_DEFAULT_CADENCE = Cadence(CadenceKind.WEEKDAYS, cadence.DEFAULT_TIME)
_CHANGES = Cadence(CadenceKind.CHANGES, cadence.DEFAULT_TIME, 0)
_AT_ONCE = Cadence(CadenceKind.NOW)

_OUTAGE = "outage"
"""The topic whose messages are routine, and of use at once."""
_SYSTEMS = ("abi", "ace", "aes", "ams")


def parse(words: str, catalog: Catalog, default_zone: str, feeds_allowed: bool) -> SubscriptionSpec | Misunderstood:
    """Parse all of the words, or return the first part that cannot be understood."""
    words = HIDDEN.sub(" ", words).rstrip(" .!?")
    if len(words) > MAX_CHARACTERS:
        message = f"the subscription is longer than {MAX_CHARACTERS} characters"
        return Misunderstood(MAX_CHARACTERS + 1, message, "Split it into two subscriptions.")
    tokens = read_tokens(words)
    if isinstance(tokens, Misunderstood):
        return tokens
    known = vocabulary(catalog)
    parts: list[Part] = []
    taken = 0
    while taken < len(tokens):
        read = read_parts(tokens[taken:], known, feeds_allowed)
        if isinstance(read, Misunderstood):
            return read
        parts += read[0]
        taken += read[1]
    parts, note = _without_system(parts)
    spec = _combine(parts, {feed.slug: not feed.by_name_only for feed in catalog.feeds}, default_zone)
    return spec if isinstance(spec, Misunderstood) or not note else replace(spec, notes=(note, *spec.notes))


def _without_system(parts: list[Part]) -> tuple[list[Part], str]:
    """Read "ACE outages" as the topic of outages alone: the system only says whose, and its topic would bring much more."""
    for place, (system, outage) in enumerate(pairwise(parts)):
        adjoin = outage.position == system.position + len(system.words) + 1
        is_compound = outage.value == _OUTAGE and outage.words.casefold() != _OUTAGE and system.words.casefold() in _SYSTEMS
        if adjoin and is_compound and system.kind == "topic":
            note = (
                f"The bot read “{system.words} {outage.words}” as the topic of outages. For all messages about {system.words}, name both."
            )
            return [*parts[:place], *parts[place + 1 :]], note
    return parts, ""


def _combine(parts: list[Part], in_all: dict[str, bool], default_zone: str) -> SubscriptionSpec | Misunderstood:
    """Build one spec from the parts, or return the first contradiction. `in_all`: whether "all feeds" includes a feed."""
    chosen: dict[str, Part] = {}
    several: dict[str, dict[str, Part]] = {"topic": {}, "feed": {}, "phrase": {}, "never": {}}
    for part in parts:
        if part.kind in ("cadence", "time"):
            continue
        if part.kind in several:
            several[part.kind].setdefault(str(part.value), part)
            continue
        kind = f"all {part.value}" if part.kind == "all" else part.kind
        before = chosen.setdefault(kind, part)
        if before.value != part.value:
            return _contradiction(before, part, "Choose one.")
    topics, feeds, phrases, never = several.values()
    timing = _timing(parts)
    if isinstance(timing, Misunderstood):
        return timing
    changes = chosen.get("report")
    if changes and timing and (not isinstance(timing.value, Cadence) or timing.value.kind != CadenceKind.WEEKLY):
        return _contradiction(changes, timing, "A report of what changed comes weekly, such as weekly mon 09:00 changes.")
    zone, digest, system, deadlines = (chosen.get(kind) for kind in ("zone", "digest", "system", "deadlines"))
    if "all topics" in chosen and topics:
        return _contradiction(chosen["all topics"], next(iter(topics.values())), "Name topics, or leave them out to get all topics.")
    if digest and timing and timing.value == Cadence(CadenceKind.NOW):
        return _contradiction(digest, timing, "A digest needs a time, such as digest only weekdays 09:00.")
    for phrase in phrases:
        if phrase in never:
            return _contradiction(phrases[phrase], never[phrase], "Ask for it or leave it out, not both.")
    for found in (phrases, never):
        if len(found) > MAX_PHRASES:
            excess = list(found.values())[MAX_PHRASES]
            message = f"there are more than {MAX_PHRASES} phrases, and {excess.words} is one too many"
            return Misunderstood(excess.position, message, "Split it into two subscriptions.")
    if _OUTAGE in topics and system and system.value == "off":
        return _contradiction(topics[_OUTAGE], system, "Outages are routine notices.")
    outage = _OUTAGE in topics and system is None
    by_itself = set(topics) == {_OUTAGE} and timing is None and digest is None
    usual = _CHANGES if changes else _AT_ONCE if by_itself else _DEFAULT_CADENCE
    schedule = timing.value if timing and isinstance(timing.value, Cadence) else usual
    every_feed = [slug for slug, included in in_all.items() if included] if "all feeds" in chosen else []
    return SubscriptionSpec(
        filters=Filters(
            feeds=tuple(sorted({*every_feed, *feeds})) or ("csms",),
            topics=tuple(sorted(topics)),
            phrases=tuple(sorted(phrases)),
            never=tuple(sorted(never)),
            system=outage or (system is not None and system.value == "on"),
        ),
        cadence=replace(schedule, kind=CadenceKind.CHANGES) if changes else schedule,
        zone=str(zone.value) if zone else default_zone,
        digest_only=digest is not None,
        deadlines=deadlines is not None and deadlines.value == "on",
        omitted=frozenset(
            kind
            for kind, named in (
                ("topics", topics or feeds or phrases or never or {"all topics", "all feeds"} & chosen.keys()),
                ("system", system),
                ("cadence", timing),
                ("zone", zone),
                ("deadlines", deadlines),
            )
            if not named
        ),
        notes=(
            *_loose_notes(parts),
            *(("Outages are routine notices, so routine notices are included.",) if outage else ()),
            *(("An outage matters only while it lasts, so its messages do not wait for a digest.",) if by_itself else ()),
            *((LEFT_OUT,) if every_feed and not all(in_all.values()) else ()),
        ),
    )


def _timing(parts: list[Part]) -> Part | Misunderstood | None:
    """Return the cadence that the parts make together, as of "weekly", "at 3pm" and "fridays"."""
    found: Part | None = None
    for part in sorted((part for part in parts if part.kind in ("cadence", "time")), key=lambda part: part.kind):
        if found is None:
            if part.problem is not None:
                return part.problem
            found = part
            continue
        before, value = found.value, part.value
        assert isinstance(before, cadence.ParsedCadence)  # noqa: S101 - _read_cadence makes these parts
        assert isinstance(value, cadence.ParsedCadence)  # noqa: S101
        if part.kind == "time":
            value = replace(before, cadence=replace(before.cadence, at=value.cadence.at), has_day=False, has_time=True)
        both = cadence.merged(before, value) if before.cadence.at is not None else before if before.cadence == value.cadence else None
        if both is None:
            return _contradiction(found, part, "Choose one.")
        found = replace(found, value=both)
    return replace(found, value=found.value.cadence) if found and isinstance(found.value, cadence.ParsedCadence) else None


def _loose_notes(parts: list[Part]) -> tuple[str, ...]:
    """Point out words that were read as a topic without being its name."""
    loose = {part.words.casefold(): part for part in parts if part.loose}
    return tuple(
        f'The bot read “{part.words}” as the topic {part.value}. To get messages that contain a word, put it in quotation marks: "{words}".'
        for words, part in loose.items()
    )


def _contradiction(first: Part, second: Part, hint: str) -> Misunderstood:
    early, late = sorted((first, second), key=lambda part: part.position)
    return Misunderstood(late.position, f"{_quote(late.words)} contradicts {_quote(early.words)}", hint)


def _quote(words: str) -> str:
    return words if words.endswith('"') else f"“{words}”"
