"""Wordings: how messages say what they do to another one, as tables of regular expressions.

Each relation has forms of verbs and nouns that stand before the number, participles that stand after it, and lead-ins of titles. Between a
phrase and the number, only its object may stand: "the deadline announced in".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from jobs.assertions import CBP, DAY, MONTH, SELF, Form
from jobs.mentions import NAME
from jobs.states import Relation


class Object(Enum):
    """The object of a governing phrase, between its verb and the number."""

    WHOLE = "the message itself"
    MESSAGE = "also something that stands in it"
    THING = "also a thing that the message announces"
    FAULT = "only a fault, or a service that failed, that the message reports"
    FIX = "only the fix of such a fault"
    TROUBLE = "only a fault, which ends when it is over"
    END = "only a deadline or a period"


_DETERMINERS = (
    r"(?:(?:the|this|that|these|our|its|all|any|an?|prior|previous|previously|earlier|original|originally|recent|existing|initial|published"
    r"|issued|posted|released|CBP'?s?|U\.S\.|interim|trade|following|above)\s+)*"
)
TEXTS = (
    r"guidance|information|instructions?|messages?|notices?|notifications?|communications?|bulletins?|announcements?|alerts?|postings?"
    r"|reminders?"
)
NOUN = (
    rf"(?:{TEXTS}|footnotes?|headings?|typos?|misprints?|mistakes?|address(?:es)?|dates?|errors?"
    r"|FAQs?|numbers?|codes?|rates?|deadlines?|links?|lists?|(?<=\bthe\s)ones?|those)"
)
_BY_WHOM = rf"(?:(?:that|which)\s+(?:(?:was|were|is|{CBP}(?:\s+(?:has|have|had))?)\s+)?|{CBP}\s+(?:(?:has|have|had)\s+)?)"
SAID = (
    rf"(?:{_BY_WHOM}|previously\s+|originally\s+|initially\s+|first\s+)*"
    r"(?:issued|provided|announced|given|noted|listed|published|posted|sent|contained|outlined|described|stated|set(?:\s+forth)?|found"
    r"|included|identified|detailed|shared|communicated|distributed|released|shown|specified|indicated|reported|mentioned|referenced"
    rf"|conveyed|granted|allowed|appear(?:s|ed|ing)?)\s+(?:(?:on\s+)?{DAY},?\s+)?(?:in|by|with|under|via|through|on|as)\s+"
)
_HELD = (  # what stands in the message itself, unlike what it announces or describes
    rf"(?:{_BY_WHOM}|previously\s+|originally\s+|incorrectly\s+|erroneously\s+)*"
    r"(?:provided|given|gave|noted|listed|contained|stated|set(?:\s+forth)?|found|included|shown|specified|indicated|reported|mentioned|published|appear(?:s|ed|ing)?|sent)\s+"
    rf"(?:(?:on\s+)?{DAY},?\s+)?(?:in|with)\s+"
)
WORD = (  # none of those that turn the phrase to something else
    r"(?!(?:as|see|per|refer|and|or|but|because|since|under|by|annex\w*|proclamation|executive|order|rule|regulation|guides?|CATAIR|CAMIR"
    r"|documents?|version|chapter|appendix|federal|register|FR|notice|quota\s+bulletins?|who|whose|where|after|before|until|not|no|none"
    r"|nothing|some|most|one|several|many|few|parts?|portions?)\b)[\w/'\u2019.-]+,?\s+"
)
_STATED = rf"(?!(?:entry|entries|summary|summaries|claims?|filings?|transmissions?|bonds?|shipments?|protests?)\b){WORD}"
"""A word of what a message states; what filers send to CBP is no part of it."""
_THING = (  # what is filed under a message is none that it announces
    r"(?!(?:entry|entries|summary|summaries|claims?|filings?|filers?|importers?|bonds?|shipments?|accounts?|licen[sc]es?|powers?"
    r"|protests?|goods|liquidations?|questions?|answers?|examples?|sections?|paragraphs?|items?|lines?|steps?|columns?|rows?|tables?"
    rf")\b){WORD}"
)
_TROUBLE = (
    r"issues?|problems?|incidents?|outages?|backlogs?|queues?|defects?|bugs?|glitch(?:es)?|malfunctions?|disruptions?|interruptions?|slow-?downs?|slowness|latency"
    r"|delays?|degradation|failures?|rejections?|rejects|timeouts?"
)
FAULTY = rf"(?:{_TROUBLE}|services?|access|connectivity|functionality|processing)"
_FAULT_WORD = rf"(?!(?:with|by|affected)\b){WORD}"  # "shipments with delays" are no fault
_SENT = (
    rf"(?:\s+(?:(?:{_BY_WHOM})?(?:sent|issued|posted|published|released|distributed)|from|of)"
    rf"(?:\s+(?:earlier|out|today|yesterday|(?:this|last)\s+\w+|in\s+error|in\s+(?:the\s+)?(?:spring|summer|fall|winter|{MONTH})|(?:on\s+)?{DAY}))*)"
)
_IN_MESSAGE = (  # "announced in its message of May 5 (CSMS # n)"
    rf"(?:{SAID}|in\s+)(?:{_DETERMINERS}(?:{DAY}\s+)?(?:{TEXTS})(?:{_SENT})?,?\s*(?=[(:]))?"
)
HAS_END = r"(?:deadlines?|dates?|periods?|windows?|time|flexibilit(?:y|ies)|relief|tests?|pilots?|waivers?|exclusions?)"
_FOR_WHAT = rf"(?:for|of|to)\s+(?:(?!(?:claims?|bonds?|protests?\s+of|licen[sc]es?)\b){WORD}){{1,6}}?"
_PAPERS = r"annex|appendix|code\s+list|documents?|federal\s+register|handbook|manual|catair|form|schedule"
_LINKED = (
    rf"(?:what\s+{CBP}(?:\s+(?:has|have))?{_SENT}"
    rf"|[\"\u201c](?![^\"\u201c\u201d]*\b(?:{_PAPERS})\b)(?:[^\s\"\u201c\u201d]+\s+){{2,20}}[^\s\"\u201c\u201d]+[\"\u201d])\s*(?=\()"
)
"""The name of a message in front of its number in brackets: "what we sent on May 5 (CSMS # n)", or its title; not that of a form."""
_IN_FULL = r"(?:,?\s*(?:in\s+(?:its|their)\s+entirety|in\s+full|entirely|completely)\b,?\s*)?"
_DURATION = r"(?:(?:an?|another|\d+|one|two|three|four|six|thirty|sixty|ninety)\s+){1,2}(?:\w+\s+)?(?:days?|weeks?|months?|years?)\b"
_BY_HOW_MUCH = rf"(?:\s+(?:by|for)\s+{_DURATION})?"
_BETWEEN = {
    Object.WHOLE: (
        rf"{_DETERMINERS}(?:(?:(?!(?:error|warning|reject\w*|response|status)\b){WORD}){{0,3}}?(?:{TEXTS})"
        rf"(?:,?\s+including\s+|(?=\s*:)|{_SENT}?,?\s+|\s+(?:{SAID}|in\s+|of\s+|from\s+)?"
        rf"|\s+(?:on|for|about|regarding)\s+(?:{WORD}){{1,6}}?{SAID})|(?:all\s+of\s+|each\s+of\s+)?(?:the\s+)?following(?=\s*:)|{_LINKED})?"
    ),
    Object.MESSAGE: (
        rf"{_DETERMINERS}(?:(?:{TEXTS})(?=\s*:)|{NOUN}\s+(?:{_IN_MESSAGE}|of\s+|from\s+)?|(?:{_STATED}){{1,7}}?{_HELD}|(?:{TEXTS}){_SENT}?,\s+"
        rf"|(?:{WORD}){{0,7}}?{NOUN}(?:,?\s+including\s+|\s+(?:{SAID}|in\s+|of\s+)|{_SENT}\s*(?=\())|{_LINKED})?"
    ),
    Object.THING: (
        rf"{_DETERMINERS}(?:(?:{TEXTS})(?=\s*:)|{NOUN}\s+(?:{_IN_MESSAGE}|of\s+)?|(?:{TEXTS}){_SENT}?,\s+|(?:{_THING}){{1,9}}?{_IN_MESSAGE}"
        rf"|(?:{_THING}){{0,4}}?{HAS_END}\s+{_FOR_WHAT}{SAID}|(?:{_THING}){{0,4}}?(?:outages?|disruptions?|slow-?downs?)\s+(?=\())?"
    ),
    Object.FAULT: rf"{_DETERMINERS}(?:{_FAULT_WORD}){{0,7}}?{FAULTY}\s+(?:{_IN_MESSAGE}|from\s+|of\s+)",
    Object.TROUBLE: rf"{_DETERMINERS}(?:{_FAULT_WORD}){{0,7}}?(?:{_TROUBLE})\s+(?:{_IN_MESSAGE}|from\s+|of\s+"
    rf"|(?:in|with|of)\s+(?:{WORD}){{1,5}}?{SAID})",
    Object.END: rf"{_DETERMINERS}(?:{_THING}){{0,4}}?(?:deadlines?|due\s+dates?|periods?|windows?)\s+{_IN_MESSAGE}",
    Object.FIX: (
        rf"(?:an?\s+|the\s+)?(?:permanent\s+)?(?:fix|correction|patch|repair|solution)\s+(?:for|to)\s+{_DETERMINERS}(?:{WORD}){{0,7}}?{FAULTY}"
        rf"\s+(?:{SAID}|in\s+|from\s+|of\s+)"
    ),
}
MIDDLE = {
    what: re.compile(rf"{_IN_FULL}{_BY_HOW_MUCH}\s*[#:]?\s*{words}[\s:(\"\u201c\u2022\u25cf*-]*", re.IGNORECASE)
    for what, words in _BETWEEN.items()
}


@dataclass(frozen=True, slots=True)
class _Wording:
    """How a relation is worded: by forms of a verb or by a noun before the number, by a participle after it, or as a title's lead-in."""

    about: Object
    does: str
    do: str
    doing: str
    noun: str
    done: str
    lead_in: str
    says: str = r"(?!)"  #: Phrases that assert by themselves.
    says_about: Object | None = None


NEVER = r"(?!)"
_AS_MESSAGE = r"(?:(?:message|notice|notification|communication|announcement)\s+)?"  #: "a correction notice to".
_NOTICED = r"(?:found|identified|discovered|noted|noticed|detected|made)"
_OVER = (  # not "is resolved by resubmitting", "is addressed in the guide" or "is fixed at 5 percent"
    r"(?:resolved|fixed)(?!\s+(?:(?:by|through|via)\s+\w+ing\b|at\s+\d+(?:\.\d+)?\s*(?:%|per)))"
    r"|addressed(?!\s+(?:by|in|to|at|on|under|through|via)\b)|over(?=\s*(?:[.,;]|$)|\s+(?:now|as\s+of|since|and)\b)"
)

WORDINGS: Mapping[Relation, _Wording] = {
    Relation.REPLACES: _Wording(
        Object.WHOLE,
        r"replaces|supersedes|takes\s+the\s+place\s+of",
        r"replace|supersede|take\s+the\s+place\s+of",
        r"replacing|superseding|taking\s+the\s+place\s+of",
        rf"replacement\s+{_AS_MESSAGE}(?:of|for|to)|supersession\s+of",
        r"replaced|superseded",
        r"replace(?:s|d|ment)|supersed(?:es|ed)",
        rf"this\s+(?:CSMS\s+)?{SELF}\s+(?:(?:is\s+)?(?:(?:issued|sent|provided)\s+)?in\s+(?:lieu|place)|instead)\s+of",
    ),
    Relation.CORRECTS: _Wording(
        Object.MESSAGE,
        r"corrects|(?:fixes|rectifies)(?=\s+(?:\w+\s+){0,3}(?:errors?|typos?|mistakes?|misprints?)\b)",
        r"correct",
        r"correcting",
        rf"corrections?(?:/\w+)?\s+{_AS_MESSAGE}(?:of|to|for)|corrected\s+(?:version|copy)\s+of",
        r"corrected",
        r"correct(?:ion|ed|s)",
        r"there\s+(?:is|are|was|were)\s+(?:(?:an?|also|some|several|two|typographical|clerical)\s+)*errors?\s+in"
        rf"|(?:an?|some|several|two|the\s+following)\s+(?:\w+\s+)?errors?\s+(?:(?:was|were|has|have|been)\s+)+{_NOTICED}\s+in"
        rf"|(?:we|CBP)\s+(?:(?:has|have)\s+)?{_NOTICED}\s+(?:an?|some|several|two)\s+(?:\w+\s+)?errors?\s+in",
    ),
    Relation.CANCELS: _Wording(
        Object.THING,
        r"cancels|rescinds|withdraws|revokes|retracts|voids",
        r"cancel|rescind|withdraw|revoke|retract|void",
        r"cancell?ing|rescinding|withdrawing|revoking|retracting|voiding",
        rf"cancell?ation\s+{_AS_MESSAGE}(?:of|to|for)|rescission\s+of|withdrawal\s+of|revocation\s+of|retraction\s+of",
        r"cancell?ed|rescinded|withdrawn|revoked|retracted|void|called\s+off|(?:sent|issued|posted|published|released|distributed)\s+in\s+error",
        r"cancel(?:l?ed|lation|ation|s)?|rescind(?:ed|s)?|rescission|withdrawn|withdrawal|revoked|retracted|void(?:ed)?",
        r"(?:please|kindly|should|must|may|can)\s+(?:disregard|discard|ignore)|(?<![\w,]\s)(?:disregard|discard|ignore)",
        Object.WHOLE,
    ),
    Relation.RESOLVES: _Wording(
        Object.THING,
        r"resolves|fixes|closes",
        NEVER,
        NEVER,  # what CBP is resolving is still open
        r"resolution\s+(?:of|to|for)",
        _OVER,
        r"resol(?:ved|ution)",
        r"(?<!\bsome\s)(?<!\bmost\s)(?<!\bpartial\s)(?<!\blimited\s)(?:services?|access|connectivity|functionality|processing|operations?)\s+(?:(?:has|have|is|are|was|were|been|now|fully)\s+)+restored"
        r"\s+(?:following|after)",
        Object.FAULT,
    ),
    Relation.EXTENDS: _Wording(
        Object.THING,
        r"extends|prolongs",
        r"extend|prolong",
        r"extending|prolonging",
        r"extensions?\s+(?:of|to|for)",
        r"extended|prolonged",
        r"exten(?:ded|sion|ds)",
    ),
    Relation.UPDATES: _Wording(
        Object.MESSAGE,
        r"updates|amends|modifies|revises|clarifies|postpones|changes|replaces|reissues"
        r"|adds\s+(?:(?!links?\b|references?\b|pointers?\b|background\b|details?\b|information\b|no\b|nothing\b)[\w,.-]+\s+){1,8}?to"
        r"|removes\s+(?:(?!no\b|nothing\b|links?\b|references?\b)[\w,.-]+\s+){1,8}?from",
        r"update|amend|modify|revise|clarify|postpone|reissue",
        r"updating|amending|modifying|revising|clarifying|postponing|changing|replacing|reissuing",
        rf"updates?(?:\s+#?\d)?\s+{_AS_MESSAGE}(?:to|of|for|on)|updated\s+(?:guidance|information|instructions?|version)\s+(?:to|for|of|on|regarding)"
        r"|amendments?\s+(?:of|to)|modifications?\s+(?:of|to)|revisions?\s+(?:of|to)"
        rf"|clarifications?\s+{_AS_MESSAGE}(?:of|to|for|on|related\s+to|regarding)|changes?\s+(?:to|from|in)",
        r"(?:updated|amended|modified|revised|changed|postponed|rescheduled|replaced|reissued)(?!\s+(?:daily|weekly|monthly|regularly|periodically|as\s+needed)\b)",
        r"update[ds]?|revis(?:ed|ion)|amend(?:ed|ment)|clarification|postponed",
    ),
    Relation.FOLLOWS_UP: _Wording(
        Object.MESSAGE,
        NEVER,
        NEVER,
        NEVER,
        NEVER,
        NEVER,
        r"follow[-\s]?up",
        rf"follow(?:s|ing)?[-\s]?up\s+{_AS_MESSAGE}(?:to|on|for|regarding)"
        r"|additional\s+(?:information|guidance)\s+(?:related\s+to|relating\s+to|regarding|on|to|for|about)"
        r"|further\s+to|supplement(?:s|ing)?(?:\s+to)?|continuation\s+of",
    ),
}

WRONG = r"(?:incorrect|wrong|inaccurate|erroneous|in\s+error|misstated)"
WRONGLY = r"(?:incorrectly|erroneously|inaccurately|inadvertently|mistakenly)"
_PRINTED = r"(?:listed|stated|given|shown|noted|provided|printed|published|posted|written|spelled)"
_PRINTED_WRONG = rf"(?:was|were)\s+(?:{WRONGLY}\s+{_PRINTED}|{_PRINTED}\s+(?:in\s+error|{WRONGLY}))"
_REPAIRED = r"(?:corrected|repaired|rectified|remedied)"
_HAVE = r"(?:has|have)\s+(?:(?:also|now|hereby|since)\s+)?"  # "CBP has extended the deadline in", not "has been extended by"
PHRASES = {
    kind: tuple(
        (form, about, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE))
        for form, about, words in (
            (Form.DOES, each.about, each.does),
            (Form.DO, each.about, each.do),
            (Form.PLURAL, each.about, each.do),
            (Form.DOING, each.about, each.doing),
            (
                Form.WRONG,
                Object.WHOLE,
                rf"(?:{_PRINTED_WRONG}|{CBP}\s+(?:ha[sd]\s+|have\s+)?{WRONGLY}\s+(?:{_PRINTED}|omitted|included|named|identified)(?:\s+[\w./'-]+){{0,8}}?)\s+in"
                if kind is Relation.CORRECTS
                else NEVER,
            ),
            (
                Form.WILL_NOT,
                each.about,
                r"(?:not|no\s+longer)\s+(?:hold|host|conduct|deploy|implement)" if kind is Relation.CANCELS else NEVER,
            ),
            (Form.WILL, each.about, each.do if kind is Relation.EXTENDS else NEVER),  # a period that CBP will extend is longer
            (Form.NOUN, each.about, each.noun),
            (Form.DECIDED, each.about, each.do if kind in (Relation.CANCELS, Relation.EXTENDS) else NEVER),
            (Form.HAS_DONE, each.about, rf"{_HAVE}(?:{each.done})" if each.done != NEVER else NEVER),
            (Form.HAS_DONE, Object.FAULT, rf"(?:{_HAVE})?(?:{_REPAIRED}|{_OVER})" if kind is Relation.RESOLVES else NEVER),
            (Form.SAYS, each.says_about or each.about, each.says),
        )
        if words != NEVER
    )
    for kind, each in WORDINGS.items()
}
_OF_DAY = (
    r"(?:,?\s+(?:which\s+was\s+)?(?:(?:issued|dated|published|posted|sent|released)\s+(?:on\s+)?|(?:scheduled\s+|planned\s+)?for\s+)"
    rf"{DAY},?)?"
)
_CLAUSE = r"(?:,\s+(?:which|that)\s+[^\s,;.()][^,;.()]{0,60},)?"  # ", which was to end on July 10,"
NAMED = rf"\)?,?{_OF_DAY}{_CLAUSE}(?:\s*[(\u2013\u2014\"\u201c-][^.;()]{{0,90}}[)\u2013\u2014\"\u201d-])?"
_NOT_YET = r"being(?!\s+(?:resolved|fixed|addressed))"
_IS_NOW = rf"{NAMED}\s+(?:(?:is|are|was|were|has|have|had|been)\s+)+(?:(?:now|hereby|therefore|also|since|been|{_NOT_YET})\s+)*"
_NOT_BY = (  # not what another message did, or the President
    rf"\b(?!\s+(?:in|with)\s+{NAME}|\s+by\s+(?!\d|an?\s+additional\b|(?:one|two|three|thirty|sixty|ninety)\b|this\b|(?:adding|inserting|deleting|removing|striking|substituting|changing|replacing)\b|CBP\b|U\.?\s?S\.?\s+Customs|new\b|a\s+new\b|guidance\b"
    r"|the\s+(?:following|attached|guidance|message|information|instructions|new)\b))"
)
_TIME = rf"(?:{DAY}|\w+day\b|\d{{1,2}}(?::\d\d)?\s*[ap]\.?m\b|(?:next|this)\s+\w+|(?:a|the)\s+(?:later|week|month)\b)"
SAID_WRONG = rf"(?:is|are|was|were)\s+(?:{WRONG}|{WRONGLY}\s+\w+ed|{_PRINTED}\s+(?:in\s+error|{WRONGLY}))\b"
Done = tuple[Relation, Object, re.Pattern[str]]
DONE: tuple[Done, ...] = (
    (Relation.RESOLVES, Object.FAULT, re.compile(rf"{_IS_NOW}(?:{_REPAIRED}|restored|cleared){_NOT_BY}", re.IGNORECASE)),
    *(
        (kind, each.about, re.compile(rf"{_IS_NOW}(?:{each.done}){_NOT_BY}", re.IGNORECASE))
        for kind, each in WORDINGS.items()
        if each.done != NEVER
    ),
    (
        Relation.CORRECTS,
        Object.MESSAGE,
        re.compile(
            rf"{NAMED}\s+(?:(?:contain(?:s|ed)|ha[ds]|have|includ(?:es|ed)|stated|listed|gave|cited|named|quoted|used|show(?:s|ed))\s+(?:(?:an?|the|some|two|three|several)\s+)?"
            rf"(?:typographical\s+)?(?:errors?|mistakes?|misprints?|incorrect|wrong|typo)\b|{WRONGLY}\s+\w+ed\b|misstated\b|{SAID_WRONG})",
            re.IGNORECASE,
        ),
    ),
    (
        Relation.CANCELS,
        Object.WHOLE,
        re.compile(rf"{NAMED}\s+(?:(?:should|must|may|can|is\s+to|are\s+to)\s+be\s+disregarded)\b", re.IGNORECASE),
    ),
    (
        Relation.CANCELS,
        Object.WHOLE,
        re.compile(rf"{NAMED}\s+(?:is|are)\s+no\s+longer\s+(?:valid|in\s+effect|in\s+force|applicable)\b", re.IGNORECASE),
    ),
    (
        Relation.CANCELS,
        Object.THING,
        re.compile(
            rf"{NAMED}\s+will\s+(?:not|no\s+longer)\s+(?:take\s+place|be\s+(?:held|implemented)|occur|go\s+forward|proceed)\s*(?:[.,;]|$)",
            re.IGNORECASE,
        ),
    ),
    (
        Relation.RESOLVES,
        Object.TROUBLE,
        re.compile(
            rf"{NAMED}\s+(?:no\s+longer\s+(?:occurs?|exists?|persists?|appears?|happens?)|(?:is|are)\s+no\s+longer\s+(?:occurring|present|happening)|(?:is|are)\s+(?:now\s+)?closed(?!\s+(?:to|for|on)\b)"
            r"|(?:(?:has|have)\s+)?(?:now\s+)?(?:ended|ceased)(?!\s+(?:up|in|with|when|because)\b)|(?:has|have)\s+(?:now\s+)?(?:cleared|subsided))\b",
            re.IGNORECASE,
        ),
    ),
    (Relation.EXTENDS, Object.THING, re.compile(rf"{NAMED}\s+will\s+be\s+extended\b", re.IGNORECASE)),
    (Relation.EXTENDS, Object.END, re.compile(rf"{_IS_NOW}(?:pushed\s+(?:back|out)|lengthened){_NOT_BY}", re.IGNORECASE)),
    (
        Relation.UPDATES,
        Object.END,
        re.compile(
            rf"{NAMED}\s+(?:now\s+(?:ends?|closes?|expires?|begins?|starts?)|is\s+now)\s+(?:(?:on|at|through)\s+)?{DAY}", re.IGNORECASE
        ),
    ),
    (
        Relation.UPDATES,
        Object.THING,
        re.compile(
            rf"{_IS_NOW}(?:(?:postponed|rescheduled|delayed|re-?opened){_NOT_BY}|moved\s+(?:(?:up|back|forward|from\s+{DAY})\s+)?to\s+{_TIME})",
            re.IGNORECASE,
        ),
    ),
    (
        Relation.RESOLVES,
        Object.FIX,
        re.compile(
            rf"{_IS_NOW}(?:deployed|implemented|applied|released|installed|completed|moved\s+(?:in)?to\s+production)\b", re.IGNORECASE
        ),
    ),
)
"""Wordings after the number, which is the end of the subject."""
LISTED = re.compile(
    rf"\b(?:the\s+following|these)\s+(?:(?:CSMS|CBP|earlier|previous|prior|older|\w+teen|two|three|four|five)\s+)*(?:{TEXTS})(?=\b[^:]*:)",
    re.IGNORECASE,
)
"""The introduction of a list of messages: "The following messages are rescinded:"."""
