"""`tradebot draft TEXT`: print the block of YAML that would answer a question, to be filled in.

The source is left empty, so `tradebot check` refuses the block until somebody has written where the answer stands.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from bot import ask
from content.catalog import Catalog, title
from content.search.lookup import find
from content.search.text import clean

MAX_CHARACTERS = 150
"""A question may be as long."""

MAX_TERM_WORDS, MAX_TERM_CHARACTERS = 4, 100

_ASKS = re.compile(
    r"(who|whom|whose|what|when|where|which|why|how|is|are|am|was|were|do|does|did|can|could|may|must|should|will|would|has|have)\b", re.I
)


def run(words: Sequence[str], _: Mapping[str, str]) -> int:
    """Raises ValueError for a wrong usage."""
    text = " ".join(words)
    if not text.strip():
        raise ValueError("draft needs a question or a term, for example: tradebot draft 'Is honey under a quota?'")
    return print_draft(text)


def print_draft(text: str) -> int:
    """Return 1 when the content cannot be read."""
    catalog = ask.load()
    if catalog is None:
        return 1
    ask.show(draft(text, catalog, datetime.now(UTC).date()))
    return 0


def draft(text: str, catalog: Catalog, today: date) -> str:
    """Return a question for the subject that the text is about, or a term of the glossary for a few words."""
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in clean(text)).split())[:MAX_CHARACTERS].rstrip()
    is_short = len(words.split()) <= MAX_TERM_WORDS and len(words) <= MAX_TERM_CHARACTERS
    if is_short and not words.endswith("?") and not _ASKS.match(words):
        key = _key(words)
        known = next((term for term in catalog.terms if key == term.slug or key in map(_key, (term.term, *term.aliases))), None)
        if known is not None:
            return f"# The glossary has {known.term} ({catalog.places.get(f'term:{known.slug}', 'glossary.yaml')}): change it there."
        return _term(key, words, today)
    subjects = find(catalog, words, ("pti", "office")).subjects
    subject = subjects[0] if subjects else f"office:{catalog.office.slug}"
    place = catalog.places.get(subject, "office.yaml")
    note = f"# Put this into the questions of {title(catalog, subject)} ({place}), or of another issue that it is about."
    margin = "  " if subject.startswith("office:") else "    "
    return f"{note}\n# {_REST}\n{margin}questions:\n" + _indent(_question(words, today), f"{margin}  ")


_REST = "If `questions:` is there already, leave out that line. Fill in what is empty; the source is required."


def _question(words: str, today: date) -> list[str]:
    return [
        f"- q: {_quoted(words)}",
        "  also: []",
        '  a: ""',
        '  source: ""',
        f'  read: "{today:%Y-%m}"',
    ]


def _key(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")[:60].rstrip("-") or "new-term"


def _term(key: str, words: str, today: date) -> str:
    lines = [
        f"{key}:",
        f"  term: {_quoted(words)}",
        '  expansion: ""',
        "  definition:",
        '    text: ""',
        '    source: ""',
        f'    read: "{today:%Y-%m}"',
        "  aliases: []",
        "  see: []",
    ]
    note = "# Put this into the terms of glossary.yaml, in alphabetical order. Fill in the text and the source; both are required."
    return f"{note}\n" + _indent(lines, "  ")


def _indent(lines: list[str], margin: str) -> str:
    return "\n".join(margin + line for line in lines)


def _quoted(words: str) -> str:
    """Return a YAML text in double quotes, which JSON writes too."""
    return json.dumps(words, ensure_ascii=False)
