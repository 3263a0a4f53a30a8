"""Validate keys, required entries and references in plain data: an invalid entry must not break references to it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from content.catalog import KINDS, SECTIONS
from content.loading.errors import Section, did_you_mean
from content.loading.files import SINGLE, Problem
from content.loading.item_names import ENTRY_NOUNS

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CODE = re.compile(r"[0-9]{3}")

REFERENCES = {
    "ptis": ("centers", "ptis", "roles", "resources"),
    "roles": ("ptis", "resources"),
    "resources": ("ptis", "roles"),
    "topics": ("ptis",),
}
"""Section -> fields that refer to the section of their name."""

REQUIRED = {
    "ptis": ("agriculture-quota", "ad-cvd", "trade-agreements", "import-safety", "ipr", "revenue", "textiles"),
    "resources": ("usmca", "priority-trade-issues", "importers-exporters", "ace", "csms", "forced-labor", "rulings", "events", "covid-19"),
    "roles": (
        "attorney-advisor",
        "auditor",
        "economist",
        "international-trade-analyst",
        "import-specialist",
        "management-and-program-analyst",
    ),
    "small_talk": ("greeting", "help", "more", "why"),
}
"""Slugs that the program uses: those on the flyer and the careers page, and the small talk that it answers itself."""

ENTRY_KINDS = ("guidance", "quota", "information", "reminder", "training", "technical", "maintenance", "outage", "resolved", "other")
"""The kinds in jobs, which content cannot import; a test keeps them equal."""


def check(sections: Mapping[str, Section]) -> list[Problem]:
    """Return all problems, except references to sections that could not be read."""
    found = [problem for section in sections.values() for problem in _keys(section)]
    for name, section in sections.items():
        for target in REFERENCES.get(name, ()):
            if target in sections:
                found += _references(section, sections[target])
        missing = [slug for slug in REQUIRED.get(name, ()) if slug not in section.data]
        found += [section.key_problem((), f"the {ENTRY_NOUNS[name]} '{slug}' is missing") for slug in missing]
    if "terms" in sections:
        found += _see(sections["terms"], sections)
    if "topics" in sections and "ptis" in sections:
        found += _topics(sections["topics"], sections["ptis"])
    if "topics" in sections:
        found += _rules(sections["topics"])
    if "small_talk" in sections:
        found += _small_talk(sections["small_talk"])
    if "wording" in sections:
        found += _repeated_phrases(sections["wording"])
    if "feeds" in sections and "sample" in sections["feeds"].data:
        found.append(sections["feeds"].key_problem(("sample",), "'sample' is the playground's own feed: choose another key"))
    return found


def _keys(section: Section) -> Iterator[Problem]:
    if section.name in SINGLE:
        return
    if not section.data:
        yield section.key_problem((), f"contains no {ENTRY_NOUNS[section.name]}")
    for key in section.data:
        if section.name == "centers" and not _CODE.fullmatch(key):
            yield section.key_problem((key,), f"the key {key!r} must be the Center's three-digit code, such as 004")
        elif len(key) > 60 or not _SLUG.fullmatch(key):
            yield section.key_problem(
                (key,), f"the key {key!r} must be lowercase letters, digits and single hyphens, such as import-safety"
            )


def _strings(data: Any, field: str) -> Iterator[tuple[int, str]]:
    """Yield a list's texts; the schema reports anything else."""
    values = data.get(field) if isinstance(data, dict) else None
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, str):
            yield index, value


def _references(section: Section, target: Section) -> Iterator[Problem]:
    for slug, data in section.data.items():
        for index, value in _strings(data, target.name):
            path = (slug, target.name, index)
            if value not in target.data:
                yield section.problem(path, f"no such {ENTRY_NOUNS[target.name]} '{value}'{did_you_mean(value, target.data)}")
            elif section.name == target.name and value == slug:
                yield section.problem(path, "refers to itself: remove it")


def _see(terms: Section, sections: Mapping[str, Section]) -> Iterator[Problem]:
    for slug, data in terms.data.items():
        for index, value in _strings(data, "see"):
            kind, _, wanted = value.partition(":")
            target = sections.get(SECTIONS.get(kind, ""))
            message = ""
            if kind not in KINDS or not wanted:
                message = f"must be a kind and a key, such as pti:revenue; the kinds are {', '.join(KINDS)}"
            elif kind == "office" and wanted != "office-of-trade":
                message = "the only office is office:office-of-trade"
            elif target and wanted not in target.data:
                message = f"no such {ENTRY_NOUNS[target.name]} '{wanted}'{did_you_mean(wanted, target.data)}"
            if message:
                yield terms.problem((slug, "see", index), message)


def _topics(topics: Section, ptis: Section) -> Iterator[Problem]:
    for slug in ptis.data:
        if slug not in topics.data:
            yield topics.key_problem((), f"every PTI must also be a topic: '{slug}' is missing")
    for slug, data in topics.data.items():
        is_pti = data.get("is_pti", "false") if isinstance(data, dict) else "false"
        if is_pti == "true" and slug not in ptis.data:
            yield topics.problem((slug, "is_pti"), f"there is no PTI '{slug}' in ptis.yaml: remove is_pti")
        if is_pti != "true" and slug in ptis.data:
            yield topics.key_problem((slug,), "is a PTI: add 'is_pti: true'")


def _rules(topics: Section) -> Iterator[Problem]:
    lists = (("kinds", ENTRY_KINDS, "kind of entry"), ("topics", topics.data, "topic"), ("unless_topics", topics.data, "topic"))
    for slug, data in topics.data.items():
        rules = data.get("rules") if isinstance(data, dict) else None
        for number, rule in enumerate(rules if isinstance(rules, list) else ()):
            for field, known, word in lists:
                for index, value in _strings(rule, field):
                    if value not in known:
                        path = (slug, "rules", number, field, index)
                        yield topics.problem(path, f"no such {word} '{value}'{did_you_mean(value, known)}")


def _small_talk(section: Section) -> Iterator[Problem]:
    said: dict[str, str] = {}
    for slug, data in section.data.items():
        has_answer = isinstance(data, dict) and bool(data.get("answer"))
        if slug in REQUIRED["small_talk"] and has_answer:
            yield section.problem((slug, "answer"), "the bot answers this itself: leave the answer out")
        elif slug not in REQUIRED["small_talk"] and not has_answer:
            yield section.key_problem((slug,), "needs an answer, the sentence that the bot says")
        for index, phrase in _strings(data, "phrases"):
            if (other := said.setdefault(phrase.casefold(), slug)) != slug:
                yield section.problem((slug, "phrases", index), f"is also a phrase of '{other}': the bot can give only one answer to it")


def _repeated_phrases(section: Section) -> Iterator[Problem]:
    """Yield phrases that two groups of synonyms have, which can be read as one word only."""
    read_as: dict[str, str] = {}
    for index, group in _strings(section.data, "synonyms"):
        first, *others = (" ".join(member.split()) for member in group.split(","))
        for phrase in others:
            if " " in phrase and (other := read_as.setdefault(phrase, first)) != first:
                yield section.problem(("synonyms", index), f"{phrase!r} is read as {other!r} already: leave it out here or there")
