"""Classify an entry by the rules of topics.yaml. Text may be hostile: it is truncated, and read only by patterns of `content.rules`."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from content.catalog import Rule, Topic
from content.rules import Pattern, Text, pattern, plain_text
from jobs.kinds import is_routine, kind_of, opening
from jobs.models import Classified, TopicHit
from jobs.states import EntryKind

MAX_TITLE = 500
MAX_BODY = 800  #: Characters read; contacts and links come later.

MAX_QUOTE = 60
OTHER = "other"


def classify(title: str, body: str | None, topics: tuple[Topic, ...], *, about_systems: bool = True) -> Classified:
    """Topics are in the order of topics.yaml; "other" if no rule matches. Nothing is routine in a feed that is not about systems."""
    head = plain_text(title, MAX_TITLE)
    text = plain_text(body or "", MAX_BODY)
    opens = opening(head, text)
    kind = kind_of(head, text, opens, about_systems=about_systems)
    return Classified(_topics(head, text, kind, topics), kind, opens.lead, about_systems and is_routine(head, kind))


@dataclass(frozen=True, slots=True)
class _CompiledRule:
    topic: str
    rule: Rule
    phrases: Pattern | None
    also: Pattern | None
    unless: Pattern | None

    @property
    def runs_last(self) -> bool:
        return bool(self.rule.topics or self.rule.unless_topics)


@lru_cache(maxsize=8)
def _compile(topics: tuple[Topic, ...]) -> tuple[_CompiledRule, ...]:
    found = [
        _CompiledRule(topic.slug, rule, *(pattern(words) if words else None for words in (rule.phrases, rule.also, rule.unless)))
        for topic in topics
        for rule in topic.rules
    ]
    return tuple(sorted(found, key=lambda compiled: compiled.runs_last))


def _topics(title: Text, body: Text, kind: EntryKind, topics: tuple[Topic, ...]) -> tuple[TopicHit, ...]:
    found: dict[str, str] = {}
    for compiled in _compile(topics):
        if compiled.topic in found and not compiled.rule.alone:
            continue
        because = _why(compiled, title, body, kind, found)
        if because and compiled.rule.alone:
            return (TopicHit(compiled.topic, because),)
        if because:
            found[compiled.topic] = because
    if not found:
        return tuple(TopicHit(OTHER, "no rule matches") for topic in topics if topic.slug == OTHER)
    return tuple(TopicHit(topic.slug, found[topic.slug]) for topic in topics if topic.slug in found)


def _why(compiled: _CompiledRule, title: Text, body: Text, kind: EntryKind, found: Collection[str]) -> str:
    """Return why the rule applies, or ""."""
    rule = compiled.rule
    if rule.kinds and kind not in rule.kinds:
        return ""
    if rule.topics and not any(topic in found for topic in rule.topics):
        return ""
    if any(topic in found for topic in rule.unless_topics):
        return ""
    texts = (("title", title),) if rule.title_only or not body.plain else (("title", title), ("body", body))
    for number, (where, text) in enumerate(texts, 1):
        around = texts[:number]  # a word of the body cannot rule out a match in the title
        found_words = compiled.phrases.find(text) if compiled.phrases else ""
        if compiled.phrases and not found_words:
            continue
        if compiled.also and not any(compiled.also.find(part) for _, part in around):
            continue
        if compiled.unless and any(compiled.unless.find(part) for _, part in around):
            continue
        return _words(rule, where, found_words, kind, found)
    return ""


def _words(rule: Rule, where: str, quoted: str, kind: EntryKind, found: Collection[str]) -> str:
    if quoted:
        short = quoted if len(quoted) <= MAX_QUOTE else quoted[: MAX_QUOTE - 1].rstrip() + "…"
        return f'{where}: "{short}"' + (f" ({rule.because})" if rule.because else "")
    reason = f"kind: {kind}" if rule.kinds else "with " + ", ".join(topic for topic in rule.topics if topic in found)
    return reason + (f" ({rule.because})" if rule.because else "")
