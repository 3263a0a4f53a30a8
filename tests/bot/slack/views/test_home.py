"""Test the Home tab within Slack's limits, and the "Report a problem" button."""

import json
from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from bot.slack.blocks import render
from bot.slack.views import home, report
from bot.slack.views.home import MAX_MENU, MAX_SECTIONS, HomeData
from handlers.actions import add_back_button, add_report_button, add_share_button
from handlers.command import Person
from handlers.forms import problem as reports
from handlers.replies.reply import Bullets, Button, Buttons, Overflow, Reply, Section, SmallPrint, buttons_of, line, plain
from jobs.feed_health import LastRead
from jobs.models.channels import ChannelRef
from jobs.models.subscriptions import Cadence, Filters, Subscription
from jobs.states import CadenceKind
from tests.bot.slack.test_blocks import HOSTILE
from tests.support.full_catalog import CATALOG
from tests.support.slack_server import problem_of, problem_of_view
from tests.support.small_catalog import NEW_YORK, NOW, entry

MARIA = Person("slack", "T1", "U1", "maria")
ONE = Subscription(
    1,
    1,
    ChannelRef("slack", "T1", "C1", "#trade"),
    Filters(),
    Cadence(CadenceKind.DAILY, time(9)),
    NEW_YORK,
    False,
    "Maria (slack:T1/U1)",
    NOW,
)
READ = LastRead(NOW)


def test_many_channels_and_hostile_titles_fit_into_the_tab() -> None:
    many = [
        replace(
            ONE, id=n, channel_id=n, channel=ChannelRef("slack", "T1", f"C{n}", f"#c{n} {HOSTILE}"), filters=Filters(phrases=(HOSTILE,))
        )
        for n in range(200)
    ]
    view = home.view(HomeData(many, [entry("67000001", HOSTILE * 3)] * 9, READ), CATALOG, NOW, NEW_YORK)
    assert problem_of_view(view) is None
    assert f"and {200 - MAX_SECTIONS - MAX_MENU} more" in json.dumps(view)
    assert "<!channel>" not in json.dumps(view)


@pytest.mark.parametrize("count", [1, 4, 5, 28])
def test_every_subscription_can_be_changed_by_a_menu_that_slack_takes(count: int) -> None:
    full = [replace(ONE, id=n, filters=Filters(phrases=(f"p{n}",))) for n in range(1, count + 1)]
    view = home.view(HomeData(full, [], READ), CATALOG, NOW, NEW_YORK)
    assert problem_of_view(view) is None
    assert [value for value in values(view) if value.startswith("change ")] == [
        f"change C1 /csms subscribe instead of {n}" for n in range(1, count + 1)
    ]
    assert len([block for block in view["blocks"] if block["type"] == "section"]) <= MAX_SECTIONS + 1
    refused = home.view(HomeData(full, [], READ, may_change=False), CATALOG, NOW, NEW_YORK)
    assert not [value for value in values(refused) if value.startswith(("change ", "/csms subscribe"))]


def values(view: dict[str, Any]) -> list[str]:
    """Return the values of the view's buttons and menus, in order."""
    controls = [each for block in view["blocks"] for each in (*block.get("elements", ()), block.get("accessory", {}))]
    options = [option for control in controls for option in control.get("options", [control])]
    return [option["value"] for option in options if "value" in option]


def test_one_button_is_primary_and_the_examples_are_five() -> None:
    page = home.page(HomeData([ONE], [entry("67000001", "Refunds")], READ), CATALOG, NOW, NEW_YORK)
    buttons = [button for block in page.blocks for button in buttons_of(block)]
    assert [button.label for button in buttons if button.style == "primary"] == ["Subscribe a channel"]
    things = page.blocks[-2]
    assert isinstance(things, Bullets)
    assert len(things.items) == 5
    assert "/csms 67000001" in plain(things.items[2])


@pytest.mark.parametrize(
    ("read", "says"),
    [
        (LastRead(NOW, stale=True), "CBP's feed was last read 09:00 ET. Newer messages may be missing."),
        (LastRead(NOW, failed_at=NOW), "CBP's feed cannot be read right now; it was last read 09:00 ET. Newer messages may be missing."),
    ],
)
def test_a_feed_that_is_not_read_opens_the_tab(read: LastRead, says: str) -> None:
    data = HomeData([ONE], [entry("67000001", "Refunds")], READ)
    first, *others = home.page(replace(data, read=read), CATALOG, NOW, NEW_YORK).blocks
    assert isinstance(first, Section)
    assert plain(first.lines[0]) == says
    assert tuple(others) == home.page(data, CATALOG, NOW, NEW_YORK).blocks


def test_a_pause_of_all_posting_opens_the_tab() -> None:
    data = HomeData([ONE], [entry("67000001", "Refunds")], READ, notice="Maria paused all posting 09:00 ET.")
    first, *others = home.page(data, CATALOG, NOW, NEW_YORK).blocks
    assert isinstance(first, Section)
    assert plain(first.lines[0]) == "Maria paused all posting 09:00 ET."
    assert tuple(others) == home.page(replace(data, notice=""), CATALOG, NOW, NEW_YORK).blocks


def test_private_channel_is_described() -> None:
    assert home.channel_name(replace(ONE, channel=ChannelRef("slack", "T1", "D1"))) == "Direct message"
    assert home.channel_name(replace(ONE, channel=ChannelRef("slack", "T1", "G1"))) == "A private channel"


def card(*buttons: int) -> Reply:
    rows = (Buttons(tuple(Button(f"B{n}", f"/pti {n}") for n in range(count))) for count in buttons)
    return Reply("Card", (Section((line("Card"),)), *rows, SmallPrint((line("small print"),))), subjects=("pti:revenue",))


@pytest.mark.parametrize("buttons", [(), (3,), (5, 2)])
def test_share_and_report_are_one_menu_after_the_last_row_of_buttons(buttons: tuple[int, ...]) -> None:
    shown = add_share_button(add_report_button(replace(card(*buttons), shareable=True)), "/pti revenue")
    assert [type(block) for block in shown.blocks[1:]] == [*(Buttons for _ in buttons), Overflow, SmallPrint]
    assert [button.command for button in buttons_of(shown.blocks[-2])] == ["share /pti revenue", "report pti:revenue"]
    assert [button for block in shown.blocks[:-2] for button in buttons_of(block)] == [
        button for block in card(*buttons).blocks for button in buttons_of(block)
    ]


def test_a_cards_own_menu_takes_share_and_report_and_back_stands_before_it() -> None:
    own = card(3)
    own = replace(own, shareable=True, blocks=(*own.blocks[:2], Overflow((Button("Own", "/pti own"),)), *own.blocks[2:]))
    shown = add_back_button(add_share_button(add_report_button(own), "/pti revenue"))
    assert [type(block) for block in shown.blocks] == [Section, Buttons, Overflow, SmallPrint]
    assert [button.label for button in buttons_of(shown.blocks[1])][-1] == "Back to the message"
    assert [button.label for button in buttons_of(shown.blocks[2])] == ["Share in channel", "Own", "Report a problem"]


@pytest.mark.parametrize(
    "change", [{"subjects": ()}, {"subjects": ("a", "b")}, {"ok": False}, {"subjects": (f"cbp-trade:{'x' * 2000}",)}], ids=str
)
def test_reply_that_is_no_card_has_no_report_button(change: dict[str, object]) -> None:
    reply = replace(card(2), **change)  # type: ignore[arg-type]
    assert add_report_button(reply) is reply


def test_the_editors_read_the_words_as_they_were_written_and_nobody_is_called() -> None:
    message = reports.message("pti:revenue", f"{HOSTILE}\n" * 40, MARIA, f"#x {HOSTILE}", CATALOG, None)
    for each in render(message):
        assert problem_of(each) is None
        assert "<!channel>" not in json.dumps(each)
    sample = entry("67000001", "A title", key="csms:67000001")
    told = reports.message("csms:67000001", "Wrong topic", MARIA, "", CATALOG, sample)
    assert "A title (CSMS 67000001)" in told.text
    assert "topics.yaml assigns its topics" in told.text


def test_the_form_for_a_report_fits_whatever_the_card_is_called() -> None:
    assert problem_of_view(report.view(f"cbp-trade:{'x' * 590}", ChannelRef("slack", "T1", "C1", "#" + "y" * 200), CATALOG)) is None
