"""Effective dates: the days on which what a message announces starts, opens, is deployed, is due or ends, each with its sentence.

A date counts only under words that say so. The day on which a document, an order or a version was signed or published, and the day of a
webinar or a call, are not among them; a date without such words is left out rather than guessed.
"""

import re
from collections.abc import Iterator
from datetime import date

from jobs.models.readings import EffectiveDate
from jobs.sentences import sentences
from jobs.states import DateKind

MAX_TEXT = 20_000  #: Characters of a body that are read.
MAX_SENTENCE = 1_000  #: Characters of a sentence that are read.


_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?"
    r"|Dec(?:ember)?)"
)
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?"
_DATE = re.compile(
    rf"\b{_WEEKDAY}(?:(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[:/])(?:,?\s+(?P<year>20\d\d)(?!\d))?"
    r"|(?<![\d/])(?P<month2>\d{1,2})/(?P<day2>\d{1,2})/(?P<year2>20\d\d|\d\d)(?![\d/]))",
    re.IGNORECASE,
)
_ZONE = r"(?:e[sd]?t|eastern(?:\s+(?:standard|daylight))?(?:\s+time)?),?\s*"
_TIME = rf"(?:(?:at\s+)?\d{{1,2}}:\d\d\s*[ap]\.?m\.?,?\s*(?:{_ZONE})?(?:on\s+)?)?"
_DAY = rf"(?:on\s+)?(?:or\s+(?:before|after)\s+)?(?:the\s+)?{_TIME}"

#: Words right before a date, with its kind; the first that fits counts.
_BEFORE: tuple[tuple[DateKind | None, str], ...] = (
    (
        None,
        r"(?:dated|signed|issued|published|posted|created|revised|updated|announced|version|memo(?:randum)?|order|notice|proclamation|register)\s+(?:of|on)?",
    ),
    (None, r"(?:list|data|information|current|valid|accurate)\s+as\s+of"),
    (
        DateKind.DEADLINE,
        r"(?:(?:is|are|be)\s+)?due\s+(?:by|on|no\s+later\s+than)|no\s+later\s+than|deadline\s*(?:is|of|:|has\s+been\s+extended\s+to)?|on\s+or\s+before|not\s+later\s+than",
    ),
    (
        DateKind.DEADLINE,
        r"(?:submitted|received|filed|completed|register|respond|comply|apply|response|returned|paid|requested?|comments?|transmitted|made)\s+(?:\w+\s+){0,3}by(?:\s+(?:close\s+of\s+business|cob)\s*(?:on)?)?",
    ),
    (DateKind.DEADLINE, r"(?:open|extended|available\s+for\s+comment|accept\w*\s+(?:\w+\s+){0,3})\s*(?:until|through|to)"),
    (DateKind.DEADLINE, r"closes?\s+(?:on|at)|closing\s+date\s*(?:is|:)?"),
    (DateKind.OPENS, r"opening\s+(?:date|moment)\s*(?:is|:)?|(?:will\s+)?opens?\s+(?:on|at)"),
    (
        DateKind.ENDS,
        r"through|until|till|expir(?:es?|ing|ation)\s*(?:date)?\s*(?:on|at|:|is)?|ends?\s+(?:on|at)?|ending(?:\s+on)?|sunsets?\s+on|terminat\w+\s+(?:on|as\s+of)|retire[ds]?\s+on",
    ),
    (
        DateKind.EFFECTIVE,
        r"quota\s+period\s*:|(?:is|are|be|become|becomes|was|were)?\s*effective(?:\s+date)?\s*(?:is|of|:|,|as\s+of|on|beginning|from|starting)?|(?:take|takes|took|taking|goes?|go|went)\s+(?:into\s+)?effect\s+(?:on|as\s+of)?",
    ),
    (
        DateKind.EFFECTIVE,
        r"beginning|starting|commencing|on\s+or\s+after|(?:enforced|required|mandatory|implemented|apply|applies|effect)\s+(?:as\s+of|on|from|beginning)",
    ),
    (
        DateKind.DEPLOY,
        r"(?:deploy(?:ed|ment|ing|s)?|go(?:es)?\s+live|production|PROD|release[ds]?|launch(?:ed|es)?|activated)\s+(?:\w+\s+){0,5}?(?:on|for|:|scheduled\s+for)",
    ),
)
_PRECEDED = tuple((kind, re.compile(rf"(?:^|\W)(?:{words})\s*{_DAY}$", re.IGNORECASE)) for kind, words in _BEFORE)

#: What the sentence of "On March 24, 2026, CBP will enhance …" does, with the kind of its date.
_DEEDS: tuple[tuple[DateKind, re.Pattern[str]], ...] = (
    (
        DateKind.DEPLOY,
        re.compile(
            r"\b(?:will\s+(?:be\s+)?(?:deploy(?:ed|ing)?|enhance|launch|release|push|migrate)|(?:plans?|scheduled)\s+to\s+(?:be\s+)?deploy(?:ed)?"
            r"|(?:has\s+|have\s+|was\s+|were\s+)?(?:deployed|enhanced|launched|released))\b",
            re.IGNORECASE,
        ),
    ),
    (
        DateKind.EFFECTIVE,
        re.compile(
            r"\b(?:will\s+(?:be\s+)?(?:begin|start|no\s+longer|require[d]?|enforce[d]?|implement(?:ed)?|complete|change[d]?|discontinue[d]?|stop|cease"
            r"|transition"
            r"|replace[d]?|retire[d]?|remove[d]?|add(?:ed)?|update[d]?|activate[d]?|accept|apply|take\s+effect|become|collect|reject(?:ed)?|turn|move|end)"
            r"|began|transitioned|started|is\s+(?:now\s+)?(?:a\s+)?mandatory|must|are\s+required)\b",
            re.IGNORECASE,
        ),
    ),
)
_MEETING = re.compile(r"\b(?:webinars?|calls?|meeting|conference|session|symposium|workshop|summit|office\s+hours)\b", re.IGNORECASE)
_EXAM = re.compile(r"\bexam(?:ination)?\b", re.IGNORECASE)
_SIGNING = re.compile(r"\b(?:signed|issued|published|posted|announced|imposed|proclaimed|ruled|held|decided)\b", re.IGNORECASE)
_DEPLOYMENT = re.compile(r"\b(?:deploy\w*|PROD(?:uction)?|go[-\s]live)\b", re.IGNORECASE)


def effective_dates(title: str, body: str | None, published: date) -> tuple[EffectiveDate, ...]:
    """Return the dates in their order, each kind of a day once. Without a year, the one nearest to `published` is meant."""
    found: dict[tuple[date, DateKind], EffectiveDate] = {}
    for sentence in (title, *sentences((body or "")[:MAX_TEXT])):
        for each in _dates(sentence[:MAX_SENTENCE], published):
            found.setdefault((each.date, each.kind), each)
    return tuple(found.values())


def _dates(sentence: str, published: date) -> Iterator[EffectiveDate]:
    last: DateKind | None = None
    for each, day in days_in(sentence, published):
        kind = None if day is None else _kind(sentence, each, last)
        if day is not None and kind is not None:
            yield EffectiveDate(day, kind, " ".join(sentence.split()))
        last = kind


def days_in(text: str, published: date) -> Iterator[tuple[re.Match[str], date | None]]:
    """Yield where a text gives a day, and the day; None for one that does not exist, such as 31 June."""
    for each in _DATE.finditer(text):
        yield each, _day(each, published)


def _day(found: re.Match[str], published: date) -> date | None:
    name, day, year = found["month"], found["day"] or found["day2"], found["year"] or found["year2"]
    month = int(found["month2"]) if name is None else next(n for n, full in enumerate(_MONTHS, 1) if full.startswith(name.lower()[:3]))
    years = (int(year) + (2000 if len(year) == 2 else 0),) if year else (published.year - 1, published.year, published.year + 1)
    possible = []
    for one in years:
        try:
            possible.append(date(one, month, int(day)))
        except ValueError:
            continue
    return min(possible, key=lambda one: abs((one - published).days), default=None)


def _kind(sentence: str, found: re.Match[str], last: DateKind | None) -> DateKind | None:
    before, after = sentence[max(0, found.start() - 80) : found.start()], sentence[found.end() : found.end() + 200]
    for kind, words in _PRECEDED:
        if words.search(before):
            return None if kind is DateKind.ENDS and _MEETING.search(sentence) else kind
    if last is not None and re.search(r"\d\s*(?:-|\u2013|to)\s*$", before):
        return DateKind.ENDS
    if _MEETING.search(sentence) or _EXAM.search(sentence) or _SIGNING.search(after[:80]) or _SIGNING.search(before[-40:]):
        return None
    if re.search(r"(?:^|\W)on\s+(?:or\s+about\s+)?$", before, re.IGNORECASE) or re.fullmatch(r"\s*", before):
        return next((kind for kind, deed in _DEEDS if deed.search(sentence)), None)
    if _DEPLOYMENT.search(before[-50:]) or re.match(r",?\s*(?:\S+\s+){0,2}?(?:deployment|production)\b", after, re.IGNORECASE):
        return DateKind.DEPLOY
    return None
