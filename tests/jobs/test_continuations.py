"""Messages that seem to continue another one: whole titles alone can say so."""

from datetime import timedelta

import pytest

from jobs.continuations import continuations
from jobs.models.entries import Entry
from jobs.states import EntryKind
from tests.support.small_catalog import NOW, entry


def message(number: int, title: str, hours: float, *, cut: bool = False) -> Entry:
    return entry(str(67_000_000 + number), title, published=NOW + timedelta(hours=hours), kind=EntryKind.OUTAGE, cut=cut)


FIRST = message(1, "Delays with ACE Truck E", 0)
UPDATE = message(2, "UPDATE: Delays with ACE Truck E", 2)


def test_an_update_with_an_equal_title_seems_to_continue_it() -> None:
    assert continuations(FIRST, [UPDATE]) == [UPDATE]
    assert continuations(UPDATE, [FIRST]) == [FIRST]


@pytest.mark.parametrize("cut", [(True, False), (False, True), (True, True)])
def test_a_title_that_the_archive_cut_is_no_evidence(cut: tuple[bool, bool]) -> None:
    first, update = message(1, FIRST.title, 0, cut=cut[0]), message(2, UPDATE.title, 2, cut=cut[1])
    assert continuations(first, [update]) == []
    assert continuations(update, [first]) == []
