"""Statements are listed for review when their date says so, and the admins get the count once a week."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from content.catalog import Catalog, Contact, Rule, Statement, Term
from jobs.models.channels import ChannelRef
from jobs.notices import Notifier
from jobs.publish import publish_entries
from jobs.review import FIGURE_DAYS, LAW_DAYS, OTHER_DAYS, days_of, due_since, items, read_review, review, tell_admins
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import CATALOG, entry, new, pti

TODAY = date(2026, 11, 29)
ADMINS = ChannelRef("slack", "T1", "CADMIN", "admins")


def said(
    as_of: str, text: str = "A fact.", source: str = "flyer", status: str = "official", read: str = "", review_by: str = ""
) -> Statement:
    return Statement(text, source, as_of, status, read=read, review_by=review_by)


def with_pti(**fields: object) -> Catalog:
    """Return the small catalog with fields of one PTI set; its other statements are of this month."""
    revenue = replace(pti("revenue", "Revenue", "Revenue"), summary=said("2026-11"), **fields)  # type: ignore[arg-type]
    ptis = tuple(replace(each, summary=said("2026-11")) for each in CATALOG.ptis)
    topics = tuple(replace(each, summary=said("2026-11")) for each in CATALOG.topics)
    return replace(CATALOG, ptis=(*ptis, revenue), topics=topics, places={"pti:revenue": "ptis.yaml:41"}, owners={"ptis.yaml": "Outreach"})


def names(catalog: Catalog) -> list[str]:
    return [f"{item.name}: {since}" for item, since in review(catalog, (), TODAY).due]


def test_each_kind_has_its_days() -> None:
    contact = Contact("a@cbp.dhs.gov", "questions", "flyer", "2026-11")
    made = with_pti(facts=(said("2026"),), stats=(said("2026"),), authority=(said("2026"),), contacts=(contact,))
    days = {item.name: days_of(item.passage, made) for item in items(made)}
    assert days["Revenue, 1st fact"] == days["Revenue, 1st contact"] == OTHER_DAYS == 180
    assert days["Revenue, 1st legal basis"] == LAW_DAYS == 365
    assert days["Revenue, 1st figure"] == days["Tariffs, summary"] == FIGURE_DAYS == 90


def test_what_is_about_tariffs_ages_like_a_figure_wherever_it_is() -> None:
    knows = tuple(replace(each, rules=(Rule(("Section 232",)),)) if each.slug == "tariffs" else each for each in CATALOG.topics)
    terms = (Term("section-338", "Section 338", "", said("2026", "A law."), "", (), ("topic:tariffs",)), *CATALOG.terms)
    facts = (said("2026", "Section 232 covers metals."), said("2026", "Refunds are electronic."))
    made = replace(with_pti(facts=facts), topics=knows, terms=terms)
    days = {item.name: days_of(item.passage, made) for item in items(made)}
    assert (days["Revenue, 1st fact"], days["Revenue, 2nd fact"], days["Section 338, definition"]) == (FIGURE_DAYS, OTHER_DAYS, FIGURE_DAYS)


def test_what_is_due_is_named_with_place_and_owner_longest_first() -> None:
    made = with_pti(facts=(said("2026-06-03"), said("2026-06-02"), said("2026-05-01")), stats=(said("2026-08"),))
    found = review(made, (), TODAY)
    assert names(made) == [
        "Revenue, 3rd fact: 2026-10-28",
        "Revenue, 2nd fact: 2026-11-29",
        "Revenue, 1st figure: 2026-11-29",
    ]
    assert (found.due[0][0].place, found.due[0][0].owner) == ("ptis.yaml:41", "Outreach")


def test_the_day_of_reading_counts_before_the_date_of_the_source() -> None:
    assert names(with_pti(facts=(said("2013", read="2026-10"),))) == []
    assert names(with_pti(facts=(said("2013", read="2026-01"),))) == ["Revenue, 1st fact: 2026-07-30"]


def test_review_by_decides_where_it_is_set() -> None:
    assert names(with_pti(facts=(said("2013", review_by="2027-01"), said("2026-11", review_by="2026-11")))) == [
        "Revenue, 2nd fact: 2026-11-01"
    ]
    assert names(with_pti(facts=(said("2026-11", review_by="2026-11-30"),))) == []
    first_days = {"2027": date(2027, 1, 1), "2027-02": date(2027, 2, 1), "2027-02-03": date(2027, 2, 3)}
    for written, day in first_days.items():
        made = with_pti(facts=(said("2026-11", review_by=written),))
        (item,) = (each for each in items(made) if each.name == "Revenue, 1st fact")
        assert due_since(item.passage, made) == day


def test_statements_that_are_not_shown_or_have_no_date_are_not_due() -> None:
    assert names(with_pti(facts=(said("2013", status="secondary"),), tools=("ACE",))) == []
    (passage,) = [item.passage for item in items(with_pti(facts=(said("2026"),))) if item.name == "Revenue, 1st fact"]
    assert due_since(replace(passage, origin=said("")), CATALOG) is None


@pytest.fixture
def notified(db: Database, clock: Clock) -> Notifier:
    clock.now = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)  # a Monday, 9:00 in the East
    return Notifier(admins=lambda: ADMINS)


def test_the_admins_get_the_count_once_on_monday(db: Database, clock: Clock, notified: Notifier) -> None:
    made = with_pti(facts=(said("2013"),))
    clock.now -= timedelta(hours=2)
    assert not tell_admins(db, made, notified)  # too early
    clock.now += timedelta(hours=2)
    assert tell_admins(db, made, notified)
    assert not tell_admins(db, made, notified)
    clock.now += timedelta(days=1)
    assert not tell_admins(db, made, notified)
    clock.now += timedelta(days=1)
    assert not tell_admins(db, made, notified)
    clock.now += timedelta(days=5)
    assert tell_admins(db, made, notified)


@pytest.mark.parametrize(
    ("zone", "monday", "utc"),
    [
        ("America/New_York", "2026-03-02", "14:00"),
        ("America/New_York", "2026-03-09", "13:00"),  # the clocks were put forward the day before
        ("America/New_York", "2026-11-02", "14:00"),  # and back
        ("Pacific/Guam", "2026-03-09", "23:00"),  # on Sunday in UTC
        ("Europe/Berlin", "2026-03-30", "07:00"),
    ],
)
def test_the_count_comes_at_nine_on_monday_in_the_admins_zone(db: Database, clock: Clock, zone: str, monday: str, utc: str) -> None:
    made, to = with_pti(facts=(said("2013"),)), Notifier(admins=lambda: ADMINS, zone=zone)
    due = datetime.fromisoformat(f"{monday}T{utc}+00:00") - timedelta(days=zone == "Pacific/Guam")
    clock.now = due - timedelta(seconds=1)
    assert not tell_admins(db, made, to)
    clock.now = due
    assert tell_admins(db, made, to)
    clock.now = due + timedelta(hours=47, minutes=59)
    assert not tell_admins(db, made, to)
    clock.now = due + timedelta(days=3)
    assert not tell_admins(db, made, to)


def test_nothing_to_review_and_nobody_to_tell_are_silent(db: Database, notified: Notifier) -> None:
    assert not tell_admins(db, with_pti(facts=(said("2013"),)), Notifier())
    assert not tell_admins(db, with_pti(), notified)


def test_newer_messages_are_compared_with_the_content(db: Database, clock: Clock) -> None:
    clock.now = datetime(2026, 6, 27, 14, 0, tzinfo=UTC)
    naming = entry("69035485", "CAPE", "revenue", body="CSMS # 68396594 is changed.", published=clock.now)
    with db.begin() as conn:
        publish_entries(conn, "csms", [new(naming)], clock.now, backlog=False)
        made = with_pti(facts=(said("2026-04-20", source="CSMS 68396594"),))
        found = read_review(conn, made, clock.now, date(2026, 6, 27))
        assert read_review(conn, made, clock.now + timedelta(days=400), date(2026, 6, 27)).overtaken == ()
    assert [(item.name, entry.number) for item, entry in found.overtaken] == [("Revenue, 1st fact", "69035485")]
    assert found.summary() == "a newer message may change 1"
