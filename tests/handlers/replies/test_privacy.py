"""Test that a stored answer does not have the question in it."""

import pytest

from handlers.replies.privacy import without_question
from handlers.replies.reply import Bullets, Button, Buttons, Fold, Header, Overflow, Reply, Section, SmallPrint, Span, line

FOUND = Reply(
    "2 messages with “sugar for Acme”: Quota for sugar, CSMS 67000001.",
    (
        Header("Results for “sugar for Acme”"),
        SmallPrint((line("2 found · without “Acme”"),)),
        Bullets((line(Span("Quota for sugar", link="https://www.cbp.gov/1"), " · 67000001"),)),
        Fold("Older than “sugar for Ac…”", (line("Quota"),), Button("More", "/csms sugar for acme before:67000001")),
        Buttons((Button("Card", "/csms 67000001"), Button("Older", "/csms sugar for Acme before:67000001"))),
        Section((line("Quota"),), Overflow((Button("Not what I asked", "missed /csms sugar for Acme"),))),
        Buttons((Button("Search everything else", "/trade acme"),)),
    ),
    subjects=("csms:67000001",),
)


def test_quotations_of_the_question_and_buttons_that_repeat_it_are_removed() -> None:
    assert without_question(FOUND, "sugar for Acme") == Reply(
        "2 messages with “…”: Quota for sugar, CSMS 67000001.",
        (
            Header("Results for “…”"),
            SmallPrint((line("2 found · without “…”"),)),
            Bullets((line(Span("Quota for sugar", link="https://www.cbp.gov/1"), " · 67000001"),)),
            Fold("Older than “…”", (line("Quota"),), None),
            Buttons((Button("Card", "/csms 67000001"),)),
            Section((line("Quota"),)),
        ),
        subjects=("csms:67000001",),
    )


def test_words_that_the_answer_has_anyway_stay() -> None:
    card = Reply("Revenue: …", (Header("Revenue"), Buttons((Button("Follow", "/csms subscribe revenue"),))), subjects=("pti:revenue",))
    assert without_question(card, "revenue") == card


@pytest.mark.parametrize("asked", ["", "67000001", "#67000001"])
def test_answer_about_a_number_stays_as_it_is(asked: str) -> None:
    assert without_question(FOUND, asked) is FOUND


def test_wrong_words_that_stand_alone_in_a_refusal_are_removed() -> None:
    refused = Reply("No topic “Acme”.", (Section((line(Span("Acme", bold=True)), line("Use revenue."))),), ok=False)
    shown = without_question(refused, "subscribe Acme")
    assert shown.blocks == (Section((line(Span("…", bold=True)), line("Use revenue."))),)
    assert without_question(Reply("", (Section((line("Acme"),)),)), "Acme").blocks == (Section((line("Acme"),)),)


def test_other_quotations_stay() -> None:
    said = Reply('The title contains “drawback”, not "sugar".', ())
    assert without_question(said, "sugar quotas").text == 'The title contains “drawback”, not "…".'
