"""Tell by a title which kinds of change it announces: "Updated Guidance: …", "ACE Appendix … has been revised", "… (Corrected)".

An entry's lead is the strongest of its lead-ins and decides when it is due. These are all that its title says, for searches and reports.
"""

import re

from jobs.states import Lead

_MAX_PARTS = 5

_PARTS = re.compile(r"[:*\u2013\u2014]+|\s-\s|-(?=[A-Z][a-z])")
"""Between "GUIDANCE", "Section 232" and "Updated List"."""

_SENDER = (
    r"[\W_]*+(?:(?:an?|the|final|friendly|second|another|important|minor|further)\s++)*+"
    r"(?:(?:u\.?s\.?\s)?(?:cbp|customs and border protection|aphis|fda|usda|epa|fsis|ams|nmfs|noaa(?:\sfisheries)?|ustr|commerce)\s)?+"
)
_ENTRIES = r"(?!\s(?:in\s|entr|bond|statement|summar|bill|claim|request|protest|drawback)\w*+)"
"""Things that people cancel or correct themselves."""

_OPENINGS = {
    Lead.CORRECTION: rf"correct(?:ions?|ed|s)\b{_ENTRIES}|clarification/correction\b|errat(?:um|a)\b",
    Lead.REPLACEMENT: r"(?:replace[sd]|supersede[sd])\b",
    Lead.CANCELLATION: rf"(?:cancel(?:s|l?ed|lations?)|rescind(?:s|ed)|rescission|withdr(?:aws|awn|ew))\b{_ENTRIES}",
    Lead.REMINDER: r"(?:reminders?|reminds|icymi)\b",
    Lead.UPDATE: (
        r"(?:update(?!\s(?:your|my|accounts?|bank|contact|software|now)\b)|updat(?:e[sd]|ing)|revise[sd]|amend(?:s|ed)|clarif(?:y|ying|ies|ied|ications?)|modifies|postpone[sd]|postponements?"
        r"|reschedule[sd]|reissue[sd]|reissuance|addendum|follow(?:[\s-]up|s\sup))\b"
        r"|(?:additional|supplemental|revised|new)\s(?:information|instructions?)\s(?:on|for|to|about|related|regarding)\b"
        r"|additional\sguidance\b|change[sd]?\W*+$"
        r"|(?:(?:deadline|time|date|[0-9]++.day)\s)?+extension(?:\W*+$|\s(?:of|for|to)\b)"
        r"|exten(?:ds|ded)\b(?!\W++(?:\w++\s){0,5}?(?:maintenance|outage))"
    ),
}
_VERBS = {
    Lead.CORRECTION: "corrected",
    Lead.CANCELLATION: "cancell?ed|rescinded|withdrawn",
    Lead.UPDATE: "updated|revised|amended|modified|clarified|postponed|rescheduled",
}
_NOTES = {
    Lead.CORRECTION: r"correct(?:ion|ed)",
    Lead.CANCELLATION: "cancell?(?:ed|ation)",
    Lead.UPDATE: "updated?|revis(?:ed|ion)|amended|clarification|postponed|rescheduled",
}
"""Words in brackets."""

_OPENS = {lead: re.compile(_SENDER + f"(?:{words})", re.IGNORECASE) for lead, words in _OPENINGS.items()}
_SAYS = {
    lead: re.compile(
        rf"\b(?:(?:has|have|is|are|was|were)\s(?:now\s)?(?:been\s)?(?:{words})"
        rf"|(?<!be )(?:{words})(?=\s(?:on|in|at|and|to|until|for)\b|[\s!.)*]*+$))"
        rf"|[(\[]\s?(?:minor\s|now\s)?(?:{_NOTES[lead]})\b",
        re.IGNORECASE,
    )
    for lead, words in _VERBS.items()
}

_DOCUMENTS = (
    "guides?|ig|catair|camir|aestir|appendix|dictionar(?:y|ies)|documents?|faqs?|lists?|tables?|codes|footnote|statistics|dates?|schedules?"
    "|requirements?|instructions|polic(?:y|ies)|guidance|tariffs?|rates|reports?|notices?|messages?|messaging|query|queries"
)
_NAMES = re.compile(
    r"(?:/|\b(?:harmonized\s(?:tariff\s)?(?:system|schedule)|an|no|or|to|news\sand|year|daily|(?:bi-?)?weekly|monthly|quarterly|annual|trade"
    r"|newsletter|software|system|version|firmware|hardware|security|middleware|mqipt|browser|create)[\s-]?)$",
    re.IGNORECASE,
)
"""Words before "update" that make it a newsletter, a release of a system, or what a filer does."""
_MAX_NAME = 40
_NOUN = re.compile(
    r"\bupdates?\b(?=[\s!.*)]*+$|\s(?:"
    r"(?:on|about|regarding|concerning)\s(?!(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|febr|mar|apr|may|jun|jul|aug|sept|octo|nov|dec)|[0-9])"
    r"|to\s(?:the|its|csms)\s|the\s|effective\s))",
    re.IGNORECASE,
)
"""The noun that ends a part, or that says itself to what it belongs."""
_DOCUMENT = re.compile(
    rf"\b(?:{_DOCUMENTS})(?:\s\([a-z]++\))?\s(?:quarterly\s)?updates?\b(?!\s(?:to\s|catair|deploy|(?:will\s)?be\s))", re.IGNORECASE
)
_RELEASE = re.compile(
    r"\b(?:deploy(?:s|ed|ing)?|unavailable|downtime|outage|scheduled?|upcoming|planned|completes?|maintenance|upgrade)\b(?!\s(?:date|update))",
    re.IGNORECASE,
)
"""Words of a part that is about the release of a system, or that somebody installs it."""


def _has_noun(part: str) -> bool:
    """Tell whether a part of a title says by the noun alone that something known has changed: "FDA Supplemental Guide Update"."""
    if _DOCUMENT.search(part):
        return True
    if _RELEASE.search(part):
        return False
    return any(each.start() and not _NAMES.search(part, max(each.start() - _MAX_NAME, 0), each.start()) for each in _NOUN.finditer(part))


def title_leads(title: str) -> frozenset[Lead]:
    """Return what a title says of its message by the words that open it or a part of it, by a verb, or by a note in brackets."""
    parts = _PARTS.split(title)[:_MAX_PARTS]
    opened = {lead for lead, words in _OPENS.items() if any(map(words.match, parts))}
    if any(map(_has_noun, parts)):
        opened.add(Lead.UPDATE)
    return frozenset(opened | {lead for lead, words in _SAYS.items() if words.search(title)})
