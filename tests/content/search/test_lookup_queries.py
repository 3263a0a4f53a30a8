"""Hundreds of queries as people type them, each with the expected subjects."""

import json
from collections import Counter
from typing import Any

import pytest

from content.catalog import Catalog
from content.search.lookup import find
from tests.support.paths import DATA
from tests.support.shipped_catalog import shipped_catalog

LEAST = 0.95


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return shipped_catalog()


@pytest.fixture(scope="module")
def queries() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / "queries.jsonl").read_text(encoding="utf-8").splitlines()]


def wanted(query: dict[str, Any]) -> set[str]:
    expected = query["expected"]
    slugs = [] if expected is None else expected if isinstance(expected, list) else [expected]
    return {f"{query['command']}:{slug}" for slug in slugs}


def test_at_least_95_percent_are_right(catalog: Catalog, queries: list[dict[str, Any]]) -> None:
    wrong = [query for query in queries if set(find(catalog, query["text"], (query["command"],)).subjects) != wanted(query)]
    assert len(wrong) <= (1 - LEAST) * len(queries), [(query["id"], query["text"]) for query in wrong]


def test_each_kind_of_query_is_mostly_right(catalog: Catalog, queries: list[dict[str, Any]]) -> None:
    asked = Counter(query["kind"] for query in queries)
    right = Counter(query["kind"] for query in queries if set(find(catalog, query["text"], (query["command"],)).subjects) == wanted(query))
    assert {kind: right[kind] / count for kind, count in asked.items() if right[kind] < 0.8 * count} == {}


def test_a_query_about_something_else_never_gets_a_card(catalog: Catalog, queries: list[dict[str, Any]]) -> None:
    strangers = [query for query in queries if query["expected"] is None]
    assert len(strangers) >= 40
    assert [query["text"] for query in strangers if find(catalog, query["text"], (query["command"],)).sure] == []


def test_a_sure_match_is_almost_never_wrong(catalog: Catalog, queries: list[dict[str, Any]]) -> None:
    sure = [(query, match) for query in queries if (match := find(catalog, query["text"], (query["command"],))).sure]
    wrong = [query["text"] for query, match in sure if not set(match.subjects) <= wanted(query)]
    assert wrong == []


def test_a_clear_query_gets_a_sure_match(catalog: Catalog, queries: list[dict[str, Any]]) -> None:
    plain = [query for query in queries if query["kind"] in ("exact", "abbrev", "spacing", "plural", "synonym")]
    sure = [query for query in plain if find(catalog, query["text"], (query["command"],)).sure]
    assert len(sure) >= 0.95 * len(plain)
