"""Assertions: whether a sentence says that something is done to another message, by this message or by CBP.

"This message replaces" and "CBP has extended" assert. "To cancel", "CBP may cancel", "if CBP cancels", "CBP is working to resolve",
"nothing in this message cancels" and "the order amends" do not, and neither does what is limited to some goods or filers.
"""

import re
from enum import Enum

from jobs.mentions import NAME, NUMBER

MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*+\.?"
DAY = rf"(?:\w++day,?\s+)?(?:{MONTH}\s+\d{{1,2}}(?:,?\s+20\d\d)?|\d{{1,2}}/\d{{1,2}}/\d{{2,4}})"

MODIFIERS = (
    r"(?:(?:CSMS|CBP'?s?|trade|new|following|updated|corrected|revised|additional|attached|present|current|latest|interim|final|quota|policy"
    r"|cargo\s+systems\s+messaging\s+service)\s+){0,4}"
)
SELF = (
    r"(?:messages?|notices?|guidance|bulletins?|communications?|CSMS|announcements?|updates?|corrections?|information|notifications?"
    r"|instructions?|postings?|alerts?|clarifications?|reminders?|extensions?|cancell?ations?)"
)
_THIS = (
    rf"(?:(?:this|these|the\s+following)(?:\s+{MODIFIERS}{SELF})?|the\s+(?:following|attached|above|present|new|updated|corrected|revised)\s+{MODIFIERS}{SELF}"
    rf"|(?:the\s+)?{SELF}\s+(?:below|above|herein|in\s+this\s+message))"
)
CBP = r"(?:we|CBP|(?:U\.?\s?S\.?\s+)?Customs\s+and\s+Border\s+Protection(?:\s*\(\s*CBP\s*\))?)"
_THESE = (
    rf"(?:these(?:\s+{MODIFIERS}{SELF})?"
    rf"|the\s+(?:following|attached|new|updated|corrected|revised)\s+{MODIFIERS}(?:instructions|messages|notices|answers))"
)
_APART = rf"(?:\s*\([^()]{{0,80}}\)|\s+#?\s*{NUMBER}|,[^,;:]{{1,80}},|,?\s+which)?"
_ADVERBS = r"(?:(?:hereby|now|also|therefore|thus|officially|formally|fully|completely|entirely|further|herewith|both)\s+)*"
_AFTER_WORDS = r"(?:^\W*|[,;:.()*\u2010-\u2015-]\s*|\b(?:that|and|but|so|therefore|advised|note|today)\s+|\s(?=(?-i:This|These)\b))"
_IT = r"^\W*this\s[^;.]{0,150};\s+it"
_ACTOR = rf"(?:{_AFTER_WORDS}(?:{_THIS}|{CBP}){_APART}|{_IT})\s+{_ADVERBS}"
_AND = r"\b[^;:]{0,90}?(?:\band|,)\s+(?:then\s+|also\s+|hereby\s+)*"
_START = r"(?:^\W*|[:(\u2010-\u2015]\s*|\s-\s+)"
_KIND_OF = (
    r"(?:(?:an?|one|the|our|this|following|technical|typographical|minor|further|additional|second|third|final|new|important|urgent|slight"
    r"|recent|complete|formal|official"
    r"|(?:\d+|one|two|three|four|six|thirty|sixty|ninety)[-\s](?:calendar\s)?(?:day|week|month))\s+){0,4}(?:(?:notice|notification|announcement)\s+of\s+(?:(?:an?|the|our|this)\s+)?)?"
)


class Form(Enum):
    """The grammatical form of a phrase before a number, with the words that must stand before it to assert it."""

    DOES = rf"(?:{_ACTOR}(?:\w+s{_AND})?|{_START})$"
    PLURAL = rf"{_AFTER_WORDS}{_THESE}\s+{_ADVERBS}$"  #: "These instructions replace".
    DOING = rf"(?:{_ACTOR}(?:is|are)\s+{_ADVERBS}(?:\w+ing{_AND})?|{_START})$"
    DO = (
        rf"(?:{_AFTER_WORDS}{_THIS}{_APART}\s+(?:is|are|was)\s+(?:being\s+)?(?:(?:intended|meant|issued|sent|published|posted|reissued)\s+)?"
        rf"|\bpurpose\s+of\s+this\s+(?:\w+\s+){{1,3}}is\s+"
        rf"|{_AFTER_WORDS}{CBP}\s+is\s+(?:issuing|sending|publishing|posting|providing)\s+{_THIS}\s+)"
        rf"(?:in\s+order\s+)?to\s+{_ADVERBS}(?:\w+{_AND})?$"
    )
    WILL = rf"{_ACTOR}will\s+{_ADVERBS}$"
    WILL_NOT = rf"{_ACTOR}will\s+$"  #: "CBP will not hold", with no other day told.
    DECIDED = (
        rf"{_ACTOR}(?:(?:(?:has|have)\s+)?(?:decided|determined|elected|chosen|agreed|made\s+(?:the|a)\s+decision)"
        rf"|(?:announces|announced|(?:is|are)\s+announcing|(?:has|have)\s+announced)\s+(?:its|our|the)\s+decision)\s+to\s+{_ADVERBS}$"
    )
    HAS_DONE = rf"{_ACTOR}$"
    NOUN = (
        rf"(?:{_START}(?:as\s+|please\s+note\s+)?{_KIND_OF}"
        rf"|(?:{_AFTER_WORDS}(?:{_THIS}|this(?:\s+\w+){{1,3}}){_APART}|\b(?:below|attached|here|the\s+following))\s+(?:is|are|was|serves)\s+"
        rf"(?:(?:also|as|intended|meant|issued|being|hereby|to\s+serve|sent|provided)\s+)*{_KIND_OF}"
        rf"|{_ACTOR}(?:(?:is|are)\s+)?(?:(?:provid|issu|announc|publish|mak|giv|shar|includ)(?:es|ing)|(?:post|offer|contain|grant)(?:s|ing)"
        rf"|releases|releasing)\s+{_KIND_OF}"
        rf"|{_ACTOR}(?:has|have)\s+(?:issued|made|announced)\s+{_KIND_OF})$"
    )
    WRONG = (  #: "The rate was incorrectly listed", which others may only say, or each filer of an entry
        r"^(?![\s\S]*\b(?:claim(?:s|ed)?|alleg(?:e|es|ed|ations?)|report(?:s|ed)?|sa(?:y|ys|id)|t(?:ell|old)|th(?:ink|ought)|where|any|your)\b)"
        r"[\s\S]*(?<!\bnot\s)(?<!\bnever\s)$"
    )
    SAYS = r"(?<!\bnot\s)(?<!\bno\s)$(?<!\d\s)(?<!\d,\s)(?<!\bwhich\s)"


_ASSERTED = {form: re.compile(form.value, re.IGNORECASE) for form in Form}
_CONDITION = re.compile(r"\b(?:if|unless|once|whether|when(?:ever)?|assuming|in\s+case|in\s+the\s+event)\b", re.IGNORECASE)
_TOPIC = re.compile(
    r"\b(?:reminder|questions?|answers?|FAQs?|webinars?|calls?|training|proposed|upcoming|planned|future|draft)\b", re.IGNORECASE
)
"""Words of a title that only announces or explains what another message does: "REMINDER: Correction to"."""
_DOUBT = re.compile(
    r"(?:\b(?:no|not|never|nothing|neither|rumou?rs?|speculation|allegations?|false|mistaken|impression|hop(?:es?|ed|ing)|believ(?:es?|ed)|thinks?|thought|anticipates?|den(?:y|ies|ied)|claim(?:s|ed)?|alleg(?:es?|ed)|may|might|could|would|possible|proposes?|proposed|considering|ask(?:s|ed)?|requests?|requested"
    r"|recommends?|recommended|ensure|expects?|plans?)\b|n['\u2019]t\b)[^,;:]{0,120}\bthat\b",
    re.IGNORECASE,
)
_HEARSAY = re.compile(
    r"\b(?:reportedly|allegedly|supposedly|according\s+to|contrary\s+to|rumou?red"
    r"|(?:(?:(?<!\bACE\s)reports?|reported|reporting|said|states?|stated|wrote|written|heard|hears?|suggests?|suggested|assumes?|assumed|concluded?|understand|tells?|told)\s+(?:\w+\s+){0,2}"
    r"|(?:articles?|stor(?:y|ies)|posts?|headlines?)\s+)(?:that\b|(?=CBP\b|CSMS\b|we\b))"
    r"|say|says|believes?|thinks?|writes?)\b",
    re.IGNORECASE,
)
"""Words of what others say; CBP itself may report and say."""
_OURS = re.compile(rf"\b(?:{CBP}|this\s+{MODIFIERS}{SELF})\s+(?:(?:has|have|also|now|today|previously)\s+)*$", re.IGNORECASE)
_OWN_CLAUSE = re.compile(rf"[,;]\s+(?:(?:and|so|therefore)\s+)?this\s+{MODIFIERS}{SELF}\b", re.IGNORECASE)
_HEARSAY_AFTER = re.compile(
    r"\b(?:according\s+to\s+(?!this\b|the\s+following\b|our\b|CBP\b)|reportedly\b|allegedly\b"
    r"|(?:some|many|several|few|most|certain|the)\s+\w+\s+(?:say|report|claim|believe|think|write)\b)",
    re.IGNORECASE,
)
_CONDITION_AFTER = re.compile(
    r"(?:\s+[^\s,;:]+){0,4}?\s+(?:(?:if|unless|once|pending|upon|provided\s+that|in\s+the\s+event)\b|when\b)", re.IGNORECASE
)
_ELSEWHERE = re.compile(rf"\s+(?:by|in|with|via|through)\s+(?:the\s+)?{NAME}", re.IGNORECASE)
_VERB_AFTER = re.compile(
    r"\s+(?:is|are|was|were|has|have|had|does|do|did|will|would|may|might|can|could|should|must|shall|remains?|appl(?:y|ies)|contains?"
    r"|announced|stated|said|provided|takes?|means?|requires?)\b(?!\s+(?:(?:provided|given|attached|included|set\s+out)\s+)?"
    r"(?:below|here|hereby|herein|as\s+follows|attached|in\s+this\s+message)\b)",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    rf"(?:\s*+,?\s*+(?:as\s+of|effective|since|on)\s+(?:today|now|immediately|{DAY}))?\s*+,?\s*+"
    r"(?:(?:but\s+)?(?:only|solely|in\s+part|partially|partly|insofar|to\s+the\s+extent|except(?:ing)?|excluding|other\s+than"
    r"|as\s+(?:it|they)\s+(?:appl(?:y|ies)|relates?|pertains?)|with\s+(?:respect|regard)\s+to|as\s+to|(?:in|to|into)\s+(?:the\s+)?(?:CERT|certification|test)"
    r"|(?:for|to)\s+(?:\w+\s+){0,3}(?:goods|entries|entry|imports|products|shipments|articles|importers|filers|users|claims|merchandise|trade"
    r"\s+partners))\b)",
    re.IGNORECASE,
)


_UNTRUE = re.compile(
    r"\s+(?:is|are|was|were)\s+(?:incorrect|false|untrue|unfounded|wrong|premature|mistaken|inaccurate|not\s+(?:true|correct|accurate))\b",
    re.IGNORECASE,
)


_ENDS = re.compile(r"\)?+(?:\s*+(?:[.;]|$)|,?+\s++(?:because|due\s+to|as\s+(?:the|too)))", re.IGNORECASE)
_DENIED = re.compile(
    r"\W*(?:(?:this|that|these|those|such|the|both|all)\s+(?:\w+\s+){0,2}?(?:reports?|rumou?rs?|claims?|statements?|stor(?:y|ies)|news|articles?|posts?"
    r"|assertions?|assumptions?)\s+(?:is|are|was|were)\s+(?:\w+\s+)?(?:incorrect|false|untrue|unfounded|wrong|mistaken|inaccurate|not\s+(?:true|correct|accurate))"
    r"|(?:this|that|it)\s+(?:is|was)\s+(?:false|untrue|not\s+(?:true|so|the\s+case)|unfounded|a\s+rumou?r))\b",
    re.IGNORECASE,
)


def is_asserted(form: Form, before: str, after: str) -> bool:
    """Decide by the words of the sentence before a phrase of this form, and by those after the number that it governs."""
    if is_open(before, after) or _UNTRUE.match(after) or (form is Form.SAYS and is_subject(after)):
        return False
    if form is Form.WILL_NOT and not _ENDS.match(after):
        return False
    found = _ASSERTED[form].search(before)
    if found is None:
        return False
    begins = form in {Form.NOUN, Form.DOING} and not re.search(r"\b(?:is|are|was|serves|has|have)\s", found.group())
    return not (begins and (_VERB_AFTER.match(after) or _TOPIC.search(before)))


def is_open(before: str, after: str) -> bool:
    """Return whether a sentence states a condition, a doubt or a plan, what others say, or what yet another message did."""
    return bool(
        _CONDITION.search(before)
        or _DOUBT.search(before)
        or _CONDITION_AFTER.match(after)
        or _ELSEWHERE.match(after)
        or _HEARSAY_AFTER.search(after)
        or any(not (_OURS.search(before[: each.start()]) or _OWN_CLAUSE.search(before, each.end())) for each in _HEARSAY.finditer(before))
    )


def is_denied(following: str) -> bool:
    """Return whether the next sentence denies what a sentence tells: "These reports are wrong"."""
    return _DENIED.match(following) is not None


def is_limited(after: str) -> bool:
    """Return whether the words after the number limit what is said to some of the goods, the filers or the content."""
    return _LIMIT.match(after) is not None


def is_about(before: str) -> bool:
    """Return whether a title only announces or explains: "Webinar on the issue in"."""
    return bool(_TOPIC.search(before))


def is_subject(after: str) -> bool:
    """Return whether the number is the subject of a verb: "Correction: CSMS # n remains in effect"."""
    return _VERB_AFTER.match(after) is not None
