"""Sentences that add to what a channel gets, take something away, or take a step back."""

import pytest

from content.catalog import Catalog
from handlers.command import Context
from handlers.replies.reply import Reply
from handlers.router import dispatch, read_command, resolve
from jobs.store import subscriptions as store
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.shipped_catalog import shipped_catalog
from tests.support.small_catalog import CHANNEL, NEW_YORK, NOW
from tests.support.subscriptions import MARIA, buttons


@pytest.fixture
def shipped() -> Catalog:
    return shipped_catalog()


def told(said: str, catalog: Catalog, db: Database) -> Reply:
    return dispatch(resolve(read_command(said, MARIA, CHANNEL)), Context(catalog, NOW, NEW_YORK, db))


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("send us anything about tariffs every weekday at 9 am", "tariffs weekdays 09:00"),
        ("please send us everything about forced labor every friday", "forced-labor weekly fri 09:00"),
        ("send us what changed for forced labor every friday", "forced-labor weekly fri 09:00 in America/New_York changes"),
        ("send us what changed every monday", "weekly mon 09:00 in America/New_York changes"),
        ("send me anything on drawback daily", '"drawback" daily 09:00'),
        ("post us all about quotas every morning", "agriculture-quota weekdays 09:00"),
        ("give us everything new about textiles weekly", "textiles weekly mon 09:00"),
        ("also send us import safety", "import-safety weekdays 09:00"),
        ("can you also send us webinars", "webinars weekdays 09:00"),
        ("tell us about outages too", "outage now"),
        ("send us quota too, please", "agriculture-quota weekdays 09:00"),
        ("also notify us about AD/CVD", "ad-cvd weekdays 09:00"),
        ("give us forced labor weekly too", "forced-labor weekly mon 09:00"),
        ("we'd like you to send us everything about steel", '"steel" weekdays 09:00'),
    ],
)
def test_what_somebody_wants_as_well_is_offered(bot: Database, shipped: Catalog, said: str, command: str) -> None:
    reply = told(said, shipped, bot)
    assert not reply.public
    if "drawback" not in command:
        assert buttons(reply)["Subscribe this channel"].startswith(f"/csms subscribe {command}")
    assert told(buttons(reply)["Subscribe this channel"], shipped, bot).public


@pytest.mark.parametrize("said", ["also send us import safety", "send us import safety too, please", "also notify us about import safety"])
def test_what_somebody_wants_as_well_is_added_to_the_only_subscription(bot: Database, shipped: Catalog, said: str) -> None:
    told("/csms subscribe textiles weekdays 09:00", shipped, bot)
    change = buttons(told(said, shipped, bot))["Change subscription 1"]
    assert told(change, shipped, bot).public
    assert "Import safety, Textiles and wearing apparel" in told("/csms subscriptions", shipped, bot).text


def test_what_somebody_wants_as_well_with_its_own_schedule_is_a_new_subscription(bot: Database, shipped: Catalog) -> None:
    told("/csms subscribe textiles weekdays 09:00", shipped, bot)
    reply = told("give us forced labor weekly too", shipped, bot)
    assert buttons(reply)["Subscribe this channel"].startswith("/csms subscribe forced-labor weekly")


@pytest.mark.parametrize(
    "question",
    [
        "tell me about revenue too",
        "also give me the contact for drawback",
        "is there anything about AGOA",
        "anything about steel",
        "what about quota too",
        "undo a liquidation",
        "how do I take back a protest",
    ],
)
def test_a_question_with_such_a_word_stays_a_question(bot: Database, shipped: Catalog, question: str) -> None:
    assert "Subscribe this channel" not in buttons(told(question, shipped, bot))
    assert "Unsubscribe" not in told(question, shipped, bot).text


@pytest.mark.parametrize(
    "said",
    [
        "turn off subscription 1",
        "please turn off subscription 1",
        "turn subscription 1 off",
        "turn off number 1 of our subscriptions",
        "quit subscription 1",
        "cease subscription #1",
        "can you turn off our subscription 1",
        "no more of subscription 1",
        "we want to turn off subscription 1 now",
        "I'd like to turn off subscription no. 1",
    ],
)
def test_one_subscription_is_turned_off_by_its_number(bot: Database, shipped: Catalog, said: str) -> None:
    told("/csms subscribe revenue", shipped, bot)
    told("/csms subscribe tariffs", shipped, bot)
    reply = told(said, shipped, bot)
    assert "subscription 1 (CSMS: Revenue)?" in reply.text
    assert "/csms unsubscribe 1" in buttons(reply).values()
    with bot.read() as conn:
        assert len(store.list_for_channel(conn, 1)) == 2


@pytest.mark.parametrize(
    "said",
    [
        "we no longer want revenue updates",
        "stop sending revenue",
        "stop sending us revenue",
        "stop sending us messages about revenue",
        "don't send us revenue",
        "don't notify us about revenue",
        "no longer send us revenue",
        "please stop posting about revenue here",
        "unsubscribe revenue",
        "unsubscribe us from revenue",
        "cancel the revenue subscription",
    ],
)
def test_the_other_topics_of_a_subscription_can_be_kept(bot: Database, shipped: Catalog, said: str) -> None:
    told("/csms subscribe quota revenue weekly", shipped, bot)
    found = buttons(told(said, shipped, bot))
    keep = "/csms subscribe agriculture-quota weekly mon 09:00 in America/New_York instead of 1"
    assert found["Keep 1 · Agriculture and Quota"] == keep
    told(keep, shipped, bot)
    with bot.read() as conn:
        assert [each.filters.topics for each in store.list_for_channel(conn, 1)] == [("agriculture-quota",)]


def test_what_no_subscription_is_called_can_be_left_out(bot: Database, shipped: Catalog) -> None:
    told("/csms subscribe revenue", shipped, bot)
    found = buttons(told("stop sending webinars", shipped, bot))
    leave = '/csms subscribe revenue -"webinars" weekdays 09:00 in America/New_York instead of 1'
    assert found["Leave “webinars” out of 1 · Revenue"] == leave
    assert "without “webinars”" in told(leave, shipped, bot).text


@pytest.mark.parametrize(
    "said",
    [
        "undo",
        "Undo that!",
        "please undo it",
        "undo my last change",
        "take that back",
        "revert",
        "can you undo the last one?",
        "reverse that",
    ],
)
def test_undo_offers_to_end_the_newest_subscription_and_ends_nothing(bot: Database, shipped: Catalog, said: str) -> None:
    assert "has no subscription to undo" in told(said, shipped, bot).text
    told("/csms subscribe revenue", shipped, bot)
    told("/csms subscribe tariffs", shipped, bot)
    reply = told(said, shipped, bot)
    assert "subscription 2 (CSMS: Tariff actions), the newest one here?" in reply.text
    assert buttons(reply)["Unsubscribe 2"] == "/csms unsubscribe 2"
    with bot.read() as conn:
        assert len(store.list_for_channel(conn, 1)) == 2


def test_undo_offers_the_subscription_that_ended_last_if_nothing_was_changed_since(bot: Database, shipped: Catalog, clock: Clock) -> None:
    told("/csms subscribe revenue", shipped, bot)
    told("/csms subscribe tariffs", shipped, bot)
    clock.pass_(minutes=2)
    told("/csms unsubscribe 1", shipped, bot)
    reply = told("undo", shipped, bot)
    assert reply.text.startswith("Do you want subscription 1 (CSMS: Revenue) again, which ended last?")
    assert "/csms subscribe revenue" in buttons(reply)["Subscribe again"]
    clock.pass_(minutes=2)
    told("/csms subscribe textiles", shipped, bot)
    assert "subscription 3 (CSMS: Textiles and wearing apparel), the newest one here?" in told("undo", shipped, bot).text
    clock.pass_(minutes=2)
    told("/csms subscribe textiles ipr instead of 3", shipped, bot)
    assert "subscription 4 (" in told("undo", shipped, bot).text


@pytest.mark.parametrize("noun", ["notices", "notice updates", "messages", "updates"])
def test_a_feed_and_a_topic_are_understood_with_a_noun_between(bot: Database, shipped: Catalog, noun: str) -> None:
    reply = told(f"subscribe to federal register {noun} about tariffs", shipped, bot)
    assert reply.text.startswith("This channel now gets updates from Federal Register documents of CBP: Tariff actions.")


def test_no_button_has_a_command_that_is_too_long(bot: Database, shipped: Catalog) -> None:
    phrases = " ".join(f'"{letter * 90}"' for letter in "abcde")
    assert told(f"/csms subscribe quota revenue {phrases}", shipped, bot).public
    for said in ("unsubscribe revenue", "stop sending webinars"):
        found = buttons(told(said, shipped, bot))
        assert not any(label.startswith(("Keep", "Leave")) for label in found), said


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ('add the phrase "auto parts" to subscription 1', 'agriculture-quota revenue "auto parts" weekdays 09:00'),
        ("please add the phrase auto parts to subscription #1", 'agriculture-quota revenue "auto parts" weekdays 09:00'),
        ("can you add forced labor to our subscription", "agriculture-quota forced-labor revenue weekdays 09:00"),
        ("remove topic quota from subscription 1", "revenue weekdays 09:00"),
        ("take revenue off subscription 1", "agriculture-quota weekdays 09:00"),
        ("leave quota out of our digest", "revenue weekdays 09:00"),
        ("drop quota from subscription number 1", "revenue weekdays 09:00"),
    ],
)
def test_a_part_of_a_subscription_can_be_added_and_removed_in_words(bot: Database, shipped: Catalog, said: str, command: str) -> None:
    told("/csms subscribe revenue quota weekdays", shipped, bot)
    found = buttons(told(said, shipped, bot))
    assert found["Change subscription 1"] == f"/csms subscribe {command} in America/New_York instead of 1"
    assert told(found["Change subscription 1"], shipped, bot).public


def test_a_phrase_is_said_to_narrow_a_topic_and_to_widen_other_phrases(bot: Database, shipped: Catalog) -> None:
    told("/csms subscribe tariffs weekdays", shipped, bot)
    first = told('add the phrase "auto parts" to subscription 1', shipped, bot)
    assert "This narrows it: only those of its messages that contain “auto parts” are left." in first.text
    own = next(command for label, command in buttons(first).items() if label == "All with “auto parts” as well")
    assert own == '/csms subscribe "auto parts" weekdays 09:00 in America/New_York'
    told(buttons(first)["Change subscription 1"], shipped, bot)
    second = told('add "steel" to subscription 2', shipped, bot)
    assert "This widens it" in second.text


def test_the_last_part_of_a_subscription_ends_it_and_an_unknown_part_can_be_left_out(bot: Database, shipped: Catalog) -> None:
    told("/csms subscribe revenue weekdays", shipped, bot)
    last = told("remove revenue from subscription 1", shipped, bot)
    assert buttons(last)["Unsubscribe 1"] == "/csms unsubscribe 1"
    other = told("remove webinars from subscription 1", shipped, bot)
    assert buttons(other)["Leave out messages with “webinars”"].startswith('/csms subscribe revenue -"webinars"')
    assert "no subscription 7" in told("add quota to subscription 7", shipped, bot).text


def test_a_part_is_offered_to_each_subscription_where_none_is_named(bot: Database, shipped: Catalog) -> None:
    told("/csms subscribe revenue weekdays", shipped, bot)
    told("/csms subscribe tariffs daily", shipped, bot)
    found = buttons(told('add "auto parts" to our subscriptions', shipped, bot))
    assert [label for label in found if label.startswith("Change ")] == [
        "Change 1 to Revenue, only those with “auto parts” in any…",
        "Change 2 to Tariff actions, only those with “auto parts” in…",
    ]


@pytest.mark.parametrize("question", ["add a line to an entry", "remove a lien from a vessel", "put goods in a warehouse"])
def test_additions_to_other_things_stay_questions(bot: Database, shipped: Catalog, question: str) -> None:
    assert "ubscription" not in told(question, shipped, bot).text


@pytest.mark.parametrize(
    "said",
    [
        "send me a dm when ACE goes down",
        "tell us when the ACE portal is down",
        "message us if CBP's systems go offline",
        "give us a heads up when ABI is unavailable",
        "also tell us when ACE is down",
        "tell us about outages too",
    ],
)
def test_outages_are_offered_at_once(bot: Database, shipped: Catalog, said: str) -> None:
    reply = told(said, shipped, bot)
    assert buttons(reply)["Subscribe this channel"] == "/csms subscribe outage now include system notices"
    assert ("your chat with the bot" in reply.text) == (" dm " in said)


def test_outages_of_a_system_leave_out_what_else_is_about_it(bot: Database, shipped: Catalog) -> None:
    reply = told("/csms subscribe to ACE outages", shipped, bot)
    assert reply.public
    assert "CSMS updates: Outages and maintenance." in reply.text
    assert "Each message at once. Routine notices included." in reply.text
    both = told("/csms subscribe ace, outages weekdays", shipped, bot)
    assert "ACE and its interfaces, Outages and maintenance" in both.text
    assert "Weekdays 09:00" in told("/csms subscribe outages weekdays", shipped, bot).text


def test_a_topic_is_offered_without_naming_who_gets_it(bot: Database, shipped: Catalog) -> None:
    assert "agriculture-quota" in buttons(told("only send quota too", shipped, bot))["Subscribe this channel"]
