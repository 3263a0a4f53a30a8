"""Relations: which entries change which, as they are stored."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from jobs.models.entries import Entry, NewEntry
from jobs.relations import CONTINUING, chains, changes, find_changed, find_changers, load_chain, strongest
from jobs.states import Relation
from jobs.store import entries
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.relations import named
from tests.support.small_catalog import entry
from tests.support.store import new, publish

A, B, C, D = 67000001, 67000002, 67000003, 67000004


def changing(number: int, *of: int, verb: str = "replaces") -> NewEntry:
    return new(number, body=" ".join(f"This message {verb} CSMS {each}." for each in of))


def numbers(found: Sequence[Entry]) -> list[int]:
    return [int(each.number) for each in found]


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("In our words: this message replaces CSMS 67647279 and adds how.", {"67647279": "replaces"}),
        ("This corrects CSMS message number 67647279; it supersedes CSMS # 67640669", {"67647279": "corrects", "67640669": "replaces"}),
        ("Corrects CSMS 67647279. Later: this message replaces CSMS 67647279.", {"67647279": "replaces"}),
        ("See CSMS 67647279. This guidance replaces the annex.", {"67647279": "refers"}),
        ("This message replaces CSMS 68987884.", {}),
        ("", {}),
    ],
)
def test_of_several_wordings_the_strongest_counts(body: str, kinds: dict[str, str]) -> None:
    assert named(entry("68987884", "CORRECTION: AGOA", lead="correction", body=body)) == kinds


def test_a_mistyped_number_is_no_relation(db: Database) -> None:
    (one,) = publish(db, changing(A, 6764727))
    with db.read() as conn:
        assert find_changed(conn, [one]) == []
    assert strongest([]) == {}


@pytest.mark.parametrize("lead", ["CORRECTION: AGOA", "Update", "A title without a lead-in"])
def test_the_wording_counts_and_not_the_lead_in(db: Database, lead: str) -> None:
    earlier, later = publish(db, new(A), replace(changing(B, A), parsed=replace(changing(B, A).parsed, title=lead)))
    with db.read() as conn:
        assert changes(conn, [earlier, later]) == {earlier.id: {later.id: Relation.REPLACES}}
        assert find_changed(conn, [later]) == [(earlier, later, Relation.REPLACES)]


def test_relations_are_those_between_entries_of_one_feed(db: Database) -> None:
    later, other = publish(db, changing(B, A, C, verb="corrects"), new(D))
    (earlier,) = publish(db, new(A))
    with db.read() as conn:
        assert changes(conn, [earlier, later, other]) == {earlier.id: {later.id: Relation.CORRECTS}}
        assert changes(conn, [replace(earlier, feed="sample"), later]) == {}
        assert numbers(find_changers(conn, [earlier])) == [B]


def test_a_message_dated_long_before_cannot_change_another(db: Database, clock: Clock) -> None:
    (later,) = publish(db, changing(B, A))
    clock.pass_(days=40)
    (earlier,) = publish(db, new(A))
    with db.read() as conn:
        assert find_changers(conn, [earlier]) == []
        assert find_changed(conn, [later]) == []


def test_a_plain_reference_changes_nothing_and_a_follow_up_only_continues(db: Database) -> None:
    first, _, follow_up = publish(db, new(A), new(B, body=f"See CSMS # {A}."), new(C, body=f"This message is a follow-up to CSMS # {A}."))
    with db.read() as conn:
        assert find_changers(conn, [first]) == []
        assert find_changers(conn, [first], CONTINUING) == [follow_up]


def test_the_changers_of_an_entry_are_those_of_its_changers_too(db: Database) -> None:
    first, *_ = publish(db, new(A), changing(C, B), changing(B, A), changing(D, 67999999))
    with db.read() as conn:
        assert sorted(numbers(find_changers(conn, [first]))) == [B, C]


def test_a_chain_goes_both_ways_and_is_in_order(db: Database, clock: Clock) -> None:
    for each in (new(A), changing(B, A, verb="updates"), changing(C, B), new(D)):
        publish(db, each)
        clock.pass_(minutes=1)
    with db.read() as conn:
        middle = entries.by_number(conn, str(B))
        assert middle is not None
        assert numbers(load_chain(conn, middle)) == [A, B, C]


def grouped(db: Database, *several: NewEntry) -> list[list[int]]:
    stored = {int(each.number): each for each in publish(db, *several)}
    ordered = [stored[int(each.parsed.number)] for each in several]
    with db.read() as conn:
        return [numbers(chain) for chain in chains(ordered, changes(conn, ordered))]


def test_a_group_has_the_later_entry_first(db: Database) -> None:
    assert grouped(db, new(A), changing(B, A), new(D), changing(C, B)) == [[C, B, A], [D]]


def test_a_replacement_of_several_joins_them(db: Database) -> None:
    assert grouped(db, new(A), new(B), changing(C, A, B)) == [[C, A, B]]


def test_entries_that_change_each_other_are_a_group_and_each_is_in_it_once(db: Database) -> None:
    assert [sorted(group) for group in grouped(db, changing(A, B), changing(B, C), changing(C, A), new(D))] == [[A, B, C], [D]]
