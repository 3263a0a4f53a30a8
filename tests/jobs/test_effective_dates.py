"""Effective dates: each with its kind and the sentence that it comes from."""

from datetime import date

import pytest

from jobs.effective_dates import effective_dates
from jobs.states import DateKind

PUBLISHED = date(2026, 2, 10)


@pytest.mark.parametrize(
    ("text", "day", "kind"),
    [
        ("Effective March 1, 2026, importers must report the country of melt.", "2026-03-01", "effective"),
        (
            "The duty is effective with respect to goods entered on or after 12:01 a.m. eastern time on March 1, 2026.",
            "2026-03-01",
            "effective",
        ),
        ("Beginning March 1, 2026, CBP issues refunds electronically.", "2026-03-01", "effective"),
        ("The rule takes effect on March 1, 2026.", "2026-03-01", "effective"),
        ("On March 1, 2026, CBP will begin to reject such entries.", "2026-03-01", "effective"),
        ("On March 1, 2026, U.S. Customs and Border Protection (CBP), St. Thomas Area Port will implement it.", "2026-03-01", "effective"),
        ("The waiver expires at 11:59 p.m. on March 1, 2026.", "2026-03-01", "ends"),
        ("Duty-free treatment continues through March 1, 2026.", "2026-03-01", "ends"),
        ("The program ends on March 1, 2026.", "2026-03-01", "ends"),
        ("Opening Date: March 1, 2026", "2026-03-01", "opens"),
        ("Registration will open on Monday, March 2, 2026, at noon.", "2026-03-02", "opens"),
        ("The fee is due by March 1, 2026.", "2026-03-01", "deadline"),
        ("Comments must be received by March 1, 2026.", "2026-03-01", "deadline"),
        ("Requests are accepted no later than 3/1/2026.", "2026-03-01", "deadline"),
        ("The survey is open until March 1.", "2026-03-01", "deadline"),
        ("On March 1, 2026, CBP will deploy the change to ACE.", "2026-03-01", "deploy"),
        ("Scheduled to Deploy to Production on March 1, 2026", "2026-03-01", "deploy"),
        ("The deployment is scheduled for Mar. 1, 2026.", "2026-03-01", "deploy"),
        ("Effective December 15, filers may omit it.", "2025-12-15", "effective"),
        ("Effective 29 or so, February 29, 2028.", None, None),
        ("CBP will no longer accept paper as of 01 March 2026.", "2026-03-01", "effective"),
        ("CBP will no longer accept paper as of 3/1/26.", "2026-03-01", "effective"),
        ("CBP will no longer accept paper as of 2026-03-01.", "2026-03-01", "effective"),
        ("On and after March 1, 2026, importers must report it.", "2026-03-01", "effective"),
        ("The requirement will not take effect until March 1, 2026.", "2026-03-01", "effective"),
        ("The deadline is extended from March 1, 2026 to April 1, 2026.", "2026-04-01", "deadline"),
        ("The deadline for comments has been moved from March 1, 2026, to April 1, 2026.", "2026-04-01", "deadline"),
        ("CBP is extending the deadline from March 1, 2026 to April 1, 2026.", "2026-04-01", "deadline"),
        ("CBP is extending the deadline in CSMS # 67000001 to April 1, 2026.", "2026-04-01", "deadline"),
        ("CBP has extended the deadline announced in CSMS # 67000001 from March 1 to April 1, 2026.", "2026-04-01", "deadline"),
        ("CBP extends the comment period to April 1, 2026.", "2026-04-01", "deadline"),
        ("This message extends the deadline in CSMS # 67000001 until April 1, 2026.", "2026-04-01", "deadline"),
        ("CBP is postponing the effective date from March 1, 2026 to April 1, 2026.", "2026-04-01", "effective"),
        ("CBP has delayed the effective date of the requirement in CSMS # 67000001 to April 1, 2026.", "2026-04-01", "effective"),
        ("CBP is moving the deployment of the message set from March 1, 2026 to April 1, 2026.", "2026-04-01", "deploy"),
        ("The March 1, 2026 effective date has been postponed to April 1, 2026.", "2026-04-01", "effective"),
        ("The deployment of March 1, 2026, has been rescheduled for April 1, 2026.", "2026-04-01", "deploy"),
        ("The exclusion expires April 1, 2026; it was due to expire on March 1, 2026.", "2026-04-01", "ends"),
        ("The rule takes effect on April 1, 2026, instead of March 1, 2026.", "2026-04-01", "effective"),
        ("Comments are due on April 1, 2026, rather than March 1, 2026.", "2026-04-01", "deadline"),
        ("Filers have until 11:59 p.m. on March 1, 2026, to comply.", "2026-03-01", "deadline"),
    ],
)
def test_the_words_around_a_date_decide_on_its_kind(text: str, day: str | None, kind: str | None) -> None:
    found = effective_dates("Title", f"CBP has news. {text} Thank you.", PUBLISHED)
    assert [(each.date.isoformat(), each.kind) for each in found] == ([(day, kind)] if day else [])
    assert all(text in each.sentence for each in found)


@pytest.mark.parametrize(
    "text",
    [
        "The proclamation dated March 1, 2026, is on our site.",
        "CBP is considering extending the deadline to March 1, 2026.",
        "If CBP extends the deadline to March 1, 2026, a message will follow.",
        "CBP has not extended the deadline to March 1, 2026.",
        "CBP may extend the deadline to March 1, 2026.",
        "Filers asked whether CBP extends the period to March 1, 2026.",
        "CBP has moved the webinar from March 1, 2026 to April 1, 2026.",
        "The rule published March 1, 2026 in the Federal Register has more.",
        "On March 1, 2026, the President signed the order.",
        "HSU 2605 was created on March 1, 2026.",
        "Join the webinar on March 1, 2026.",
        "The support call takes place from March 1, 2026, through March 3, 2026.",
        "This list is current as of March 1, 2026.",
        "Version 2.7 of March 1, 2026",
        "Effective February 30, 2026, nothing happens.",
        "Effective 13/45/2026, nothing happens.",
        "May the entry be filed?",
        "Call 202/325/2026.",
        "This requirement will not take effect on March 1, 2026.",
        "This requirement does not become effective March 1, 2026.",
        "The rule no longer takes effect on March 1, 2026.",
        "The deadline of March 1, 2026, no longer applies.",
        "The March 1, 2026 deadline does not apply to drawback claims.",
        "The effective date of March 1, 2026, has been suspended.",
        "The deadline of March 1, 2026 was canceled.",
        "The change was originally scheduled to deploy on March 1, 2026.",
        "Entries liquidated on or before March 1, 2026 keep the old rate.",
        "The change will not be deployed to production on March 1, 2026.",
        "FR Doc. 2026-03012",
    ],
)
def test_a_date_without_such_words_is_left_out(text: str) -> None:
    assert effective_dates("Title", text, PUBLISHED) == ()


def test_a_quota_period_has_a_start_an_opening_and_an_end() -> None:
    body = "Quota Period: January 1, 2026, through December 31, 2026\nOpening Date: Friday, January 2, 2026"
    assert [(each.date.isoformat(), each.kind) for each in effective_dates("Quota", body, PUBLISHED)] == [
        ("2026-01-01", DateKind.EFFECTIVE),
        ("2026-12-31", DateKind.ENDS),
        ("2026-01-02", DateKind.OPENS),
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("The quota period is March 1, 2026 through June 30, 2026.", ["effective", "ends"]),
        ("The quota period runs from March 1 to June 30, 2026.", ["effective", "ends"]),
        ("The quota opens March 1, 2026 and closes June 30, 2026.", ["opens", "deadline"]),
    ],
)
def test_a_period_in_a_sentence_has_a_start_and_an_end(text: str, kinds: list[str]) -> None:
    found = effective_dates("Quota", text, PUBLISHED)
    assert [(each.date, str(each.kind)) for each in found] == list(zip((date(2026, 3, 1), date(2026, 6, 30)), kinds, strict=True))


def test_the_title_counts_and_each_kind_of_a_day_comes_once() -> None:
    found = effective_dates("New Rule Effective March 1, 2026", "Effective March 1, 2026, it applies.", PUBLISHED)
    assert [(each.date, each.kind, each.sentence) for each in found] == [
        (date(2026, 3, 1), DateKind.EFFECTIVE, "New Rule Effective March 1, 2026")
    ]


@pytest.mark.parametrize(
    "hostile", ["May " * 50_000, "March 1, " * 20_000, "effective on " * 10_000, "1/1/2026" * 20_000, "a.m. " * 40_000]
)
def test_a_hostile_body_is_read_to_its_bound(hostile: str) -> None:
    assert len(effective_dates("Title", hostile, PUBLISHED)) <= 2
