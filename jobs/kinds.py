"""Tell an entry's kind by its title, else by its body, with words from 4,000 titles of CSMS messages from 2020 to 2026."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from content.rules import Text, pattern, plain_text
from jobs.states import EntryKind, Lead


def _table(words: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in words.split("|"))


_RESOLVED = _table("""
    resolved | backlog cleared | has been restored | have been restored | service restored | back online | has been fixed | up and
    operational | is operational | operable | is back up
""")

_MAINTENANCE = _table("""
    maintenance | network change | network engineering | network migration | downtime | down time | scheduled updates | planned outage |
    scheduled outage | software upgrade | system upgrade | server migration
""")

_NO_MAINTENANCE = _table("harbor maintenance | maintenance fee*")

_TROUBLE = _table("""
    outage* | degradation | degraded | slowness | slowdown | slow down | slow processing | slow response* | is slow | are slow |
    running slow* | down time | ACE is down | EDI is down | portal is down | system is down | environment is down | application is
    down | systems are down | servers are down | will be down | was down | went down | circuit down | system down | systems down |
    portal down | network down | server down | not available | unavailable | unavailability | offline | inaccessible | unable to |
    not able to | inoperable | not functioning | not working | not processing | not displaying | not being sent | not sent | not
    being received | not receiving | not received | not generat* | not present | has stopped | have stopped | stopped processing |
    stopped working | processing stopped | delay | delays | delayed | late final* | backlog | issue | issues | problem with |
    problems with | failure | failures | system error* | server error* | malfunction* | mismatch | experiencing | technical
    difficult* | intermittent* | sporadic* | interruption* | disabled | receiving error* | receiving ... reject* | receiving ...
    error* | receiving 199 | incorrectly | improperly | incorrect reject* | erroneous* | in error | rejections in | causing ...
    reject* | quota rejections | missing ... notification* | missing ... response* | missing ... message* | missing data | is
    affected | are affected | access ... affected | cannot access | cannot log | cannot transmit | cannot process | is aware of |
    are aware of | is aware that | are aware that
""")
"""Trouble, which is a fault only if the title also names a system."""

_SYSTEM = _table("""
    ACE | ABI | AES | AESDirect | EDI | DIS | ITACS | MQ* | SFTP | TMM | PGA* | FDA | eCERT | eBond* | ISF | HTS | HSU | MID | SU/SQ
    | portal* | manifest* | truck e | cargo release | entry summary | entry summaries | inbond* | in-bond* | statement* | delayed
    finals | protest module | protest application | drawback application | drawback claims | AD/CVD application | CBMA | courtesy
    notice* | prior notice | release notification* | release message* | response message* | status notification* | filers receiving
    | zone notification* | notification message* | query | queries | universe* | ACE reports | quota processing | quota status |
    tariff schedule | harmonized system update* | exchange rate* | payment file* | stow plan | license validation* | uploading |
    upload feature | login | log in | database* | server* | network issue* | network outage* | network* ... impact* | CBP network |
    connectivity | connection* | phone* | telephone* | computer* | website* | web application* | web service* | mobile application*
    | CrowdStrike
""")
"""Systems and their parts. CBP is none: "CBP issues" and "CBP cracks down" are its deeds."""

_NO_OUTAGE = _table("""
    protest issue* | new ... issue* | issue type* | priority trade issue* | trade interruption* | avoid delay* | can be avoided |
    outage procedures | outage policy | interim procedure* | interim solution* | workaround* | procedures ... interruption* | slow
    steaming | will be disabled | incorrectly filed | incorrectly submit* | CBP issue | CBP issues | customs issues | border
    protection issue* | office of trade issues | DHS issues | HSI issues | USTR issues | ITC issues | USITC issues | FDA issues |
    EPA issues | CPSC issues | USDA issues | NHTSA issues | NMFS issues | commerce issues | treasury issues | court issues |
    president issues | agencies issue | agency issues | issues a | issues an | issues the | issues ... rule | issues ... license |
    issues ... guidance | issues notice* | issues ... notice of | issues ... order | issues ... finding | issues ... determination*
    | issues proposed | issues final | statement on | statement by | statement from | joint statement | delay* ... deadline* |
    deadline* ... delayed | delay* ... compliance | delay* ... requirement* | requirement* ... delayed | delay* ... scheduled |
    delay* ... date | delay* ... dates | delay* ... test | delay* ... testing | delay* ... pilot | test ... delayed | delay* ...
    rule | rule ... delayed | delay* ... enforcement | delay* ... implementation | implementation ... delayed | implementation
    delay* | deployment ... delayed | deployment delay* | delay* ... deployment | release ... delayed to | retirement ... delayed |
    delay* ... retirement | delay* ... automation | delay* ... program | delay* ... accelerated payment | functionality delayed |
    delay* ... launch | launch ... delayed
""")
"""An agency that issues something, and a delayed date, test, rule or deployment, are no faults."""

_QUOTA = _table("""
    QB | quota* | TRQ | TRQs | tariff rate quota* | TPL | tariff preference level* | opening moment | specialty sugar* | steel ...
    bulletin* | AGOA ... limits
""")

_TRAINING = _table("""
    webinar* | forum | support call* | trade call* | user call* | conference call* | biweekly call* | office hours | town hall* | save
    the date | symposium* | summit | workshop* | training | demo | demos | demonstration* | open house | roadshow* | conference |
    instructional video* | video | meeting | trade day | information session* | outreach session* | q&a session*
""")

_DOCUMENT = _table("""
    CATAIR* | reference guide* | product code* | license code* | CAMIR* | AESTIR* | implementation guide* | implementation guideline* |
    supplemental guide* | supplemental trade guide* | supplemental guidelines | technical guide* | IG | IGs | appendix | appendices |
    error dictionar* | error code dictionar* | error codes document* | implementation documents | samples | updated ... status
    notification* | code table* | codes document* | valid codes | HSU | harmonized system update* | vendor* list | development and
    deployment schedule* | deployment schedule | deployment schedules | business rules | process document* | status notification codes |
    condition codes |
    notification document* | control document* | trade interface requirements | flag enforcement table | flag table* | message set
    guide* | message implementation guideline* | specification* | technical document* | CATAIR chapter* | updated ... chapter* |
    schedule k | output record | test data | XML | schema* | validation list | disclaimer codes | camir document* | document posted |
    document updated | updated document* | updated draft | draft ... posted
""")
"""For people who write software."""

_ORDER = _table("""
    guidance | withhold release order* | WRO | finding on | import restrictions | restricts | import prohibition* | deadline*
""")

_NEWS = _table("""
    initiation of | survey | proposed rule | proposes | exam | examination | interest rates | archive | report now available | reports
    for | FAQs | FAQ | launch | launches | portal rollout | rollout of ... portal | judgment | account application | video
""")

_TRADE_ACTION = _table("""
    refunds | section 232 | section 301 | section 201 | section 122 | section 338 | IEEPA | additional dut* | reciprocal tariff* |
    de minimis | importer of record | process to | process for
""")
"""Words about things that importers have to know, even if a title also says that a tool for it was deployed."""

_INTERFACE = _table("""
    CERT | PROD | production environment | certification environment | EDI | message set* | message* | validation* | product code* |
    codes flagged | PGA flag* | tariff flags | data element* | data universe* | universe* | programming | response code* | notification
    code* | status notification* | HTS update* | HTS codes | HTSUS codes | error code* | error message* | web service* | XML | ABI | AES
    | AESDirect | query | manifest* | functionality | software | transmission* | transmit* | deployment of ACE
""")
"""Words about things that only software does."""

_TECHNICAL = _table("""
    deploy* | CERT | PROD | in production | to production | production environment | certification environment | production date | EDI |
    message set* | message* | validation* | product code* | codes flagged | PGA flag* | tariff flags | release |
    modernization | modernized | feature* | enhancement* | functionality | data element* | data universe* | universe* | programming |
    response code* | notification code* | status notification* | electronic export manifest | EEM | document image system | DIS | user
    interface | query | manifest* | ABI | AES | AESDirect | portal | upgrade* | software | transmission* | transmit* | filing code* |
    license type* | license code* | port code* | sunset* | retire* | retirement | migrat* | processing | HTS record* | tariff record* |
    record layout* | record format* | detail record* | NR records | XML | web
    service* | login | multi factor | cargo release | entry summary | HTS update* | HTS codes | HTSUS codes | error code* | error
    message* | TLS | SFTP | VPN | MQ | ITACS
""")

_GUIDANCE = _table("""
    guidance | withhold release order* | WRO | WROs | finding on | import restriction* | lifts | section 232 | section 301 | section 201
    | section 122 | section 338 | IEEPA | additional dut* | import duties | reciprocal tariff* | tariff* | exclusion* | requirement* |
    required | requires | mandatory | must | termination of | extension of | suspension of | suspending | suspends | continuing the
    suspension | reauthorization | procedures | instructions | policy | enforcement of | enforcement discretion | prohibit* | ban |
    executive order | proclamation | interim final rule | final rule | compliance | reporting | ending collection | duty free | bond* |
    de minimis | free trade agreement* | trade agreement | certification of | certificate of | third country | country of origin |
    marking | waiver* | deadline* | effective | submit | submission | submitting | filing | claim* | entries of | entry of | reject* |
    clarif*
""")

_INFORMATION = _table("""
    information | initiation of | now available | available | announce* | notice | survey* | report | reports | interest rate* | fee |
    fees | launch* | publish* | publication | proposed rule | proposes | posted | FAQ | FAQs | frequently asked | request for | fact
    sheet | exam | examination | license | phone* | telephone | address | hours | holiday* | application | registration | schedule* |
    approved | update on | status of | tips | reminds | encourages | recommends | website | web page | mailbox | email | new | changes |
    change | update* | expands | center*
""")

_LEAD_IN = re.compile(
    r"[\s:*\[(\"'.-]*(?:(?:final|friendly|second|another|important)\s+)?"
    r"(?P<word>(?:(?:updated?|revised|additional|new|interim|quota)\s+(?:to\s+)?)?guidance|correct(?:ions?|ed)|clarification/correction"
    r"|replace(?:s|ment|d)|cancel(?:l?ed|lations?|s)|reminders?|icymi|resolved|revised|update[ds]?|information|notice)"
    r"(?P<end>\s*[:*\])]+|\s*-+\s+|-|/(?=\w)|\s+(?=(?:to|of|on|for|regarding)\b)|\s+(?=\w)|\s*$)",
    re.IGNORECASE,
)
"""One lead-in with its separator."""

_MAX_LEAD_INS = 4

_LEADS: Mapping[str, Lead] = {
    "clarification/": Lead.CORRECTION,
    "correct": Lead.CORRECTION,
    "replace": Lead.REPLACEMENT,
    "cancel": Lead.CANCELLATION,
    "reminder": Lead.REMINDER,
    "icymi": Lead.REMINDER,
    "resolved": Lead.RESOLVED,
    "update": Lead.UPDATE,
    "revised": Lead.UPDATE,
    "information": Lead.INFORMATION,
    "notice": Lead.INFORMATION,
}

_STRONGEST = (
    Lead.CORRECTION,
    Lead.REPLACEMENT,
    Lead.CANCELLATION,
    Lead.REMINDER,
    Lead.GUIDANCE,
    Lead.RESOLVED,
    Lead.UPDATE,
    Lead.INFORMATION,
)
"""The precedence of lead-ins: in "UPDATE - Information: ...", the first of these counts."""

_NEED_PUNCTUATION = frozenset({Lead.INFORMATION, Lead.RESOLVED})
"""Only before punctuation: "Information on the deployment" is a title."""

_NEED_NOTHING = frozenset({Lead.REMINDER, Lead.CORRECTION})  #: Before anything: "Reminder ACE Collections release".

_REPLACES = re.compile(
    r"\bthis (?:csms )?(?:message|csms) (?:replaces|supersedes|rescinds)(?: and \w+)?(?: the)?(?: \w+){0,3}? (?:csms|message|#)",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"\W*(?:(?:resolved|addressed|completed|ended)\b|restored\s*[:\u2010-\u2015-])|.*\b(?:resolved|addressed|completed)\W*$", re.IGNORECASE
)
_FAULT = re.compile(r"\W*(?:error \w*[0-9]|(?:known |technical |current )?issues?(?: with\b|\W))", re.IGNORECASE)
"""Begins with the fault: "Error F624 ...", "Issue with ..."."""
_POSTPONED = re.compile(r"\W*(?:deployment|implementation|retirement)\b.*\bdelayed\b", re.IGNORECASE)
_ERROR_CODE = re.compile(r"\berror [a-z]?[0-9]{3}\b", re.IGNORECASE)

_TABLES = (
    (EntryKind.TECHNICAL, _DOCUMENT),
    (EntryKind.GUIDANCE, _ORDER),
    (EntryKind.INFORMATION, _NEWS),
    (EntryKind.TECHNICAL, _INTERFACE),
    (EntryKind.GUIDANCE, _TRADE_ACTION),
    (EntryKind.TECHNICAL, _TECHNICAL),
    (EntryKind.GUIDANCE, _GUIDANCE),
    (EntryKind.INFORMATION, _INFORMATION),
)
"""Tried in this order."""


@dataclass(frozen=True, slots=True)
class Opening:
    lead: Lead
    all: tuple[Lead, ...]
    rest: Text


def opening(title: Text, body: Text) -> Opening:
    """In the body, "this message replaces CSMS n" counts as a lead-in."""
    found: list[Lead] = []
    rest = title.plain
    while len(found) < _MAX_LEAD_INS and (match := _LEAD_IN.match(rest)):
        lead = _lead(match["word"].casefold())
        next_word = rest[match.end() :].split(" ", 1)[0].casefold()
        alone = lead in _NEED_NOTHING or (lead not in _NEED_PUNCTUATION and next_word in ("to", "of", "on", "for", "regarding"))
        if match["end"].isspace() and not alone:
            break
        found.append(lead)
        rest = rest[match.end() :]
    if Lead.CORRECTION not in found and _REPLACES.search(body.plain):
        found.append(Lead.REPLACEMENT)
    strongest = next((lead for lead in _STRONGEST if lead in found), Lead.NONE)
    return Opening(strongest, tuple(found), plain_text(rest, len(rest)))


def _lead(word: str) -> Lead:
    return Lead.GUIDANCE if "guidance" in word else next(lead for start, lead in _LEADS.items() if word.startswith(start))


def kind_of(title: Text, body: Text, opens: Opening, *, about_systems: bool = True) -> EntryKind:
    """`about_systems`: the feed announces outages and maintenance, as news does not."""
    rest = opens.rest
    if about_systems and (found := _system_kind(title, opens)):
        return found
    for kind, table in ((EntryKind.QUOTA, _QUOTA), (EntryKind.TRAINING, _TRAINING)):
        if _has(table, title):
            return kind
    for lead, kind in ((Lead.REMINDER, EntryKind.REMINDER), (Lead.GUIDANCE, EntryKind.GUIDANCE)):
        if lead in opens.all:
            return kind
    if _ERROR_CODE.search(rest.plain):
        return EntryKind.TECHNICAL
    for text in (rest, body):
        for kind, table in _TABLES:
            if _has(table, text):
                return kind
        if opens.lead == Lead.INFORMATION:
            return EntryKind.INFORMATION
    return EntryKind.OTHER


def _system_kind(title: Text, opens: Opening) -> EntryKind | None:
    if Lead.RESOLVED in opens.all or _has(_RESOLVED, title) or _ENDED.match(opens.rest.plain):
        return EntryKind.RESOLVED
    if _has(_MAINTENANCE, title) and not _has(_NO_MAINTENANCE, title):
        return EntryKind.MAINTENANCE
    return EntryKind.OUTAGE if _is_fault(opens.rest) else None


def is_routine(title: Text, kind: EntryKind) -> bool:
    """Return whether only people who write or run software need it; in doubt not, because a missed message costs more."""
    if kind in (EntryKind.MAINTENANCE, EntryKind.OUTAGE, EntryKind.RESOLVED):
        return True
    return kind in (EntryKind.TECHNICAL, EntryKind.REMINDER) and _has(_DOCUMENT, title)


def _is_fault(text: Text) -> bool:
    if _has(_NO_OUTAGE, text) or _POSTPONED.match(text.plain):
        return False
    return bool(_FAULT.match(text.plain)) or (_has(_TROUBLE, text) and _has(_SYSTEM, text))


def _has(table: tuple[str, ...], text: Text) -> bool:
    return bool(pattern(table).find(text))
