"""From end to end, as a person sees it: the bot as a process, a feed on this computer, a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import ask, messages, open_channel, open_page, press_chip, send_command, start_browser
from tests.support.feed_server import FeedServer, bulletin, bulletins, serving
from tests.support.process import bot, content, eventually

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with start_browser() as found:
        yield found


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with serving(bulletins(60)) as server:
        yield server


@pytest.fixture
def settings(feeds: FeedServer, tmp_path: Path, sqlite_url: str) -> dict[str, str]:
    return {"DATABASE_URL": sqlite_url, "CONTENT_DIR": str(content(tmp_path / "content", feeds))}


def posts(page: Page) -> Locator:
    """Locate posts, without answers, status messages and examples."""
    cautioned = messages(page).filter(has_text="Automated.")
    return cautioned.filter(has_not_text="Example (not posted)").filter(has_not_text="Only you see this")


def headline(post: Locator) -> Locator:
    """The post's own heading, as against those of its topics below it."""
    return post.get_by_role("heading", level=2)


def first_read(feeds: FeedServer) -> None:
    eventually(lambda: len(feeds.asked("/csms.rss")) >= 2, "the feed was read once, so that what comes now is new")


def make_due(page: Page) -> None:
    page.get_by_role("button", name="Behind the scenes").click()
    expect(page.locator("#clock")).not_to_contain_text("nothing")
    page.get_by_role("button", name="Make the digest due now").click()
    page.get_by_role("button", name="Close").click()


def test_csms_messages_reach_the_channel_that_asked_once_and_over_restarts(
    browser: Browser, feeds: FeedServer, settings: dict[str, str]
) -> None:
    with bot("run", "Playground: ", **settings) as running:
        port = running.url.rpartition(":")[2]
        with open_page(browser, running.url) as page:
            page.keyboard.press("Enter")
            expect(messages(page).last.get_by_role("heading", name="Revenue", exact=True)).to_be_visible()
            send_command(page, "/csms subscribe daily 09:00")
            echo = messages(page).last
            expect(echo).to_contain_text("This channel now gets CSMS updates")
            expect(echo).to_contain_text("09:00 ET")

            first_read(feeds)
            feeds.publish(bulletin(61, "GUIDANCE: Importers of sugar"), bulletin(62, "Quota opens for beef"))
            expect(posts(page)).to_have_count(1)
            expect(posts(page).last).to_contain_text("Guidance: Importers of sugar")

            feeds.publish(bulletin(60, "Quota opens for cheese"))  # scheduled before the others were written: a lower number, later
            page.get_by_role("button", name="Behind the scenes").click()
            expect(page.locator("#clock")).to_contain_text("2, next")
            page.get_by_role("button", name="Close").click()

            assert running.end() == 0
            expect(page.locator("#trouble")).to_contain_text("does not answer")
            with bot("run", "Playground: ", **settings | {"PORT": port}):
                expect(page.locator("#trouble")).to_be_hidden()
                expect(posts(page)).to_have_count(1)
                make_due(page)
                expect(posts(page)).to_have_count(2)
                digest = posts(page).last
                expect(headline(digest)).to_contain_text("Trade digest")
                expect(digest).to_contain_text("Quota opens for beef")
                expect(digest).to_contain_text("Quota opens for cheese")
                expect(digest).not_to_contain_text("Quota notice")

                page.reload()
                expect(messages(page).filter(has_text="This channel now gets CSMS updates")).to_have_count(1)
                expect(posts(page)).to_have_count(2)
                feeds.publish(bulletin(63, "CORRECTION: Importers of sugar"))
                expect(posts(page)).to_have_count(3)
                expect(posts(page).last).to_contain_text("Correction: Importers of sugar")
                page.wait_for_timeout(3000)
                expect(posts(page)).to_have_count(3)


def test_samples_go_through_the_real_pipeline_and_into_the_channel_that_asked(browser: Browser, settings: dict[str, str]) -> None:
    with bot("run", "Playground: ", **settings) as running, open_page(browser, running.url) as page:
        press_chip(page, "Publish a new CSMS")
        expect(messages(page).last).to_contain_text("Stored: CSMS 97647279")
        messages(page).last.get_by_role("button", name="Subscribe this channel").click()
        page.get_by_role("dialog", name="Subscribe this channel").get_by_role("button", name="Subscribe", exact=True).click()
        expect(messages(page).last).to_contain_text("This channel now gets CSMS updates")
        press_chip(page, "… and its correction")
        expect(posts(page)).to_have_count(1)
        expect(posts(page).last).to_contain_text("98987884")
        expect(posts(page).last.locator(".badge.sample")).to_have_text("SAMPLE")
        posts(page).last.get_by_role("button", name="Why this?").click()
        expect(messages(page).last).to_contain_text("98987884")
        expect(messages(page).last).to_contain_text("Only you see this")

        press_chip(page, "Publish a new CSMS")
        expect(messages(page).last).to_contain_text("waits for this channel’s digest")
        press_chip(page, "Publish a new CSMS")
        messages(page).last.get_by_role("button", name="Make it due now").click()
        expect(posts(page)).to_have_count(2)
        expect(headline(posts(page).last)).to_contain_text("Trade digest")
        expect(posts(page).last).to_contain_text("97648307")
        expect(posts(page).last).to_contain_text("97740694")

        open_channel(page, "Trade bot")
        expect(posts(page)).to_have_count(0)


def test_the_page_and_the_jobs_may_be_two_processes(browser: Browser, feeds: FeedServer, settings: dict[str, str]) -> None:
    with bot("serve", "Playground: ", **settings) as web, open_page(browser, web.url) as page:
        send_command(page, "/csms subscribe now")
        expect(messages(page).last).to_contain_text("This channel now gets CSMS updates")
        press_chip(page, "Publish a new CSMS")
        expect(messages(page).last).to_contain_text("when `tradebot work` runs")
        with bot("work", "Trade bot is polling and posting", **settings):
            expect(posts(page)).to_have_count(1)
            expect(posts(page).last).to_contain_text("97647279")
            first_read(feeds)
            feeds.publish(bulletin(61, "Quota opens for sugar"))
            expect(posts(page)).to_have_count(2)
            expect(posts(page).last).to_contain_text("Quota opens for sugar")


def test_a_broken_file_leaves_the_old_content_answering_and_a_mended_one_is_published(browser: Browser, settings: dict[str, str]) -> None:
    ptis = Path(settings["CONTENT_DIR"]) / "ptis.yaml"
    good = ptis.read_text(encoding="utf-8")
    with bot("run", "Playground: ", **settings) as running, open_page(browser, running.url) as page:
        page.get_by_role("button", name="Behind the scenes").click()
        page.get_by_role("switch", name="Act as an admin").check()
        page.get_by_role("button", name="Close").click()
        ptis.write_text(good.replace("url: https://", "url: http://", 1), encoding="utf-8")
        refused = ask(page, "/trade-admin reload")
        expect(refused).to_contain_text("ptis.yaml:")
        expect(refused).to_contain_text("revision 1")
        expect(ask(page, "/pti revenue").get_by_role("heading", name="Revenue", exact=True)).to_be_visible()
        ptis.write_text(good.replace("Collecting the duties", "Gathering the duties", 1), encoding="utf-8")
        expect(ask(page, "/trade-admin reload")).to_contain_text("Published revision 2")
        expect(ask(page, "/pti revenue")).to_contain_text("Gathering the duties")
