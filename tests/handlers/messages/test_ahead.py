"""Time words of questions about what is to come. Pure."""

from datetime import date

import pytest

from handlers.messages.ahead import asks_dates, default, read

TODAY = date(2026, 2, 9)
"""A Monday."""


@pytest.mark.parametrize(
    ("words", "since", "until", "rest"),
    [
        ("revenue", date(2026, 2, 9), date(2026, 5, 11), "revenue"),
        ("today", date(2026, 2, 9), date(2026, 2, 10), ""),
        ("revenue tomorrow", date(2026, 2, 10), date(2026, 2, 11), "revenue"),
        ("this week", date(2026, 2, 9), date(2026, 2, 16), ""),
        ("next week", date(2026, 2, 16), date(2026, 2, 23), ""),
        ("this month", date(2026, 2, 9), date(2026, 3, 1), ""),
        ("next month for quota", date(2026, 3, 1), date(2026, 4, 1), "for quota"),
        ("this year", date(2026, 2, 9), date(2027, 1, 1), ""),
        ("next year", date(2027, 1, 1), date(2028, 1, 1), ""),
        ("in march", date(2026, 3, 1), date(2026, 4, 1), ""),
        ("in february", date(2026, 2, 9), date(2026, 3, 1), ""),
        ("in january", date(2027, 1, 1), date(2027, 2, 1), ""),
        ("december 2027", date(2027, 12, 1), date(2028, 1, 1), ""),
        ("by march", date(2026, 2, 9), date(2026, 4, 1), ""),
        ("before march", date(2026, 2, 9), date(2026, 3, 1), ""),
        ("in the next 30 days", date(2026, 2, 9), date(2026, 3, 12), ""),
        ("next two weeks", date(2026, 2, 9), date(2026, 2, 24), ""),
        ("next few months", date(2026, 2, 9), date(2026, 5, 11), ""),
        ("next 999 weeks", date(2026, 2, 9), date(2027, 2, 11), ""),
        ("may apply", date(2026, 2, 9), date(2026, 5, 11), "may apply"),
        ("in may", date(2026, 5, 1), date(2026, 6, 1), ""),
        ("31 december", date(2026, 12, 31), date(2027, 1, 1), ""),
        ("quota on december 31", date(2026, 12, 31), date(2027, 1, 1), "quota"),
        ("3rd jan", date(2027, 1, 3), date(2027, 1, 4), ""),
        ("may 3 2027", date(2027, 5, 3), date(2027, 5, 4), ""),
        ("9 february", date(2026, 2, 9), date(2026, 2, 10), ""),
        ("31 june", date(2026, 6, 1), date(2026, 7, 1), "31"),
        ("2027 01", date(2027, 1, 1), date(2027, 2, 1), ""),
        ("quota 2027 01 15", date(2027, 1, 15), date(2027, 1, 16), "quota"),
        ("1 15 2027", date(2027, 1, 15), date(2027, 1, 16), ""),
        ("12 31", date(2026, 12, 31), date(2027, 1, 1), ""),
        ("quota by 12 31", date(2026, 2, 9), date(2027, 1, 1), "quota"),
        ("12 31 26", date(2026, 12, 31), date(2027, 1, 1), ""),
        ("1 31", date(2027, 1, 31), date(2027, 2, 1), ""),
        ("31 12", date(2026, 12, 31), date(2027, 1, 1), ""),
        ("13 14", date(2026, 2, 9), date(2026, 5, 11), "13 14"),
        ("in 2027", date(2027, 1, 1), date(2028, 1, 1), ""),
        ("2026", date(2026, 2, 9), date(2027, 1, 1), ""),
        ("jan 2027", date(2027, 1, 1), date(2027, 2, 1), ""),
        ("until friday", date(2026, 2, 9), date(2026, 2, 14), ""),
        ("next friday", date(2026, 2, 13), date(2026, 2, 14), ""),
        ("on monday", date(2026, 2, 9), date(2026, 2, 10), ""),
        ("before 31 march", date(2026, 2, 9), date(2026, 3, 31), ""),
        ("by 2026 03 31", date(2026, 2, 9), date(2026, 4, 1), ""),
        ("until march", date(2026, 2, 9), date(2026, 4, 1), ""),
        ("until 1 january 2020", date(2026, 2, 9), date(2026, 2, 9), ""),
        ("9801 10", date(2026, 2, 9), date(2026, 5, 11), "9801 10"),
        ("march apply", date(2026, 2, 9), date(2026, 5, 11), "march apply"),
        ("٣ may", date(2026, 5, 1), date(2026, 6, 1), "٣"),
    ],
)
def test_time_words_are_days_ahead(words: str, since: date, until: date, rest: str) -> None:
    ahead, left = read(words.split(), TODAY)
    assert (ahead.since, ahead.until, " ".join(left)) == (since, until, rest)


@pytest.mark.parametrize("today", [date(2026, 1, 31), date(2026, 12, 31), date(2028, 2, 29)])
def test_months_are_right_at_the_ends_of_months_and_years(today: date) -> None:
    for words in ("this month", "next month", "next year", "this week", "next week", "in december", "by january"):
        ahead, _ = read(words.split(), today)
        assert today <= ahead.since < ahead.until


def test_without_time_words_ninety_days_count() -> None:
    assert default(TODAY).phrase == "in the next 90 days"
    assert (default(TODAY).until - TODAY).days == 91


@pytest.mark.parametrize(("words", "asks"), [("what takes effect", True), ("deadlines", True), ("due process", False), ("when due", False)])
def test_the_shape_of_a_question_tells(words: str, asks: bool) -> None:
    split = words.split()
    assert asks_dates(split, next((place for place, word in enumerate(split) if word not in ("what", "the")), len(split))) is asks
