import pytest

from handlers.subscriptions import commands
from jobs.store import subscriptions as store
from jobs.store.database import Connection, Database
from tests.support.clock import Clock
from tests.support.small_catalog import NOW
from tests.support.subscriptions import STORED, buttons, flat, listed, publish, say


def test_instead_of_replaces_a_subscription_and_says_what_it_was(bot: Database, clock: Clock) -> None:
    say("/csms subscribe revenue", bot)
    clock.pass_(minutes=1)
    publish(bot, *STORED)
    reply = say("/csms subscribe revenue tariffs now in CT instead of 1", bot)
    shown = flat(reply)
    assert "Changed subscription 1. This channel now gets CSMS updates: Revenue, Tariffs." in shown
    assert "It was CSMS: Revenue, weekdays 09:00 ET (subscription 1)." in shown
    assert "Waiting messages that still match come with subscription 2." in shown
    assert reply.public
    assert listed(say("/csms subscriptions", bot)) == [
        "2 · CSMS: Revenue, Tariffs · At once · 3 waiting · 1 routine notice left out this week · set by Maria"
    ]


def test_a_replacement_equal_to_another_subscription_joins_it(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms subscribe tariffs", bot)
    shown = flat(say("/csms subscribe Tariffs instead of #1", bot))
    assert "Subscription 2 already asks for the same updates, so subscription 1 has ended." in shown
    assert len(listed(say("/csms subscriptions", bot))) == 1


def test_changing_nothing_or_the_times_alone_keeps_the_subscription(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    same = say("/csms subscribe revenue weekdays instead of 1", bot)
    assert "No change needed: subscription 1 already does this." in same.text
    assert not same.public
    assert "The schedule changed from weekdays 09:00 ET to daily 10:00 ET." in flat(
        say("/csms subscribe revenue daily 10:00 instead of 1", bot)
    )


def test_a_change_of_an_option_alone_says_what_changes_and_no_schedule(bot: Database) -> None:
    say("/csms subscribe revenue weekly wed", bot)
    shown = flat(say("/csms subscribe revenue weekly wed digest only instead of 1", bot))
    assert "Guidance, corrections and replacements now come in the digest too." in shown
    assert "The schedule changed" not in shown
    shown = flat(say("/csms subscribe revenue weekly wed include deadlines instead of 1", bot))
    assert "now come at once. Reminders of deadlines now come too." in shown


def test_a_weekly_digest_becomes_a_report_of_changes_and_a_digest_again(bot: Database) -> None:
    shown = flat(say("/csms subscribe revenue weekly fri 15:00", bot))
    assert "Weekly Fri 15:00 ET; next:" in shown
    shown = flat(say("/csms subscribe changes instead of 1", bot))
    assert "The schedule changed from weekly Fri 15:00 ET to weekly Fri 15:00 ET, as a report of changes." in shown
    assert "Weekly Fri 15:00 ET, as a report of changes" in flat(say("/csms subscriptions", bot))
    assert "Report of this week" in buttons(say("/csms preview 1", bot))
    assert "already does this" in say("/csms subscribe revenue what changed every friday at 3pm instead of 1", bot).text
    assert "to weekly Fri 15:00 ET." in flat(say("/csms subscribe weekly fri 15:00 instead of 1", bot))
    say("/csms subscribe tariffs now", bot)
    assert "to weekly Mon 09:00 ET, as a report of changes." in flat(say("/csms subscribe changes instead of 2", bot))


def test_a_change_without_words_shows_the_subscription_as_it_is_typed(bot: Database) -> None:
    say('/trade subscribe federal-register revenue -"ach" daily 10am in CT', bot)
    change = buttons(say("/trade subscriptions", bot))["Change"]
    assert change == "/trade subscribe instead of 1"
    reply = say(change, bot)
    assert not reply.ok
    typed = '/trade subscribe federal-register revenue -"ach" daily 10:00 in America/Chicago instead of 1'
    assert typed in reply.text
    assert "already does this" in say(typed, bot).text


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("revenue instead of 7", "This channel has no subscription 7. Subscriptions: 1 (CSMS: Revenue)."),
        ("instead of 7", "This channel has no subscription 7."),
        ("textles instead of 1", "The bot does not recognize the topic “textles”."),
        ("federal-register instead of 1", "is another feed, and /csms covers only CSMS messages"),
    ],
)
def test_a_change_that_cannot_be_made_changes_nothing_and_says_so(bot: Database, words: str, expected: str) -> None:
    say("/csms subscribe revenue", bot)
    reply = say(f"/csms subscribe {words}", bot)
    assert not reply.ok
    assert expected in reply.text
    assert listed(say("/csms subscriptions", bot)) == ["1 · CSMS: Revenue · Weekdays 09:00 ET · next Tue · set by Maria"]


def test_a_phrase_may_say_instead_of(bot: Database) -> None:
    say('/csms subscribe "used instead of 1"', bot)
    assert "with “used instead of 1”" in flat(say("/csms subscriptions", bot))


def test_a_change_without_a_zone_keeps_the_subscriptions_own(bot: Database) -> None:
    say("/csms subscribe revenue weekly mon 08:30 in CT", bot)
    assert "Daily 10:00 CT" in flat(say("/csms subscribe tariffs daily 10:00 instead of 1", bot))
    assert "Daily 10:00 MT" in flat(say("/csms subscribe tariffs daily 10:00 in MT instead of 2", bot))
    with bot.read() as conn:
        assert [each.zone for each in store.list_for_channel(conn, 1)] == ["America/Denver"]


@pytest.mark.parametrize("words", ["revenue in CT", "revenue in CT instead of 1", "in CT instead of 1"])
def test_another_zone_keeps_the_rest(bot: Database, words: str) -> None:
    say("/csms subscribe revenue weekly tue 12:00 digest only", bot)
    assert "Weekly Tue 12:00 CT" in flat(say(f"/csms subscribe {words}", bot))
    with bot.read() as conn:
        (kept,) = store.list_for_channel(conn, 1)
    assert (kept.filters.topics, kept.zone, kept.digest_only) == (("revenue",), "America/Chicago", True)


def test_the_same_topics_without_a_schedule_change_nothing(bot: Database) -> None:
    say("/csms subscribe revenue weekly tue 12:00 in CT", bot)
    assert "No change needed" in say("/csms subscribe revenue", bot).text


def test_another_schedule_keeps_the_zone(bot: Database) -> None:
    say("/csms subscribe revenue weekly tue 12:00 in CT", bot)
    assert "Daily 10:00 CT" in flat(say("/csms subscribe revenue daily 10:00", bot))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("daily 10:00", "Revenue, only those with “ach” in any form. Daily 10:00 ET"),
        (
            "include system notices",
            "Revenue, only those with “ach” in any form. Weekdays 09:00 ET; next: Tue 10 Feb. Guidance",
        ),
        ("tariffs", "Tariffs. Weekdays 09:00 ET"),
        ("all topics", "all topics. Weekdays 09:00 ET"),
    ],
)
def test_a_change_keeps_what_it_does_not_name(bot: Database, words: str, expected: str) -> None:
    say('/csms subscribe revenue "ach"', bot)
    assert expected in flat(say(f"/csms subscribe {words} instead of 1", bot))


def test_a_digest_of_what_came_at_once_gets_a_time(bot: Database) -> None:
    say("/csms subscribe revenue now", bot)
    assert "Weekdays 09:00 ET" in flat(say("/csms subscribe revenue digest only", bot))


def test_a_subscription_that_ends_while_it_is_changed_is_not_changed(bot: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms subscribe tariffs", bot)

    def end(conn: Connection, channel_id: int, number: int, *_: object) -> None:
        store.end(conn, channel_id, number, NOW)

    monkeypatch.setattr(commands, "change_subscription", end)
    reply = say("/csms subscribe quota instead of 1", bot)
    assert not reply.ok
    assert reply.text == "This channel has no subscription 1. Subscriptions: 2 (CSMS: Tariffs)."


def test_a_change_of_all_feeds_names_no_single_feed(bot: Database) -> None:
    say("/trade subscribe all feeds daily 09:00", bot)
    reply = say("/trade subscribe instead of 1", bot)
    assert "/trade subscribe all feeds daily 09:00 in America/New_York instead of 1" in reply.text
    assert "already does this" in say("/trade subscribe all feeds daily 09:00 in America/New_York instead of 1", bot).text
