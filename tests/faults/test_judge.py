"""The judge of the fault runs knows what is lost, twice and out of order."""

from tests.faults.hostile_slack import Message
from tests.faults.judge import Verdict, judge


def message(*entries: int, channel: str = "C1") -> Message:
    return Message(channel, "id", entries, "", False, 0.0, 0.0, "", 1, 0.0)


def test_each_entry_once_and_in_order_is_clean() -> None:
    found = judge([message(1), message(1, channel="C2"), message(2), message(2, channel="C2")], {"C1": [1, 2], "C2": [1, 2]})
    assert found == Verdict([], [], [])
    assert found.clean


def test_entry_that_never_came_is_lost_in_its_channel() -> None:
    assert judge([message(1), message(1, channel="C2")], {"C1": [1, 2], "C2": [1]}).lost == [("C1", 2)]


def test_every_further_copy_counts_as_a_duplicate() -> None:
    assert judge([message(1), message(1), message(2), message(1)], {"C1": [1, 2]}).twice == [("C1", 1), ("C1", 1)]


def test_entry_after_a_later_one_is_out_of_order_unless_it_is_a_copy() -> None:
    found = judge([message(1), message(3), message(2), message(1)], {"C1": [1, 2, 3]})
    assert (found.disordered, found.twice) == ([("C1", 2)], [("C1", 1)])


def test_order_within_a_message_does_not_count() -> None:
    assert judge([message(1), message(4, 2, 3), message(5)], {"C1": [1, 2, 3, 4, 5]}).clean


def test_entry_that_the_channel_was_not_owed_is_named() -> None:
    found = judge([message(1)], {"C2": []})
    assert (found.foreign, found.clean) == ([("C1", 1)], False)
