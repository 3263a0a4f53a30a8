"""Propose a subscription for words that name topics, feeds and times, and words that no name has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.replies import cards
from handlers.replies.entries import shorten, topic_name
from handlers.replies.reply import Button, Buttons, Reply, Section, Span, line
from handlers.subscriptions import cadence, timezones, wording
from handlers.subscriptions.names import vocabulary
from handlers.subscriptions.parser import parse
from handlers.subscriptions.parts import JOINING, MAX_PHRASE, Misunderstood
from jobs.models.subscriptions import SubscriptionSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.catalog import Catalog
    from handlers.command import Context
    from jobs.models.channels import ChannelRef

_LIST = Button("All subscriptions", "/csms subscriptions")

_MAX_BUTTON = 60

_NOT_PHRASES = (
    *(
        "a",
        "an",
        "any",
        "the",
        "all",
        "new",
        "when",
        "whenever",
        "if",
        "is",
        "are",
        "was",
        "there",
        "that",
        "something",
        "anything",
        "what",
    ),
    *("every", "time", "of", "on", "in", "for", "about", "to", "with", "by", "at", "from", "and", "or", "changes", "happens", "issued"),
    *("published", "posted", "released", "comes", "out", "opens", "closes", "daily", "weekly", "digest", "summary", "me", "us", "here"),
    *("everyone", "everybody", "news", "regarding", "concerning", "everything", "stuff", "also", "too"),
)
"""Words that say nothing about a message."""


_SEPARATING = ("and", "or", "plus", "&")
"""Words between two phrases."""


_SENTENCE = (
    *("me", "us", "everyone", "about", "regarding", "anything", "everything", "news"),
    *("update", "updates", "message", "messages", "notice", "notices", "bulletin", "bulletins", "alert", "alerts", "notifications"),
)
"""Words of a sentence, unlike those of a command."""


def propose(words: str, channel: ChannelRef, context: Context) -> Reply:
    """Offer the exact commands for what the words may ask for."""
    here = f"this {cards.channel_noun(channel)}"
    catalog = context.catalog
    spec, left = _read_loosely(words, context)
    if spec is None:
        text = f"Do you want {here} to get CBP's updates?"
        everything = Button("All CSMS messages, weekdays 09:00", "/csms subscribe all topics weekdays 09:00")
        hint = "To choose topics, type them: /csms subscribe revenue weekly."
        return offered(text, hint, (Button("Choose topics", "/csms subscribe"), everything) if _has_forms(channel) else (everything,))
    text = f"Do you want {here} to get {wording.updates(spec.filters, catalog)}: {wording.criteria(spec.filters, catalog)}?"
    narrow = replace(spec, filters=replace(spec.filters, phrases=left)) if left else None
    about = () if spec.filters.topics else vocabulary(catalog).about(spec.filters.phrases)[:1]
    wide = replace(spec, filters=replace(spec.filters, topics=about, phrases=())) if about else None
    buttons = (
        *wording.subscribe_button(f"Subscribe {here}", spec, "primary"),
        *(wording.subscribe_button(shorten(f"Only those with {wording.quoted(left)}", _MAX_BUTTON), narrow) if narrow else ()),
        *(wording.subscribe_button(f"All of {topic_name(catalog, about[0])}", wide) if wide else ()),
        Button("Preview", f"/trade preview {wording.typed_words(spec)}"),
    )
    unknown = f"{wording.quoted(left)} is no topic, so it is not part of this." if left else ""
    return offered(text, " ".join(filter(None, (*spec.notes, unknown, wording.timing(spec, context.now)))), (*buttons, _LIST))


def offered(text: str, hint: str, buttons: tuple[Button, ...]) -> Reply:
    lines = (line(Span(text, bold=True)), *((line(hint),) if hint else ()))
    return Reply(f"{text} {hint}".strip(), (Section(lines), Buttons(buttons)), ok=False)


def is_sentence(words: str, error: Misunderstood) -> bool:
    """Return whether words that do not parse are a sentence that `propose` can put right, rather than a misspelled command."""
    said = {word.casefold().strip(".,!?") for word in words.split()}
    plain = '"' not in words and not any(word.startswith("-") for word in words.split())
    misspelled = bool(error.corrections) and not any(each.startswith('"') for each in error.corrections)
    return plain and not misspelled and not said.isdisjoint(_SENTENCE) and error.length > 0


def has_better_reading(words: str, spec: SubscriptionSpec, context: Context) -> bool:
    """Return whether words that merely belong to a topic have the name of another one in them, as "steel tariffs" has."""
    read = _read_loosely(words, context)[0] if spec.notes else None
    return read is not None and read.filters.topics != spec.filters.topics


def _has_forms(channel: ChannelRef) -> bool:
    return channel.platform == "slack"


def _read_loosely(words: str, context: Context) -> tuple[SubscriptionSpec | None, tuple[str, ...]]:
    """Return a subscription to what the words name, and the phrases that it leaves out.

    Where they name nothing known, they are the phrases to look for. A word beside a topic's name narrows the topic if both together only
    belong to another one ("steel tariffs").
    """
    catalog, zone = context.catalog, context.zone
    spec = parse(words, catalog, zone, feeds_allowed=True)
    left: tuple[str, ...] = ()
    if isinstance(spec, Misunderstood) or spec.notes:
        known, phrases = _named_parts(words.split(), catalog)
        narrows = isinstance(spec, SubscriptionSpec)
        if not narrows or (known["names"] and phrases):
            sought = [f'"{phrase}"' for phrase in phrases] if narrows or not known["names"] else []
            left = phrases if known["names"] and not narrows else ()
            spec = parse(" ".join((*known["names"], *sought, *known["timing"])), catalog, zone, feeds_allowed=True)
    return (spec, left) if isinstance(spec, SubscriptionSpec) and "topics" not in spec.omitted else (None, ())


def _named_parts(words: Sequence[str], catalog: Catalog) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """Return the names and times among the words, and the phrases of the other words that say something.

    What merely belongs to a topic is a name only if no topic is named.
    """
    known = vocabulary(catalog)
    names = [known.longest_match(words[place:]) for place in range(len(words))]
    exact = any(name is not None and not name.loose for name in names)
    found: dict[str, list[str]] = {"names": [], "timing": []}
    rest: list[list[str]] = [[]]
    place = 0
    while place < len(words):
        name, timing = known.longest_match(words[place:]), cadence.read([word.casefold().strip(",!?") for word in words[place:]])
        if isinstance(timing, cadence.ParsedCadence):
            found["timing"] = list(words[place : place + timing.words])
            place += timing.words
        elif name is not None and len(name.slugs) == 1 and not (name.loose and exact) and words[place] not in _NOT_PHRASES:
            found["names"].append(name.slugs[0])
            place += name.words
        else:
            word = words[place].strip('"“”.,!?')
            said = word and word not in _NOT_PHRASES and word not in JOINING and not timezones.is_short(word)
            rest[-1] += [word] if said else []
            rest += [[]] if word in _SEPARATING or words[place].endswith(",") else []
            place += 1
    return found, tuple(dict.fromkeys(" ".join(phrase)[:MAX_PHRASE].casefold() for phrase in rest if phrase))
