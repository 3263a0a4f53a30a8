import pytest

from handlers.command import Context
from handlers.replies.reply import Menu, Section, plain
from handlers.router import dispatch, read_command, resolve
from jobs.models.channels import ChannelRef
from jobs.store import subscriptions as store
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW
from tests.support.subscriptions import MARIA, actions, buttons, flat, say


def test_a_button_for_an_ended_subscription_says_so_and_offers_to_subscribe_again(bot: Database, clock: Clock) -> None:
    for typed in ("/csms subscribe revenue", "/csms subscribe quota"):
        say(typed, bot)
    listed = actions(say("/csms subscriptions", bot))
    say(listed["Unsubscribe"], bot)
    clock.pass_(minutes=2)
    for label in ("Unsubscribe", "Change"):
        reply = say(listed[label], bot)
        assert reply.text == "Subscription 1 (CSMS: Revenue) has already ended. This channel still has 1 subscription."
        assert not reply.public
        assert buttons(reply) == {
            "Subscribe again": "/csms subscribe revenue weekdays 09:00 in America/New_York",
            "All subscriptions": "/csms subscriptions",
        }
    assert say("/csms preview 1", bot).text.startswith("Subscription 1 (CSMS: Revenue) has already ended.")
    elsewhere = ChannelRef("slack", "T1", "C2")
    assert "has already ended" not in say("/csms unsubscribe 1", bot, channel=elsewhere).text


def test_a_second_error_is_reported_with_its_word(bot: Database) -> None:
    reply = say("/csms subscribe bananas hourly", bot)
    assert "The bot does not recognize the topic “bananas”. The topics are Agriculture and Quota, AD/CVD, FTA, " in reply.text
    for text in (flat(reply), reply.text):
        assert "The bot cannot post “hourly”. Choose a schedule: now, daily 09:00" in text


def test_an_error_names_the_word_and_stores_nothing(bot: Database) -> None:
    reply = say("/csms subscribe revenue textles now", bot)
    assert reply.text == (
        "The bot does not recognize the topic “textles”. Did you mean Textiles and Wearing Apparel? "
        'To get messages that contain a word, put it in quotation marks: "textles".'
    )
    assert "revenue → textles now" in flat(reply)
    assert (reply.ok, reply.public) == (False, False)
    with bot.read() as connection:
        assert store.list_for_channel(connection, 1) == []
    assert say("/csms subscribe revenue textiles now", bot).ok


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/csms subscribe forced labr", "/csms subscribe forced-labor"),
        ("/csms subscribe forced labr weekdays 09:00", "/csms subscribe forced-labor weekdays 09:00"),
        ('/csms subscribe  revenue, textles -"training" now', '/csms subscribe  revenue, textiles -"training" now'),
        ("/csms subscribe revnue textles dayly 10:00", "/csms subscribe revenue textiles daily 10:00"),
        ("/trade subscribe federal-registr revnue", "/trade subscribe federal-register revenue"),
        ("/csms preview forced labr", "/csms preview forced-labor"),
    ],
)
def test_a_misspelling_is_offered_as_the_corrected_command(bot: Database, typed: str, meant: str) -> None:
    reply = say(typed, bot)
    assert (reply.ok, list(buttons(reply).values())) == (False, [meant])
    assert list(buttons(reply)) == [" ".join(meant.split())]
    assert say(meant, bot).ok


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("/csms subscribe revenue hourly", ["/csms subscribe revenue now", "/csms subscribe revenue daily 09:00"]),
        ("/csms subscribe revenue every hour in CT", ["/csms subscribe revenue now in CT", "/csms subscribe revenue daily 09:00 in CT"]),
        ("/csms subscribe monthly", ["/csms subscribe weekly mon 09:00"]),
        ("/csms subscribe 8am", ["/csms subscribe daily 8am", "/csms subscribe weekdays 8am", "/csms subscribe weekly mon 8am"]),
    ],
)
def test_a_schedule_that_the_bot_does_not_have_offers_those_that_it_has(bot: Database, typed: str, labels: list[str]) -> None:
    reply = say(typed, bot)
    assert (reply.ok, list(buttons(reply))) == (False, labels)
    assert all(say(command, bot).ok for command in buttons(reply).values())


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ('"notify parties', "“notify parties”"),
        ('revenue ""', 'the quotation marks ""'),
        (f'"{"ach refund " * 12}"', "“ach refund ach refund"),
        (" ".join(f'"phrase {number}"' for number in range(11)), '"phrase 10"'),
        ("textles", "“textles”"),
        ("revenue in Ohio", "“Ohio”"),
        ("revenue daily 25:00", "“25:00”"),
    ],
)
def test_every_error_names_what_was_typed_and_counts_no_characters(bot: Database, words: str, named: str) -> None:
    reply = say(f"/csms subscribe {words}", bot)
    assert named in reply.text.split(". ")[0]
    assert "(character" not in reply.text


def test_a_misspelling_in_a_change_is_corrected_for_the_same_subscription(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    (command,) = buttons(say("/csms subscribe textles daily 09:00 instead of 1", bot)).values()
    assert command == "/csms subscribe textiles daily 09:00 instead of 1"
    assert "Changed subscription 1." in say(command, bot).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/trade subscribe to cookies", ['/trade subscribe to "cookies"']),
        ("/csms subscribe aluminum weekly", ['/csms subscribe "aluminum" weekly']),
        ("/csms subscribe auto parts and revenue", ['/csms subscribe "auto parts" and revenue']),
        ("/csms subscribe textles frobnicate", ['/csms subscribe textiles "frobnicate"']),
        ("/csms subscribe forced revenue", ['/csms subscribe "forced" revenue', "/csms subscribe forced-labor revenue"]),
        ("/csms subscribe duty", ["/csms subscribe revenue", "/csms subscribe tariffs"]),
        ("/csms subscribe revenue but not webinars", ['/csms subscribe revenue -"webinars"']),
        ("/csms subscribe revenue without webinars daily", ['/csms subscribe revenue -"webinars" daily']),
        ("/csms subscribe revenue at noon", [f"/csms subscribe revenue {days} 12:00" for days in ("daily", "weekdays", "weekly mon")]),
    ],
)
def test_words_that_name_no_topic_are_offered_put_right(bot: Database, typed: str, meant: list[str]) -> None:
    reply = say(typed, bot)
    assert (reply.ok, list(buttons(reply).values())) == (False, meant)
    assert all(say(command, bot).ok for command in meant)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("revenue at noon", "“noon” does not say which days."),
        ("revenue at 25:00", "“25:00” is not a time of day."),
        ("revenue but not webinars", "To leave out “webinars”, put it in quotation marks after a hyphen."),
        ("revenue without webinars", "To leave out “webinars”, put it in quotation marks after a hyphen."),
        ("revenue by email", "The bot posts only here and cannot send updates “by email”."),
        ("revenue for 3 months", "A subscription has no end, so the bot cannot do “for 3 months”."),
        ("revenue when aluminum changes", "The bot does not recognize the topic “aluminum changes”."),
        ("revenue every other week", "The bot cannot post “every other week”."),
        ("revenue twice a week", "The bot cannot post “twice a week”."),
    ],
)
def test_an_error_names_the_words_that_are_wrong_and_not_those_before(bot: Database, words: str, first: str) -> None:
    assert say(f"/csms subscribe {words}", bot).text.startswith(first)


def test_an_error_repeats_only_what_was_typed(bot: Database) -> None:
    shown = flat(dispatch(resolve(read_command("subscribe to cookies", MARIA, CHANNEL)), Context(CATALOG, NOW, NEW_YORK, bot)))
    assert "to → cookies" in shown
    assert "/trade subscribe to → " not in shown


@pytest.mark.parametrize(
    "typed",
    [
        "/csms subscribe 232",  # a part of a name, and no slip of it
        "/csms subscribe help",  # asks for something else
        "/csms subscribe textles now daily 09:00",
        "/csms subscribe revnu textles agricultur ad-cvdd",  # too many
    ],
)
def test_an_ambiguous_correction_is_not_offered(bot: Database, typed: str) -> None:
    reply = say(typed, bot)
    assert (reply.ok, buttons(reply)) == (False, {})


def test_a_long_command_has_a_short_label(bot: Database) -> None:
    phrases = " ".join(f'"phrase number {number}"' for number in range(8))
    ((label, command),) = buttons(say(f"/csms subscribe textles {phrases}", bot)).items()
    assert command == f"/csms subscribe textiles {phrases}"
    assert len(label) <= 60


@pytest.mark.parametrize("words", ["7", "", "tariffs", "99999999999999999999999", "1; DROP TABLE"])
def test_an_unknown_number_lists_the_subscriptions(bot: Database, words: str) -> None:
    say("/csms subscribe revenue", bot)
    reply = say(f"/csms unsubscribe {words}", bot)
    assert not reply.ok
    assert "Subscriptions: 1 (CSMS: Revenue)." in reply.text
    assert buttons(reply) == {"Unsubscribe 1 · Revenue": "/csms unsubscribe 1"}
    assert "This channel has no subscriptions to end" in say("/csms unsubscribe 1", bot, channel=ChannelRef("slack", "T1", "C2")).text


def test_many_subscriptions_are_a_select_menu_and_are_not_listed_twice(bot: Database) -> None:
    for topic in ("revenue", "textiles", "quota", "tariffs", "forced labor", "outage"):
        say(f"/csms subscribe {topic}", bot)
    heading, menu = say("/csms preview 99", bot).blocks
    assert isinstance(menu, Menu)
    assert len(menu.buttons) == 6
    heading, *sections = say("/csms unsubscribe me", bot).blocks
    assert plain(heading.lines[0] if isinstance(heading, Section) else ()) == "Which subscription do you want to end?"
    asks = [
        button.confirm for section in sections if isinstance(section, Section) and section.overflow for button in section.overflow.buttons
    ]
    assert len(asks) == 6
    assert all(asks)


def test_a_subscription_that_is_not_there_is_named_without_the_words_around_it(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    assert say("/csms unsubscribe me from quota", bot).text.startswith("This channel has no subscription “quota”.")
