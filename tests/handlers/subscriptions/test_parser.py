from dataclasses import replace
from datetime import time

import pytest

from content.catalog import Catalog
from handlers.subscriptions.names import vocabulary
from handlers.subscriptions.parser import MAX_CHARACTERS, MAX_PHRASES, parse
from handlers.subscriptions.parts import Misunderstood
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.states import CadenceKind
from tests.support.shipped_catalog import shipped_catalog
from tests.support.small_catalog import CATALOG, NEW_YORK


def wish(words: str, feeds_allowed: bool = False) -> SubscriptionSpec:
    found = parse(words, CATALOG, NEW_YORK, feeds_allowed)
    assert isinstance(found, SubscriptionSpec), found
    return found


def wrong(words: str, feeds_allowed: bool = False) -> Misunderstood:
    found = parse(words, CATALOG, NEW_YORK, feeds_allowed)
    assert isinstance(found, Misunderstood), found
    return found


def test_no_words_mean_all_csms_on_weekdays_at_nine_without_system_notices() -> None:
    assert wish("") == SubscriptionSpec(Filters(), Cadence(CadenceKind.WEEKDAYS, time(9)), NEW_YORK, digest_only=False)


def test_the_order_of_parts_does_not_matter() -> None:
    one = wish('quota "Notify  Parties" -"cargo release" weekly mon 09:30 in CT include system notices')
    other = wish('include system notices in CT -"cargo release" weekly mon 09:30 "notify parties" quota')
    filters = Filters(topics=("agriculture-quota",), phrases=("notify parties",), never=("cargo release",), system=True)
    assert one == other == SubscriptionSpec(filters, Cadence(CadenceKind.WEEKLY, time(9, 30), 0), "America/Chicago", digest_only=False)


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("revenue", ("revenue",)),
        ("Revenue, textiles and forced labor", ("forced-labor", "revenue", "textiles")),
        ("ad/cvd", ("ad-cvd",)),
        ("AD CVD", ("ad-cvd",)),
        ("adcvd", ("ad-cvd",)),
        ("antidumping and countervailing duties", ("ad-cvd",)),
        ("Anti-dumping and Countervailing Duties (AD/CVD)", ("ad-cvd",)),
        ("FTA", ("trade-agreements",)),
        ("agriculture and quota", ("agriculture-quota",)),
        ("absolute quotas", ("agriculture-quota",)),
        ("textile and wearing apparel", ("textiles",)),
        ("forced-labor forced labor uflpa", ("forced-labor",)),
        ("section 301", ("tariffs",)),
        ("all", ()),
        ("all topics", ()),
        ("csms", ()),
    ],
)
def test_topics_are_known_by_slug_name_and_synonym(words: str, slugs: tuple[str, ...]) -> None:
    found = wish(words)
    assert (found.filters.topics, found.filters.feeds) == (slugs, ("csms",))


@pytest.mark.parametrize(
    ("words", "cadence"),
    [
        ("now", Cadence(CadenceKind.NOW)),
        ("at once", Cadence(CadenceKind.NOW)),
        ("daily", Cadence(CadenceKind.DAILY, time(9))),
        ("daily 09:00", Cadence(CadenceKind.DAILY, time(9))),
        ("weekdays at 9am", Cadence(CadenceKind.WEEKDAYS, time(9))),
        ("weekdays 9:00", Cadence(CadenceKind.WEEKDAYS, time(9))),
        ("weekdays 0900", Cadence(CadenceKind.WEEKDAYS, time(9))),
        ("weekdays 9 p.m.", Cadence(CadenceKind.WEEKDAYS, time(21))),
        ("daily 12am", Cadence(CadenceKind.DAILY, time(0))),
        ("daily 12:30 PM", Cadence(CadenceKind.DAILY, time(12, 30))),
        ("daily noon", Cadence(CadenceKind.DAILY, time(12))),
        ("every morning", Cadence(CadenceKind.WEEKDAYS, time(9))),
        ("each morning at 7:30", Cadence(CadenceKind.WEEKDAYS, time(7, 30))),
        ("mornings", Cadence(CadenceKind.WEEKDAYS, time(9))),
        ("every business day at noon", Cadence(CadenceKind.WEEKDAYS, time(12))),
        ("every workday", Cadence(CadenceKind.WEEKDAYS, time(9))),
        ("every day at 23:59", Cadence(CadenceKind.DAILY, time(23, 59))),
        ("at noon daily", Cadence(CadenceKind.DAILY, time(12))),
        ("weekly at 3pm on fridays", Cadence(CadenceKind.WEEKLY, time(15), 4)),
        ("at 3pm weekly on fridays", Cadence(CadenceKind.WEEKLY, time(15), 4)),
        ("fridays weekly at 3pm", Cadence(CadenceKind.WEEKLY, time(15), 4)),
        ("once a week at 3pm", Cadence(CadenceKind.WEEKLY, time(15), 0)),
        ("right away", Cadence(CadenceKind.NOW)),
        ("weekly mon 09:00", Cadence(CadenceKind.WEEKLY, time(9), 0)),
        ("weekly", Cadence(CadenceKind.WEEKLY, time(9), 0)),
        ("weekly 8am", Cadence(CadenceKind.WEEKLY, time(8), 0)),
        ("every week at noon", Cadence(CadenceKind.WEEKLY, time(12), 0)),
        ("weekly on Sunday 16:05", Cadence(CadenceKind.WEEKLY, time(16, 5), 6)),
        ("every thursday", Cadence(CadenceKind.WEEKLY, time(9), 3)),
        ("Fridays 4pm", Cadence(CadenceKind.WEEKLY, time(16), 4)),
        ("weekly changes", Cadence(CadenceKind.CHANGES, time(9), 0)),
        ("changes", Cadence(CadenceKind.CHANGES, time(9), 0)),
        ("what changed every friday at 3pm", Cadence(CadenceKind.CHANGES, time(15), 4)),
        ("a report of changes weekly on tuesday", Cadence(CadenceKind.CHANGES, time(9), 1)),
    ],
)
def test_cadences_are_read_as_people_write_them(words: str, cadence: Cadence) -> None:
    assert wish(words).cadence == cadence


def test_a_number_behind_a_cadence_that_is_no_time_is_left_for_the_topics() -> None:
    found = wish("daily section 301")
    assert (found.cadence, found.filters.topics) == (Cadence(CadenceKind.DAILY, time(9)), ("tariffs",))


def test_an_impossible_time_without_days_is_not_suggested_back() -> None:
    found = wrong("revenue 25:00")
    assert "“25:00” is not a time of day" in found.message
    assert "25:00" not in found.hint
    assert "daily 14:30" in wrong("revenue 14:30").hint


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("in ET", NEW_YORK),
        ("in EST", NEW_YORK),
        ("in Eastern", NEW_YORK),
        ("in pacific standard time", "America/Los_Angeles"),
        ("in MT", "America/Denver"),
        ("in UTC", "UTC"),
        ("in america/chicago", "America/Chicago"),
        ("in Europe/Berlin", "Europe/Berlin"),
        ("in new york revenue", NEW_YORK),
        ("weekdays 9am CT", "America/Chicago"),
        ("revenue", NEW_YORK),
    ],
)
def test_zones_are_known_by_iana_name_and_by_short_name(words: str, zone: str) -> None:
    assert wish(words).zone == zone


def test_a_word_that_belongs_to_a_pti_is_accepted_and_pointed_out() -> None:
    found = wish("Sugar")
    assert found.filters.topics == ("agriculture-quota",)
    assert found.notes == (
        'The bot read “Sugar” as the topic agriculture-quota. To get messages that contain a word, put it in quotation marks: "sugar".',
    )
    assert wish("agriculture").filters.topics == ("agriculture-quota",)
    assert wish("agriculture").notes == ()


def test_typographic_quotes_are_quotes() -> None:
    assert wish("“ACH refund” –“training”").filters == Filters(phrases=("ach refund",), never=("training",))


def test_feeds_are_named_by_slug_or_name_and_all_of_them() -> None:
    assert wish("cbp-trade federal register revenue", feeds_allowed=True).filters == Filters(
        feeds=("cbp-trade", "federal-register"), topics=("revenue",)
    )
    assert wish("all feeds", feeds_allowed=True).filters.feeds == ("cbp-forced-labor", "cbp-trade", "csms", "federal-register")
    assert wish("forced labor", feeds_allowed=True).filters == Filters(topics=("forced-labor",))


def test_another_feed_is_rejected_by_csms_with_a_hint() -> None:
    found = wrong("revenue cbp-trade")
    assert found.position == 9
    assert "/trade subscribe cbp-trade" in found.hint


def test_asking_for_outages_includes_system_notices_and_says_so() -> None:
    found = wish("outages")
    assert found.filters == Filters(topics=("outage",), system=True)
    at_once = "An outage matters only while it lasts, so its messages do not wait for a digest."
    assert found.notes == ("Outages are routine notices, so routine notices are included.", at_once)
    assert found.cadence == Cadence(CadenceKind.NOW)
    assert wish("outages include system notices").notes == (at_once,)
    assert wish("outages with routine notices daily").notes == ()


def test_digest_only_holds_back_even_guidance() -> None:
    assert wish("digest only revenue").digest_only


@pytest.mark.parametrize(
    ("words", "position", "expected"),
    [
        ("daily revenue weekdays", 15, "“weekdays” contradicts “daily”"),
        ("digest only now", 13, "“now” contradicts “digest only”"),
        ("now digest only", 5, "“digest only” contradicts “now”"),
        ("in ET in CT", 10, "“CT” contradicts “ET”"),
        ("all revenue", 5, "“revenue” contradicts “all”"),
        ('"ach" -"ACH"', 7, '-"ach" contradicts "ach"'),
        ("outage no system notices", 8, "“no system notices” contradicts “outage”"),
        ("weekly mon tue", 12, "“tue” contradicts “weekly mon”"),
        ("daily changes", 7, "“changes” contradicts “daily”"),
        ("changes now", 9, "“now” contradicts “changes”"),
    ],
)
def test_a_contradiction_names_both_sides(words: str, position: int, expected: str) -> None:
    found = wrong(words)
    assert (found.position, found.message) == (position, expected)
    assert found.hint


def test_the_same_thing_twice_is_no_contradiction() -> None:
    assert wish("weekdays 09:00 revenue weekdays 9am revenue in ET in new york").filters.topics == ("revenue",)


@pytest.mark.parametrize(
    ("words", "position", "hint"),
    [
        ("revnue", 1, "Did you mean Revenue?"),
        ("revenue forced labour", 9, "Did you mean Forced labor?"),
        ("revenue textles", 9, "Did you mean Textiles and Wearing Apparel?"),
        ("shugar", 1, "Did you mean Agriculture and Quota?"),
        ("help", 1, "Did you mean FTA?"),
        ("232", 1, "Did you mean Tariffs?"),
        ("dayly 09:00", 1, "daily 09:00"),
        ("frobnicate", 1, "The topics are Agriculture and Quota, AD/CVD, FTA, Revenue"),
        ("duty", 1, "Type one of these: Revenue or Tariffs."),
        ("revenue hourly", 9, "Choose a schedule: now, daily 09:00"),
        ("09:00", 1, "weekdays 09:00"),
        ("weekdays 25:00", 10, "from 00:00 to 23:59"),
        ("weekdays 24:00", 10, "from 00:00 to 23:59"),
        ("weekdays 13pm", 10, "from 00:00 to 23:59"),
        ("weekdays 9:5", 10, "09:00 or 9am"),
        ("daily at", 7, "09:00 or 9am"),
        ("now in Mars", 8, "ET, CT, MT, PT or UTC"),
        ("now in Amerca/Chicago", 8, "America/Chicago"),
        ("revenue in", 9, "in ET"),
        ('revenue "ach refund', 9, 'Add a " after the phrase.'),
        ('revenue ""', 9, "notify parties"),
        ("-outage", 1, '-"outage"'),
        ('- "outage"', 1, "right after the hyphen"),
        ("every 2 hours", 7, "Choose a schedule"),
    ],
)
def test_an_unknown_word_is_named_by_position_with_a_hint(words: str, position: int, hint: str) -> None:
    found = wrong(words)
    assert found.position == position
    assert hint in found.hint
    assert found.message


def test_a_misspelled_feed_is_suggested_only_where_feeds_are_allowed() -> None:
    assert "Federal Register" in wrong("federal-registr", feeds_allowed=True).hint
    assert "Federal Register" not in wrong("federal-registr").hint


@pytest.mark.parametrize("catalog", [CATALOG, shipped_catalog()], ids=["small", "shipped"])
def test_the_names_in_hints_are_understood(catalog: Catalog) -> None:
    for slug, called in vocabulary(catalog).display_names.items():
        found = parse(called, catalog, NEW_YORK, True)
        assert isinstance(found, SubscriptionSpec), called
        assert slug in (*found.filters.topics, *found.filters.feeds)


def test_the_names_of_a_catalog_are_read_once_and_again_when_it_changes() -> None:
    """Reading those of the shipped content takes longer than the rest of a subscription."""
    changed = replace(CATALOG, feeds=(replace(CATALOG.feeds[0], name="Quarterly Gazette"), *CATALOG.feeds[1:]))
    assert vocabulary(CATALOG) is vocabulary(CATALOG)
    assert vocabulary(changed).longest_match(["quarterly", "gazette"]) is not None
    assert vocabulary(CATALOG).longest_match(["quarterly", "gazette"]) is None


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("me to forced labor weekly", "forced-labor weekly mon 09:00"),
        ("us to updates about the forced labor topic, please", "forced-labor"),
        ("this channel to quota bulletins daily", "agriculture-quota daily 09:00"),
        ("to all updates on monday at 8am", "all topics weekly mon 08:00"),
    ],
)
def test_words_that_only_join_others_mean_nothing(words: str, same: str) -> None:
    assert wish(words) == wish(same)


@pytest.mark.parametrize(
    ("words", "position", "also"),
    [
        ("bananas hourly", 9, "the bot cannot post “hourly”"),
        ('bananas "auto parts" every month', 22, "the bot cannot post “every month”"),
        ("bananas daily 25:00", 15, "“25:00” is not a time of day"),
    ],
)
def test_an_invalid_cadence_is_reported_with_an_unknown_word(words: str, position: int, also: str) -> None:
    found = wrong(words)
    assert (found.position, found.message) == (1, "the bot does not recognize the topic “bananas”")
    assert found.also is not None
    assert (found.also.position, found.also.message) == (position, also)


@pytest.mark.parametrize("words", ["bananas", "bananas apples", "bananas weekdays 09:00", "every 2 hour"])
def test_no_error_is_reported_twice(words: str) -> None:
    assert wrong(words).also is None


def test_long_words_are_refused_and_not_cut() -> None:
    assert wrong("revenue " * 100).position == MAX_CHARACTERS + 1
    assert "longer than 100 characters" in wrong(f'"{"x" * 101}"').message
    many = " ".join(f'"p{n}"' for n in range(MAX_PHRASES + 1))
    assert "more than 10 phrases" in wrong(many).message


@pytest.mark.parametrize(
    "words",
    [
        "\0",
        "‮eunever",
        "<!channel>",
        "`rm -rf`",
        "'; DROP TABLE subscription; --",
        "🙂",
        "İ" * 400,
        "in " * 150,
        "weekly " * 60,
        "ﷺ" * 100,
        "- " * 200,
        "\ud800",
    ],
)
def test_hostile_words_are_answered_and_never_raise(words: str) -> None:
    assert isinstance(parse(words, CATALOG, NEW_YORK, True), SubscriptionSpec | Misunderstood)


def test_hidden_characters_are_not_kept_in_a_phrase() -> None:
    assert wish('"a\u202eb\u200b\x00c"').filters.phrases == ("a b c",)


def test_a_phrase_after_except_is_left_out() -> None:
    for words in ('except "webinar"', 'but not "webinar"', 'excluding "webinar"'):
        assert wish(f"revenue {words} weekly").filters == Filters(topics=("revenue",), never=("webinar",))


@pytest.mark.parametrize("words", ["weekly fri monday", "daily 9am daily 10am", "at 9am daily 10am", "daily fridays", "now at 9am"])
def test_times_that_contradict_each_other_are_not_merged(words: str) -> None:
    assert "contradicts" in wrong(words).message


@pytest.mark.parametrize(
    ("words", "deadlines"),
    [
        ("revenue", False),
        ("revenue include deadlines", True),
        ("include deadlines revenue weekly fri", True),
        ("include system notices and deadlines", True),
        ("revenue with reminders", True),
        ("revenue, deadlines", True),
        ("revenue without deadlines", False),
        ("revenue no reminders", False),
    ],
)
def test_deadlines_are_an_option(words: str, deadlines: bool) -> None:
    found = wish(words)
    assert (found.deadlines, "deadlines" in found.omitted) == (deadlines, words == "revenue")


def test_deadlines_cannot_be_wanted_and_not() -> None:
    assert "contradicts" in wrong("revenue include deadlines without deadlines").message
