"""Recognize what a question asks for, and which statements hold such a thing."""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import pairwise

from content.search.statements import Passage
from content.search.wordlists import QUESTION_WORDS, REPORTED


class Shape(StrEnum):
    """A kind of thing that the answer must hold."""

    CONTACT = "a contact"
    EMAIL = "an email address"
    PHONE = "a telephone number"
    DATE = "a date"
    DURATION = "a duration"
    NUMBER = "a number"
    MONEY = "an amount of money"
    PERCENT = "a percentage"
    LAW = "a law"
    PAGE = "a page"
    CENTER = "a Center"
    REPORT = "how to report"
    MEANING = "a definition"
    DIFFERENCE = "a comparison"
    TOOLS = "tools"
    SKILL = "skills"
    WHO = "who does it"
    PLACE = "a place"
    HOW = "how to do it"
    KINDS = "its kinds"


_PHRASES = {
    Shape.EMAIL: """
        email | e mail | mailbox | mail address | inbox | mail to | write to | can i mail | do i mail | phone or mail |
        mail or phone | mail or call | call or mail
    """,
    Shape.PHONE: """
        phone | telephone | tel | hotline | number to call | call about | who do i call | who can i call | who to call |
        number for
    """,
    Shape.CONTACT: """
        contact | who do i ask | who can i ask | whom do i ask | who should i ask | who to ask | whom to ask | get in
        touch | reach out | who do i talk | who can i talk | who should i talk | who do i reach | how do i reach | how
        can i reach | person to ask | whom should | whom can | whom do | who can help | who do i write | who can explain
        | who answers | address for | reach the | help desk | helpdesk | help line | helpline | point of contact
    """,
    Shape.DURATION: """
        how long | how many minutes | how many hours |
        how many days | how many months | how many years | how many weeks | how many yrs | how many hrs | longest |
        length of the | maximum length |
        how quickly | how fast | how soon
        | time limit | average time | processing time | for how much time | time frame | timeframe | turnaround | waiting time
        | wait for | how often
    """,
    Shape.DATE: """
        when did | when was | when is | when will | when does | when do | when were | when are | when must | when should
        | when has | when could | when can | when may | when would | when to | and when | what date | which date | since
        which year | what year | which year | which month | what month | what day | which day | till when | until when |
        since when | in force since | in effect since | effective since | as of which | as of what |
        how old | what time | deadline | expire | expires | due date | start date | end date | how far back
        | from when | as of when | starting when | by when | which day | what period | how recent | how soon after
    """,
    Shape.MONEY: """
        how much | what value | which value | cost | costs | price | fee for | what fee | how expensive | in dollars | worth | total value |
        how many dollars | billion | million | what does it cost | value of
    """,
    Shape.PERCENT: """
        percent | percentage | what share | what rate | which rate | what % | how high | proportion | share of |
        portion of | fraction of
    """,
    Shape.NUMBER: """
        how many | number of | how large | how big | what number | which number | bulletin number | bulletin no | count
        of | series | how much | maximum | minimum | at most | at least | up to what | up to which | up to how | the limit
        | limit for | how old | minimum age
    """,
    Shape.LAW: """
        us code | code section | law | statute | cfr | u s c | usc | u.s.c | regulation | regulations | legal basis |
        legal authority | authority for | what act | which act | legislation | title 19 | where in the cfr | which
        section | what section | section of | section number | cite | citation | code of federal | legal ground |
        legal grounds | legal source | order number | number of the order | number of the executive order | which executive
        order | what executive order | proclamation number | number of the proclamation | which proclamation |
        what proclamation
    """,
    Shape.CENTER: """
        which of the ten centers | which of the centers | which of your centers |
        which center | what center | which cee | what cee | which centre | center handles | center for | cee for | cee
        handles | center of excellence | centre of excellence
    """,
    Shape.PAGE: """
        page | website | web site | link | url | web page | webpage | where can i find | where do i find | where can i
        look | where do i look | where can i read | where can i search | where is the | where are the | where can i get
        | online | where can i see | site
    """,
    Shape.REPORT: """
        report | reporting | allegation for | tip off | blow the whistle | whistleblower | file a complaint | complain |
        denounce | tell cbp about | tell customs about | tell you about | tell you guys |
        let you know | let you guys know | turn in | submit a tip | rat on
    """,
    Shape.MEANING: """
        what is | whats | what s | what are | stand for | stands for | meaning of | define | definition | what does |
        mean | means | explain | explained | short for | abbreviation | what do you call | acronym | meaning | letters |
        called | full name | full form | long form | spelled out | written out
    """,
    Shape.DIFFERENCE: """
        difference | differences | differ | diff | diffs | differentiate | different from | different than | distinction |
        tell apart | vs | versus | compared to | compare | distinguish | same as | or is it
    """,
    Shape.TOOLS: """
        tool | tools | what system | which system | software
    """,
    Shape.SKILL: """
        skill | skills | degree | education | qualification | qualifications | do i need to become | to become | do i
        have to know | requirements for the job | need to be a | need to be an | experience do | what does it take to be
        | must an | must a | study to | studied
    """,
    Shape.WHO: """
        who | whose | which role | which job | what role | which agency | which agencies | which department | which
        office | which division | which team | by whom | what agency | which body | who s | whos | what department |
        which directorate
    """,
    Shape.KINDS: """
        kinds of | types of | sorts of | forms of | varieties of | categories of | which kinds | what kinds | which types | what types
    """,
    Shape.PLACE: """
        where | which city | what city | located | location | based | sit | sits | situated | housed | headquartered
    """,
}
_PHRASES[Shape.HOW] = "how do i | how do we | how can i | how can we | how to | how does one | how does an importer | way to"
_SHAPES = {f" {' '.join(phrase.split())} ": shape for shape, phrases in _PHRASES.items() for phrase in phrases.split("|")}
SHAPE_WORDS = frozenset(word for phrase in _SHAPES for word in phrase.split())
"""Never corrected."""


_CONSUMING = frozenset(Shape) - {Shape.HOW, Shape.KINDS, Shape.REPORT, Shape.DIFFERENCE, Shape.WHO, Shape.SKILL}
"""Shapes whose words are only about the shape."""


def shapes_of(words: list[str]) -> frozenset[Shape]:
    """Return every shape that the words of a question have."""
    text = _text(words)
    found = frozenset(shape for phrase, shape in _SHAPES.items() if phrase in text)
    return found if place_of_outcome(words) is None else found | {Shape.PERCENT}


def words_of_shapes(words: list[str]) -> frozenset[int]:
    """Return the places of the words that only give the question its shape."""
    text = _text(words)
    found: set[int] = set()
    for phrase, shape in _SHAPES.items():
        at = text.find(phrase) if shape in _CONSUMING else -1
        if at >= 0:
            first = text.count(" ", 0, at + 1) - 1
            found.update(range(first, first + phrase.count(" ") - 1))
    return frozenset(found)


def _text(words: list[str]) -> str:
    """Join the words; what is decided "based on" something has no place."""
    return f" {' '.join(words)} ".replace(" based on ", " due to ")


MIN_QUESTION = 4
"""Words of a clause that says what it asks about."""
MAX_COUNTED = 8
"""Words from a number to what it counts."""
NUMBERS = (Shape.NUMBER, Shape.DURATION, Shape.DATE, Shape.MONEY, Shape.PERCENT)
"""Shapes that a statement answers only with a number."""


def place_of_counted(words: Sequence[str]) -> int:
    """Return the place after "how many", or 0."""
    return next((place + 2 for place, pair in enumerate(pairwise(words)) if pair == ("how", "many")), 0)


def place_of_number(words: Sequence[str]) -> int:
    """Return the place after "how many" or "number of" in a listed question, or 0."""
    return next((place + 2 for place, pair in enumerate(pairwise(words)) if pair in (("how", "many"), ("number", "of"))), 0)


def is_question(words: Sequence[str]) -> bool:
    """Return whether the words of a clause ask something by themselves, without pointing to another clause ("can they …")."""
    return len(words) >= MIN_QUESTION and words[0] in QUESTION_WORDS and _POINTING.isdisjoint(words)


def points_back(words: Sequence[str]) -> bool:
    """Return whether the words of a clause ask about something that another clause tells ("what is that called")."""
    return len(words) >= MIN_QUESTION and words[0] in QUESTION_WORDS and not _POINTING.isdisjoint(words)


def asks_what_that_is(words: Sequence[str]) -> bool:
    """Return whether a clause only asks what is named before it ("whats that", "what does it even mean")."""
    return words[:1] in (["what"], ["whats"]) and not _POINTING.isdisjoint(words) and set(words[1:]) <= _POINTING | _BEING


def asks_price(words: Sequence[str]) -> bool:
    """Return whether the question is what something costs, which only an amount or a share answers."""
    priced = any(word in _PRICES and following in _PRICED for word, following in pairwise((*words, "")))
    is_how_much = any(f"how much {verb} " in f"{' '.join(words)} " for verb in _IS)
    how_much_costs = tuple(words[:2]) == ("how", "much") and not _PRICES.isdisjoint(words)
    return is_how_much or how_much_costs or (priced and bool({*words[:1]} & (_ASKING_PRICE | _PRICES)))


def place_of_outcome(words: Sequence[str]) -> int | None:
    """Return the place of the outcome whose share is asked for ("pass rate of the exam", "odds of passing it"), or None."""
    for place, (word, following) in enumerate(pairwise(words)):
        if word in _OUTCOMES and following in ("rate", "rates"):
            return place
        if word in _ODDS and following in ("for", "of", "that"):
            return min(place + 2, len(words) - 1)
    return None


def place_of_judgment(words: Sequence[str]) -> int | None:
    """Return the place of the judgment that a question asks for ("is the exam hard", "how fair is the quota"), or None."""
    if not words or words[0] not in _ASKING_JUDGMENT:
        return None
    judged = ((place, after) for place, (word, after) in enumerate(pairwise((*words, ""))) if word in _JUDGMENTS)
    return next((place for place, after in judged if after in _AFTER_JUDGMENT or after.endswith("ing")), None)  # not "worth $800"


def asks_for_record(words: Sequence[str]) -> bool:
    """Return whether the question is which company does most of something, which no statement tells."""
    opens = bool(words) and words[0] in ("top", "what", "which") and not _COMPANIES.isdisjoint(words[1:3])
    return opens and (words[0] == "top" or not _RECORDS.isdisjoint(words))


def counts(text: str, nouns: frozenset[str], root: Callable[[str], str]) -> bool:
    """Return whether a text has a number closely before one of the nouns, which are roots ("14 free trade agreements")."""
    words = [word.strip("().;:") for word in re.sub(_CITATION, " ", text).lower().replace(",", "").split()]
    counted = (words[place + 1 : place + 1 + MAX_COUNTED] for place, word in enumerate(words) if re.fullmatch(_COUNT, word))
    return any(root(word) in nouns for following in counted if following and following[0] not in _UNITS for word in following)


def asks_for_more(words: list[str]) -> bool:
    """Return whether the question asks for something in particular, which a subject's card would bury."""
    return bool(shapes_of(words) - {Shape.MEANING})


def asks_which_law(words: Sequence[str]) -> bool:
    """Return whether the question is which law there is for something, which only a statement that cites one answers."""
    return any(asking in ("what", "which") and noun in _LAWS for asking, noun in pairwise(words))


def asks_which_directorate(words: Sequence[str]) -> bool:
    """Return whether the question is which directorate somebody is in, which only a statement that names one answers."""
    return any(asking in ("what", "which") and noun in ("directorate", "directorates") for asking, noun in pairwise(words))


def asks_how_to_report(words: Sequence[str]) -> bool:
    """Return whether the question is how to report somebody or their doings, not a figure on a form."""
    reports = [place for place, word in enumerate(words) if word in _REPORTS]
    asks = not shapes_of(list(words)).isdisjoint((Shape.HOW, Shape.PLACE, Shape.PAGE, Shape.CONTACT, Shape.WHO))
    reported = (words[place] == "denounce" or not REPORTED.isdisjoint(words[place + 1 : place + 4]) for place in reports)
    return asks and any(reported)


def asks_which_role(words: Sequence[str]) -> bool:
    """Return whether the question is which roles need something, which no other role answers."""
    asks = len(words) > 1 and words[0] in ("what", "which") and words[1] in _ROLES
    return asks and (Shape.SKILL in shapes_of(list(words)) or not _NEEDS.isdisjoint(words))


_REPORTS = frozenset({"denounce", "report", "reporting"})
_POINTING = frozenset({"he", "him", "his", "it", "its", "she", "that", "their", "them", "these", "they", "this", "those"})
_BEING = frozenset({"again", "are", "do", "does", "even", "exactly", "is", "mean", "s"})
_ASKING_PRICE = frozenset({"any", "how", "is", "what", "whats", "which"})
_PRICES = frozenset({"charge", "cost", "costs", "fee", "fees", "price", "prices"})
_PRICED = frozenset({"", "for", "of", "per", "to"})
"""Words after a price, or none, in a question about it: a "fee rate" is another thing."""
_OUTCOMES = frozenset({"acceptance", "approval", "compliance", "conviction", "denial", "error", "fail", "failure"})
_OUTCOMES |= {"inspection", "pass", "passing", "rejection", "response", "seizure", "success"}
_ASKING_JUDGMENT = frozenset({"are", "how", "is", "was", "were", "why"})
_JUDGMENTS = frozenset({"boring", "difficult", "easy", "fair", "fun", "hard", "stressful", "tough", "unfair", "useless", "worth"})
_AFTER_JUDGMENT = frozenset({"", "are", "for", "is", "it", "of", "or", "to", "was", "were"})
_COMPANIES = frozenset({"broker", "brokers", "companies", "company", "firm", "firms", "importer", "importers"})
_RECORDS = frozenset({"best", "biggest", "highest", "largest", "least", "lowest", "most", "worst"})
_ODDS = frozenset({"chance", "chances", "likelihood", "odds", "probability"})
_UNITS = frozenset({"day", "days", "months", "percent", "weeks", "working", "year", "years"})
_IS = ("are", "is")
_LAWS = frozenset({"law", "regulation", "section", "statute"})
_NEEDS = frozenset({"demand", "demands", "must", "need", "needs", "require", "required", "requires"})
_ROLES = frozenset({"career", "careers", "job", "jobs", "position", "positions", "role", "roles"})
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_NUMBER = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty"
_COUNT = rf"\d[\d.]*+(?:st|nd|rd|th)?|{_NUMBER}"
_HOLDS = {
    Shape.DATE: rf"\b(?:{_MONTH})\b|\b(?:19|20)\d\d\b|deadline|weekly|monthly|yearly"
    r"|\b(?:first|last|each|every) (?:working |business )?(?:day|week|month|year)\b|\bdays before\b",
    Shape.DURATION: rf"\b(?:\d+|{_NUMBER}) (?:working )?(?:day|week|month|year|hour)s?\b|\bfor a time\b|weekly|monthly|yearly",
    Shape.MONEY: r"\$ ?\d|\bdollar",
    Shape.PERCENT: r"\bpercent\b|\d ?%",
    Shape.NUMBER: rf"\b\d[\d,.]*\b|\b(?:{_NUMBER})\b",
    Shape.LAW: r"\bAct\b|U\.S\.C\.|\bCFR\b|General Note|Pub\. ?L\.|Public Law|Executive Order|\b[Ss]ection \d",
    Shape.EMAIL: r"@\w",
    Shape.PHONE: r"\d{3}-\d{4}|\d-\d{3}-",
    Shape.REPORT: r"[Aa]llegation|\breport|BE-ALERT|Violations Reporting|Allegation Portal",
    Shape.WHO: (
        r"Commerce|Commission|Agriculture|Division|Directorate|Center\b|Team|\bCBP\b|FDA|CPSC|agenc|Congress|APHIS|TTB|HSI|\bport\b"
    ),
    Shape.PAGE: r"\.gov\b|\bpage\b",
    Shape.PLACE: r"\b[a-z]*\.gov/|Washington|New York|San Francisco|\bin [A-Z]\w+",
    Shape.KINDS: rf"\b(?:{_NUMBER}|[Cc]ommon|main|several) (?:kinds|types|sorts|forms|categories)\b",
    Shape.DIFFERENCE: r"\bbut\b|\bwhile\b|;|\bnot\b",
}
_OF_KIND = {
    "contact": (Shape.CONTACT,),
    "authority": (Shape.LAW,),
    "center": (Shape.CENTER, Shape.PLACE, Shape.WHO),
    "definition": (Shape.MEANING,),
    "tools": (Shape.TOOLS,),
    "skill": (Shape.SKILL,),
    "assignment": (Shape.WHO,),
    "page": (Shape.PAGE, Shape.PLACE),
    "link": (Shape.PAGE, Shape.PLACE),
    "note": (Shape.PAGE,),
    "stat": (Shape.NUMBER,),
}


_CITATION = (
    r"\b\d++ (?:U\.S\.C\.|CFR)(?: Part)? [\d.]+(?:\(\w+\))*"
    r"|\b(?:Section|Sections|Form|Order|CSMS|Note|Part|Title|Pub\. L\.) [\d-]+(?:, \d+)*(?: and \d+)?"
    rf"|\b(?:\d+ )?(?:{_MONTH}) \d{{4}}\b|\b\d+ (?:{_MONTH})\b|\b(?:19|20)\d\d\b"
)
"""A law, a form or a date: its numbers count nothing."""


def held_by(passage: Passage) -> dict[Shape, float]:
    """Return how well a statement can answer each shape of question."""
    text = f"{passage.label} {passage.text}" if passage.kind in ("contact", "qa", "definition") else passage.text
    found = {shape: 1.0 for shape, pattern in _HOLDS.items() if re.search(pattern, text)}
    if Shape.NUMBER in found and not re.search(_HOLDS[Shape.NUMBER], re.sub(_CITATION, "", text)):
        del found[Shape.NUMBER]
    if Shape.DURATION in found:
        found.setdefault(Shape.DATE, 0.6)
    if "Center" in passage.text:
        found[Shape.CENTER] = 0.25
    found |= dict.fromkeys(_OF_KIND.get(passage.kind, ()), 1.0)
    if passage.kind != "contact" and found.keys() & {Shape.EMAIL, Shape.PHONE}:
        found[Shape.CONTACT] = 0.8
    return found
