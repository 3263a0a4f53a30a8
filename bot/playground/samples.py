"""Sample CSMS messages for the page's buttons. Dates and titles are those of real messages; the bodies are our own words.

A published sample has a number of its own, above those of CBP.
CBP's archive gives only a day for some of them: these are dated noon.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from jobs.csms import hex_url
from jobs.models.entries import Classified, Entry, Parsed

FEED = "sample"

_SHIFT = 30_000_000
"""The distance from the number of a real message to that of its sample."""
_NAMED = re.compile(r"(?<![0-9])[0-9]{8}(?![0-9])")

AGOA = (
    "Reauthorization of Preferential Trade Legislative (PTL) Programs - African Growth and Opportunity Act (AGOA), Haiti Hemispheric "
    "Opportunity through Partnership Encouragement Act (HOPE), and Haiti Economic Lift Program (HELP)"
)


@dataclass(frozen=True, slots=True)
class Sample:
    number: str
    published: str
    """ISO 8601, with CBP's offset."""
    title: str
    body: str
    revises: str = ""
    """The number of the sample that it corrects or replaces, or ""."""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.published)


SAMPLES = (
    Sample(
        "67647279",
        "2026-02-06T16:51:59-05:00",
        f"GUIDANCE: {AGOA}",
        "In our words: duty-free treatment for eligible goods from AGOA countries and Haiti applies again, through 31 December 2026.",
    ),
    Sample(
        "68987884",
        "2026-06-18T12:51:39-04:00",
        f"CORRECTION: {AGOA}",
        "In our words: this message replaces CSMS 67647279 and explains how importers request refunds of duties paid in the meantime.",
        revises="67647279",
    ),
    Sample(
        "67648307",
        "2026-02-06T17:39:38-05:00",
        "Updated Procedures to Add Notify Parties (CBP Form 4811)",
        "In our words: this message updates CSMS 62234804. CBP pays refunds for a notify party into that party's bank account, "
        "and there is a new edition of CBP Form 4811.",
    ),
    Sample(
        "67740694",
        "2026-02-12T19:01:02-05:00",
        "Information: Quota Bulletin 26-223 2026 Argentina Beef Tranche 1",
        "In our words: the quota bulletin on the first tranche of beef from Argentina for 2026 is available.",
    ),
    Sample(
        "67792422",
        "2026-02-18T13:41:48-05:00",
        "Update - Information: Quota Bulletin 26-223 2026 Argentina Beef Tranche 1",
        "In our words: an update to CSMS 67740694 on the first tranche of beef from Argentina for 2026.",
    ),
    Sample(
        "60478562",
        "2024-05-06T12:00:00-04:00",
        "REMINDER: June 6, 2024 Termination for Solar Cells and Modules from Cambodia, Malaysia, Thailand, and Vietnam",
        "In our words: the exemption from antidumping and countervailing duties for solar cells and modules from four countries ends on "
        "June 6, 2024.",
    ),
    Sample(
        "60491355",
        "2024-05-07T12:00:00-04:00",
        "Correction to CSMS 60478562: REMINDER: Antidumping and Countervailing Duties effective on June 6, 2024, for Solar Cells and "
        "Modules from Cambodia, Malaysia, Thailand, and Vietnam",
        "In our words: this message corrects CSMS 60478562 and clarifies what takes effect on June 6, 2024: antidumping and countervailing "
        "duties on these goods.",
        revises="60478562",
    ),
    Sample(
        "67644085",
        "2026-02-06T16:27:25-05:00",
        "Electronic Refunds IFR Effective Today – Updated FAQs Now Available",
        "In our words: starting today, CBP pays refunds electronically (ACH), with few exceptions. There are more questions and answers on "
        "the ACE Portal and on ACH refunds.",
    ),
    Sample(
        "68096516",
        "2026-03-19T12:13:50-04:00",
        "Implementation of Jones Act Waiver Issued to the Department of War, Dated March 17, 2026",
        "In our words: for 60 days, foreign-flag vessels may carry the listed goods between U.S. ports.",
    ),
    Sample(
        "68180454",
        "2026-03-27T15:49:11-04:00",
        "Updated Guidance: Implementation of Jones Act Waiver issued to the Department of War, dated March 17, 2026",
        "In our words: updated guidance to CSMS 68096516, with a new list of goods and the steps to take by the last day.",
    ),
    Sample(
        "67640669",
        "2026-02-06T10:45:43-05:00",
        "Section 232 Auto Credit Report Now Available in ACE Reports",
        "In our words: ACE Reports has a new report on credits under Section 232 for automobiles.",
    ),
    Sample(
        "67645994",
        "2026-02-06T16:01:02-05:00",
        "USDA Agricultural Marketing Service – National Organic Program – New HTS Code Flagging and Filing Reminders",
        "In our words: CBP flags more HTS codes for the National Organic Program and gives filing reminders.",
    ),
)

IN_THE_DIGEST = ("67647279", "67648307", "67644085", "67640669", "67645994")
"""The messages of Friday 6 February 2026 in the page's sample digest."""


def key(sample: Sample, round_: int) -> str:
    """When all samples are published, the next round publishes them as new entries, with other numbers."""
    return f"{FEED}:{sample.number}:{round_}"


def keys(round_: int) -> dict[str, Sample]:
    return {key(sample, round_): sample for sample in SAMPLES}


def originals() -> tuple[Sample, ...]:
    return tuple(sample for sample in SAMPLES if not sample.revises)


def next_new(published: Collection[str]) -> tuple[tuple[str, Sample], ...]:
    """Return the next original and its key, given the keys that are published."""
    return (next((key(sample, round_), sample) for round_ in count(1) for sample in originals() if key(sample, round_) not in published),)


def next_correction(published: Collection[str]) -> tuple[tuple[str, Sample], ...]:
    """Return the correction of the newest published sample that lacks one; if none does, the next original with its correction."""
    round_, missing = 1, None
    while any(known in published for known in keys(round_)):
        for sample in SAMPLES:
            if sample.revises and f"{FEED}:{sample.revises}:{round_}" in published and key(sample, round_) not in published:
                missing = (key(sample, round_), sample)
        round_ += 1
    if missing:
        return (missing,)
    pairs = ((round_, sample) for round_ in count(1) for sample in SAMPLES if sample.revises)
    round_, correction = next((round_, sample) for round_, sample in pairs if key(sample, round_) not in published)
    original = _by_number(correction.revises)
    return ((key(original, round_), original), (key(correction, round_), correction))


def _by_number(number: str) -> Sample:
    return next(sample for sample in SAMPLES if sample.number == number)


def to_parsed(entry_key: str, sample: Sample) -> Parsed:
    """Return the sample with the number of its key's round: a number is never that of two messages. Links lead to the real message."""
    round_ = int(entry_key.rpartition(":")[2])
    title, body = (_NAMED.sub(lambda match: _numbered(match[0], round_), text) for text in (sample.title, sample.body))
    number = _numbered(sample.number, round_)
    return Parsed(entry_key, FEED, url=hex_url(sample.number), number=number, title=title, published=sample.moment, body=body)


def _numbered(number: str, round_: int) -> str:
    """Return a number that no real message has, so that a sample never says that it changes one of those."""
    return str(int(number) + _SHIFT + round_ - 1)


def to_entry(number: str, place: int, classify: Callable[[str, str | None], Classified]) -> Entry:
    sample = _by_number(number)
    classified = classify(sample.title, sample.body)
    return Entry(
        id=-place,
        key=key(sample, 0),
        feed=FEED,
        number=sample.number,
        title=sample.title,
        url=hex_url(sample.number),
        published=sample.moment,
        first_seen=sample.moment,
        body=sample.body,
        kind=classified.kind,
        lead=classified.lead,
        routine=classified.routine,
        topics=classified.topics,
    )
