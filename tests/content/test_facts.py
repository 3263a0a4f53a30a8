"""The shipped content states what its sources state, where a mistake would do harm."""

import pytest

from content.catalog import Catalog
from content.loading.loader import load
from tests.support.paths import CONTENT
from tests.support.statements import shown_texts


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(CONTENT)


def about(catalog: Catalog, *words: str) -> list[str]:
    """Return the texts that are shown and contain all of these words."""
    return [text for text in shown_texts(catalog) if all(word.casefold() in text.casefold() for word in words)]


def test_forced_labor_is_reported_through_its_own_portal(catalog: Catalog) -> None:
    assert about(catalog, "report forced labor", "Forced Labor Allegation Portal")
    for text in about(catalog, "e-Allegations", "forced labor"):
        assert "Forced Labor Allegation Portal" in text
