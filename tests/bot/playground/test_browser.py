"""The page in a real browser: what a person sees, hears and reaches with the keyboard."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from jobs.store.database import Database
from tests.support.browser import ask, messages, open_channel, open_page, press_chip, send_command, start_browser
from tests.support.feed_server import FeedServer, bulletin, bulletins, serving
from tests.support.process import Bot, bot, content
from tests.support.store import forget

pytestmark = pytest.mark.browser

WIDTHS = [1280, 400]

CONTRASTS = """() => {
  const remembered = (find) => {
    const known = new Map();
    return (node) => known.get(node) ?? known.set(node, find(node)).get(node);
  };
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[0-9.]+/g).map(Number); return { r, g, b, a }; };
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = remembered((node) => {
    if (!node) return { r: 255, g: 255, b: 255 };
    const found = parse(getComputedStyle(node).backgroundColor);
    return found.a === 1 ? found : behind(node.parentElement);
  });
  const ratio = remembered((node) => {
    const [over, under] = [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((a, b) => b - a);
    return node.closest(".away, .skip, script, noscript") || !node.checkVisibility() ? Infinity : (over + 0.05) / (under + 0.05);
  });
  const poor = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const said = walk.currentNode.data.trim();
    const found = said ? ratio(walk.currentNode.parentElement) : Infinity;
    if (found < 4.5) poor.push(`${found.toFixed(2)} ${said.slice(0, 40)}`);
  }
  return poor;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with start_browser() as found:
        yield found


@pytest.fixture(scope="module")
def feeds() -> Iterator[FeedServer]:
    with serving(bulletins(60)) as server:
        yield server


@pytest.fixture(scope="module")
def started(feeds: FeedServer, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[tuple[Bot, Database]]:
    """A bot for all tests of this file, and its database."""
    folder = tmp_path_factory.mktemp("playground")
    url = f"sqlite:///{shutil.copy(sqlite_template, folder / 'test.db')}"
    with (
        bot("run", "Playground: ", DATABASE_URL=url, CONTENT_DIR=str(content(folder / "content", feeds))) as found,
        closing(Database(url)) as db,
    ):
        yield found, db


@pytest.fixture
def running(started: tuple[Bot, Database]) -> Bot:
    """The bot, in whose channels nothing has happened yet."""
    found, db = started
    forget(db)
    return found


@pytest.fixture
def page(browser: Browser, running: Bot) -> Iterator[Page]:
    with open_page(browser, running.url) as found:
        yield found


def share(message: Locator) -> None:
    message.get_by_role("button", name="More actions").click()
    message.get_by_role("button", name="Share in channel").click()


def box_of(page: Page) -> Locator:
    """The message box."""
    return page.get_by_role("combobox", name="Command or question")


def test_the_first_view_is_never_empty(page: Page) -> None:
    expect(page.get_by_role("banner")).to_have_text("Local demo. Reads CBP’s feeds; posts stay here.")
    channels = page.get_by_role("navigation", name="Channels").get_by_role("link")
    expect(channels).to_have_text(["#trade-updates", "#partner-demo", "@Trade bot"])
    card, digest = messages(page).all()
    expect(card.get_by_role("heading", name="Revenue", exact=True)).to_be_visible()
    expect(digest.get_by_role("heading", name="Trade digest: Mon 9 Feb")).to_be_attached()
    expect(digest.locator(".badge.sample")).to_have_text("SAMPLE")
    box = box_of(page)
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    expect(page.get_by_role("heading", name="Ask about CBP trade")).to_be_in_viewport()
    questions = page.get_by_role("group", name="Questions").get_by_role("button")
    expect(questions).to_have_count(5)
    expect(questions.last).to_be_in_viewport()
    chips = page.get_by_role("group", name="Try it").get_by_role("button")
    expect(chips).to_have_text(["Subscribe this channel", "Publish a new CSMS", "… and its correction"])
    open_channel(page, "partner-demo")
    expect(chips).to_have_text(["Publish a new CSMS", "… and its correction"])  # a guest may not subscribe
    expect(page.get_by_role("complementary")).to_be_hidden()


def test_the_page_itself_asks_nobody_but_the_bot(browser: Browser, running: Bot) -> None:
    context = browser.new_context()
    visited = context.new_page()
    asked: list[str] = []
    visited.on("request", lambda request: asked.append(request.url))
    visited.goto(running.url)
    expect(messages(visited).first).to_be_visible()
    ask(visited, "/pti revenue")
    visited.wait_for_timeout(1500)
    assert asked
    assert [url for url in asked if not url.startswith(running.url + "/")] == []
    context.close()


def test_an_answer_is_for_the_asker_alone(page: Page) -> None:
    send_command(page, "/pti revenue")
    answer = messages(page).nth(2)
    expect(answer.get_by_role("heading", name="Revenue", exact=True)).to_be_visible()
    expect(answer).to_contain_text("Only you see this")
    expect(box_of(page)).to_be_focused()
    expect(page.locator("#said")).to_contain_text("Answer: Priority Trade Issue: Revenue")


def test_the_keyboard_completes_commands(page: Page) -> None:
    box = box_of(page)
    box.fill("/ro")
    offered = page.get_by_role("listbox", name="Commands")
    expect(offered).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(offered.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "option-0")
    page.keyboard.press("Enter")
    expect(box).to_have_value("/role ")
    expect(messages(page)).to_have_count(2)
    box.press_sequentially("audit")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("/role auditor")
    expect(offered).to_be_hidden()
    page.keyboard.press("Enter")
    expect(messages(page).last.get_by_role("heading", name="Auditor", exact=True)).to_be_visible()


def test_the_up_arrow_recalls_earlier_lines_and_the_down_arrow_goes_on(page: Page) -> None:
    box = box_of(page)
    for line in ("/pti ipr", "/role auditor", "/role auditor"):
        ask(page, line)
    for key, line in (
        ("ArrowUp", "/role auditor"),
        ("ArrowUp", "/pti ipr"),
        ("ArrowUp", "/pti ipr"),
        ("ArrowDown", "/role auditor"),
        ("ArrowDown", ""),
    ):
        box.press(key)
        expect(box).to_have_value(line)
        expect(page.get_by_role("listbox", name="Commands")).to_be_hidden()
    box.press("ArrowDown")
    expect(page.get_by_role("listbox", name="Commands")).to_be_visible()


def test_a_chosen_question_is_answered(page: Page) -> None:
    question = page.get_by_role("group", name="Questions").get_by_role("button").first
    asked = question.inner_text()
    question.click()
    expect(messages(page).last).to_contain_text(f"you asked {asked}")
    expect(messages(page).last).to_contain_text("From:")


def test_a_mailbox_is_a_link(page: Page) -> None:
    card = ask(page, "/pti agriculture-quota")
    link = card.get_by_role("link", name="@cbp.dhs.gov").first
    assert link.get_attribute("href") == f"mailto:{link.inner_text()}"


def test_escape_closes_the_offers_and_enter_then_sends_what_was_typed(page: Page) -> None:
    box = box_of(page)
    box.fill("/pti reven")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(messages(page).last).to_contain_text("you asked /pti reven")


def test_tab_reaches_everything_and_the_first_stop_skips_to_the_message_box(page: Page) -> None:
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the message box")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(box_of(page)).to_be_focused()
    expect(page.locator("h1")).to_have_text("#trade-updates")


def test_every_control_has_a_name_and_every_part_of_the_page_a_landmark(page: Page) -> None:
    page.get_by_role("button", name="Behind the scenes").click()
    for role in ("banner", "navigation", "main", "complementary"):
        expect(page.get_by_role(role)).to_have_count(1)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, a, input, select, summary")].filter(
             (node) => !(node.textContent.trim() || node.labels?.length || node.ariaLabel)).map((node) => node.outerHTML)"""
    )
    assert nameless == []
    assert page.evaluate("document.querySelectorAll('h1').length") == 1


def test_a_question_in_plain_words_is_answered(page: Page) -> None:
    send_command(page, "counterfeit goods")
    expect(messages(page).last.get_by_role("heading", name="Intellectual Property Rights")).to_be_visible()


def test_a_button_does_what_typing_does(page: Page) -> None:
    messages(page).first.get_by_role("button", name="Questions and answers").click()
    expect(messages(page).last).to_contain_text("you asked /pti revenue questions")


def test_sharing_shows_an_answer_to_everybody_and_says_who_did_it(page: Page) -> None:
    share(ask(page, "/role auditor"))
    shared = messages(page).last
    expect(shared).to_contain_text("Shared by Staff")
    expect(shared).not_to_contain_text("Only you see this")
    page.reload()
    expect(messages(page)).to_have_count(3)
    expect(messages(page).last).to_contain_text("Shared by Staff")


def test_a_menu_opens_and_closes_by_the_keyboard(page: Page) -> None:
    card = messages(page).first
    more = card.get_by_role("button", name="More actions")
    assert more.get_attribute("aria-expanded") == "false"
    more.press("Enter")
    expect(card.get_by_role("button", name="Share in channel")).to_be_visible()
    assert more.get_attribute("aria-expanded") == "true"
    expect(more).to_be_focused()
    more.press("Enter")
    expect(card.get_by_role("button", name="Share in channel")).to_be_hidden()


def test_a_direct_message_has_nobody_to_share_with_in_either_look(page: Page) -> None:
    open_channel(page, "Trade bot")
    ask(page, "/role auditor")
    for name in ("Playground", "Microsoft Teams"):
        look(page, name)
        expect(messages(page)).to_have_count(3)
        expect(messages(page).get_by_role("button", name="Questions and answers")).not_to_have_count(0)
        expect(messages(page).get_by_role("button", name="Share in channel")).to_have_count(0)
    press_chip(page, "Subscribe this chat")
    expect(messages(page).last).to_contain_text("This chat now gets CSMS updates")


def test_long_lists_are_folded_and_hold_every_line(page: Page) -> None:
    answer = ask(page, "/role auditor")
    fold = answer.get_by_role("group").first
    expect(fold.get_by_role("listitem").first).to_be_hidden()
    count = int(fold.locator("summary").inner_text().rpartition("(")[2].rstrip(")"))
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(fold.get_by_role("listitem").first).to_be_visible()
    expect(fold.get_by_role("listitem")).to_have_count(count)


def test_a_guest_may_look_up_but_not_subscribe(page: Page) -> None:
    open_channel(page, "partner-demo")
    expect(page.locator("#room-about")).to_contain_text("guest")
    expect(ask(page, "/pti revenue").get_by_role("heading", name="Revenue", exact=True)).to_be_visible()
    refused = ask(page, "/csms subscribe")
    expect(refused).to_contain_text("Only you see this")
    expect(refused).not_to_contain_text("now gets")
    expect(ask(page, "/csms subscriptions")).not_to_contain_text("Unsubscribe")


def test_the_admin_switch_opens_what_is_for_admins(page: Page) -> None:
    expect(ask(page, "/trade-admin status")).to_contain_text("turn on “Act as an admin”")
    page.get_by_role("button", name="Behind the scenes").click()
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    expect(page.get_by_role("complementary")).to_contain_text("Lets you use the /trade-admin commands")
    page.get_by_role("switch", name="Act as an admin").check()
    expect(page.locator("#feeds")).to_contain_text("CSMS messages")
    expect(page.locator("#feeds")).to_contain_text("OK")
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_be_hidden()
    expect(page.get_by_role("button", name="Behind the scenes")).to_be_focused()
    expect(ask(page, "/trade-admin status")).to_contain_text("evision")


def test_an_unread_message_elsewhere_is_counted_and_read_out(page: Page) -> None:
    press_chip(page, "Subscribe this channel")
    expect(messages(page).last).to_contain_text("This channel now gets")
    open_channel(page, "Trade bot")
    press_chip(page, "Publish a new CSMS")
    other = page.get_by_role("link", name="trade-updates")
    expect(other).to_contain_text("1 unread")
    expect(page.locator("#said")).to_contain_text("in #trade-updates")
    other.click()
    expect(page.get_by_role("link", name="trade-updates")).not_to_contain_text("unread")


def test_text_of_a_feed_is_never_markup(page: Page, feeds: FeedServer) -> None:
    send_command(page, "/csms subscribe now")
    expect(messages(page).last).to_contain_text("This channel now gets")
    bad = "<img src=x onerror=alert(1)> <!channel> <https://evil.example|cbp.gov> javascript:alert(2) quota"
    feeds.publish(bulletin(70, bad, words="<script>alert(3)</script> &lt;b&gt;bold&lt;/b&gt; [a](javascript:alert(4))"))
    arrived = messages(page).last
    expect(arrived).to_contain_text("<img src=x onerror=alert(1)>")
    assert arrived.locator("img, script, b").count() == 0
    links = arrived.locator("a").evaluate_all("nodes => nodes.map((node) => node.href)")
    assert links
    assert [link for link in links if not link.startswith("https://content.govdelivery.com/")] == []


def to_top(page: Page) -> None:
    page.locator("#logs").hover()
    page.mouse.wheel(0, -100_000)
    expect(messages(page).first).to_be_in_viewport()


def test_what_somebody_does_is_brought_into_view_from_wherever_they_read(page: Page) -> None:
    press_chip(page, "Subscribe this channel")
    expect(messages(page).last).to_contain_text("This channel now gets")
    expect(messages(page).last.get_by_role("button", name="More actions")).to_be_in_viewport()
    to_top(page)
    press_chip(page, "Publish a new CSMS")
    expect(messages(page).last).to_contain_text("97647279")
    expect(messages(page).last.get_by_role("button", name="Why this?")).to_be_in_viewport()
    to_top(page)
    share(messages(page).first)
    expect(messages(page).last).to_contain_text("Shared by Staff")
    expect(messages(page).last.get_by_text("Shared by Staff")).to_be_in_viewport()
    expect(page.get_by_role("button", name="New messages")).to_be_hidden()


def test_a_message_that_comes_by_itself_waits_below_what_is_being_read(page: Page, feeds: FeedServer) -> None:
    send_command(page, "/csms subscribe now")
    expect(messages(page).last).to_contain_text("This channel now gets")
    to_top(page)
    feeds.publish(bulletin(81, "Quota on beef"))
    newer = page.get_by_role("button", name="New messages")
    expect(newer).to_be_in_viewport()
    expect(messages(page).first).to_be_in_viewport()
    newer.click()
    expect(messages(page).last).to_be_focused()
    expect(messages(page).last).to_contain_text("Quota on beef")
    expect(messages(page).last).to_be_in_viewport()
    expect(newer).to_be_hidden()


def test_a_channel_is_found_as_it_was_left_and_nothing_old_counts_as_unread(page: Page) -> None:
    press_chip(page, "Subscribe this channel")
    expect(messages(page).last).to_contain_text("This channel now gets")
    to_top(page)
    open_channel(page, "partner-demo")
    open_channel(page, "trade-updates")
    expect(messages(page).first).to_be_in_viewport()
    page.goto(f"{page.url.partition('#')[0]}#direct")
    page.reload()
    expect(page.get_by_role("link", name="trade-updates")).to_be_visible()
    expect(messages(page)).to_have_count(2)
    expect(page.get_by_role("navigation")).not_to_contain_text("unread")


def test_a_command_that_nobody_types_is_shown_as_the_button_that_was_pressed(page: Page) -> None:
    send_command(page, "/csms subscribe now")
    expect(messages(page).last).to_contain_text("This channel now gets")
    press_chip(page, "Publish a new CSMS")
    messages(page).last.get_by_role("button", name="Why this?").click()
    expect(messages(page).last.locator(".whom")).to_have_text("Only you see this · you selected Why this?")
    ask(page, "/csms latest").get_by_role("button", name="Older").click()
    expect(messages(page).last.locator(".whom")).to_have_text("Only you see this · you selected Older")


def test_on_a_narrow_screen_nothing_behind_the_drawer_is_reached(browser: Browser, running: Bot) -> None:
    with open_page(browser, running.url, viewport={"width": 400, "height": 800}) as page:
        page.get_by_role("button", name="Behind the scenes").click()
        reached = set()
        for _ in range(6):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.closest('.side, .room, .drawer')?.className"))
        assert "drawer" in reached
        assert not reached & {"side", "room"}
        page.get_by_role("button", name="Close").focus()
        page.keyboard.press("Escape")
        expect(box_of(page)).to_be_visible()
        expect(page.get_by_role("button", name="Behind the scenes")).to_be_focused()


@pytest.mark.parametrize(("width", "share"), [(380, 0.7), (700, 0.7)])
def test_on_a_narrow_screen_most_of_it_is_messages(browser: Browser, running: Bot, width: int, share: float) -> None:
    with open_page(browser, running.url, viewport={"width": width, "height": 800}) as page:
        tops = [link.bounding_box() for link in page.locator("#channels a").all()]
        assert len({box["y"] for box in tops if box}) == 1
        tools = [page.locator(name).bounding_box() for name in ("#look", "#drawer-toggle")]
        assert all(box and abs(box["y"] - tools[0]["y"]) < 8 for box in tools if tools[0])
        box = page.locator("#logs").bounding_box()
        assert box is not None
        assert box["height"] >= share * 800
        box_of(page).fill("/csms ")
        expect(page.get_by_role("listbox")).to_be_visible()
        box_of(page).fill("")
        expect(page.get_by_role("listbox")).to_be_hidden()  # it covers nothing once the box is empty
        box_of(page).fill("/csms ")
        expect(page.get_by_role("listbox")).to_be_visible()
        assert page.evaluate("[...document.querySelectorAll('.options .what')].every((each) => each.scrollWidth <= each.clientWidth)")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 256)])
def test_a_page_made_larger_still_has_room_for_its_messages(browser: Browser, running: Bot, width: int, height: int) -> None:
    """1280 x 800 at 200 %, and at 400 %."""
    with open_page(browser, running.url, viewport={"width": width, "height": height}) as page:
        expect(ask(page, "/pti revenue").get_by_role("heading", name="Revenue", exact=True)).to_be_in_viewport()
        box = page.locator("#logs").bounding_box()
        assert box is not None
        assert box["height"] >= 0.45 * height
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_it_is_readable_and_fits(browser: Browser, running: Bot, width: int, scheme: str) -> None:
    with open_page(browser, running.url, viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce") as page:
        press_chip(page, "Subscribe this channel")
        press_chip(page, "Publish a new CSMS")
        press_chip(page, "… and its correction")
        for text in ("/pti", "/role auditor", "/trade help", "/csms latest", "/trade term ACE", "x" * 300):
            ask(page, text)
        for fold in page.locator(".log:not([hidden]) summary").all():
            fold.click()
        expect(messages(page).filter(has_text="98987884")).not_to_have_count(0)
        assert page.evaluate(CONTRASTS) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("document.getElementById('logs').scrollWidth <= document.getElementById('logs').clientWidth")
        page.get_by_role("button", name="Behind the scenes").click()
        expect(page.locator("#feeds")).to_contain_text("CSMS messages")
        assert page.evaluate(CONTRASTS) == []
        page.get_by_role("button", name="Close").click()
        box_of(page).fill("/")
        page.keyboard.press("ArrowDown")
        assert page.evaluate(CONTRASTS) == []
        box = page.get_by_role("listbox").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_a_post_that_is_corrected_says_so_where_it_stands(page: Page) -> None:
    send_command(page, "/csms subscribe now")
    expect(messages(page).last).to_contain_text("This channel now gets CSMS updates")
    press_chip(page, "Publish a new CSMS")
    first = messages(page).filter(has_text="sent 6 Feb")
    expect(first).to_have_count(1)
    expect(first).not_to_contain_text("Replaced")
    press_chip(page, "… and its correction")
    expect(first).to_contain_text("Replaced 18 Jun by CSMS 98987884")
    expect(first).to_have_count(1)
    expect(messages(page).filter(has_text="sent 18 Jun")).to_have_count(1)
    expect(messages(page).filter(has_text="posted above, was")).to_have_count(0)  # it would tell the correction a second time


def test_by_default_a_correction_is_posted_at_once_as_the_subscription_says(page: Page) -> None:
    press_chip(page, "Subscribe this channel")
    expect(messages(page).last).to_contain_text("Guidance, corrections and replacements at once.")
    press_chip(page, "Publish a new CSMS")
    first = messages(page).filter(has_text="sent 6 Feb")
    expect(first).to_have_count(1)
    press_chip(page, "… and its correction")
    expect(messages(page).filter(has_text="sent 18 Jun")).to_have_count(1)
    expect(first).to_contain_text("Replaced 18 Jun by CSMS 98987884")
    press_chip(page, "… and its correction")  # of what is published along with it, and would wait for the digest
    expect(messages(page).filter(has_text="Earlier text, corrected by CSMS 90491355")).to_have_count(1)
    expect(messages(page).filter(has_text="sent 7 May 2024")).to_have_count(1)


def look(page: Page, name: str) -> None:
    """Shows the messages as there, and waits until they are."""
    page.get_by_role("combobox", name="Shown as").select_option(label=name)
    cards = messages(page).locator(".adaptive")
    if name == "Playground":
        expect(cards).to_have_count(0)
    else:
        expect(messages(page).filter(has=page.locator(".adaptive"))).to_have_count(messages(page).count())


def top_of(page: Page, text: str) -> float:
    """How far below the log's top a message begins, in pixels."""
    box, log = messages(page).filter(has_text=text).first.bounding_box(), page.locator("#logs").bounding_box()
    assert box is not None
    assert log is not None
    return box["y"] - log["y"]


def test_every_message_can_be_shown_as_teams_would_and_what_is_read_stays_in_its_place(page: Page) -> None:
    open_channel(page, "partner-demo")
    for text in ("/role auditor", "/pti ipr", "/trade help all"):
        ask(page, text)
    read = messages(page).filter(has_text="Intellectual Property Rights").first
    read.evaluate("node => node.scrollIntoView({ block: 'start' })")
    place = top_of(page, "Intellectual Property Rights")
    assert place < 20
    for name in ("Microsoft Teams", "Playground"):
        look(page, name)
        assert abs(top_of(page, "Intellectual Property Rights") - place) < 2
        expect(page.locator("[aria-current=page]")).to_contain_text("partner-demo")
    look(page, "Microsoft Teams")
    open_channel(page, "trade-updates")
    expect(messages(page).locator(".adaptive")).to_have_count(2)
    open_channel(page, "partner-demo")
    assert abs(top_of(page, "Intellectual Property Rights") - place) < 2


def test_the_look_is_chosen_with_the_keyboard_and_outlives_the_page(page: Page) -> None:
    page.get_by_label("Shown as").focus()
    page.keyboard.press("ArrowDown")
    expect(messages(page).locator(".adaptive")).to_have_count(2)
    expect(page.get_by_label("Shown as")).to_be_focused()
    page.reload()
    expect(messages(page).locator(".adaptive")).to_have_count(2)
    expect(page.get_by_label("Shown as")).to_have_value("teams")
    press_chip(page, "Subscribe this channel")
    expect(messages(page).last.locator(".adaptive")).to_contain_text("This channel now gets")
    press_chip(page, "Publish a new CSMS")
    expect(messages(page).last.locator(".adaptive")).to_contain_text("97647279")
    press_chip(page, "… and its correction")
    expect(messages(page).filter(has_text="sent 6 Feb").locator(".adaptive")).to_contain_text("Replaced 18 Jun by CSMS 98987884")
    page.get_by_label("Shown as").select_option("playground")
    page.reload()
    expect(messages(page).locator(".reply")).not_to_have_count(0)
    expect(messages(page).locator(".adaptive")).to_have_count(0)


def test_in_teams_a_buttons_answer_takes_the_place_of_its_card_and_gives_it_back(page: Page) -> None:
    look(page, "Microsoft Teams")
    card = messages(page).first
    card.get_by_role("button", name="Questions and answers").press("Enter")
    expect(card.get_by_role("heading", name="Revenue: questions and answers")).to_be_visible()
    expect(card).to_contain_text("Only you see this · you asked /pti revenue questions")
    expect(card).to_be_focused()
    expect(page.locator("#said")).to_contain_text("Answer: ")
    expect(messages(page)).to_have_count(2)
    card.get_by_role("button", name="More", exact=True).click()
    expect(card).to_contain_text("you asked /pti revenue more")
    card.get_by_role("button", name="Back to the message").click()
    expect(card.get_by_role("heading", name="Revenue", exact=True)).to_be_visible()
    expect(messages(page)).to_have_count(2)


def test_in_teams_an_answer_is_shared_from_the_card_it_stands_in(page: Page) -> None:
    look(page, "Microsoft Teams")
    card = messages(page).first
    card.get_by_role("button", name="Questions and answers").click()
    share(card)
    expect(card).to_contain_text("Shared in this channel.")
    expect(messages(page)).to_have_count(3)
    expect(messages(page).last.locator(".adaptive")).to_contain_text("Shared by Staff")
    expect(messages(page).last).to_be_in_viewport()


def test_in_the_playgrounds_look_nothing_stays_covered(page: Page) -> None:
    look(page, "Microsoft Teams")
    messages(page).first.get_by_role("button", name="Questions and answers").click()
    expect(messages(page).first).to_contain_text("Revenue: questions and answers")
    look(page, "Playground")
    expect(messages(page)).to_have_count(3)
    expect(messages(page).first.get_by_role("heading", name="Revenue", exact=True)).to_be_visible()
    expect(messages(page).last).to_contain_text("you asked /pti revenue questions")
    look(page, "Microsoft Teams")
    expect(messages(page)).to_have_count(3)


def test_a_change_by_a_button_in_teams_is_said_to_everybody_below(page: Page) -> None:
    look(page, "Microsoft Teams")
    press_chip(page, "Subscribe this channel")
    echo = messages(page).last
    expect(echo).to_contain_text("This channel now gets")
    echo.get_by_role("button", name="More actions").click()
    echo.get_by_role("button", name="Unsubscribe: End subscription 1").click()
    echo.get_by_role("button", name="Unsubscribe", exact=True).click()
    expect(messages(page)).to_have_count(4)
    expect(messages(page).last).to_contain_text("Ended")
    expect(messages(page).nth(2)).to_contain_text("This channel now gets")


def test_text_of_a_feed_stays_text_as_teams_would_show_it(page: Page, feeds: FeedServer) -> None:
    look(page, "Microsoft Teams")
    send_command(page, "/csms subscribe now")
    expect(messages(page).last).to_contain_text("This channel now gets")
    bad = "<img src=x onerror=alert(1)> <at>Everyone</at> [x](javascript:alert(2)) **quota** [CBP](https://evil.example)"
    feeds.publish(bulletin(90, bad, words="<script>alert(3)</script> &lt;b&gt;bold&lt;/b&gt; [a](javascript:alert(4)) *a*"))
    arrived = messages(page).filter(has_text="onerror")
    expect(arrived).to_have_count(1)
    assert arrived.locator("img, script, b, at, em").count() == 0
    links = arrived.locator("a").evaluate_all("nodes => nodes.map((node) => node.href)")
    assert links
    assert [link for link in links if not link.startswith("https://content.govdelivery.com/")] == []
    said = arrived.locator(".adaptive").inner_text().replace("\u2060", "")
    for part in ("<img src=x onerror=alert(1)>", "<at>Everyone</at>", "(javascript:alert(2))", "∗∗quota∗∗"):
        assert part in said
    assert page.locator(".not-drawn").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_teams_look_is_readable_and_fits_a_small_telephone(browser: Browser, running: Bot, scheme: str) -> None:
    with open_page(browser, running.url, viewport={"width": 360, "height": 740}, color_scheme=scheme, reduced_motion="reduce") as page:
        look(page, "Microsoft Teams")
        for text in ("/role auditor", "/csms subscriptions", "x" * 300):
            ask(page, text)
        folded = page.get_by_role("button", name="Show all")
        for _ in range(folded.count()):
            folded.first.click()
        assert page.evaluate(CONTRASTS) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("document.getElementById('logs').scrollWidth <= document.getElementById('logs').clientWidth")
        assert page.get_by_role("combobox", name="Shown as").evaluate("node => node.getBoundingClientRect().right <= innerWidth")
        banner = page.get_by_role("banner").get_by_role("paragraph")
        assert banner.evaluate("node => node.offsetHeight / parseFloat(getComputedStyle(node).lineHeight) < 1.5")


@pytest.mark.parametrize("width", [320, 375])
def test_a_form_fits_on_a_narrow_screen(browser: Browser, running: Bot, width: int) -> None:
    with open_page(browser, running.url, viewport={"width": width, "height": 800}) as page:
        send_command(page, "subscribe revenue weekly in CT")
        messages(page).filter(has_text="This channel now gets").get_by_role("button", name="Change").click()
        form = page.get_by_role("dialog", name="Change subscription")
        expect(form).to_be_visible()
        assert form.evaluate("(each) => each.scrollWidth <= each.clientWidth")


def test_change_opens_a_form_that_saves_what_is_chosen(browser: Browser, running: Bot) -> None:
    with open_page(browser, running.url) as page:
        send_command(page, "subscribe revenue weekly in CT")
        said = messages(page).filter(has_text="This channel now gets CSMS updates: Revenue.")
        expect(said).to_have_count(1)
        said.get_by_role("button", name="Change").click()
        form = page.get_by_role("dialog", name="Change subscription")
        expect(form.get_by_label("On", exact=True)).to_be_visible()
        form.get_by_role("radio", name="Daily digest").check()
        expect(form.get_by_label("On", exact=True)).to_be_hidden()
        form.get_by_role("checkbox", name="Textiles", exact=False).first.check()
        form.get_by_label("No messages with one of these phrases").fill('"x" y"')
        form.get_by_role("button", name="Save").click()
        expect(form.get_by_role("alert").filter(has_text="Remove the quotation marks")).to_be_visible()
        form.get_by_label("No messages with one of these phrases").fill("training")
        form.get_by_role("button", name="Save").click()
        expect(form).to_have_count(0)
        expect(messages(page).filter(has_text="Changed subscription 1.")).to_have_count(1)
