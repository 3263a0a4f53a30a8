"""Run the examples in the content: which questions an entry of elsewhere.yaml is for, and which not."""

from collections.abc import Iterator, Mapping
from typing import Any

from content.catalog import Elsewhere
from content.loading.errors import Section
from content.loading.files import Problem
from content.search.elsewhere import find_elsewhere


def check(sections: Mapping[str, Section], made: Mapping[str, list[Any]]) -> list[Problem]:
    """Return a problem for each example that does not hold."""
    entries: list[Elsewhere] = made.get("elsewhere", [])
    return [problem for entry in entries for problem in _mistaken(sections["elsewhere"], entry, entries)]


def _mistaken(section: Section, entry: Elsewhere, entries: list[Elsewhere]) -> Iterator[Problem]:
    for place, example in enumerate(entry.means):
        found = find_elsewhere(entries, example)
        if found is not entry:
            what = f"the bot takes this question for '{found.name}'" if found else "no phrase matches this question"
            yield section.problem((entry.slug, "means", place), f"{what}; add a phrase, or change the example")
    for place, example in enumerate(entry.means_not):
        if find_elsewhere(entries, example) is entry:
            message = "this question matches, and must not; make a phrase narrower, or add one to 'unless'"
            yield section.problem((entry.slug, "not", place), message)
