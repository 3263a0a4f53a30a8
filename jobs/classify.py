"""Classify an entry by the rules of topics.yaml. Text may be hostile: it is truncated, and read only by patterns of `content.rules`."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from content.catalog import Feed, Rule, Topic
from content.rules import Pattern, Text, pattern, plain_text
from jobs.kinds import is_routine, kind_of, opening
from jobs.models.entries import Classified, TopicHit
from jobs.states import EntryKind
from jobs.tokens import VERSION as TOKENS

VERSION = 4
"""Raise it when this module, jobs/kinds.py or content/rules.py decides differently, so that stored entries are classified again."""

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
    routine = about_systems and is_routine(head, kind)
    return Classified(_topics(head, text, kind, topics), kind, opens.lead, routine, rules_digest(topics))


def is_about_systems(feed: Feed) -> bool:
    """CBP announces outages by CSMS, CAMS and TIN messages; other feeds have news and documents."""
    return feed.publishes != "all"


class _TopicsKey:
    """A cache key by identity: hashing topics with all their rules takes longer than to classify an entry."""

    __slots__ = ("topics",)

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        self.topics = topics

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _TopicsKey) and other.topics is self.topics

    def __hash__(self) -> int:
        return id(self.topics)


def rules_digest(topics: tuple[Topic, ...]) -> str:
    """Return 16 characters that stand for the version of this code and of the index, the topics' rules and their order."""
    return _version(VERSION) + _rules_digest(_TopicsKey(topics))


@lru_cache(maxsize=4)
def _rules_digest(key: _TopicsKey) -> str:
    decisive = [(topic.slug, topic.rules) for topic in key.topics]
    return sha256(repr((TOKENS, decisive)).encode()).hexdigest()[:12]


def newer_rules() -> str:
    """Return what sorts after every digest of this version, and not after those of a newer one."""
    return _version(VERSION + 1)


def _version(number: int) -> str:
    return f"v{number:03}"  # "v" sorts after the digests without a version, which are hexadecimal


@dataclass(frozen=True, slots=True)
class _CompiledRule:
    topic: str
    number: int
    """Its index in the topic's rules."""
    rule: Rule
    phrases: Pattern | None
    also: Pattern | None
    unless: Pattern | None

    @property
    def runs_last(self) -> bool:
        return bool(self.rule.topics or self.rule.unless_topics)


@lru_cache(maxsize=4)
def _compile(key: _TopicsKey) -> tuple[_CompiledRule, ...]:
    found = [
        _CompiledRule(topic.slug, number, rule, *(pattern(words) if words else None for words in (rule.phrases, rule.also, rule.unless)))
        for topic in key.topics
        for number, rule in enumerate(topic.rules)
    ]
    return tuple(sorted(found, key=lambda compiled: compiled.runs_last))


@dataclass(frozen=True, slots=True)
class Trial:
    """How one rule fared. Either `because` is set, or `obstacle`: why it does not apply although its phrases may be there."""

    topic: str
    number: int
    because: str = ""
    obstacle: str = ""


def trials(title: str, topics: tuple[Topic, ...]) -> list[Trial]:
    """Return how the rules fared with a title, in the order in which they were tried."""
    head, nothing = plain_text(title, MAX_TITLE), plain_text("", 0)
    kind = kind_of(head, nothing, opening(head, nothing))
    return [Trial(compiled.topic, compiled.number, *result) for compiled, *result in _trials(head, nothing, kind, topics)]


def _topics(title: Text, body: Text, kind: EntryKind, topics: tuple[Topic, ...]) -> tuple[TopicHit, ...]:
    found: dict[str, str] = {}
    for compiled, because, _ in _trials(title, body, kind, topics):
        if because and compiled.rule.alone:
            return (TopicHit(compiled.topic, because),)
        if because:
            found[compiled.topic] = because
    if not found:
        return tuple(TopicHit(OTHER, "no rule matches") for topic in topics if topic.slug == OTHER)
    return tuple(TopicHit(topic.slug, found[topic.slug]) for topic in topics if topic.slug in found)


def _trials(title: Text, body: Text, kind: EntryKind, topics: tuple[Topic, ...]) -> Iterator[tuple[_CompiledRule, str, str]]:
    found: set[str] = set()
    for compiled in _compile(_TopicsKey(topics)):
        if compiled.topic in found and not compiled.rule.alone:
            continue
        because, obstacle = _try(compiled, title, body, kind, found)
        yield compiled, because, obstacle
        if because:
            found.add(compiled.topic)
            if compiled.rule.alone:
                return


def _try(compiled: _CompiledRule, title: Text, body: Text, kind: EntryKind, found: Collection[str]) -> tuple[str, str]:
    """Return why the rule applies, or "" and why it does not."""
    rule = compiled.rule
    if rule.kinds and kind not in rule.kinds:
        return "", f"the kind of the message is {kind}"
    if rule.topics and not any(topic in found for topic in rule.topics):
        return "", f"the message is not about {' or '.join(rule.topics)}"
    for topic in rule.unless_topics:
        if topic in found:
            return "", f"the message is about {topic}, one of its unless_topics"
    obstacle = ""
    texts = (("title", title),) if rule.title_only or not body.plain else (("title", title), ("body", body))
    for number, (where, text) in enumerate(texts, 1):
        around = texts[:number]  # a word of the body cannot rule out a match in the title
        found_words = compiled.phrases.find(text) if compiled.phrases else ""
        if compiled.phrases and not found_words:
            continue
        if compiled.also and not any(compiled.also.find(part) for _, part in around):
            obstacle = "nothing of its also is there"
        elif compiled.unless and (excluded := next((words for _, part in around if (words := compiled.unless.find(part))), "")):
            obstacle = f'"{excluded}" is in its unless'
        else:
            return _words(rule, where, found_words, kind, found), ""
    return "", obstacle


def _words(rule: Rule, where: str, quoted: str, kind: EntryKind, found: Collection[str]) -> str:
    if quoted:
        short = quoted if len(quoted) <= MAX_QUOTE else quoted[: MAX_QUOTE - 1].rstrip() + "…"
        return f'{where}: "{short}"' + (f" ({rule.because})" if rule.because else "")
    reason = f"kind: {kind}" if rule.kinds else "with " + ", ".join(topic for topic in rule.topics if topic in found)
    return reason + (f" ({rule.because})" if rule.because else "")
