"""What a later message changes: by its own words, and in which posts. Pure."""

import pytest

from jobs.corrections import ANSWER, MARK, Relation, Standing, changed_by, touched
from tests.support.small_catalog import entry

EARLIER = entry("67647279", "GUIDANCE: AGOA", lead="guidance")
LATER = entry("68987884", "CORRECTION: AGOA", lead="correction", body="This message replaces CSMS # 67647279.")
RELATION = Relation(LATER, EARLIER, "replaces")


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        ("In our words: this message replaces CSMS 67647279 and adds how.", {"67647279": "replaces"}),
        ("This is a correction to CSMS #67647279.", {"67647279": "corrects"}),
        ("This corrects CSMS message number 67647279; it supersedes CSMS # 67640669", {"67647279": "corrects", "67640669": "replaces"}),
        ("Corrects CSMS 67647279. Later: this message replaces CSMS 67647279.", {"67647279": "replaces"}),
        ("See CSMS 67647279. This guidance replaces the annex.", {}),
        ("It corrects an error. CSMS 67647279 has more.", {}),
        ("This replaces CSMS 6764727 and CSMS 676472791.", {}),
        ("This message replaces CSMS 68987884.", {}),
        ("", {}),
    ],
)
def test_only_wording_that_says_so_changes_a_message(body: str, changes: dict[str, str]) -> None:
    assert changed_by(entry("68987884", "CORRECTION: AGOA", lead="correction", body=body)) == changes


def test_the_title_counts_too_and_another_lead_changes_nothing() -> None:
    assert changed_by(entry("68987884", "Correction to CSMS # 67647279: AGOA", lead="correction")) == {"67647279": "corrects"}
    assert changed_by(entry("68987884", "Update", lead="update", body="This message replaces CSMS 67647279.")) == {}


def standing(
    name: str, *shows: str, channel: int = 1, state: str = "sent", part: int = 1, digest: object = None, subscribed: bool = True
) -> Standing:
    return Standing(name, channel, state, part, digest or name, frozenset(shows), subscribed)


def kinds(*posts: Standing) -> list[tuple[str, str]]:
    return [(each.about, each.kind) for each in touched(posts, RELATION)]


def test_each_post_is_marked_and_the_last_of_a_channel_answered() -> None:
    posts = [standing("a", EARLIER.key), standing("b", EARLIER.key), standing("c", EARLIER.key, channel=2)]
    assert kinds(*posts) == [("a", MARK), ("b", MARK), ("b", ANSWER), ("c", MARK), ("c", ANSWER)]


def test_of_a_digest_in_parts_the_one_with_the_entrys_line_is_touched() -> None:
    parts = [standing("a", "csms:1", digest="d"), standing("b", EARLIER.key, part=2, digest="d")]
    assert kinds(*parts) == [("b", MARK), ("b", ANSWER)]
    assert kinds(standing("a", digest="d"), standing("b", part=2, digest="d")) == [("a", MARK), ("a", ANSWER)]


def test_what_never_came_is_left_alone_and_one_on_its_way_is_not() -> None:
    assert kinds(standing("a", EARLIER.key, state="dead")) == []
    assert kinds(standing("a", "csms:1")) == []
    assert kinds(standing("a", EARLIER.key, state="pending")) == [("a", MARK), ("a", ANSWER)]


def test_a_channel_that_unsubscribed_is_marked_and_not_written_to() -> None:
    assert kinds(standing("a", EARLIER.key, subscribed=False)) == [("a", MARK)]
