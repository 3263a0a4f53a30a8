"""Pausing a channel or a subscription, and resuming it."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.models.channels import ChannelPause
from jobs.pauses import resume_over
from jobs.store import channels, deliveries
from jobs.store import subscriptions as store
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import NOW, entry
from tests.support.subscriptions import GUEST, actions, buttons, flat, listed, publish, say

MONDAY = datetime(2026, 2, 16, 14, 0, tzinfo=UTC)
GUIDANCE = entry("67000002", "GUIDANCE: Duty on steel", "revenue", lead="guidance", kind="guidance")


def pause_of(db: Database) -> ChannelPause | None:
    with db.read() as conn:
        return channels.find_pause(conn, 1)


def due(db: Database, now: datetime) -> int:
    with db.begin() as conn:
        return len(deliveries.due(conn, 1, now))


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("until monday", MONDAY),
        ("here until next week", MONDAY),
        ("posting until Monday, please", MONDAY),
        ("updates for a week", MONDAY),
        ("this channel till mon 9am", MONDAY),
        ("", None),
        ("this channel", None),
    ],
)
def test_a_channel_is_paused_until_a_day_or_until_somebody_resumes_it(bot: Database, words: str, until: datetime | None) -> None:
    say("/csms subscribe revenue", bot)
    reply = say(f"/csms pause {words}", bot)
    when = " until Mon 16 Feb 09:00 ET" if until else ""
    assert f"Posting is paused in this channel{when or ' until somebody resumes it'}." in flat(reply)
    assert (reply.ok, reply.public) == (True, True)
    assert buttons(reply)["Resume"] == "/csms resume"
    assert pause_of(bot) == ChannelPause(f"Maria paused it{when}", "Maria (slack:T1/U1)", until)
    assert f"Posting is paused: Maria paused it{when}." in flat(say("/csms subscriptions", bot))


def test_a_paused_channel_resumes_by_itself_and_what_was_due_goes_out(bot: Database, clock: Clock) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms pause until monday", bot)
    publish(bot, GUIDANCE)
    clock.now = MONDAY - timedelta(seconds=1)
    with bot.begin() as conn:
        assert resume_over(conn, clock.now) == 0
        assert not channels.claim(conn, ["slack"], clock.now, 60)
    clock.now = MONDAY
    with bot.begin() as conn:
        assert resume_over(conn, clock.now) == 1
        assert channels.claim(conn, ["slack"], clock.now, 60)
    assert pause_of(bot) is None


def test_another_pause_replaces_the_first_and_resume_ends_it(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms pause", bot)
    say("/csms pause until monday", bot)
    pause = pause_of(bot)
    assert pause is not None
    assert pause.until == MONDAY
    assert "Posting resumes in this channel." in flat(say("/csms resume", bot))
    assert pause_of(bot) is None


def test_a_channel_that_the_platform_closed_is_not_paused_again(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    with bot.begin() as conn:
        channels.pause(conn, 1, "is_archived")
    reply = say("/csms pause until monday", bot)
    assert (reply.ok, reply.text) == (False, "Posting is already paused: is_archived.")
    assert pause_of(bot) == ChannelPause("is_archived", None, None)


def test_subscribing_does_not_end_a_pause_that_a_person_made(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms pause until monday", bot)
    reply = say("/csms subscribe tariffs", bot)
    assert "Posting is still paused here: Maria paused it until Mon 16 Feb 09:00 ET." in flat(reply)
    assert buttons(reply)["Resume now"] == "/csms resume"
    assert pause_of(bot) is not None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("until yesterday", "Sun 8 Feb 2026 is past."),
        ("until today", "Mon 9 Feb 2026, 09:00 ET, is past."),
        ("until 8 feb", "Sun 8 Feb 2026 is past."),
        ("until the holidays", "The bot does not understand the day “the holidays”. Type a day such as Monday, 14 Dec or 12/14."),
        ("until", "A day is missing after “until”."),
        ("until 2020-01-01", "Wed 1 Jan 2020 is past."),
        ("until 1 mar 2028", "Wed 1 Mar 2028 is more than a year away."),
        ("9 until monday", "This channel has no subscription 9."),
        ("bananas until monday", "This channel has no subscription “bananas”."),
        ("1", "Until when do you want to pause subscription 1 (CSMS: Revenue)?"),
        ("revenue", "Until when do you want to pause subscription 1 (CSMS: Revenue)?"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(bot: Database, words: str, expected: str) -> None:
    say("/csms subscribe revenue", bot)
    reply = say(f"/csms pause {words}", bot)
    assert not reply.ok
    assert reply.text.startswith(expected)
    assert pause_of(bot) is None
    assert all(say(command, bot).text for command in buttons(reply).values())


@pytest.mark.parametrize("words", ["1", "revenue", "the revenue updates"])
def test_a_subscription_is_paused_until_a_day_and_others_go_on(bot: Database, clock: Clock, words: str) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms subscribe tariffs now", bot)
    publish(bot, GUIDANCE)  # due at once
    reply = say(f"/csms pause {words} until monday", bot)
    assert "Subscription 1 (CSMS: Revenue) is paused until Mon 16 Feb 09:00 ET." in flat(reply)
    assert reply.public
    publish(bot, entry("67000003", "GUIDANCE: Refunds", "revenue", lead="guidance", kind="guidance"), entry("67000004", "Text", "revenue"))
    publish(bot, entry("67000005", "Section 301", "tariffs"))
    assert due(bot, NOW) == 1
    assert due(bot, MONDAY - timedelta(seconds=1)) == 1
    assert due(bot, MONDAY) == 4
    shown = say("/csms subscriptions", bot)
    assert actions(shown)["Resume"] == "/csms resume 1"
    assert listed(shown)[0].startswith("1 · CSMS: Revenue · Weekdays 09:00 ET · paused until Mon 16 Feb 09:00 ET · 3 waiting")
    assert "paused" not in listed(shown)[1]
    clock.now = MONDAY
    assert "paused" not in listed(say("/csms subscriptions", bot))[0]


def test_resuming_a_subscription_makes_due_what_would_be(bot: Database, clock: Clock) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms pause 1 until monday", bot)
    publish(bot, GUIDANCE, entry("67000004", "Text", "revenue"))
    assert due(bot, NOW) == 0
    reply = say("/csms resume revenue", bot)
    assert "Subscription 1 (CSMS: Revenue) is no longer paused. Weekdays 09:00 ET; next: Tue 10 Feb." in flat(reply)
    assert due(bot, NOW) == 1
    clock.pass_(minutes=2)
    assert say("/csms resume 1", bot).text.startswith("Subscription 1 is not paused.")


def test_a_change_keeps_the_pause(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms pause 1 until monday", bot)
    publish(bot, GUIDANCE)
    say("/csms subscribe revenue daily 10:00", bot)
    say("/csms subscribe revenue tariffs instead of 1", bot)
    with bot.read() as conn:
        assert [each.paused_until for each in store.list_for_channel(conn, 1)] == [MONDAY]
    assert due(bot, MONDAY - timedelta(seconds=1)) == 0
    assert due(bot, MONDAY) == 1


def test_resuming_a_subscription_leaves_the_channel_paused(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms pause 1 until monday", bot)
    say("/csms pause", bot)
    assert "Posting in this channel is paused: Maria paused it." in flat(reply := say("/csms resume 1", bot))
    assert buttons(reply)["Resume posting"] == "/csms resume"
    assert pause_of(bot) is not None
    again = say("/csms resume revenue", bot)
    assert again.text == "Subscription 1 is not paused. Posting in this channel is paused: Maria paused it."


def test_a_guest_pauses_nothing(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    assert not say("/csms pause", bot, person=GUEST).ok
    assert pause_of(bot) is None


def test_a_day_that_has_just_passed_pauses_nothing_and_the_next_year_is_offered_with_its_year(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    reply = say("/csms pause until 8 feb", bot)
    assert (reply.ok, pause_of(bot)) == (False, None)
    assert list(buttons(say("/csms pause until today", bot))) == ["Subscriptions"]
    assert buttons(reply)["Pause until 8 Feb 2027"] == "/csms pause until 8 feb 2027"
    assert "paused in this channel until Mon 8 Feb 2027 09:00 ET." in flat(say("/csms pause until 8 feb 2027", bot))
    assert "Maria paused it until Mon 8 Feb 2027 09:00 ET" in flat(say("/csms subscriptions", bot))
    assert "until Mon 4 Jan 2027 09:00 ET." in flat(say("/csms pause 1 until 4 jan 2027", bot))


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("indefinitely", None),
        ("for now", None),
        ("until further notice", None),
        ("until we resume it", None),
        ("for 2 hours", NOW + timedelta(hours=2)),
        ("for today", datetime(2026, 2, 10, 14, 0, tzinfo=UTC)),
        ("this week", MONDAY),
        ("for the rest of the week", MONDAY),
        ("until the end of the month", datetime(2026, 3, 1, 14, 0, tzinfo=UTC)),
    ],
)
def test_a_pause_may_last_or_be_short(bot: Database, words: str, until: datetime | None) -> None:
    say("/csms subscribe revenue", bot)
    assert say(f"/csms pause {words}", bot).public
    pause = pause_of(bot)
    assert pause is not None
    assert pause.until == until


def test_a_channel_without_subscriptions_is_not_paused(bot: Database) -> None:
    reply = say("/csms pause", bot)
    assert (reply.ok, reply.public) == (False, False)
    assert reply.text == "There is nothing to pause: this channel has no subscriptions."


@pytest.mark.parametrize(
    "said", ["/csms pause for the holidays", "/trade please mute it during Christmas", "/trade pause over the holidays"]
)
def test_a_pause_over_holidays_offers_the_working_days_after_them(bot: Database, clock: Clock, said: str) -> None:
    clock.now = datetime(2026, 11, 29, 17, tzinfo=UTC)
    say("/csms subscribe revenue", bot)
    reply = say(said, bot)
    commands = list(buttons(reply).values())
    assert commands[:2] == ["/csms pause until 28 dec 2026", "/csms pause until 4 jan 2027"]
    assert "paused in this channel until Mon 28 Dec" in say(commands[0], bot).text


@pytest.mark.parametrize(
    ("said", "text", "commands"),
    [
        ("pause over Thanksgiving", "Thanksgiving (26 Nov) is over.", ["/csms pause until 28 dec 2026", "/csms pause until 4 jan 2027"]),
        ("pause over Christmas", "Until which day", ["/csms pause until 28 dec 2026", "/csms pause until 4 jan 2027"]),
        ("pause over new year", "Until which day", ["/csms pause until 4 jan 2027"]),
        ("quiet until after the holidays", "Until which day", ["/csms pause until 28 dec 2026", "/csms pause until 4 jan 2027"]),
    ],
)
def test_a_pause_over_a_holiday_offers_the_day_after_it(bot: Database, clock: Clock, said: str, text: str, commands: list[str]) -> None:
    clock.now = datetime(2026, 11, 29, 17, tzinfo=UTC)
    say("/csms subscribe revenue", bot)
    reply = say(f"/trade {said}", bot)
    assert reply.text.startswith(text)
    assert [each for each in buttons(reply).values() if each.startswith("/csms pause")] == commands


def test_a_pause_over_the_holidays_needs_a_subscription(bot: Database) -> None:
    assert say("/csms pause over the holidays", bot).text == "There is nothing to pause: this channel has no subscriptions."


@pytest.mark.parametrize(("words", "zone"), [("1 until 14 mar", "ET"), ("until 14 mar", "ET"), ("2 until 14 mar", "PT")])
def test_a_pause_goes_by_the_zone_of_its_subscription_and_a_channel_by_that_of_its_oldest(bot: Database, words: str, zone: str) -> None:
    say("/csms subscribe revenue weekly in ET", bot)
    say("/csms subscribe ad-cvd weekly in PT", bot)
    assert f"09:00 {zone}" in say(f"/csms pause {words}", bot).text
