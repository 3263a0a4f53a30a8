from jobs.models import ChannelRef
from jobs.store import subscriptions as store
from jobs.store.database import Database
from tests.support.small_catalog import entry
from tests.support.subscriptions import STORED, bullets, buttons, flat, publish, say


def test_a_preview_shows_why_each_matched_and_what_was_left_out(bot: Database) -> None:
    publish(bot, *STORED, backlog=True)
    reply = say('/csms preview revenue -"training"', bot)
    assert sorted(bullets(reply)) == [
        "Guidance: Duty on steel · 67000002 · Mon 9 Feb 2026 · reason: topic Revenue: the title contains “revenue”",
        "Refunds go out by ACH · 67000001 · Mon 9 Feb 2026 · reason: topic Revenue: the title contains “revenue”",
    ]
    assert "would have posted 2 of the last 6 messages" in flat(reply)
    assert "Not matched: 1 system notice; 1 with a phrase that you leave out; 2 messages on other topics." in flat(reply)
    assert not reply.public
    assert buttons(reply)["Subscribe this channel"] == '/csms subscribe revenue -"training" weekdays 09:00 in America/New_York'
    with bot.read() as connection:
        assert store.list_for_channel(connection, 1) == []


def test_a_preview_by_number_shows_that_subscription(bot: Database) -> None:
    publish(bot, *STORED, backlog=True)
    say("/csms subscribe quota", bot)
    reply = say("/csms preview 1", bot)
    assert bullets(reply) == [
        "Beef quota · 67000006 · Mon 9 Feb 2026 · reason: topic Agriculture and Quota: the title contains “agriculture-quota”"
    ]
    other = say("/csms preview 2", bot)
    assert not other.ok
    assert "This channel has no subscription 2. Subscriptions: 1 (CSMS: Agriculture and Quota)." in other.text
    assert buttons(other) == {"Preview 1": "/csms preview 1"}


def test_a_preview_of_everything_repeats_no_reason(bot: Database) -> None:
    publish(bot, *STORED, backlog=True)
    shown = bullets(say("/csms preview", bot))
    assert "Beef quota · 67000006 · Mon 9 Feb 2026" in shown
    assert not any("because" in each for each in shown)


def test_samples_count_on_the_playground_only(bot: Database) -> None:
    publish(bot, entry("67000009", "Sample", "revenue", feed="sample", key="sample:1"), backlog=True)
    playground = ChannelRef("playground", "local", "trade-updates")
    assert "would have posted the only stored message" in flat(say("/csms preview revenue", bot, channel=playground))
    assert "no earlier messages to compare with" in flat(say("/csms preview revenue", bot))
