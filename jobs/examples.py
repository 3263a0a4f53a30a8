"""Check the examples of topics.yaml: titles that a topic's rules must catch, and titles that they must ignore."""

from functools import lru_cache

from content.catalog import Catalog, Topic
from content.loading.files import Problem
from content.loading.item_names import name_path
from content.rules import pattern, plain_text
from jobs.classify import MAX_TITLE, OTHER, Trial, classify, trials

_MAX_SHOWN = 80  #: Characters of a title in a problem.


def failed_examples(catalog: Catalog) -> tuple[Problem, ...]:
    """Return a problem for each example that the topics' rules contradict, in the file's order."""
    return tuple(_problem(topic, field, index, catalog) for topic, field, index in _contradicted(catalog.topics))


@lru_cache(maxsize=4)
def _contradicted(topics: tuple[Topic, ...]) -> tuple[tuple[Topic, str, int], ...]:
    """Return each such example by its topic, field and index. Cached: the same topics are checked again whenever they are published."""
    return tuple(
        (topic, field, index)
        for topic in topics
        for field, titles in (("catches", topic.catches), ("ignores", topic.ignores))
        for index, title in enumerate(titles)
        if any(hit.topic == topic.slug for hit in classify(title, None, topics).topics) != (field == "catches")
    )


def _problem(topic: Topic, field: str, index: int, catalog: Catalog) -> Problem:
    title = (topic.catches if field == "catches" else topic.ignores)[index]
    tried = trials(title, catalog.topics)
    why = _why_missed(topic, title, tried, catalog) if field == "catches" else _why_caught(topic, tried, catalog)
    name = name_path(("topics", topic.slug, field, index), {"topics": {topic.slug: {"name": topic.name}}})
    return Problem(*_mark(f"{topic.slug}.{field}[{index}]", catalog), name, f"{_quote(title)} {why}")


def _why_caught(topic: Topic, tried: list[Trial], catalog: Catalog) -> str:
    hit = next((trial for trial in tried if trial.topic == topic.slug and trial.because), None)
    if hit is None:
        return "is caught, because no rule of another topic catches it"
    return f"is caught by {_rule(hit, catalog)}: {hit.because}. Make its phrases narrower, or add to its unless"


def _why_missed(topic: Topic, title: str, tried: list[Trial], catalog: Catalog) -> str:
    """Name the rules that would catch the title but for one condition."""
    alone = next((each for each in tried if each.because and _catches_alone(each, catalog)), None)
    if alone is not None:
        return f"is missed, because {_rule(alone, catalog)} of {alone.topic} catches it alone: {alone.because}"
    if topic.slug == OTHER:
        others = ", ".join(f"{each.topic} ({each.because})" for each in tried if each.because)
        return f"is missed, because it is about {others}"
    head = plain_text(title, MAX_TITLE)
    near = []
    for trial in tried:
        if trial.topic == topic.slug and trial.obstacle:
            phrases = topic.rules[trial.number].phrases
            words = pattern(phrases).find(head) if phrases else ""
            if words or not phrases:
                finds = f'finds "{words}", but' if words else "does not apply:"
                near.append(f"{_rule(trial, catalog)} {finds} {trial.obstacle}")
    return "is missed: " + ("; ".join(near) or "none of the topic's phrases is in it")


def _catches_alone(trial: Trial, catalog: Catalog) -> bool:
    return any(topic.slug == trial.topic and topic.rules[trial.number].alone for topic in catalog.topics)


def _rule(trial: Trial, catalog: Catalog) -> str:
    """Return "rule 3 (line 412)"."""
    line = _mark(f"{trial.topic}.rules[{trial.number}]", catalog)[1]
    return f"rule {trial.number + 1} (line {line})"


def _mark(path: str, catalog: Catalog) -> tuple[str, int, int]:
    file, line, column = catalog.places.get(f"topic:{path}", "topics.yaml:1:1").split(":")
    return file, int(line), int(column)


def _quote(title: str) -> str:
    return f'"{title}"' if len(title) <= _MAX_SHOWN else f'"{title[: _MAX_SHOWN - 1].rstrip()}…"'
