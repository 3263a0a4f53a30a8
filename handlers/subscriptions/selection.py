"""Find the subscriptions of a channel that words mean: "3", "1, 2 and 4", "the revenue digest"."""

import re
from collections.abc import Iterable, Sequence

from content.catalog import Catalog
from handlers.subscriptions.parser import parse
from jobs.models.subscriptions import Subscription, SubscriptionSpec

_NUMBERS = re.compile(
    r"(?:subscriptions?|numbers?|no\.?)?+\s*+#?+[0-9]{1,18}(?:(?:\s*,\s*|\s+)(?:and\s+)?#?[0-9]{1,18}){0,24}\.?", re.IGNORECASE
)
_ONE = re.compile(r"[0-9]{1,18}")
_NOUNS = re.compile(r"\b(?:my|our|this|that|it|them|subscriptions?|digests?|posts?|posting)\b", re.IGNORECASE)
"""Words for the subscription itself."""


def numbers(words: str) -> tuple[int, ...]:
    """Return the numbers, if the words are nothing else."""
    words = " ".join(words.split())
    return tuple(dict.fromkeys(map(int, _ONE.findall(words)))) if _NUMBERS.fullmatch(words) else ()


def named(words: str, catalog: Catalog) -> SubscriptionSpec | None:
    """Return the topics, feeds and phrases that all of the words name, or None."""
    spec = parse(_NOUNS.sub(" ", words), catalog, "UTC", feeds_allowed=True)
    return spec if isinstance(spec, SubscriptionSpec) and "topics" not in spec.omitted else None


def matching(words: str, live: Iterable[Subscription], catalog: Catalog) -> tuple[list[Subscription], bool]:
    """Return the subscriptions that have everything that the words name, and whether they have nothing else."""
    spec = named(words, catalog)
    if spec is None:
        return [], False
    found = [each for each in live if _has(each, spec)]
    return found, all(_parts(each) == _parts(spec) for each in found)


def _has(subscription: Subscription, spec: SubscriptionSpec) -> bool:
    if "cadence" not in spec.omitted and spec.cadence.kind != subscription.cadence.kind:
        return False
    wanted, has = _parts(spec), _parts(subscription)
    if not any(wanted):  # "all topics"
        return not any(has)
    return all(set(part) <= set(other) for part, other in zip(wanted, has, strict=True))


def _parts(spec: Subscription | SubscriptionSpec) -> tuple[Sequence[str], ...]:
    filters = spec.filters
    feeds = tuple(slug for slug in filters.feeds if slug != "csms")
    return tuple(tuple(sorted(part)) for part in (feeds, filters.topics, filters.phrases, filters.never))
