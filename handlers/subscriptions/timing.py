"""Find how far a schedule, a time or a zone reaches in a person's words: "fridays at 10am pacific time" are five."""

from collections.abc import Sequence

from handlers.subscriptions import cadence, timezones


def length(words: Sequence[str]) -> int:
    """Return how many words from the first are a schedule, a time or a zone."""
    taken = 0
    while taken < len(words):
        rest = words[taken:]
        if rest[0] in ("on", "only") and taken:
            rest = rest[1:]
        if not rest:
            break
        read = cadence.read(rest)
        if isinstance(read, cadence.InvalidCadence):
            count = read.word + read.count if read.instead else 0
        else:
            count = read.words if read is not None else 0
        if rest[0] == "now" and len(rest) > 1:
            count = 0
        count = count or _zone_words(rest, alone=taken == 0)
        if not count:
            break
        taken += count + (len(words[taken:]) - len(rest))
    return taken


def _zone_words(words: Sequence[str], *, alone: bool) -> int:
    """Return how many words from the first are a zone. Alone, a city is none: "Jamaica" is an origin, too."""
    opening = next((place for place, word in enumerate(words) if word not in ("in", "the")), len(words))
    for count in range(min(4, len(words) - opening), 0, -1):
        name = words[opening : opening + count]
        if (not alone or timezones.is_short(name[0]) or name[-1] == "time") and timezones.find(" ".join(name)):
            return opening + count + (words[opening + count : opening + count + 1] in (["zone"], ["timezone"]))
    return 0
