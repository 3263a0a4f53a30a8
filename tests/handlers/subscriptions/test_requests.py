"""Everyday words about subscriptions: understood, offered, or left to be a question."""

import pytest

from content.catalog import Catalog
from handlers.command import Command, Context
from handlers.router import dispatch, read_command, resolve
from handlers.subscriptions.requests import Intent, Meaning, is_pause, understand
from jobs.store import channels
from jobs.store import subscriptions as store
from jobs.store.database import Database
from tests.support.shipped_catalog import shipped_catalog
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW
from tests.support.subscriptions import GUEST, MARIA, buttons, flat, say

LIST, ALL = Meaning("subscriptions"), Meaning("unsubscribe all")
STOP, START = Meaning("", Intent.STOP), Intent.START


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("what am I subscribed to", LIST),
        ("What are we subscribed to?", LIST),
        ("which subscriptions do we have here?", LIST),
        ("am I subscribed to revenue?", LIST),
        ("show me our subscriptions", LIST),
        ("my subscriptions", LIST),
        ("what do we get here?", LIST),
        ("which updates do we get in this channel", LIST),
        ("stop", STOP),
        ("Please stop posting.", STOP),
        ("can you stop sending us these messages?", STOP),
        ("no more updates", STOP),
        ("turn off notifications", STOP),
        ("how do I unsubscribe?", STOP),
        ("how can we stop these posts", STOP),
        ("mute", Meaning("pause")),
        ("mute this channel until Monday", Meaning("pause until monday")),
        ("stop posting until 14 Dec, please", Meaning("pause until 14 dec please")),
        ("snooze 2 for two weeks", Meaning("pause 2 for two weeks")),
        ("unmute", Meaning("resume")),
        ("start posting again", Meaning("resume")),
        ("cancel my subscription", ALL),
        ("end all our subscriptions", ALL),
        ("cancel the revenue subscription", Meaning("unsubscribe revenue")),
        ("delete subscription 3", Meaning("unsubscribe 3")),
        ("please unsubscribe me from revenue", Meaning("unsubscribe me from revenue")),
        ('could you subscribe us to "Auto Parts" weekly?', Meaning('subscribe us to "Auto Parts" weekly?')),
        ("weekly", Meaning("weekly", Intent.SCHEDULE)),
        ("hourly", Meaning("hourly", Intent.SCHEDULE)),
        ("every Friday at 9am in CT", Meaning("every friday at 9am in ct", Intent.SCHEDULE)),
        ("notify me about quota bulletins", Meaning("quota bulletins", Intent.SUBSCRIBE)),
        ("let us know when a quota opens", Meaning("a quota opens", Intent.SUBSCRIBE)),
        ("keep me posted on forced labor", Meaning("forced labor", Intent.SUBSCRIBE)),
        ("sign us up for tariffs", Meaning("tariffs", Intent.SUBSCRIBE)),
        ("give me a daily digest about tariffs", Meaning("me a daily digest about tariffs", Intent.SUBSCRIBE)),
        ("I'd like weekly updates on drawback", Meaning("weekly updates on drawback", Intent.SUBSCRIBE)),
        ("daily digest about tariffs", Meaning("daily digest about tariffs", Intent.SUBSCRIBE)),
        ("how do I subscribe to revenue?", Meaning("to revenue", START)),
        ("how do we get alerts about quotas", Meaning("alerts about quotas", START)),
    ],
)
def test_a_request_is_understood(said: str, meant: Meaning) -> None:
    assert understand(said) == meant


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "what is a stop order",
        "stop work order",
        "how do I stop counterfeit goods",
        "pause in liquidation",
        "pause on reciprocal tariffs",
        "resume format for an import specialist",
        "weekly quota status",
        "updates on steel",
        "any news about steel?",
        "daily duty rates",
        "tell me about revenue",
        "tell me more",
        "let me know what drawback is",
        "give me the list of PTIs",
        "email for FTA questions",
        "cancel an entry",
        "remove merchandise from an FTZ",
        "end use certificates",
        "can I get a report every month from ACE",
        "who gets the weekly report",
        "notify parties",
        "what is informed compliance",
        "stop " * 100,
        "subscri" * 500,
    ],
)
def test_a_question_stays_a_question(question: str) -> None:
    assert understand(question) is None
    request = resolve(read_command(question, MARIA, CHANNEL))
    assert request.route is None or not request.route.changes_state
    assert request.route is None or (request.route.function, request.words) == ("handlers.office.trade", question.strip())


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return shipped_catalog()


@pytest.mark.parametrize("slash", ["", "/csms ", "/trade "])
def test_it_is_understood_in_every_place_where_people_type(bot: Database, slash: str) -> None:
    def typed(line: str) -> str:
        command = read_command(f"{slash}{line}", MARIA, CHANNEL)
        return dispatch(resolve(command), Context(CATALOG, NOW, NEW_YORK, bot)).text

    assert typed("subscribe me to forced labor weekly, please.").startswith(
        "This channel now gets CSMS updates: Forced labor. Weekly Mon 09:00 ET"
    )
    assert "This channel's subscriptions: 1: CSMS: Forced labor." in typed("What are we subscribed to?")
    assert typed("stop").startswith("Do you want the bot to post less in this channel?")
    assert typed("pause until monday").startswith("Posting is paused in this channel until Mon 16 Feb 09:00 ET.")
    assert typed("resume").startswith("Posting resumes in this channel.")
    assert typed("please unsubscribe us from forced labor").startswith("Ended subscription 1.")


def test_the_shipped_topics_do_not_change_what_is_understood(bot: Database, shipped: Catalog) -> None:
    def typed(line: str) -> str:
        command = read_command(line, MARIA, CHANNEL)
        return dispatch(resolve(command), Context(shipped, NOW, NEW_YORK, bot)).text

    assert typed("subscribe me to forced labor weekly").startswith("This channel now gets CSMS updates: Forced labor. Weekly Mon 09:00 ET")
    assert "Agriculture and Quota?" in typed("notify me about quota bulletins")
    assert "Tariff actions?" in typed("give me a daily digest about tariffs")
    assert "Daily 09:00 ET" in typed("give me a daily digest about tariffs")


def offered(said: str, db: Database) -> dict[str, str]:
    reply = say(f"/trade {said}", db)
    assert (reply.ok, reply.public) == (False, False)
    return buttons(reply)


@pytest.mark.parametrize(
    ("said", "shown", "command"),
    [
        (
            "notify me about quota bulletins",
            "Agriculture and Quota?",
            "/csms subscribe agriculture-quota weekdays 09:00 in America/New_York",
        ),
        ("give me a daily digest about tariffs", "Tariffs? Daily 09:00 ET", "/csms subscribe tariffs daily 09:00 in America/New_York"),
        (
            "let me know when a quota opens",
            "Agriculture and Quota?",
            "/csms subscribe agriculture-quota weekdays 09:00 in America/New_York",
        ),
        (
            "tell us when the GSP is renewed",
            "with “gsp renewed” (also plural, -ed, -ing)?",
            '/csms subscribe "gsp renewed" weekdays 09:00 in America/New_York',
        ),
        ("send us weekly alerts about FTA and steel", "FTA?", "/csms subscribe trade-agreements weekly mon 09:00 in America/New_York"),
    ],
)
def test_a_request_for_updates_is_offered_as_the_exact_command(bot: Database, said: str, shown: str, command: str) -> None:
    assert shown in flat(say(f"/trade {said}", bot))
    found = offered(said, bot)
    assert found["Subscribe this channel"] == command
    with bot.read() as conn:
        assert store.list_for_channel(conn, channels.find_id(conn, CHANNEL) or 0) == []
    assert say(command, bot).public
    assert say(found["Preview"], bot).ok


def test_a_request_without_a_subject_offers_to_choose(bot: Database) -> None:
    assert offered("inform me of any changes", bot) == {
        "Choose topics": "/csms subscribe",
        "All CSMS messages, weekdays 09:00": "/csms subscribe all topics weekdays 09:00",
    }
    assert offered("how do I subscribe?", bot)


def test_a_schedule_alone_is_offered_for_what_the_channel_has(bot: Database) -> None:
    assert offered("weekly", bot) == {"Subscribe: weekly mon 09:00": "/csms subscribe weekly mon 09:00"}
    say("/csms subscribe revenue", bot)
    assert offered("weekly", bot)["1: weekly mon 09:00"] == "/csms subscribe weekly mon 09:00 instead of 1"
    say("/csms subscribe tariffs", bot)
    found = offered("every friday at 8am in CT", bot)
    assert found["2: weekly fri 08:00 in America/Chicago"] == "/csms subscribe weekly fri 08:00 in America/Chicago instead of 2"
    assert (
        "Changed subscription 2. This channel now gets CSMS updates: Tariffs."
        in say(found["2: weekly fri 08:00 in America/Chicago"], bot).text
    )


def test_a_schedule_that_the_bot_does_not_have_offers_those_that_it_has(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    reply = say("/trade hourly", bot)
    assert "The bot cannot post “hourly”." in flat(reply)
    assert list(buttons(reply).values())[:2] == ["/csms subscribe now instead of 1", "/csms subscribe daily 09:00 instead of 1"]


def test_stop_offers_to_pause_or_unsubscribe_and_changes_nothing(bot: Database) -> None:
    assert "has no subscriptions" in flat(say("/trade stop", bot))
    say("/csms subscribe revenue", bot)
    assert offered("stop", bot) == {
        "Pause": "/csms pause",
        "Pause until Monday": "/csms pause until monday",
        "All subscriptions": "/csms subscriptions",
        "Unsubscribe from all …": "/csms unsubscribe all",
    }
    say("/csms pause", bot)
    assert offered("stop", bot)["Resume"] == "/csms resume"


def test_a_guest_is_offered_nothing(bot: Database) -> None:
    for said in ("stop", "weekly", "notify me about tariffs"):
        assert buttons(say(f"/trade {said}", bot, person=GUEST)) == {}


@pytest.mark.parametrize(
    "rest", ["", "1", "#1", "until monday", "revenue until monday", "for two weeks", "posting here", "this channel, please"]
)
def test_words_that_say_what_to_pause(rest: str) -> None:
    assert is_pause(rest)


@pytest.mark.parametrize("rest", ["in liquidation", "on tariffs", "for the GSP", "format", "shipping to the US"])
def test_words_that_do_not_say_what_to_pause(rest: str) -> None:
    assert not is_pause(rest)


def test_the_command_line_says_that_it_needs_the_bot() -> None:
    command = Command("trade", "what am I subscribed to", MARIA, None)
    assert "only in the running bot" in dispatch(resolve(command), Context(CATALOG, NOW, NEW_YORK)).text
