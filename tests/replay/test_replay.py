"""The replay goes through, and its judge sees what is wrong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from jobs.csms import hex_url
from jobs.models.entries import Parsed
from jobs.store.database import Database
from tests.replay.judge import Claim, wrong_claims
from tests.replay.messages import load
from tests.replay.replay import replay
from tests.support.real_data import real_data

START = datetime(2026, 1, 20, 15, tzinfo=UTC)


def message(number: int, title: str, hours: float, body: str | None = None, *, cut: bool = False) -> Parsed:
    name = str(67_000_000 + number)
    return Parsed(f"csms:{name}", "csms", name, title, hex_url(name), START + timedelta(hours=hours), body, cut=cut)


SLOW = "ACE Air EDI and Entry Summary EDI Experiencing Slow Processing"
MESSAGES = [
    message(1, SLOW, 0),
    message(2, "GUIDANCE: New entry type", 1, "The change takes effect on February 6, 2026."),
    message(3, f"UPDATE: {SLOW}", 5),
    message(4, "CORRECTION: New entry type", 30, "This message corrects CSMS # 67000002. The change takes effect on February 9, 2026."),
    message(5, f"RESOLVED: {SLOW}", 50),
    message(6, "ACE Reports Outage", 60),
    message(7, "Harmonized System Update (HSU) 2601", 24 * 21),
]


def test_a_short_replay_keeps_every_promise(sqlite_db: Database) -> None:
    result = replay(sqlite_db, MESSAGES)
    assert (result.wrong, result.unmarked, result.repeated, result.late) == ([], [], [], [])
    first = [claim.numbers for claim in result.claims][:3]
    assert first == [("67000001", "67000003"), ("67000001", "67000003"), ("67000006",)]
    assert len(result.claims) == 9  # it ages out after a week
    assert result.changed >= 2
    assert result.reminders == 2  # 14 days and 1 day before the corrected date
    assert "precision 1.0000" in "\n".join(result.report())


def test_a_claim_after_the_end_is_wrong() -> None:
    after, before = START + timedelta(hours=51), START + timedelta(hours=49)
    numbers = ("67000001", "67000003")
    assert wrong_claims([Claim(before, numbers)], MESSAGES) == []
    assert wrong_claims([Claim(after, numbers)], MESSAGES) == [(Claim(after, numbers), MESSAGES[4])]
    cut = [replace(each, cut=True) for each in MESSAGES]
    assert wrong_claims([Claim(after, numbers)], cut) == []


def test_a_month_of_real_messages_keeps_every_promise(sqlite_db: Database) -> None:
    messages = load([real_data("csms_archive_incl_jan2026_508c.pdf")])
    result = replay(sqlite_db, messages)
    assert len(messages) == 34
    assert (result.wrong, result.unmarked, result.repeated, result.late) == ([], [], [], [])
