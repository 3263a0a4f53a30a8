"""The index of stored entries: FTS5 and PostgreSQL find what the tokens say, newest first."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobs.models.entries import Entry
from jobs.models.search import IndexQuery, Term
from jobs.publish import publish_entries
from jobs.store import entries, tokens
from jobs.store.database import Database
from jobs.tokens import entry_tokens, feed_term, has_term, in_title, kind_term, phrase, topic_term, word_term
from tests.support.small_catalog import NOW, entry
from tests.support.small_catalog import new as as_new
from tests.support.store import new, publish

WORDS = (
    "steel",
    "duty",
    "duties",
    "anti-dumping",
    "antidumping",
    "entry",
    "CBP",
    "9903.81.87",
    "café",
    "in-bond",
    "bonds",
    "1520(d)",
    "'x'",
)


def stored_entries(db: Database) -> list[Entry]:
    """Store 300 entries of random words, of twelve years, and return them."""
    chance = random.Random(1)  # noqa: S311  # to be repeatable
    several = [
        entry(
            str(69_000_000 + number),
            " ".join(chance.choices(WORDS, k=3)),
            *chance.sample(("forced-labor", "tariffs", "forced"), chance.randrange(3)),
            published=NOW - timedelta(days=chance.randrange(300) ** 2 // 20, seconds=chance.randrange(3)),
            body=" ".join(chance.choices(WORDS, k=chance.randrange(6))) or None,
            kind=chance.choice(("guidance", "quota", "outage")),
        )
        for number in range(300)
    ]
    with db.begin() as conn:
        return publish_entries(conn, "csms", map(as_new, several), NOW, backlog=True)


def query(*terms: Term, without: Sequence[Term] = (), low: int | None = None, below: int | None = None) -> IndexQuery:
    return IndexQuery((terms,), (), tuple((each,) for each in without), low, below)


def found(db: Database, terms: Sequence[Term], without: Sequence[Term] = (), limit: int = 1_000) -> list[int]:
    with db.read() as conn:
        return [tokens.entry_id(row) for row in tokens.rows(conn, query(*terms, without=without), limit)]


def random_term(chance: random.Random) -> Term:
    word = chance.choice((*WORDS, "dut*", "b*", "nothing", "cafe", "1520"))
    term = phrase(word).term if chance.random() < 0.2 else word_term(word)
    if chance.random() < 0.2:
        return chance.choice((topic_term("forced-labor"), topic_term("forced", "tariffs"), kind_term("quota"), feed_term("csms", "x")))
    return in_title(term) if chance.random() < 0.2 else term


def test_both_engines_find_what_the_tokens_say_newest_first(db: Database) -> None:
    several = stored_entries(db)
    by_tokens = {each.id: set(entry_tokens(each).split()) for each in several}
    order = [each.id for each in sorted(several, key=lambda each: (each.published, each.id), reverse=True)]
    chance = random.Random(2)  # noqa: S311
    hits = 0
    for _ in range(300):
        terms = [random_term(chance) for _ in range(chance.randrange(4))]
        without = [random_term(chance) for _ in range(chance.randrange(3))]
        expected = [
            each
            for each in order
            if all(has_term(by_tokens[each], term) for term in terms) and not any(has_term(by_tokens[each], term) for term in without)
        ]
        assert found(db, terms, without) == expected, (terms, without)
        assert found(db, terms, without, 7) == expected[:7]
        hits += len(expected)
    assert hits > 1_000


def test_pages_follow_each_other_whatever_is_stored_meanwhile(db: Database) -> None:
    several = stored_entries(db)
    seen: list[int] = []
    below = None
    with db.read() as conn:
        expected = tokens.rows(conn, query(word_term("steel")), 1_000)
    while True:
        with db.begin() as conn:
            page = tokens.rows(conn, query(word_term("steel"), below=below), 7)
            publish_entries(conn, "csms", [as_new(entry(str(70_000_000 + len(seen)), "New steel"))], NOW, backlog=True)
        if not page:
            break
        seen += page
        below = page[-1]
    assert seen == expected
    assert 50 < len(seen) < len(several)


def test_a_period_bounds_the_rows(db: Database) -> None:
    several = stored_entries(db)
    since, until = NOW - timedelta(days=2_000), NOW - timedelta(days=100)
    with db.read() as conn:
        rows = tokens.rows(conn, query(low=tokens.row_id(0, since), below=tokens.row_id(0, until)), 1_000)
    assert {tokens.entry_id(row) for row in rows} == {each.id for each in several if since <= each.published < until}


@pytest.mark.parametrize("years", [(1, 4), (1, 1), (2, 3)])
def test_common_rare_and_once_common_words_are_found_in_any_amount(
    db: Database, monkeypatch: pytest.MonkeyPatch, years: tuple[int, int]
) -> None:
    monkeypatch.setattr(tokens, "_WALKED", 10)
    monkeypatch.setattr(tokens, "_RECENT", years[0])
    monkeypatch.setattr(tokens, "_BEFORE", years[1])
    several = stored_entries(db)
    once = [each for each in several if each.published < NOW - timedelta(days=2_500)]
    with db.begin() as conn:
        for each in once:
            entries.replace(conn, each.id, as_new(entry(each.number, f"Once {each.title}")), NOW, each.published)
    for word, count in (("csms", 0), ("once", len(once)), ("69000007", 1)):
        assert len(found(db, [word_term(word)])) == count
        assert len(found(db, [word_term(word)], limit=5)) == min(5, count)
    assert len(found(db, [word_term("steel")], limit=11)) == 11


def test_an_edit_changes_what_is_found_in_its_transaction(db: Database) -> None:
    (stored,) = publish(db, new(1, "revenue", title="Steel", body="On wine."))
    earlier = stored.published - timedelta(days=9)
    with db.begin() as conn:
        entries.replace(conn, stored.id, new(1, "textiles", title="Cotton", body=None), NOW, earlier)
        assert tokens.rows(conn, query(word_term("cotton"), topic_term("textiles")), 9) == [tokens.row_id(stored.id, earlier)]
        for gone in (word_term("steel"), word_term("wine"), topic_term("revenue")):
            assert tokens.rows(conn, query(gone), 9) == []


def test_any_of_several_and_all_of_the_filters(db: Database) -> None:
    publish(db, new(1, "revenue", title="Steel"), new(2, "textiles", title="Cotton yarn"), new(3, "revenue", title="Cotton"))
    cotton_yarn = (word_term("cotton"), word_term("yarn"))
    with db.read() as conn:
        either = IndexQuery(((word_term("steel"),), cotton_yarn))
        assert [tokens.entry_id(row) for row in tokens.rows(conn, either, 9)] == [2, 1]
        revenue = replace(either, filters=(topic_term("revenue"),))
        assert [tokens.entry_id(row) for row in tokens.rows(conn, revenue, 9)] == [1]
        others = IndexQuery(none_of=(cotton_yarn, (word_term("steel"),)))
        assert [tokens.entry_id(row) for row in tokens.rows(conn, others, 9)] == [3]
        assert tokens.rows(conn, query(Term(())), 9) == []


@pytest.mark.parametrize("year", [1, 1969, 1970, 2026, 9999])
def test_a_row_says_which_entry_it_is_and_fits_into_64_bits(year: int) -> None:
    row = tokens.row_id(123_456, datetime(year, 12, 31, tzinfo=UTC))
    assert tokens.entry_id(row) == 123_456
    assert -(2**63) <= row < 2**63
