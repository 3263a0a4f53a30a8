"""Relations: which entries change which, by their own words."""

from dataclasses import replace

import pytest

from jobs.models.entries import Entry
from jobs.relations import chains, changed_by, changers, relations
from tests.support.small_catalog import entry


def changing(number: int, *of: int, verb: str = "replaces") -> Entry:
    body = " ".join(f"This message {verb} CSMS {each}." for each in of)
    return entry(str(number), f"CORRECTION: {number}", lead="correction", body=body)


def plain(number: int) -> Entry:
    return entry(str(number), f"Message {number}")


A, B, C, D = 67000001, 67000002, 67000003, 67000004


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


def test_relations_are_those_between_the_given_entries_of_one_feed() -> None:
    later = changing(B, A, C, verb="corrects")
    assert relations([plain(A), later, plain(D)]) == {A: {B: "corrects"}}
    assert relations([replace(plain(A), feed="sample"), later]) == {}


def test_the_changers_of_an_entry_are_those_of_its_changers_too() -> None:
    several = [changing(C, B), changing(B, A), changing(D, 67999999)]
    assert [each.id for each in changers([plain(A)], several)] == [B, C]
    assert changers([plain(D)], several) == []


def test_a_chain_has_the_later_entry_first() -> None:
    several = [plain(A), changing(B, A), plain(D), changing(C, B)]
    assert [[each.id for each in chain] for chain in chains(several)] == [[C, B, A], [D]]


def test_a_replacement_of_several_joins_them() -> None:
    assert [[each.id for each in chain] for chain in chains([plain(A), plain(B), changing(C, A, B)])] == [[C, A, B]]


def test_entries_that_change_each_other_are_a_chain_and_each_is_in_it_once() -> None:
    circle = [changing(A, B), changing(B, C), changing(C, A), plain(D)]
    assert [sorted(each.id for each in chain) for chain in chains(circle)] == [[A, B, C], [D]]
