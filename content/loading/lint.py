"""Warn of what is valid but likely wrong: markup, leftovers of a template, mentions of a chat, odd dates and marks, repeated questions."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from content.loading.files import SECTIONS, Problem
from content.loading.item_names import name_path
from content.loading.yaml_reader import Path, Tree, parse

MAX_WARNINGS = 200

DATES = ("as_of", "read")
"""Fields that say when something was, and so are never in the future."""

_SIGNS = (
    (
        re.compile(r"<!(?:channel|here|everyone)\b[^<>]{0,40}>|<[@#][A-Z0-9]{2,20}[^<>]{0,80}>|(?<![\w.])@(?:channel|here|everyone)\b"),
        "is a mention of a chat: write a name, or leave it out",
    ),
    (re.compile(r"</?[a-z][a-z0-9]{0,20}(?:\s[^<>]{0,200})?/?>", re.IGNORECASE), "is an HTML tag, which people would see: leave it out"),
    (re.compile(r"&(?:[a-z]{2,8}|#\d{1,6});", re.IGNORECASE), "is HTML for a character: write the character itself"),
    (
        re.compile(r"\{\{[^{}]{0,80}\}\}|\$\{[^{}]{0,80}\}|\{[A-Za-z_ ]{1,40}\}|«[^«»]{1,80}»|\[[A-Z][A-Z _-]{2,40}\]|%%\w{1,40}%%"),
        "looks like a place in a template: fill it in",
    ),
    (
        re.compile(
            r"\*\*[^*\s][^*]{0,200}\*\*|(?<!\w)__[^_\s][^_]{0,200}__(?!\w)|\[[^\[\]]{1,100}\]\((?:https?:|mailto:|/)[^()\s]{1,300}\)"
        ),
        "is Markdown, whose marks people would see: write the words alone",
    ),
    (re.compile(r"\A[“”„][^“”„]{1,600}[“”]\Z"), "has curly quotation marks around it, which people would see: use straight ones"),
    (
        re.compile(r'\A[^"]{1,600}(?<!\d)"[.!?]?\Z'),
        "has a quotation mark that no other one opens: put one at the beginning of the text, too",
    ),
    (re.compile(r"\blorem ipsum\b", re.IGNORECASE), "is a filler text: write the text"),
    (re.compile(r"\b(?:TODO|TBD|FIXME|XXX+)\b"), "says that something is still to be done: do it, or leave the entry out"),
)


_PAGE = re.compile(r"https?://(?:www\.)?(?P<page>cbp\.gov/\S*)", re.IGNORECASE)
"""A page of CBP.gov, which changes and keeps its address."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

_ADDRESSES = {
    "federal-register": "www.federalregister.gov/api/v1/documents.json",
    "cross-rulings": "rulings.cbp.gov/api/search",
    "hts-releases": "hts.usitc.gov/reststop/releaseList",
}
"""A kind of source -> how its addresses begin."""


def lint(files: Mapping[str, str], today: str) -> tuple[Problem, ...]:
    """Return warnings in file order. `today` is a date such as "2026-11-29"."""
    found: list[Problem] = []
    asked: dict[str, tuple[Path, str]] = {}
    trees = {name: tree for name in SECTIONS if name in files and (tree := parse(name, files[name])[0])}
    data = {name: tree.data for name, tree in trees.items()}
    odd = _odd_dates(data) | _odd_addresses(data.get("feeds.yaml"))
    for name, tree in trees.items():
        for path, text in _texts(tree.data, ()):
            warning = odd.get((name, path)) or _warning(path, text, today) or _repetition(name, path, text, tree, asked)
            if warning:
                found.append(Problem(name, *tree.value_mark(path), name_path(path, tree.data), warning))
    return tuple(found[:MAX_WARNINGS])


def _odd_dates(data: Mapping[str, Any]) -> dict[tuple[str, Path], str]:
    """Return warnings of statements of CBP.gov: those that do not say when the page was read, and those of an older form of the page."""
    statements = [(name, path, said) for name, tree in data.items() for path, said in _sourced(tree, ())]
    dates: dict[str, set[str]] = {}
    for _, _, said in statements:
        if page := _PAGE.fullmatch(said["source"]):
            dates.setdefault(page["page"], set()).add(_date(said))
    found: dict[tuple[str, Path], str] = {}
    for name, path, said in statements:
        page, date = _PAGE.fullmatch(said["source"]), _date(said)
        others = dates[page["page"]] - {date} if page else set()
        if page and "read" not in said:
            found[name, (*path, "source")] = "is a page, which can change: add read, the month in which you looked at it"
        elif date and ("" in others or any(date < other for other in others)) and not _YEAR.search(_words(said)):
            what = "no date" if "" in others else max(others)
            found[name, (*path, "as_of")] = f"another statement gives this page {what}: correct one, or say in the text of which year it is"
    return found


def _odd_addresses(data: Any) -> dict[tuple[str, Path], str]:
    """Return warnings of sources of feeds whose address is not one of their kind."""
    feeds = data.get("feeds") if isinstance(data, dict) else None
    found: dict[tuple[str, Path], str] = {}
    for slug, feed in (feeds if isinstance(feeds, dict) else {}).items():
        sources = feed.get("sources") if isinstance(feed, dict) else None
        for place, source in enumerate(sources if isinstance(sources, list) else ()):
            kind, url = (source.get("kind"), source.get("url")) if isinstance(source, dict) else (None, None)
            usual = _ADDRESSES.get(kind) if isinstance(kind, str) else None
            # an http address is on this machine, for a trial
            if usual and isinstance(url, str) and url.startswith("https://") and url.partition("?")[0] != f"https://{usual}":
                what = f"is not an address of kind {kind}, which begins with https://{usual}: copy it from another feed of this kind"
                found["feeds.yaml", ("feeds", slug, "sources", place, "url")] = what
    return found


def _sourced(data: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(data, dict):
        if isinstance(data.get("source"), str):
            yield path, data
        for key, value in data.items():
            yield from _sourced(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _sourced(value, (*path, index))


def _date(said: Mapping[str, Any]) -> str:
    return text if isinstance(text := said.get("as_of"), str) else ""


def _words(said: Mapping[str, Any]) -> str:
    return " ".join(text for field in ("text", "a", "for") if isinstance(text := said.get(field), str))


def _repetition(file: str, path: Path, text: str, tree: Tree, asked: dict[str, tuple[Path, str]]) -> str:
    """Return that another statement has this question, or "". `asked` has the questions so far: the owner, and its name and place."""
    is_wording = path[-2:-1] == ("also",)
    owner = (file, *path[: -2 if is_wording else -1])
    if not (is_wording or path[-1:] == ("q",)) or "rules" in path:
        return ""
    place = f"{name_path(owner[1:], tree.data)} ({file}:{tree.value_mark(path)[0]})"
    other, shown = asked.setdefault(" ".join(re.findall(r"\w+", text.casefold())), (owner, place))
    return f"is also a question of {shown}: the bot can give only one answer to it" if other != owner else ""


def _texts(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield every text in data that the reader made, which has few levels."""
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*path, index))


def _warning(path: Path, text: str, today: str) -> str:
    """Return the first sign that a text is wrong, or ""."""
    if path[-1:] and path[-1] in DATES:
        what = "the day on which you looked at the source" if path[-1] == "read" else "the date of the source"
        return f"{text} is still to come: write {what}" if text > today[: len(text)] else ""
    if path[-1:] == ("review_by",):
        return f"{text} is past: look at the source again, then write a later day" if text < today[: len(text)] else ""
    if path[-2:-1] in (("phrases",), ("contains",)):  # patterns, not texts
        return ""
    for sign, what_to_do in _SIGNS:
        if match := sign.search(text):
            return f"“{match[0][:40]}” {what_to_do}"
    return ""
