"""Code, and clauses that only say for whom or in which form the answer is to be, are no part of a question."""

from dataclasses import replace

import pytest

from content.search.code import without_code
from content.search.frame import without_frame
from tests.support.full_catalog import CONTEXT, ask
from tests.support.shipped_catalog import shipped_catalog

SHIPPED = replace(CONTEXT, catalog=shipped_catalog())


def asked_in(typed: str) -> str:
    return without_frame(without_code(typed))


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("ftz - explain it to a newcomer", "ftz"),
        ("drawback, describe it simply please", "drawback"),
        ("what is a WRO? I need it for a poster", "what is a WRO"),
        ("what is eapa, it's for my newsletter", "what is eapa"),
        ("quick question: what is a continuous bond", "what is a continuous bond"),
        ("reconciliation, short please", "reconciliation"),
        ("we're working on a flyer: what is CTPAT", "what is CTPAT"),
        ("I am trying out the bot, what is a ruling", "what is a ruling"),
        ("one line about drawback for our booth flyer", "one line about drawback"),
        ("what is <b>drawback</b>", "what is drawback"),
        ("what is a protest <script>alert('x')</script>", "what is a protest"),
    ],
)
def test_what_frames_a_question_is_left_out(typed: str, asked: str) -> None:
    assert asked_in(typed) == asked


@pytest.mark.parametrize(
    "typed",
    [
        "which bond do I need for my shipment",
        "how do I apply for a green card",
        "where do I sign up for the training",
        "who speaks at the meeting on quota in the new paper",
        "how long may goods stay in a warehouse, and in an FTZ",
        "explain drawback",
        "who is the contact for the newsletter",
        "what is the deadline for the training",
        "drawback in a few words",
        "is <https://www.cbp.gov/trade|this page> still right?",
        "<@U0123> what is drawback",
        "how do I select a surety from the list",
        "can I drop table wine at the port",
        "quota (absolute)",
        "fee is 0.3464% * value",
        "steel/aluminum form(s)",
        "short please",
    ],
)
def test_a_question_without_a_frame_is_kept(typed: str) -> None:
    assert asked_in(typed) == typed


CODE = [
    "<script>trade('quota')</script>",
    "<img src=x onerror=alert('duty')>",
    "{{ config.items() }}",
    "${jndi:ldap://example.com/duty}",
    "#{7*7} tariff",
    "SELECT * FROM importers",
    "1' OR '1'='1",
    "drawback'; DROP TABLE entries; --",
    "UNION SELECT password FROM users",
    "__import__('os').system('id')",
    "$(cat /etc/passwd)",
    "../../etc/passwd",
]


@pytest.mark.parametrize("typed", CODE)
@pytest.mark.parametrize("command", ["trade", "pti", "role"])
def test_code_is_no_question(command: str, typed: str) -> None:
    reply = ask(f"/{command} {typed}", context=SHIPPED)
    assert not reply.answered
    assert reply.subjects == ()


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("what is drawback {{7*7}}", "term:drawback"),
        ("what is <i>drawback</i>?", "term:drawback"),
        ("ftz - explain it to a newcomer", "term:ftz"),
        ("a sentence on what the revenue PTI is about", "pti:revenue"),
        ("sentence about import safety for my leaflet", "pti:import-safety"),
        ("line about revenue for the welcome pack", "pti:revenue"),
        ("what is the mission of the office of trade, in brief", "office:office-of-trade"),
        ("mission of the revenue priority trade issue, short", "pti:revenue"),
    ],
)
def test_what_remains_is_answered(typed: str, subject: str) -> None:
    assert ask(f"/trade {typed}", context=SHIPPED).subjects[:1] == (subject,)
