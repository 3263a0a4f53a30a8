"""Says what an entry is about, and why: the rules of topics.yaml applied to its title and body. Pure.

The text is hostile until shown otherwise: it is cut, folded to one sort of dash and blank, and only patterns that
`content.rules` made ever read it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from content.catalog import Rule, Topic
from content.rules import Pattern, Text, pattern, plain_text
from jobs.kinds import is_routine, kind_of, opening
from jobs.models import Classified, TopicHit

TITLE_MOST = 500
BODY_MOST = 800
"""Characters that are read. Who to ask and what else there is comes later in a message."""

QUOTED_MOST = 60
OTHER = "other"
"""The topic of an entry that no rule knows."""


def classify(title: str, body: str | None, topics: tuple[Topic, ...]) -> Classified:
    """Topics with the words that were found, the kind, the title's lead-in, and whether it is routine.

    The topics come in the order of topics.yaml. An entry that no rule knows is about "other", if there is such a topic.
    """
    head = plain_text(title, TITLE_MOST)
    text = plain_text(body or "", BODY_MOST)
    opens = opening(head, text)
    kind = kind_of(head, text, opens)
    return Classified(_topics(head, text, kind, topics), kind, opens.lead, is_routine(head, kind))


@dataclass(frozen=True, slots=True)
class _Ready:
    """A rule, ready to run."""

    topic: str
    rule: Rule
    phrases: Pattern | None
    also: Pattern | None
    unless: Pattern | None

    @property
    def last(self) -> bool:
        """It asks for other topics, so those are found first."""
        return bool(self.rule.topics or self.rule.unless_topics)


@lru_cache(maxsize=8)
def _ready(topics: tuple[Topic, ...]) -> tuple[_Ready, ...]:
    """The rules in the order in which they run."""
    found = [
        _Ready(
            topic.slug,
            rule,
            pattern(rule.phrases) if rule.phrases else None,
            pattern(rule.also) if rule.also else None,
            pattern(rule.unless) if rule.unless else None,
        )
        for topic in topics
        for rule in topic.rules
    ]
    return tuple(sorted(found, key=lambda ready: ready.last))


def _topics(title: Text, body: Text, kind: str, topics: tuple[Topic, ...]) -> tuple[TopicHit, ...]:
    found: dict[str, str] = {}
    for ready in _ready(topics):
        if ready.topic in found and not ready.rule.alone:
            continue
        because = _why(ready, title, body, kind, found)
        if because and ready.rule.alone:
            return (TopicHit(ready.topic, because),)
        if because:
            found[ready.topic] = because
    if not found:
        return tuple(TopicHit(OTHER, "no rule knows it") for topic in topics if topic.slug == OTHER)
    return tuple(TopicHit(topic.slug, found[topic.slug]) for topic in topics if topic.slug in found)


def _why(ready: _Ready, title: Text, body: Text, kind: str, found: Collection[str]) -> str:
    """Why the rule fits, in words; "" when it doesn't."""
    rule = ready.rule
    if rule.kinds and kind not in rule.kinds:
        return ""
    if rule.topics and not any(topic in found for topic in rule.topics):
        return ""
    if any(topic in found for topic in rule.unless_topics):
        return ""
    places = (("title", title),) if rule.title_only or not body.plain else (("title", title), ("body", body))
    for number, (where, text) in enumerate(places, 1):
        around = places[:number]  # a word of the body takes nothing away from what the title says
        found_words = ready.phrases.find(text) if ready.phrases else ""
        if ready.phrases and not found_words:
            continue
        if ready.also and not any(ready.also.find(part) for _, part in around):
            continue
        if ready.unless and any(ready.unless.find(part) for _, part in around):
            continue
        return _words(rule, where, found_words, kind, found)
    return ""


def _words(rule: Rule, where: str, quoted: str, kind: str, found: Collection[str]) -> str:
    if quoted:
        short = quoted if len(quoted) <= QUOTED_MOST else quoted[: QUOTED_MOST - 1].rstrip() + "…"
        return f'{where}: "{short}"' + (f" ({rule.because})" if rule.because else "")
    said = f"kind: {kind}" if rule.kinds else "with " + ", ".join(topic for topic in rule.topics if topic in found)
    return said + (f" ({rule.because})" if rule.because else "")
