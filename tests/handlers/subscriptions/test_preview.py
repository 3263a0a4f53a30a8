from dataclasses import replace
from datetime import timedelta

import pytest

from content.catalog import Catalog, Rule
from handlers.command import Command, Context
from handlers.replies.text import render
from handlers.router import dispatch, read_command, resolve
from jobs.models.channels import ChannelRef
from jobs.recent import read_recent
from jobs.store import feeds
from jobs.store import subscriptions as store
from jobs.store.database import Database
from jobs.store.feeds import PollSuccess
from tests.support.clock import Clock
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry, topic
from tests.support.subscriptions import MARIA, STORED, bullets, buttons, flat, publish, say


def test_a_preview_shows_why_each_matched_and_what_was_left_out(bot: Database) -> None:
    publish(bot, *STORED, backlog=True)
    reply = say('/csms preview revenue -"training"', bot)
    assert sorted(bullets(reply)) == [
        "Guidance: Duty on steel · 67000002 · 9 Feb · reason: topic Revenue: the title contains “revenue”",
        "Refunds go out by ACH · 67000001 · 9 Feb · reason: topic Revenue: the title contains “revenue”",
    ]
    assert "would have posted 2 of the last 6 messages" in flat(reply)
    assert "Not matched: 1 outage notice left out as routine; 1 with a phrase that you leave out; 2 messages on other topics." in flat(
        reply
    )
    assert not reply.public
    assert buttons(reply)["Subscribe this channel"] == '/csms subscribe revenue -"training" weekdays 09:00 in America/New_York'
    with bot.read() as connection:
        assert store.list_for_channel(connection, 1) == []


WEEK_OF_CHANGES = (
    entry("67000011", "Steel duty", "revenue", published=NOW - timedelta(days=20)),
    entry(
        "67000012",
        "CORRECTION: Steel duty",
        "revenue",
        published=NOW - timedelta(days=2),
        body="This corrects CSMS # 67000011. Effective March 2, 2026, the duty is 25 percent.",
        lead="correction",
    ),
    entry("67000013", "Updated Guidance: Copper duty", "revenue", published=NOW - timedelta(days=3)),
    entry("67000014", "Refund forms", "revenue", published=NOW - timedelta(days=1)),
    entry("67000015", "Beef quota", "agriculture-quota", published=NOW - timedelta(days=1)),
    entry("67000016", "Old refund forms", "revenue", published=NOW - timedelta(days=9)),
)


@pytest.mark.parametrize("line", ["/csms preview revenue weekly changes", "/csms preview 1"])
def test_a_preview_of_a_report_of_changes_shows_the_report_of_the_past_week(bot: Database, line: str) -> None:
    publish(bot, *WEEK_OF_CHANGES, backlog=True)
    say("/csms subscribe revenue weekly changes", bot)
    reply = say(line, bot)
    shown = flat(reply)
    assert "The report of the last 7 days would be:" in shown
    parts = [words.removesuffix(":") for words in ("Corrected, replaced or canceled", "Updated, extended or resolved", "New")]
    assert [shown.index(part) for part in parts] == sorted(shown.index(part) for part in parts)
    first, second, third = bullets(reply)
    assert first.startswith("Correction: Steel duty · 67000012 · 7 Feb")
    assert "corrects 67000011 (20 Jan)" in first
    assert "effective 2 Mar" in first
    assert second.startswith("Updated guidance: Copper duty · 67000013")
    assert third.startswith("Refund forms · 67000014")
    assert "67000016" not in reply.text
    assert "67000012" in reply.text
    assert "would have posted 5 of the last 6 messages" in shown
    assert "1 message on other topics" in shown


def test_a_preview_of_a_report_says_when_there_was_nothing_to_report(bot: Database) -> None:
    publish(bot, WEEK_OF_CHANGES[-1], backlog=True)
    assert "Nothing that it matches came in the last 7 days." in say("/csms preview revenue weekly changes", bot).text


def test_a_preview_of_a_long_report_shows_its_first_post_and_counts_the_others(bot: Database) -> None:
    several = [entry(str(67000100 + number), f"Refund form {number}", "revenue", published=NOW - timedelta(days=1)) for number in range(60)]
    publish(bot, *several, backlog=True)
    reply = say("/csms preview revenue weekly changes", bot)
    assert len(bullets(reply)) < 60
    assert "It would go on in 2 more posts." in flat(reply)


def test_a_preview_by_number_shows_that_subscription(bot: Database) -> None:
    publish(bot, *STORED, backlog=True)
    say("/csms subscribe quota", bot)
    reply = say("/csms preview 1", bot)
    assert bullets(reply) == ["Beef quota · 67000006 · 9 Feb · reason: topic Agriculture and Quota: the title contains “agriculture-quota”"]
    other = say("/csms preview 2", bot)
    assert not other.ok
    assert "This channel has no subscription 2. Subscriptions: 1 (CSMS: Agriculture and Quota)." in other.text
    assert buttons(other) == {"Preview 1 · Agriculture and Quota": "/csms preview 1"}


def test_a_preview_of_everything_repeats_no_reason(bot: Database) -> None:
    publish(bot, *STORED, backlog=True)
    shown = bullets(say("/csms preview", bot))
    assert "Beef quota · 67000006 · 9 Feb" in shown
    assert not any("because" in each for each in shown)


def test_samples_count_on_the_playground_only(bot: Database) -> None:
    publish(bot, entry("67000009", "Sample", "revenue", feed="sample", key="sample:1"), backlog=True)
    playground = ChannelRef("playground", "local", "trade-updates")
    assert "would have posted the only stored message" in flat(say("/csms preview revenue", bot, channel=playground))
    assert "no earlier messages to compare with" in flat(say("/csms preview revenue", bot))


def test_what_a_subscription_left_out_as_routine_is_listed_with_how_to_get_it(bot: Database, clock: Clock) -> None:
    publish(bot, *STORED, backlog=True)  # owed to nobody, so not left out
    say("/csms subscribe revenue", bot)
    clock.pass_(minutes=1)
    publish(
        bot,
        entry("67000011", "Spoon portal maintenance", "revenue", kind="maintenance", routine=True),
        entry("67000012", "Statements are late", "revenue", kind="outage", routine=True),
        entry("67000013", "Fork portal maintenance", "textiles", kind="maintenance", routine=True),
        entry("67000014", "Refunds", "revenue"),
    )
    reply = say(buttons(say("/csms subscriptions", bot))["Show what was left out"], bot)
    assert sorted(bullets(reply)) == [
        "Spoon portal maintenance · 67000011 · 9 Feb · scheduled maintenance notice",
        "Statements are late · 67000012 · 9 Feb · outage notice",
    ]
    assert reply.text.startswith("2 routine notices left out this week, subscription 1: CSMS: Revenue. 1. ")
    asked = "/csms subscribe revenue weekdays 09:00 in America/New_York include system notices instead of 1"
    assert f"To get such notices too, include system notices: {asked}" in flat(reply)
    assert not reply.public
    say(asked, bot)
    assert say("/csms preview 2 routine", bot).text.startswith("No routine notices left out this week, subscription 2")
    ended = say("/csms preview 1 routine", bot)
    assert bullets(ended) == bullets(reply)  # an old digest's button still works
    assert "Subscription 1 · ended · CSMS: Revenue" in flat(ended)
    assert "subscription 1 (ended)" in ended.text
    assert "ended" not in flat(reply) + reply.text


def test_the_preview_of_a_subscription_offers_what_it_left_out_this_week(bot: Database, clock: Clock) -> None:
    publish(bot, *STORED, backlog=True)
    say("/csms subscribe revenue", bot)
    assert "Show left out" not in buttons(say("/csms preview 1", bot)), "the backlog was owed to nobody"
    clock.pass_(minutes=1)
    publish(bot, entry("67000012", "Statements are late", "revenue", kind="outage", routine=True))
    shown = buttons(say("/csms preview 1", bot))
    assert shown["Show left out"] == "/csms preview 1 routine"
    assert len(bullets(say(shown["Show left out"], bot))) == 1


@pytest.mark.parametrize("words", ["routine", "Routine ", "revenue routine"])
def test_a_preview_of_routine_without_a_number_names_the_form(bot: Database, words: str) -> None:
    reply = say(f"/csms preview {words}", bot)
    assert not reply.ok
    assert "type /csms preview N routine" in flat(reply)
    assert buttons(reply) == {"All subscriptions": "/csms subscriptions"}


def test_what_another_channel_left_out_is_not_listed(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    publish(bot, *STORED)
    elsewhere = ChannelRef("slack", "T1", "C9", "elsewhere")
    assert not say("/csms preview 1 routine", bot, channel=elsewhere).ok


@pytest.mark.parametrize(
    "period",
    [
        "9999-12-31T23:59:59+00:00 9999-12-31T23:59:59+00:00",
        "0001-01-01T00:00:00+00:00 0001-01-01T00:00:00+00:00",
        "yesterday-or-so today-or-so",
    ],
)
def test_an_impossible_period_breaks_nothing(bot: Database, period: str) -> None:
    say("/csms subscribe revenue in Asia/Tokyo", bot)
    assert say(f"/csms preview 1 routine {period}", bot).ok


def test_a_preview_matches_the_forms_of_a_phrase_and_says_so_as_the_search_does(bot: Database) -> None:
    publish(bot, entry("67000011", "NCSD Webinars"), entry("67000012", "A webinar"), entry("67000013", "Web pages"), backlog=True)
    for phrase in ("webinar", "webinars"):
        reply = say(f'/csms preview "{phrase}"', bot)
        assert "would have posted 2 of the last 3 messages" in flat(reply)
        assert f"with “{phrase}” in any form" in flat(reply)
        assert sorted(say(f'/csms "{phrase}"', bot).subjects) == ["csms:67000011", "csms:67000012"]
    assert "would have posted 1 of the last 3 messages" in flat(say('/csms preview -"webinars"', bot))


@pytest.mark.parametrize("words", ["preview revenue", "preview 1", "subscriptions"])
def test_a_feed_that_is_not_read_opens_what_is_said_about_subscriptions(bot: Database, words: str) -> None:
    publish(bot, *STORED, backlog=True)
    say("/csms subscribe revenue", bot)
    context = Context(CATALOG, NOW, NEW_YORK, bot, recent=read_recent(bot, CATALOG))
    reply = dispatch(resolve(Command("csms", words, MARIA, CHANNEL)), context)
    assert reply.text.startswith("CBP's feed has not been read yet. Newer messages may be missing.")
    assert render(reply).startswith("CBP's feed has not been read yet. Newer messages may be missing.")
    with bot.begin() as conn:
        feeds.ensure(conn, ["csms"], NOW)
        claim = feeds.claim(conn, "csms", NOW, 60)
        assert claim is not None
        feeds.settle_success(conn, claim, NOW, PollSuccess(NOW, 100, changed=True, sources={}, seeded=True))
    assert "CBP's feed" not in dispatch(resolve(Command("csms", words, MARIA, CHANNEL)), context).text


@pytest.mark.parametrize("typed", ["/csms preview beef", "/csms subscribe beef", "/csms preview 1"])
def test_while_messages_are_sorted_into_a_new_topic_a_count_of_matches_says_so(bot: Database, typed: str) -> None:
    publish(bot, *STORED, backlog=True)
    known = replace(CATALOG, topics=(replace(topic("beef", "Beef"), rules=(Rule(("beef",)),)), *CATALOG.topics))

    def text(line: str, of: Catalog) -> str:
        return flat(dispatch(resolve(read_command(line, MARIA, CHANNEL)), Context(of, NOW, NEW_YORK, bot)))

    text("/csms subscribe quota", known)
    note = "The bot is still sorting the stored messages by topic, so more may match in a minute."
    assert note in text(typed, known)
    assert note not in text(typed.replace("beef", "revenue"), CATALOG)


ASKED_FOR_A_PREVIEW = (
    "show me what it would have posted",
    "show me what you would have posted",
    "what will we get",
    "What would we have gotten?",
    "what would this channel have received",
    "what would the bot have posted here?",
    "show us what our subscriptions would have sent",
    "what is this channel going to get",
    "which messages would we have got last week",
    "can I see a preview",
    "please show me a preview of our subscriptions",
    "/csms preview",
    "/trade preview",
)


@pytest.mark.parametrize("said", ASKED_FOR_A_PREVIEW)
def test_a_preview_without_a_number_is_of_what_the_channel_has(bot: Database, said: str) -> None:
    publish(bot, *STORED, backlog=True)
    say("/csms subscribe revenue", bot)
    say("/csms subscribe tariffs", bot)
    reply = dispatch(resolve(read_command(said, MARIA, CHANNEL)), Context(CATALOG, NOW, NEW_YORK, bot))
    assert "This channel's 2 subscriptions" in reply.text
    assert "Would have got 3 of the last 6 messages." in reply.text
    assert bullets(reply) == [
        "Training on refunds · 67000005 · 9 Feb · subscription 1",
        "Guidance: Duty on steel · 67000002 · 9 Feb · subscriptions 1 and 2",
        "Refunds go out by ACH · 67000001 · 9 Feb · subscription 1",
    ]
    assert buttons(reply) == {
        "Preview 1 · Revenue": "/csms preview 1",
        "Preview 2 · Tariffs": "/csms preview 2",
        "All subscriptions": "/csms subscriptions",
    }


def test_a_preview_of_the_only_subscription_gives_the_reasons(bot: Database) -> None:
    publish(bot, *STORED, backlog=True)
    say("/csms subscribe quota", bot)
    assert bullets(say("/csms preview", bot)) == bullets(say("/csms preview 1", bot))


def test_a_preview_in_a_channel_without_subscriptions_says_so(bot: Database) -> None:
    publish(bot, *STORED, backlog=True)
    reply = say("/csms preview", bot)
    assert "This channel has no subscriptions." in reply.text
    assert "Subscribe this channel" in buttons(reply)


@pytest.mark.parametrize("question", ["what would a protest cost", "what refunds will we get", "would I get drawback"])
def test_a_question_about_the_future_is_no_preview(question: str) -> None:
    request = resolve(read_command(question, MARIA, CHANNEL))
    assert request.route is not None
    assert request.route.function == "handlers.office.trade"
