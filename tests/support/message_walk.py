"""A walk through the answers about messages, the same on every platform."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.feed_server import Bulletin, FeedServer, bulletin
from tests.support.process import eventually


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as a person sees it: its words, and the commands of its buttons by label."""

    words: str
    buttons: dict[str, str]
    raw: Any


@dataclass(frozen=True, slots=True)
class Walker:
    """How a person asks on a platform, and presses a button of an answer."""

    type: Callable[[str], Answer]
    press: Callable[[Answer, str], Answer]


def _day(ahead: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=ahead)


def _written(day: datetime) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def messages(first: int) -> tuple[Bulletin, Bulletin]:
    """Return a message with a date ahead, and the one that extends it."""
    due, later = _day(40), _day(60)
    rules = bulletin(first, "Quota of zeppelins", f"Importers of zeppelins must register by {_written(due)}.")
    days = f"from {_written(due)} to {_written(later)}"
    more = bulletin(first + 1, "UPDATE: Quota of zeppelins", f"CBP is extending the deadline in CSMS # {rules.number} {days}.")
    return replace(rules, sent=_day(0)), replace(more, sent=_day(0))


def walk(walker: Walker, feeds: FeedServer, first: int) -> None:
    """Ask for what is new, ahead, found, and was known, and follow the buttons."""
    rules, more = messages(first)
    feeds.publish(rules)
    eventually(lambda: "Quota of zeppelins" in walker.type("/csms latest").words, "the message is stored")
    feeds.publish(more)
    eventually(lambda: str(more.number) in walker.type(f"/csms {rules.number}").words, "its update is stored")

    dates = walker.type("/trade dates zeppelins")
    assert f"{_day(60).day} {_day(60):%b}" in dates.words, dates.words
    assert f"moved from {_day(40).day} {_day(40):%b}" in dates.words
    calendar = walker.press(walker.type("/trade dates"), "Calendar file")
    assert "Quota of zeppelins" in calendar.words
    assert "BEGIN:VCALENDAR" in walker.press(calendar, "File as text").words

    changes = walker.type("/trade changes")
    assert "zeppelins" in changes.words
    assert "zeppelins" in walker.type("/trade changes agriculture-quota since:2026-01-01").words

    found = walker.type("/csms quota notice")
    older = walker.press(found, "Older")
    numbers = [{word for word in each.words.replace("\\n", " ").split() if word.isdecimal() and len(word) == 8} for each in (found, older)]
    assert [len(each) for each in numbers] == [10, 10], numbers
    assert numbers[0].isdisjoint(numbers[1])

    briefing = walker.type("/trade briefing agriculture")
    assert "Agriculture" in briefing.words
    assert "zeppelins" in briefing.words

    then = walker.type(f"/csms {rules.number} as-of:today")
    assert "As of " in then.words
    assert str(more.number) in then.words
    before = walker.type("/trade briefing agriculture as-of:2020-01-01")
    assert "The bot had no content on 1 Jan 2020." in before.words
