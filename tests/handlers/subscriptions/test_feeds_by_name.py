"""Feeds that only subscriptions which name them get."""

from dataclasses import replace

import pytest

from handlers.forms import subscription as forms
from handlers.subscriptions.names import vocabulary
from handlers.subscriptions.parser import LEFT_OUT, parse
from handlers.subscriptions.parts import Misunderstood
from handlers.subscriptions.wording import title, typed_words
from jobs.models.channels import ChannelRef
from jobs.models.subscriptions import Filters, SubscriptionSpec
from tests.support.shipped_catalog import shipped_catalog
from tests.support.small_catalog import CATALOG, feed

RULINGS = replace(feed("cross-rulings", "CROSS rulings"), by_name_only=True)
WITH_RULINGS = replace(CATALOG, feeds=(*CATALOG.feeds, RULINGS))
ALL = tuple(sorted(each.slug for each in CATALOG.feeds))
SHIPPED_FEEDS = shipped_catalog().feeds
CHANNEL = ChannelRef("playground", "local", "trade", "trade")


def wish(words: str) -> SubscriptionSpec:
    found = parse(words, WITH_RULINGS, "America/New_York", feeds_allowed=True)
    assert not isinstance(found, Misunderstood), found
    return found


def test_all_feeds_leaves_them_out_and_says_so() -> None:
    found = wish("all feeds")
    assert found.filters.feeds == ALL
    assert found.notes == (LEFT_OUT,)
    assert title(found.filters, WITH_RULINGS) == "all feeds: all topics"


def test_all_feeds_that_leave_none_out_say_nothing() -> None:
    found = parse("all feeds", CATALOG, "America/New_York", feeds_allowed=True)
    assert isinstance(found, SubscriptionSpec)
    assert found.notes == ()


def test_one_of_them_can_be_named_beside_all_feeds() -> None:
    found = wish("all feeds cross-rulings weekdays 09:00")
    assert set(found.filters.feeds) == {*ALL, "cross-rulings"}
    assert title(found.filters, WITH_RULINGS) == "all feeds and CROSS rulings: all topics"
    typed = typed_words(found, WITH_RULINGS)
    assert typed == "all feeds cross-rulings weekdays 09:00 in America/New_York"
    assert wish(typed) == found


def test_what_was_all_feeds_before_one_was_added_still_is() -> None:
    before = Filters(ALL)
    assert title(before, WITH_RULINGS) == title(before, CATALOG) == "all feeds: all topics"
    assert wish(typed_words(replace(wish("all feeds"), filters=before))).filters == before


@pytest.mark.parametrize("typed", ['cross-rulings "footwear"', '"footwear" CROSS rulings', 'from the cross rulings feed with "footwear"'])
def test_rulings_are_subscribed_to_with_a_phrase(typed: str) -> None:
    assert wish(typed).filters == Filters(("cross-rulings",), phrases=("footwear",))


def test_the_form_offers_them_and_keeps_a_choice() -> None:
    form = replace(forms.new_form(CHANNEL, "trade", "America/New_York"), feeds=("cross-rulings",), phrases=("footwear",))
    (offered,) = (field for field in forms.view(form, WITH_RULINGS).fields if field.name == "feeds")
    assert [option.value for option in offered.options] == [each.slug for each in WITH_RULINGS.feeds]
    assert offered.values == ("cross-rulings",)
    parsed = forms.parse_form(form, WITH_RULINGS)
    assert isinstance(parsed, SubscriptionSpec)
    assert parsed.filters == Filters(("cross-rulings",), phrases=("footwear",))
    assert forms.command_line(form).startswith('/trade subscribe cross-rulings "footwear" ')


@pytest.mark.parametrize("slug", [each.slug for each in SHIPPED_FEEDS])
def test_every_feed_of_the_content_is_found_by_its_key_and_by_its_name(slug: str) -> None:
    known = vocabulary(shipped_catalog())
    name = next(each.name for each in SHIPPED_FEEDS if each.slug == slug)
    for words in (slug, name):
        found = known.longest_match(words.split())
        assert found is not None, words
        assert (found.kind, found.slugs, found.words) == ("feed", (slug,), len(words.split())), words
