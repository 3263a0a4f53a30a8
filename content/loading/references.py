"""Validate references, keys and required entries.

The plain data is checked, so that one invalid entry does not break every reference to it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from content.catalog import KINDS
from content.loading.errors import Section, did_you_mean
from content.loading.files import Problem

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE = re.compile(r"[0-9]{3}")

WORDS = {
    "centers": "Center",
    "ptis": "PTI",
    "roles": "role",
    "resources": "resource",
    "terms": "term",
    "topics": "topic",
    "feeds": "feed",
}
"""Section -> what one entry is called in messages."""

REFERENCES = (
    ("ptis", "centers", "centers"),
    ("ptis", "ptis", "ptis"),
    ("ptis", "roles", "roles"),
    ("ptis", "resources", "resources"),
    ("roles", "ptis", "ptis"),
    ("roles", "resources", "resources"),
    ("resources", "ptis", "ptis"),
    ("resources", "roles", "roles"),
    ("topics", "ptis", "ptis"),
)
"""Section, field, and the section that the field refers to."""

REQUIRED = {
    "ptis": ("agriculture-quota", "ad-cvd", "trade-agreements", "import-safety", "ipr", "revenue", "textiles"),
    "resources": (
        "usmca",
        "priority-trade-issues",
        "importers-exporters",
        "ace",
        "csms",
        "forced-labor",
        "rulings",
        "events",
        "covid-19",
    ),
    "roles": (
        "attorney-advisor",
        "auditor",
        "economist",
        "international-trade-analyst",
        "import-specialist",
        "management-and-program-analyst",
    ),
}
"""Slugs that commands and subscriptions use: those on the flyer and the careers page."""

ENTRY_KINDS = ("guidance", "quota", "information", "reminder", "training", "technical", "maintenance", "outage", "resolved", "other")
"""The kinds of entries in jobs, which content cannot import; a test keeps them equal."""

_SEE = {"pti": "ptis", "role": "roles", "resource": "resources", "term": "terms", "topic": "topics"}


def check(sections: Mapping[str, Section]) -> list[Problem]:
    """Return all problems. References to a section that could not be read are not checked."""
    found = [problem for section in sections.values() for problem in _keys(section)]
    for name, field, target in REFERENCES:
        if name in sections and target in sections:
            found += _references(sections[name], field, sections[target])
    for name, slugs in REQUIRED.items():
        if name in sections:
            section = sections[name]
            found += [section.key_problem((), f"the {WORDS[name]} '{slug}' is missing") for slug in slugs if slug not in section.data]
    if "terms" in sections:
        found += _see(sections["terms"], sections)
    if "topics" in sections and "ptis" in sections:
        found += _topics(sections["topics"], sections["ptis"])
    if "topics" in sections:
        found += _rules(sections["topics"])
    if "feeds" in sections and "sample" in sections["feeds"].data:
        found.append(sections["feeds"].key_problem(("sample",), "'sample' is the playground's own feed: choose another name"))
    return found


def _keys(section: Section) -> Iterator[Problem]:
    if section.name == "office":
        return
    if not section.data:
        yield section.key_problem((), f"holds no {WORDS[section.name]}")
    for key in section.data:
        if section.name == "centers" and not _CODE.fullmatch(key):
            yield section.key_problem((key,), "the key must be the Center's code of three digits, such as 004")
        elif len(key) > 60 or not _SLUG.fullmatch(key):
            yield section.key_problem((key,), "the key must be small letters, digits and single dashes, such as import-safety")


def _strings(data: Any, field: str) -> Iterator[tuple[int, str]]:
    """Yield the texts in a list field; the schema reports anything else."""
    values = data.get(field) if isinstance(data, dict) else None
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, str):
            yield index, value


def _references(section: Section, field: str, target: Section) -> Iterator[Problem]:
    for slug, data in section.data.items():
        for index, value in _strings(data, field):
            path = (slug, field, index)
            if value not in target.data:
                yield section.problem(path, f"no such {WORDS[target.name]} '{value}'{did_you_mean(value, target.data)}")
            elif section.name == target.name and value == slug:
                yield section.problem(path, "refers to itself: take it out")


def _see(terms: Section, sections: Mapping[str, Section]) -> Iterator[Problem]:
    for slug, data in terms.data.items():
        for index, value in _strings(data, "see"):
            kind, _, wanted = value.partition(":")
            if kind not in KINDS or not wanted:
                yield terms.problem((slug, "see", index), f"must be a kind and a slug, such as pti:revenue; kinds are {', '.join(KINDS)}")
            elif kind == "office":
                if wanted != "office-of-trade":
                    yield terms.problem((slug, "see", index), "the only office is office:office-of-trade")
            elif _SEE[kind] in sections and wanted not in sections[_SEE[kind]].data:
                target = sections[_SEE[kind]]
                yield terms.problem((slug, "see", index), f"no such {WORDS[target.name]} '{wanted}'{did_you_mean(wanted, target.data)}")


def _topics(topics: Section, ptis: Section) -> Iterator[Problem]:
    """Check that every PTI is a topic, and that only PTIs have `is_pti`."""
    for slug in ptis.data:
        if slug not in topics.data:
            yield topics.key_problem((), f"every PTI is a topic too: '{slug}' is missing")
    for slug, data in topics.data.items():
        is_pti = data.get("is_pti", "false") if isinstance(data, dict) else "false"
        if is_pti == "true" and slug not in ptis.data:
            yield topics.problem((slug, "is_pti"), f"there is no PTI '{slug}' in ptis.yaml: take is_pti out")
        if is_pti != "true" and slug in ptis.data:
            yield topics.key_problem((slug,), "is a PTI: write 'is_pti: true'")


def _rules(topics: Section) -> Iterator[Problem]:
    for slug, data in topics.data.items():
        rules = data.get("rules") if isinstance(data, dict) else None
        for number, rule in enumerate(rules if isinstance(rules, list) else ()):
            for field, known, word in (
                ("kinds", ENTRY_KINDS, "kind of entry"),
                ("topics", topics.data, "topic"),
                ("unless_topics", topics.data, "topic"),
            ):
                for index, value in _strings(rule, field):
                    if value not in known:
                        path = (slug, "rules", number, field, index)
                        yield topics.problem(path, f"no such {word} '{value}'{did_you_mean(value, known)}")
