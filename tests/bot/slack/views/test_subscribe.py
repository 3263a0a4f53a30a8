"""Test the subscription modal: its fields become the words of a command, and a subscription fills it again."""

import json
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.slack.incoming import PLATFORM
from bot.slack.views import subscribe
from bot.slack.views.view import ViewState, read_view
from handlers.forms import subscription
from handlers.forms.subscription import Form
from handlers.subscriptions.parser import parse
from jobs.models.channels import ChannelRef
from jobs.models.subscriptions import Cadence, Filters, Subscription, SubscriptionSpec
from jobs.states import CadenceKind
from tests.bot.slack.test_blocks import HOSTILE
from tests.support.full_catalog import CATALOG as FULL
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry

FORM = subscription.new_form(CHANNEL, "csms", NEW_YORK)
LONG = "x" * 101


def field(view: dict[str, Any], block: str) -> dict[str, Any]:
    return next(each for each in view["blocks"] if each.get("block_id") == block)


def shown(view: dict[str, Any]) -> list[str]:
    return [each["block_id"] for each in view["blocks"] if each["type"] == "input"]


def drawn(form: Form) -> dict[str, Any]:
    return subscribe.view(form, CATALOG, ())


def options(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the options, grouped or not."""
    grouped = [one for group in element.get("option_groups", ()) for one in group["options"]]
    return [*element.get("options", ()), *grouped]


def filled(view: dict[str, Any], **values: Any) -> ViewState:
    """The view as Slack sends it back: what it came with, and what somebody changed."""
    state = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        kind = element["type"]
        given = values.get(block["block_id"], ...)
        if kind in ("multi_static_select", "checkboxes"):
            now = element.get("initial_options", []) if given is ... else [one for one in options(element) if one["value"] in given]
            value: dict[str, Any] = {"selected_options": now}
        elif kind in ("static_select", "radio_buttons"):
            value = {
                "selected_option": element["initial_option"]
                if given is ...
                else next(one for one in element["options"] if one["value"] == given)
            }
        elif kind == "timepicker":
            value = {"selected_time": element["initial_time"] if given is ... else given}
        elif kind == "conversations_select":
            value = {"selected_conversation": element.get("initial_conversation") if given is ... else given}
        else:
            value = {"value": element.get("initial_value") if given is ... else given}
        state[block["block_id"]] = {element["action_id"]: {"type": kind} | value}
    return read_view({"view": view | {"id": "V1", "hash": "h1", "state": {"values": state}}})


def wish(form: Form) -> SubscriptionSpec:
    found = subscription.parse_form(form, CATALOG)
    assert isinstance(found, SubscriptionSpec)
    return found


def valid(view: dict[str, Any]) -> None:
    """By Slack's own models, block for block, and by the limits that they don't know."""
    View(**view).validate_json()
    for block in view["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
    assert len(view["blocks"]) <= 100
    assert len(view.get("private_metadata", "")) <= 3000
    assert len(view["title"]["text"]) <= 24
    ids = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("when", list(CadenceKind))
@pytest.mark.parametrize("verb", ["csms", "trade"])
@pytest.mark.parametrize("catalog", [CATALOG, FULL], ids=["small", "full"])
def test_slack_takes_the_view_whatever_is_chosen(when: CadenceKind, verb: str, catalog: Any) -> None:
    form = replace(FORM, when=when, verb=verb, topics=("revenue",), phrases=("ach",), unknown=("old",))
    preview = subscribe.preview(subscription.parse_form(form, catalog), [entry("67000001", "ACH " * 80, "revenue")], catalog, NOW, NEW_YORK)
    valid(subscribe.view(form, catalog, preview))


def test_every_cadence_has_a_label() -> None:
    assert list(subscription.CADENCE_LABELS) == list(CadenceKind)
    assert all(isinstance(kind, CadenceKind) for kind in subscription.CADENCE_LABELS)
    assert isinstance(subscribe.read_form(filled(drawn(FORM), when="daily")).when, CadenceKind)


def test_new_form_has_the_defaults_of_the_bare_command() -> None:
    assert wish(FORM) == parse("", CATALOG, NEW_YORK, feeds_allowed=False)
    assert subscription.command_line(FORM) == "/csms subscribe weekdays 09:00 in America/New_York"


def test_day_time_and_zone_are_read_and_typed() -> None:
    weekly = drawn(replace(FORM, when=CadenceKind.WEEKLY))
    form = subscribe.read_form(filled(weekly, day="4", at="16:30", zone="America/Chicago"))
    assert (form.when, form.day, form.at, form.zone, form.urgent, form.system) == ("weekly", 4, "16:30", "America/Chicago", True, False)
    assert subscription.command_line(form) == "/csms subscribe weekly fri 16:30 in America/Chicago"
    form = replace(form, when=CadenceKind.CHANGES)
    assert subscription.command_line(form) == "/csms subscribe weekly fri 16:30 in America/Chicago changes"


def test_every_field_reaches_the_command() -> None:
    view = filled(
        drawn(FORM),
        topics=["revenue", "tariffs"],
        urgent=[],
        system=["system"],
        deadlines=["deadlines"],
        phrases=' "ach"\n\n notify  parties ',
        never="training",
    )
    form = subscribe.read_form(view)
    assert subscription.command_line(form) == (
        '/csms subscribe revenue tariffs "ach" "notify parties" -"training" weekdays 09:00 in America/New_York '
        "include system notices include deadlines digest only"
    )
    assert wish(form) == SubscriptionSpec(
        Filters(("csms",), ("revenue", "tariffs"), ("ach", "notify parties"), ("training",), True),
        Cadence(CadenceKind.WEEKDAYS, time(9)),
        NEW_YORK,
        digest_only=True,
        deadlines=True,
    )


def test_a_change_that_takes_the_reminders_away_says_so() -> None:
    form = replace(FORM, subscription=7, deadlines=True)
    assert subscription.command_line(form).endswith("include deadlines instead of 7")
    without = subscribe.read_form(filled(drawn(form), deadlines=[]))
    assert subscription.command_line(without).endswith("without deadlines instead of 7")


def test_other_feeds_can_be_chosen_behind_trade_alone() -> None:
    assert "feeds" not in shown(drawn(FORM))
    form = subscribe.read_form(filled(drawn(replace(FORM, verb="trade")), feeds=["federal-register", "csms"]))
    assert subscription.command_line(form).startswith("/trade subscribe csms federal-register ")
    assert wish(form).filters.feeds == ("csms", "federal-register")


def test_fields_that_say_nothing_for_a_cadence_are_not_shown_and_keep_what_they_had() -> None:
    weekly = drawn(replace(FORM, when=CadenceKind.WEEKLY, day=4, at="16:30", zone="America/Chicago", urgent=False))
    assert {"day", "at", "zone", "urgent"} <= set(shown(weekly))
    now = drawn(subscribe.read_form(filled(weekly, when="now")))
    assert not {"day", "at", "zone", "urgent"} & set(shown(now))
    back = subscribe.read_form(filled(now, when="weekly"))
    assert (back.day, back.at, back.zone, back.urgent) == (4, "16:30", "America/Chicago", False)
    assert subscription.command_line(subscribe.read_form(filled(now))) == "/csms subscribe now"


def test_the_channels_zone_comes_first_and_what_is_chosen_is_among_them() -> None:
    zones = field(drawn(replace(FORM, default_zone="America/Denver", zone="Europe/Berlin")), "zone")["element"]
    assert [one["value"] for one in zones["options"]][:3] == ["America/Denver", "Europe/Berlin", "America/New_York"]
    assert zones["options"][0]["text"]["text"] == "MT: America/Denver"
    assert zones["initial_option"]["value"] == "Europe/Berlin"


SUBSCRIPTION = Subscription(
    7,
    1,
    ChannelRef(PLATFORM, "T1", "C1", "#trade"),
    Filters(("csms", "federal-register"), ("revenue", "tariffs"), ("a b", "c"), ("d",), True),
    Cadence(CadenceKind.WEEKLY, time(7, 5), 6),
    "Europe/Berlin",
    True,
    "Ann (slack:T1/U1)",
    NOW,
)


def test_a_subscription_fills_the_modal_and_saving_it_unchanged_asks_for_the_same() -> None:
    form = subscription.change_form(SUBSCRIPTION, CATALOG, NEW_YORK)
    again = subscribe.read_form(filled(drawn(form)))
    assert again == form
    assert subscription.command_line(again).endswith(" instead of 7")
    asked = wish(again)
    assert (asked.filters, asked.cadence, asked.zone, asked.digest_only) == (
        SUBSCRIPTION.filters,
        SUBSCRIPTION.cadence,
        SUBSCRIPTION.zone,
        SUBSCRIPTION.digest_only,
    )


def test_removed_topic_is_named_and_not_offered() -> None:
    old = replace(SUBSCRIPTION, filters=Filters(topics=("revenue", "no-longer")))
    view = drawn(subscription.change_form(old, CATALOG, NEW_YORK))
    assert "No longer available and left out: no-longer." in json.dumps(view)
    assert [one["value"] for one in field(view, "topics")["element"]["initial_options"]] == ["revenue"]


@pytest.mark.parametrize(
    ("change", "block", "said"),
    [
        ({"phrases": "\n".join(map(str, range(11)))}, "phrases", "You entered 11 phrases"),
        ({"phrases": f"a\n{LONG}"}, "phrases", "This is longer than 100"),
        ({"never": 'say "hello" there'}, "never", "Remove the quotation marks"),
        ({"phrases": "ach", "never": "ACH"}, "never", "contradicts"),
        ({"phrases": "\n".join(f"{n} {'y' * 60}" for n in range(9))}, "phrases", "longer than 500"),
    ],
)
def test_problem_is_shown_at_its_own_field(change: dict[str, str], block: str, said: str) -> None:
    wrong = subscription.parse_form(subscribe.read_form(filled(drawn(FORM), **change)), CATALOG)
    assert isinstance(wrong, dict)
    assert list(wrong) == [block]
    assert said in wrong[block]
    assert block in shown(drawn(FORM))


@pytest.mark.parametrize(("change", "block"), [({"zone": "Mars/Base"}, "zone"), ({"topics": ("nonsense",)}, "topics"), ({"at": "x"}, "at")])
def test_forged_form_values_are_refused(change: dict[str, Any], block: str) -> None:
    assert list(subscription.parse_form(replace(FORM, **change), CATALOG)) == [block]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "payload", [{}, {"view": None}, {"view": {"private_metadata": "{", "state": {"values": {"when": 7, "topics": {"x": []}}}}}]
)
def test_a_payload_without_a_form_is_an_empty_one(payload: dict[str, Any]) -> None:
    form = subscribe.read_form(read_view(payload))
    assert (form.channel.id, form.topics, form.when) == ("", (), "weekdays")


def test_outages_switch_system_notices_on_and_the_preview_says_so() -> None:
    preview = subscribe.preview(subscription.parse_form(replace(FORM, topics=("outage",)), CATALOG), [], CATALOG, NOW, NEW_YORK)
    assert "Outages are routine notices, so routine notices are included." in str(preview)


def test_the_preview_counts_and_shows_the_newest_titles_as_plain_words() -> None:
    stored = [entry(f"6700000{n}", f"{HOSTILE} {n}", "revenue") for n in range(1, 6)] + [entry("67000009", "Beef")]
    form = replace(FORM, topics=("revenue",))
    view = subscribe.view(form, CATALOG, subscribe.preview(subscription.parse_form(form, CATALOG), stored, CATALOG, NOW, NEW_YORK))
    valid(view)
    said = json.dumps(view)
    assert "Would have posted 5 of the last 6 messages." in said
    lists = [
        each for block in view["blocks"] if block["type"] == "rich_text" for each in block["elements"] if each["type"] == "rich_text_list"
    ]
    assert len(lists[0]["elements"]) == subscribe.MAX_TITLES
    assert "<!channel>" not in said
    assert "mrkdwn" not in said


def test_preview_of_an_invalid_form_shows_the_problem() -> None:
    preview = subscribe.preview({"never": "Remove the quotation marks."}, [], CATALOG, NOW, NEW_YORK)
    assert "Remove the quotation marks." in str(preview)


def test_every_topic_of_a_long_list_can_be_chosen_and_none_is_lost_by_a_change() -> None:
    topics = tuple(replace(CATALOG.topics[0], slug=f"topic-{number:03}", name=f"Topic {number} {'x' * 60}") for number in range(250))
    many = replace(CATALOG, topics=topics)
    chosen = ("topic-007", "topic-120", "topic-249")
    old = Subscription(3, 1, CHANNEL, Filters(topics=chosen), Cadence(CadenceKind.NOW), NEW_YORK, False, "Maria", NOW)
    view = subscribe.view(subscription.change_form(old, many, NEW_YORK), many, ())
    valid(view)
    element = field(view, "topics")["element"]
    assert "options" not in element
    assert [len(group["options"]) for group in element["option_groups"]] == [100, 100, 50]
    assert subscribe.read_form(filled(view)).topics == chosen
    assert subscribe.read_form(filled(view, topics=("topic-120", "topic-180"))).topics == ("topic-120", "topic-180")
    asked = subscription.parse_form(subscribe.read_form(filled(view)), many)
    assert isinstance(asked, SubscriptionSpec)
    assert asked.filters.topics == chosen
