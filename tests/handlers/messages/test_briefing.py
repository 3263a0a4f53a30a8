"""/trade briefing and the page of a role, through the Responder, with stored messages and the shipped content."""

import re
from datetime import timedelta

import pytest

from bot.responder import Responder, as_guest
from handlers.replies.html import render as html
from handlers.replies.reply import Bullets, Fold, Reply, Section, buttons_of, is_heading, plain
from handlers.replies.text import render
from handlers.router import read_command, resolve
from jobs.store.database import Database
from tests.handlers.messages.test_answers import MARIA, Host, ask, poll, publish
from tests.support.small_catalog import CHANNEL, NOW, entry

NEW = entry("68000001", "Cash deposits", "ad-cvd", published=NOW - timedelta(days=9), body="Deposits are due by March 2, 2026.")
OLDER = entry("68000002", "Old instructions", "ad-cvd", published=NOW - timedelta(days=120), body="They are effective April 6, 2026.")
WEBINAR = entry(
    "68000003", "Webinar on evasion", "ad-cvd", published=NOW - timedelta(days=3), kind="training", body="Webinar on February 19, 2026."
)
OTHER = entry("68000004", "Quota opens", "agriculture-quota", published=NOW - timedelta(days=2), body="It opens on March 3, 2026.")


@pytest.fixture
def stored(sqlite_db: Database) -> Database:
    publish(sqlite_db, NEW, OLDER, WEBINAR, OTHER)
    poll(sqlite_db)
    sqlite_db.clock = lambda: NOW
    return sqlite_db


def parts(reply: Reply) -> dict[str, str]:
    """Return the text below each heading."""
    shown = html(reply)
    found = re.split(r"<h2>(.*?)</h2>", shown)
    return {heading: " ".join(re.sub(r"<[^>]+>", " ", text).split()) for heading, text in zip(found[1::2], found[2::2], strict=True)}


def test_a_briefing_has_mission_law_changes_dates_contacts_and_tools(stored: Database) -> None:
    found = parts(ask("/trade briefing ad-cvd", stored))
    headings = [heading.partition(":")[0] for heading in found]
    assert headings[:2] == ["Mission", "Law"]
    assert {"What changed in the last 90 days", "Dates in the next 90 days", "Contacts", "Pages", "Coming webinars and events"} < set(
        headings
    )
    assert "19 U.S.C. 4322(a)(2)" in found["Law"]
    assert "Contact:" not in found["Contacts"], "the heading says it"
    changed = found["What changed in the last 90 days"]
    assert ("68000001 · 31 Jan" in changed, "68000002" in changed, "68000003" in changed) == (True, False, False)
    dates = found["Dates in the next 90 days"]
    assert "2 Mar, deadline Cash deposits (CSMS 68000001, 31 Jan)" in dates
    assert "6 Apr, effective Old instructions (CSMS 68000002, 12 Oct 2025)" in dates
    assert "19 Feb · Webinar on evasion" in found["Coming webinars and events"]
    assert all("68000004" not in text for text in found.values())


def test_a_briefing_lists_the_tools_that_a_sourced_statement_names(stored: Database) -> None:
    tools = parts(ask("/trade briefing revenue", stored))["Tools"]
    assert re.search(r"CAPE, for IEEPA refunds \( CSMS [0-9]{8}.{0,60}as of [0-9]", tools)
    assert "Drawback in ACE" not in tools  # no statement of the content names it so


def test_a_briefing_says_where_the_tools_without_a_source_are(stored: Database) -> None:
    reply = ask("/trade briefing revenue", stored)
    assert re.search(
        r"[0-9]+ more tools? (?:is|are) on the issue’s card\. No statement with a source names (?:it|them)\.",
        " ".join(render(reply).split()),
    )
    assert "/pti revenue more" in [button.command for block in reply.blocks for button in buttons_of(block)]
    assert "more tool" not in render(ask("/trade briefing tariffs", stored)), "a topic has none"


def test_every_line_of_the_content_has_its_source_and_date(stored: Database) -> None:
    reply, part, unsourced = ask("/trade briefing ad-cvd", stored), "", []
    for block in reply.blocks:
        if isinstance(block, Section) and is_heading(block):
            part = plain(block.lines[0])
        if isinstance(block, Bullets | Fold) and not part.startswith(("What changed", "Coming")):
            unsourced += [plain(item) for item in block.items if not re.search(r"\(.*(?:as of|read|page of).*\)", plain(item))]
    assert unsourced == []


def test_a_topic_has_a_briefing_and_other_words_are_explained(stored: Database) -> None:
    assert "Briefing: Forced labor" in render(ask("/trade briefing forced labor", stored))
    assert "No results for “zeppelin”" in render(ask("/trade briefing zeppelin", stored))
    empty = ask("/trade briefing", stored)
    assert not empty.ok
    assert "/trade briefing ad-cvd" in [button.command for block in empty.blocks for button in buttons_of(block)]


def test_a_guest_sees_no_internal_contact(stored: Database) -> None:
    line = "/trade briefing agriculture-quota"
    assert "(internal)" in render(ask(line, stored))
    guest = Responder(Host(stored)).reply(as_guest(resolve(read_command(line, MARIA, CHANNEL))))
    assert "(internal)" not in render(guest)
    assert "HQQUOTA" not in render(guest)


def test_without_a_store_the_briefing_has_what_the_content_says() -> None:
    from bot.ask import Offline, answer
    from tests.handlers.messages.test_answers import SHIPPED

    shown = " ".join(render(answer("/trade briefing ad-cvd", Offline(SHIPPED))).split())
    assert "Changes and dates come from the stored messages." in shown
    assert "Mission" in shown


def test_the_page_of_a_role_has_every_assignment_and_skill(stored: Database) -> None:
    from tests.handlers.messages.test_answers import SHIPPED

    role = next(each for each in SHIPPED.roles if each.slug == "auditor")
    shown = " ".join(render(ask("/role auditor page", stored)).split())
    for each in (*role.assignments, *role.skills):
        assert " ".join(each.text.split()) in shown
    assert "Assignments and skills · careers page" in shown
