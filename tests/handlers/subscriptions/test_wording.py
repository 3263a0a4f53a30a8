import pytest

from handlers.replies.reply import Button
from handlers.subscriptions import wording
from handlers.subscriptions.parser import parse
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.states import CadenceKind
from tests.support.small_catalog import CATALOG, NEW_YORK, entry

WORDS = (
    "",
    "now",
    'revenue tariffs "ach refund" "notify parties" -"training" weekly sun 00:00 in UTC digest only',
    "daily 23:59 in Australia/Lord_Howe include system notices",
    "all feeds weekdays 9am in MT",
    "cbp-trade federal-register outages",
    "revenue weekly include deadlines",
    "revenue weekly tue 10:00 changes digest only",
)


def test_the_words_of_a_change_name_all_topics() -> None:
    spec = parse("weekdays 10:00", CATALOG, "UTC", feeds_allowed=False)
    assert isinstance(spec, SubscriptionSpec)
    assert wording.replacing_words(spec) == "all topics weekdays 10:00 in UTC"
    spec = parse('"ach" weekdays 10:00', CATALOG, "UTC", feeds_allowed=False)
    assert isinstance(spec, SubscriptionSpec)
    assert wording.replacing_words(spec) == '"ach" weekdays 10:00 in UTC'


@pytest.mark.parametrize("words", WORDS)
def test_typed_words_parse_to_the_same_spec(words: str) -> None:
    wish = parse(words, CATALOG, NEW_YORK, feeds_allowed=True)
    assert isinstance(wish, SubscriptionSpec)
    again = parse(wording.typed_words(wish), CATALOG, "UTC", feeds_allowed=True)
    assert isinstance(again, SubscriptionSpec)
    assert (again.filters, again.cadence, again.digest_only, again.deadlines) == (
        wish.filters,
        wish.cadence,
        wish.digest_only,
        wish.deadlines,
    )
    assert wish.cadence.kind == CadenceKind.NOW or again.zone == wish.zone


def test_a_spec_too_long_to_type_has_no_button() -> None:
    filters = Filters(phrases=tuple(f"{number} {'x' * 90}" for number in range(9)))
    assert wording.subscribe_button("Again", SubscriptionSpec(filters, Cadence(CadenceKind.NOW), NEW_YORK, False)) == ()
    assert wording.subscribe_button("Again", SubscriptionSpec(Filters(), Cadence(CadenceKind.NOW), NEW_YORK, False)) == (
        Button("Again", "/csms subscribe now"),
    )


def test_what_is_left_out_is_counted_once_if_it_is_of_one_kind() -> None:
    outages = [entry(str(67000000 + n), "ACE is slow", kind="outage", routine=True) for n in range(2)]
    planned = entry("67000009", "ACE will be down", kind="maintenance", routine=True)
    assert wording.left_out(Filters(), "slack", outages) == "2 outage notices left out as routine"
    assert wording.left_out(Filters(), "slack", outages[:1]) == "1 outage notice left out as routine"
    several = "3 left out as routine: 2 outage notices and a scheduled maintenance notice"
    assert wording.left_out(Filters(), "slack", [*outages, planned]) == several
    assert wording.left_out(Filters(), "slack", []) == ""
