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
    rf"|(?<![\d/.,-])(?P<day3>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month3>{_MONTH})\.?,?\s+(?P<year3>20\d\d)(?!\d)"
    r"|(?<![\d/])(?P<month2>\d{1,2})/(?P<day2>\d{1,2})/(?P<year2>20\d\d|\d\d)(?![\d/])"
    r"|(?<![\w/.-])(?P<year4>20\d\d)-(?P<month4>\d\d)-(?P<day4>\d\d)(?![\w/-]))",
    re.IGNORECASE,
)
_DATE_TEXT = re.sub(r"\?P<\w+>", "?:", _DATE.pattern)
_ZONE = r"(?:e[sd]?t|eastern(?:\s+(?:standard|daylight))?(?:\s+time)?),?\s*"
_TIME = rf"(?:(?:at\s+)?\d{{1,2}}:\d\d\s*[ap]\.?m\.?,?\s*(?:{_ZONE})?(?:on\s+)?)?"
_DAY = rf"(?:on\s+)?(?:(?:or|and)\s+(?:before|after)\s+)?(?:the\s+)?{_TIME}"
_MOVED = r"(?:postponed|delayed|extended|moved|changed|rescheduled|deferred|pushed)(?:\s+back)?"
_FROM = rf"(?:\s+from\s+(?:{_DATE_TEXT}),?)?"

#: Words right before a date, with its kind; the first that fits counts.
_BEFORE: tuple[tuple[DateKind | None, str], ...] = (
    (
        None,
        r"(?:dated|signed|issued|published|posted|created|revised|updated|announced|version|memo(?:randum)?|order|notice|proclamation|register)\s+(?:of|on)?",
    ),
    (None, r"(?:list|data|information|current|valid|accurate)\s+as\s+of"),
    (None, r"(?<!\bbe\s)(?:liquidated|imported|exported|entered|loaded|laden|shipped)\s+on\s+or\s+before"),
    (
        DateKind.EFFECTIVE,
        rf"(?:effective|implementation|enforcement|compliance|start\s+date|requirement|rule|duties|tariffs?)\b[^.;]{{0,40}}\b{_MOVED}{_FROM}\s+(?:to|until)",
    ),
    (DateKind.DEPLOY, rf"deployment\b[^.;]{{0,40}}\b{_MOVED}{_FROM}\s+(?:to|until|for)"),
    (DateKind.DEADLINE, rf"(?:deadline|due\s+date|closing\s+date|period)\b[^.;]{{0,40}}\b{_MOVED}{_FROM}\s+(?:to|until|through)"),
    (DateKind.EFFECTIVE, r"\bnot\s+(?:yet\s+)?(?:take|go|become|be|apply|begin|start)\b[^.;,]{0,40}\buntil"),
    (None, r"(?:postponed|delayed|deferred|suspended)\s+(?:to|until)"),
    (
        DateKind.DEADLINE,
        r"(?:(?:is|are|be)\s+)?due\s+(?:by|on|no\s+later\s+than)|no\s+later\s+than|deadline\s*(?:is|of|:|has\s+been\s+extended\s+to)?|on\s+or\s+before|not\s+later\s+than",
    ),
    (
        DateKind.DEADLINE,
        r"(?:submitted|received|filed|completed|register|respond|comply|apply|response|returned|paid|requested?|comments?|transmitted|made)\s+(?:\w+\s+){0,3}by(?:\s+(?:close\s+of\s+business|cob)\s*(?:on)?)?",
    ),
    (DateKind.DEADLINE, r"(?:open|extended|available\s+for\s+comment|accept\w*\s+(?:\w+\s+){0,3})\s*(?:until|through|to)"),
    (DateKind.DEADLINE, r"closes?(?:\s+(?:on|at))?|have\s+until|closing\s+date\s*(?:is|:)?"),
    (DateKind.OPENS, r"opening\s+(?:date|moment)\s*(?:is|:)?|(?:will\s+)?opens?(?:\s+(?:on|at))?"),
    (
        DateKind.ENDS,
        r"through|until|till|expir(?:es?|ing|ation)\s*(?:date)?\s*(?:on|at|:|is)?|ends?\s+(?:on|at)?|ending(?:\s+on)?|sunsets?\s+on|terminat\w+\s+(?:on|as\s+of)|retire[ds]?\s+on",
    ),
    (
        DateKind.EFFECTIVE,
        r"(?:quota|restraint|program)\s+period\s*(?::|is|of|(?:runs?\s+)?from)|(?:is|are|be|become|becomes|was|were)?\s*effective(?:\s+date)?\s*(?:is|of|:|,|as\s+of|on|beginning|from|starting)?|(?:take|takes|took|taking|goes?|go|went)\s+(?:into\s+)?effect\s+(?:on|as\s+of)?",
    ),
    (
        DateKind.EFFECTIVE,
        r"beginning|starting|commencing|on\s+(?:or|and)\s+after|(?:enforced|required|mandatory|implemented|apply|applies|effect)\s+(?:as\s+of|on|from|beginning)",
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


_NOT_THEN = re.compile(
    r"(?:\b(?:not|never|no\s+longer)|n['\u2019]t)\s+(?:be\s+|been\s+|yet\s+)?(?:takes?|taken|go(?:es)?|becomes?|effective|apply|begin|start|commence"
    r"|expire|end|open|close|due|deploy(?:ed)?|released?|implemented|launch(?:ed)?|sunset|terminate)\b"
    r"(?:(?!\b(?:until|before|prior|earlier|sooner|but)\b)[^,;:])*$"
    r"|\b(?:not|rather\s+than|instead\s+of|(?:previously|originally|initially|formerly)(?:\s+\w+)?(?:\s+(?:to|for))?(?:\s+\w+)?"
    r"|(?:was|were|had\s+been)\s+(?:\w+\s+)?to(?:\s+\w+){1,3}?)(?:\s+(?:on|by|of|the|from|for|as|be))*\s*$"
    rf"|\b{_MOVED}\s+(?:up\s+)?from\s*$",
    re.IGNORECASE,
)
"""Ends the words before a date that is denied or was another one's: "will not take effect on", "instead of"."""
_DROPPED = re.compile(
    r"[\s,]*(?:(?:effective|implementation|enforcement|compliance|deployment|due)\s+date\s+|deadline\s+|requirement\s+|deployment\s+)?"
    r"(?:(?:no\s+longer|does\s+not|do\s+not|will\s+not|did\s+not)\s+(?:appl|take\s+effect|hold|stand)"
    rf"|(?:is|are|was|were|has|have)\s+(?:been\s+|now\s+|hereby\s+)*(?:cancell?ed|rescinded|withdrawn|lifted|removed|suspended|{_MOVED})\b"
    r"|(?:is|are)\s+no\s+longer\s+(?:in\s+effect|valid|applicable|required))",
    re.IGNORECASE,
)
"""Begins the words after a date that is dropped or moved."""


_MAX_MOVE = 200
"""Characters before a date that are read for who moves which date: "CBP is extending the deadline in CSMS # 67000001 from May 1 to"."""
_MOVING = (
    r"\b(?:(?:is|are)\s+(?:now\s+|also\s+|hereby\s+)?(?:extending|postponing|delaying|deferring|moving|pushing|changing|rescheduling)"
    r"|(?:has|have|CBP|we)\s+(?:now\s+|also\s+|hereby\s+)?(?:extended|postponed|delayed|deferred|moved|pushed|changed|rescheduled)"
    r"|(?:extends|postpones|delays|defers|moves|changes|reschedules))\s+(?:back\s+)?(?:the|its|our|this|these)\s+(?:[\w-]+\s+){0,4}?"
)
_MOVES: tuple[tuple[DateKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"{_MOVING}(?:{nouns})\b[^;]{{0,80}}?{_FROM}\s+(?:to|until|through)\s+{_DAY}$", re.IGNORECASE))
    for kind, nouns in (
        (DateKind.DEADLINE, r"deadlines?|due\s+dates?|closing\s+dates?|periods?"),
        (DateKind.EFFECTIVE, r"(?:effective|implementation|enforcement|compliance|start)\s+dates?|requirements?|rules?|duties|tariffs?"),
        (DateKind.DEPLOY, r"deployments?|releases?"),
    )
)
_MOVED_AWAY = re.compile(rf"{_MOVING}[^;]{{0,100}}?\bfrom\s+{_DAY}$", re.IGNORECASE)
_OPEN_MOVE = re.compile(r"\b(?:if|unless|whether|not|never|until|when|requests?|asks?|asked)\b", re.IGNORECASE)


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
    name = found["month"] or found["month3"]
    day = int(found["day"] or found["day2"] or found["day3"] or found["day4"])
    year = found["year"] or found["year2"] or found["year3"] or found["year4"]
    if name is None:
        month = int(found["month2"] or found["month4"])
    else:
        month = next(number for number, full in enumerate(_MONTHS, 1) if full.startswith(name.lower()[:3]))
    years = (int(year) + (2000 if len(year) == 2 else 0),) if year else (published.year - 1, published.year, published.year + 1)
    possible = []
    for one in years:
        try:
            possible.append(date(one, month, day))
        except ValueError:
            continue
    return min(possible, key=lambda one: abs((one - published).days), default=None)


def _kind(sentence: str, found: re.Match[str], last: DateKind | None) -> DateKind | None:
    before, after = sentence[max(0, found.start() - 80) : found.start()], sentence[found.end() : found.end() + 200]
    if _NOT_THEN.search(before) or _DROPPED.match(after):
        return None
    moving = sentence[max(0, found.start() - _MAX_MOVE) : found.start()]
    for moved, pattern in _MOVES:
        if (move := pattern.search(moving)) and not _OPEN_MOVE.search(moving[: move.start()]):
            return moved
    if _MOVED_AWAY.search(moving):
        return None
    for kind, words in _PRECEDED:
        if words.search(before):
            return None if kind is DateKind.ENDS and _MEETING.search(sentence) else kind
    if last is not None and re.search(r"\d\s*(?:-|\u2013|to)\s*$", before):
        return DateKind.ENDS
    if _MEETING.search(sentence) or _EXAM.search(sentence) or _SIGNING.search(after[:80]) or _SIGNING.search(before[-40:]):
        return None
    if re.search(r"(?:^|\W)(?:on\s+(?:or\s+about\s+)?|as\s+of\s+)$", before, re.IGNORECASE) or re.fullmatch(r"\s*", before):
        return next((kind for kind, deed in _DEEDS if deed.search(sentence)), None)
    if _DEPLOYMENT.search(before[-50:]) or re.match(r",?\s*(?:\S+\s+){0,2}?(?:deployment|production)\b", after, re.IGNORECASE):
        return DateKind.DEPLOY
    return None
