"""Test the previews of links that somebody pastes in a channel of the playground."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.app import build
from bot.playground.channels import CHANNELS
from bot.playground.links import is_talk
from bot.runtime import Runtime
from bot.settings import load
from jobs.corrections import record_corrections
from jobs.deliver import deliver_due
from jobs.publish import publish_entries
from tests.bot.playground.test_app import HOME, post, visitor
from tests.support.slack_office import correction
from tests.support.small_catalog import entry, new

NUMBER = "67000001"
PAGE = f"https://content.govdelivery.com/accounts/USDHSCBP/bulletins/{int(NUMBER):x}"
MOVED = "https://www.cbp.gov/trade/programs-administration/forced-labor"


@pytest.fixture
def runtime(sqlite_url: str) -> Iterator[Runtime]:
    built = build(load({"DATABASE_URL": sqlite_url}))
    with built.db.begin() as conn:
        stored = new(entry(NUMBER, "GUIDANCE: Refunds go out by ACH", "revenue"))
        publish_entries(conn, "csms", [stored], built.db.now(conn), backlog=True)
    yield built
    built.db.close()


@pytest.fixture
def page(runtime: Runtime) -> httpx.AsyncClient:
    return visitor(runtime, Origin=HOME)


async def shown(page: httpx.AsyncClient, channel: str = "trade-updates", look: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await page.get(f"/playground/api/posts{look}")).json()["posts"][channel]
    return found


async def test_a_link_in_talk_shows_its_preview_in_the_channel_and_no_answer(page: httpx.AsyncClient) -> None:
    assert await post(page, "say", text=f"Did you see {PAGE}?") == {"message": None}
    (preview,) = await shown(page)
    assert preview["content"]["text"].startswith(f"Guidance: Refunds go out by ACH, CSMS {NUMBER}, ")
    assert preview["note"] == f"The preview of a link that somebody pasted here: {PAGE}"
    assert await shown(page, "partner-demo") == []


async def test_every_link_of_a_message_has_a_preview_also_for_guests(page: httpx.AsyncClient) -> None:
    await post(page, "say", text=f"{PAGE}, {MOVED} and {PAGE}", channel="partner-demo")
    assert len(await shown(page, "partner-demo")) == 2


async def test_a_correction_marks_the_preview_in_place(page: httpx.AsyncClient, runtime: Runtime) -> None:
    await post(page, "say", text=PAGE)
    with runtime.db.begin() as conn:
        now = runtime.db.now(conn)
        record_corrections(conn, publish_entries(conn, "csms", [correction(NUMBER)], now, backlog=False), now)
    await deliver_due(runtime.db, runtime.senders, runtime.compose)
    (preview,) = await shown(page)
    assert preview["content"]["text"].startswith("Replaced ")
    assert preview["marks"] == 1


async def test_teams_look_says_that_a_card_there_does_not_change(page: httpx.AsyncClient) -> None:
    await post(page, "say", text=PAGE)
    (preview,) = await shown(page, look="?as=teams")
    assert preview["note"].endswith("In Teams, the card says when it was true, and does not change once it is sent.")
    assert preview["cards"]


async def test_a_command_a_question_without_a_preview_and_a_direct_message_are_answered(page: httpx.AsyncClient) -> None:
    for text, channel in ((f"/csms {PAGE}", "trade-updates"), (PAGE, "direct")):
        answer = (await post(page, "say", text=text, channel=channel))["message"]["content"]
        assert answer["subjects"] == [f"csms:{NUMBER}"]
    assert (await post(page, "say", text="what is https://www.cbp.gov/trade about"))["message"] is not None
    assert await shown(page) == []


def test_talk_is_a_text_with_a_link_in_a_channel() -> None:
    channel, _, direct = CHANNELS
    assert is_talk(f"see {PAGE}", channel)
    assert not is_talk(f"see {PAGE}", direct)
    assert not is_talk("who handles quota", channel)
    assert not is_talk(f"/csms {PAGE}", channel)
