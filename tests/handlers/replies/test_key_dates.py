"""How key dates look."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers.replies import serialize
from handlers.replies.posts import compose
from handlers.replies.reply import Buttons, Reply
from handlers.replies.text import render
from jobs.models.key_dates import Ahead, KeyDate
from jobs.models.posts import Bundle
from jobs.states import DateKind, PostKind, Relation
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry

ENTRY = entry("68000001", "GUIDANCE: Comments on the new form", published=NOW - timedelta(days=5))
LATER = entry("68000002", "UPDATE: Comments on the new form", published=NOW - timedelta(days=1))
DEADLINE = KeyDate(ENTRY, DateKind.DEADLINE, 0, date(2026, 3, 2), "Comments are due by March 2, 2026.", ENTRY)


def reminder(*several: tuple[KeyDate, int]) -> Reply:
    bundle = Bundle(PostKind.REMINDER, CHANNEL, None, (), None, NOW, None, dates=tuple(Ahead(key, days) for key, days in several))
    (content,) = compose(bundle, CATALOG, NEW_YORK)
    return serialize.load(content)


def flat(reply: Reply) -> str:
    return " ".join(render(reply).split())


def test_a_reminder_says_what_happens_when_who_says_so_and_in_which_words() -> None:
    reply = reminder((DEADLINE, 14))
    assert flat(reply).startswith(
        "Deadline in 14 days: Mon 2 Mar Guidance: Comments on the new form [1] “Comments are due by March 2, 2026.” "
        "CSMS 68000001 · sent 4 Feb"
    )
    assert "Automated. The linked CBP message is authoritative; CSMS guidance is not binding law." in flat(reply)
    assert reply.text.startswith("Reminder: Deadline in 14 days: Mon 2 Mar. Guidance: Comments on the new form, CSMS 68000001, 4 Feb 2026")
    assert (reply.subjects, reply.public) == (("csms:68000001",), True)


@pytest.mark.parametrize(
    ("kind", "days", "expected"),
    [
        (DateKind.EFFECTIVE, 0, "Takes effect today: Mon 2 Mar"),
        (DateKind.OPENS, 1, "Opens tomorrow: Mon 2 Mar"),
        (DateKind.ENDS, 7, "Ends in 7 days: Mon 2 Mar"),
        (DateKind.DEPLOY, 2, "Deployment in 2 days: Mon 2 Mar"),
    ],
)
def test_each_kind_of_date_has_its_words(kind: DateKind, days: int, expected: str) -> None:
    assert flat(reminder((replace(DEADLINE, kind=kind), days))).startswith(expected)


def test_a_moved_date_says_from_when_and_by_which_message() -> None:
    moved = replace(DEADLINE, said_by=LATER, before=(date(2026, 2, 16),))
    reply = reminder((moved, 14))
    assert "CSMS 68000002 · sent 8 Feb · moved from 16 Feb (CSMS 68000001)" in flat(reply)
    assert reply.subjects == ("csms:68000002", "csms:68000001")


def test_a_date_that_a_correction_may_concern_says_so() -> None:
    doubted = replace(DEADLINE, doubted_by=LATER, doubted_as=Relation.CORRECTS)
    assert "sent 4 Feb · a correction may concern it: CSMS 68000002" in flat(reminder((doubted, 14)))


def test_several_dates_are_one_post_and_another_year_is_named() -> None:
    reply = reminder((DEADLINE, 14), (replace(DEADLINE, entry=LATER, said_by=LATER, date=date(2027, 1, 4)), 90))
    assert flat(reply).startswith("Reminder: 2 dates")
    assert "Deadline in 90 days: Mon 4 Jan 2027" in flat(reply)


def test_a_reminder_leads_to_its_message_to_all_dates_and_to_the_reminders() -> None:
    (row,) = [block for block in reminder((DEADLINE, 1)).blocks if isinstance(block, Buttons)]
    assert [each.command for each in row.buttons] == ["/csms 68000001", "/trade dates", "/csms reminders"]


def test_a_hostile_title_and_sentence_are_plain_text() -> None:
    hostile = replace(ENTRY, title="<!channel> *Deadline* <https://evil.example|CBP>")
    key = replace(DEADLINE, entry=hostile, said_by=hostile, sentence="x" * 5000)
    reply = reminder((key, 1))
    assert "<!channel> *Deadline*" in flat(reply)
    assert len(flat(reply)) < 1200
