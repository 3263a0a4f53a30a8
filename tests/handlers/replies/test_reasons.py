import pytest

from handlers.replies.reasons import explain, explain_topic, posts_lines
from handlers.replies.reply import Span, line, plain
from tests.support.small_catalog import CATALOG


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("everything in csms", "this channel asked for all CSMS messages"),
        ("everything in cbp-trade", "this channel asked for all messages from CBP trade pages"),
        ('topic revenue (body: "Refunds")', "topic Revenue: the text contains “Refunds”"),
        ('topic revenue (title: "a (b)" (duties))', "topic Revenue: the title contains “a (b)” (duties)"),
        ("topic revenue", "topic Revenue"),
        (
            '"ach; topics" in the title; topic tariffs (kind: quota)',
            "the title contains “ach; topics”; topic Tariffs: kind of message: quota notice",
        ),
        ("topic tariffs (with revenue)", "topic Tariffs: it is also about Revenue"),
        ("something older", "something older"),
    ],
)
def test_a_stored_reason_is_shown_in_plain_words(stored: str, shown: str) -> None:
    assert explain(stored, CATALOG) == shown


def test_a_topic_without_a_rule_keeps_its_words() -> None:
    assert explain_topic("no rule matches", CATALOG) == "no rule matches"


def test_posts_of_a_digest_are_linked_part_by_part() -> None:
    assert posts_lines([]) == ()
    assert posts_lines(["https://office.example/1"]) == (line(Span("Open the post", link="https://office.example/1")),)
    (parts,) = posts_lines(["https://office.example/1", "https://office.example/2"])
    assert plain(parts) == "Open the post: part 1 · part 2"
    assert [span.link for span in parts if span.link] == ["https://office.example/1", "https://office.example/2"]
