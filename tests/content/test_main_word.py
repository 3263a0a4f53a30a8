"""A statement that lacks the word on which a question turns does not answer it for certain."""

import pytest

from content.search.decision import decide
from tests.support.shipped_catalog import shipped_catalog

SHIPPED = shipped_catalog()


@pytest.mark.parametrize(
    "asked",
    [
        "what should I do if my broker got suspended",
        "my broker was suspended, what do I do",
        "our customs broker has been suspended",
        "broker suspended what now",
        "what happens if a broker is suspended",
        "what is the interest rate on refunds",
        "interest rate on refunds",
        "how is the interest rate on a refund set",
        "tell me the interest rate for refunds",
        "which interest rate do refunds carry",
        "how much does a mortgage broker charge",
        "write an email to my senator about tariffs",
        "how many days does cbp have to liquidate normally",
    ],
)
def test_without_its_main_word_a_statement_is_at_most_the_closest_one(asked: str) -> None:
    decision = decide(SHIPPED, asked)
    assert not decision.sure or decision.elsewhere is not None, decision.shown[0].text


@pytest.mark.parametrize(
    "asked",
    [
        "Can I get a ruling before importing, and how long does it take?",
        "how long does a ruling take before importing",
        "can we get a ruling before we import",
        "how long before importing can I get a ruling",
        "is it possible to get a ruling before importing",
        "how do I request a ruling before importing",
        "how long does a ruling take",
        "who writes rulings before import",
        "how do I get a binding ruling",
        "I want a ruling before I import, how long will it take",
    ],
)
def test_a_question_for_a_ruling_is_not_answered_by_what_only_has_decisions(asked: str) -> None:
    shown = decide(SHIPPED, asked).shown
    assert shown
    assert {passage.subject for passage in shown[:1]} <= {
        "term:ruling",
        "resource:rulings",
        "role:attorney-advisor",
        "office:office-of-trade",
    }


@pytest.mark.parametrize("asked", ["what is the rate on refunds", "rate on steel", "is there a rate on tea"])
def test_a_rate_on_something_is_no_tip_about_somebody(asked: str) -> None:
    from content.search.question import read
    from content.search.statement_index import index_of

    assert "denounce" not in read(index_of(SHIPPED), asked).words


def test_somebody_who_rats_still_denounces() -> None:
    from content.search.question import read
    from content.search.statement_index import index_of

    assert "denounce" in read(index_of(SHIPPED), "how do I rat on a competitor").words
