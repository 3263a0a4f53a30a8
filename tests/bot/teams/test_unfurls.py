"""Test the previews of links that people paste in Teams."""

from collections.abc import AsyncIterator, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.teams.clouds import CLOUDS
from handlers.messages.unfurls import preview
from handlers.replies.reply import Divider, Section, SmallPrint, lines_of, plain
from jobs.models.entries import Link
from jobs.publish import publish_entries
from jobs.store.database import DatabaseError
from tests.support import teams_server
from tests.support.adaptive.limits import SCHEMA, walk
from tests.support.small_catalog import entry, new
from tests.support.teams_office import Json, Office, actions, card, office, words
from tests.support.teams_server import CHANNEL, CLIENT, GROUP, TeamsServer

NUMBER = 67_000_001
PAGE = f"https://content.govdelivery.com/accounts/USDHSCBP/bulletins/{NUMBER:x}"
MOVED = "https://www.cbp.gov/trade/programs-administration/forced-labor"
SINCE_1_3 = {"TextBlock", "RichTextBlock", "TextRun", "Container", "ColumnSet", "Column", "FactSet", "ActionSet", "Action.OpenUrl"}
"""Elements that Adaptive Cards 1.3 has."""


@pytest.fixture
def teams() -> Iterator[TeamsServer]:
    with teams_server.serving() as running:
        yield running
        assert running.refused == []


@pytest.fixture
async def desk(teams: TeamsServer, sqlite_url: str) -> AsyncIterator[Office]:
    async with office(teams, sqlite_url) as it:
        it.publish("GUIDANCE: Refunds go out by ACH")
        yield it


async def test_a_link_shows_its_message_and_when_that_was_true(desk: Office) -> None:
    (found,) = await desk.paste(PAGE)
    shown = words(found["content"])
    assert "Refunds go out by ACH" in shown
    assert f"CSMS {NUMBER} · sent" in shown
    assert "Topics: Revenue" in shown
    assert "As of " in shown
    assert "This card does not change." in shown
    assert found["preview"]["content"]["title"].startswith("Guidance: Refunds go out by ACH")


def publish_with_annex(desk: Office) -> str:
    """Publish a message that has an attachment and a date to come, and return its page."""
    annex = Link("List of headings", "https://content.govdelivery.com/attachments/USDHSCBP/2099/02/09/file_attachments/3/Headings.pdf")
    body = "Brokers. Effective March 12, 2099, CBP will reject entries without the new heading."
    tariff = entry("68987885", "New heading", "revenue", body=body, links=(annex,))
    with desk.runtime.db.begin() as conn:
        publish_entries(conn, "csms", [new(tariff)], desk.runtime.db.now(conn), backlog=True)
    return tariff.url


async def test_a_card_says_from_when_a_message_applies_and_links_its_annexes_as_a_post_does(desk: Office) -> None:
    (found,) = await desk.paste(publish_with_annex(desk))
    shown = words(found["content"])
    assert "Effective 12 Mar 2099" in shown
    assert "CBP will reject entries without the new heading." in shown
    assert "List of headings" in shown
    assert "Headings.pdf" in shown
    assert shown.index("The linked CBP message is authoritative") < shown.index("As of ")


async def test_a_card_is_one_that_link_unfurling_supports(desk: Office) -> None:
    for link in (PAGE, MOVED, publish_with_annex(desk)):
        (found,) = await desk.paste(link)
        assert found["content"]["version"] == "1.3"
        SCHEMA.validate({name: value for name, value in found["content"].items() if name != "msteams"})
        assert {each.get("type", "") for each in walk(found["content"]["body"])} <= SINCE_1_3


async def test_the_button_opens_a_chat_with_the_bot_that_shows_the_current_state(desk: Office) -> None:
    (found,) = await desk.paste(PAGE)
    (action,) = actions(found["content"])
    assert action["title"] == "Check for changes"
    link = urlsplit(action["url"])
    assert (link.scheme, link.path) == ("https", "/l/chat/0/0")
    asked = parse_qs(link.query)
    assert asked["users"] == [f"28:{CLIENT}"]
    assert "Refunds go out by ACH" in words(card(await desk.say(asked["message"][0])))


def test_each_cloud_has_its_own_address_of_teams() -> None:
    hosts = {name: urlsplit(cloud.client).hostname for name, cloud in CLOUDS.items()}
    government = {"gcc-high": "gov.teams.microsoft.us", "dod": "dod.teams.microsoft.us"}
    assert hosts == {"public": "teams.microsoft.com", "gcc": "teams.microsoft.com", **government}


async def test_what_a_later_message_changes_stands_on_top(desk: Office) -> None:
    await desk.correct(str(NUMBER))
    (found,) = await desk.paste(PAGE)
    shown = words(found["content"])
    assert shown.index("Read that message instead.") < shown.index("Refunds go out by ACH")
    reply = preview(PAGE, desk.runtime.context())
    assert reply is not None
    assert [type(block) for block in reply.blocks] == [Section, Divider, SmallPrint, SmallPrint]
    earlier, caution = (" ".join(map(plain, lines_of(block))) for block in reply.blocks[2:])
    assert earlier.startswith("Earlier text")
    assert caution.startswith("Automated."), "it is no part of the earlier text"


async def test_both_cases_of_the_id_are_read_and_guests_and_groups_see_the_same(desk: Office) -> None:
    guest: Json = {"from": {"id": "29:guest", "name": "Guest"}}
    upper = PAGE.replace(f"{NUMBER:x}", f"{NUMBER:X}")
    found = [await desk.paste(PAGE), await desk.paste(upper), await desk.paste(PAGE, GROUP), await desk.paste(PAGE, CHANNEL, **guest)]
    titles = [words(each[0]["content"]["body"][0]) for each in found]
    assert len(set(titles)) == 1


async def test_a_page_that_has_moved_shows_where_it_is_now_without_buttons(desk: Office) -> None:
    (found,) = await desk.paste(MOVED)
    assert "This page has moved." in words(found["content"])
    assert actions(found["content"]) == []


@pytest.mark.parametrize(
    "link",
    [
        "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/4083c2f",  # not stored
        PAGE.replace("USDHSCBP", "USDHSFEMA"),
        "https://www.cbp.gov/trade",
        "https://[broken",
        "javascript:alert(1)",
        "",
        "x" * 9_000,
    ],
)
async def test_nothing_is_said_about_any_other_link(desk: Office, link: str) -> None:
    assert await desk.paste(link) == []


async def test_a_malformed_activity_and_a_database_that_is_away_bring_no_preview(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ([1], None, {"url": 7}, {}):
        answer = await desk.send(desk.teams.query_link("") | {"value": value})
        assert (answer.status_code, answer.json()["composeExtension"]["attachments"]) == (200, [])

    def away(*_: object) -> None:
        raise DatabaseError("SELECT 1", {}, Exception("away"))

    monkeypatch.setattr(type(desk.runtime.db), "read", away)
    assert await desk.paste(PAGE) == []
