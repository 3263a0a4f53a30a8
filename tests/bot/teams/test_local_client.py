"""Through Microsoft's own local client for Teams, in a real browser: what somebody would see and press."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import start_browser
from tests.support.feed_server import FeedServer, bulletin, bulletins, serving
from tests.support.local_client import office
from tests.support.process import content, eventually

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with start_browser() as found:
        yield found


@pytest.fixture(scope="module")
def feeds() -> Iterator[FeedServer]:
    with serving(bulletins(60)) as server:
        yield server


def test_cards_and_their_buttons_work_in_a_chat_and_a_channel_which_gets_a_new_message_as_a_post(
    browser: Browser, feeds: FeedServer, sqlite_url: str, tmp_path: Path
) -> None:
    with office(browser, sqlite_url, tmp_path, content(tmp_path / "content", feeds)) as (client, _):
        expect(client.card("This bot answers questions about CBP trade")).to_be_visible()
        client.say("pti revenue")
        card = client.card("Priority Trade Issue · 19 U.S.C. 4322")
        expect(card.get_by_role("heading", name="Revenue")).to_be_visible()
        expect(card.get_by_role("link", name="Priority Trade Issues on CBP.gov")).to_have_attribute(
            "href", "https://www.cbp.gov/trade/priority-issues"
        )
        card.get_by_role("button", name="Questions and answers").click()
        expect(client.page.get_by_text("Revenue: questions and answers")).to_be_visible()
        expect(card.get_by_role("heading", name="Revenue", exact=True)).to_have_count(0)  # it took the card's place
        client.enter("General")
        client.mention("pti revenue")
        inside = client.card("Priority Trade Issue · 19 U.S.C. 4322")
        expect(inside.get_by_role("heading", name="Revenue")).to_be_visible()
        expect(inside.get_by_text("Only you see this")).to_have_count(0)

        client.mention("csms subscribe now")
        expect(client.card("This channel now gets CSMS updates")).to_be_visible()
        eventually(lambda: len(feeds.asked("/csms.rss")) >= 2, "the feed was read once, so that what comes now is new")
        feeds.publish(bulletin(61, "Quota opens for [beef](https://evil.example) *now*"))
        post = client.card("Quota opens for")
        expect(post.locator(f'a[href="{bulletin(61).link}"]')).to_have_count(1)  # a title's own link is never one that a feed wrote
        expect(client.page.locator('a[href*="evil.example"]')).to_have_count(0)
        post.get_by_role("button", name="Why this?").click()
        expect(client.page.get_by_text("Back to the message")).to_be_visible()
        client.page.get_by_role("button", name="Back to the message").click()
        expect(client.card("Quota opens for").get_by_role("button", name="Why this?")).to_be_visible()
