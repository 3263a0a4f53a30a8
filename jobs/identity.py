"""Tell which stored entry an entry of a document is, however its feed names it.

An identity is the feed's guid, else its link, else its title. Feeds share one among several entries, and rename all of them; nothing may
be lost by the former or posted again by the latter. A stored entry keeps its key, and further names of it are aliases.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jobs.models.entries import Entry, Outline, Parsed

WASHINGTON = ZoneInfo("America/New_York")  #: Entries of one day are those of a day there.
MAX_ALIKE = 1000  #: Stored entries with one title that are compared, the newest.
FEW_RENAMED = 3  #: Fewer entries than this never count as a renamed feed.

_NODE = re.compile(r"([0-9]+) at https?://\S*", re.IGNORECASE)  #: Drupal's guid.
_SESSION_PATH = re.compile(r";jsessionid=[^/?#]*|/\(S\([^/]*\)\)", re.IGNORECASE)
_PASSING = re.compile(
    r"utm_\w+|[jp]?sessionid|jsessionid|phpsessid|aspsessionid\w*|session_?id|sid|cfid|cftoken|[fg]clid|fbclid|mc_[ce]id|_ga|wgt_ref",
    re.IGNORECASE,
)
"""Names of a link's parameters that differ by visitor or campaign."""
_PLACEHOLDERS = frozenset({"", "-", "0", "n/a", "na", "nil", "none", "null", "undefined", "unknown", "guid", "false", "true", "tbd"})

Known = Entry | Outline


@dataclass(frozen=True, slots=True)
class Matched:
    """`parsed` are the document's entries, each with its stored entry's key or a new one."""

    parsed: tuple[Parsed, ...]
    aliases: Mapping[str, str]  #: Key by alias, to be stored.
    unknown: tuple[Parsed, ...]  #: Neither stored nor recognized.
    renamed: int = 0  #: Recognized although the feed names them differently.


def canonical(identity: str) -> str:
    """Return what stays when a feed's address changes: "9000 at", "cbp.gov/trade"; other text is its own."""
    if node := _NODE.fullmatch(identity):
        return f"{node[1]} at"
    return canonical_link(identity) if identity[:8].casefold().startswith(("http://", "https://")) else identity


def canonical_link(url: str) -> str:
    """Return a link without scheme, "www.", a closing slash, session ids and tracking."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return url
    if not host:
        return url
    address = host if port in (None, 80, 443) else f"{host}:{port}"
    query = "&".join(sorted(each for each in parts.query.split("&") if each and not _PASSING.fullmatch(each.partition("=")[0])))
    path = _SESSION_PATH.sub("", parts.path).rstrip("/")
    return address + path + (f"?{query}" if query else "") + (f"#{parts.fragment}" if parts.fragment else "")


def is_telling(identity: str, own: Iterable[str] = ()) -> bool:
    """Return False for a placeholder ("N/A"), a host alone and an address in `own`, which tell no entry from another."""
    name = canonical(identity.strip())
    if name.casefold() in _PLACEHOLDERS or name in {canonical_link(url) for url in own}:
        return False
    return name == identity.strip() or bool(re.search(r"[/?#]| at$", name))


def told_apart(each: Parsed | Known, base: str) -> str:
    """Return the name of one of several entries with this identity: it adds link and title."""
    text = f"{canonical_link(each.url)}\0{each.title.casefold()}"
    return f"{base}#{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:32]}"


def day_of(moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone(WASHINGTON).date()


def lookups(parsed: Iterable[Parsed]) -> set[str]:
    """Return every name under which the entries may be stored, and the marks of shared names."""
    names: set[str] = set()
    for each in parsed:
        names |= {each.key, *each.aliases}
        if not each.number:
            told = told_apart(each, each.key)
            names |= {_shared(each.key), told, _shared(told), _dated(each, told)}
    return names


def match(parsed: Sequence[Parsed], known: Mapping[str, Known], outlines: Sequence[Outline]) -> Matched:
    """`known` are stored entries by the names of `lookups`; `outlines` all entries of the feeds, needed only if there are unknown ones.

    A number of CBP or of the Federal Register is an identity that nothing else can replace.
    """
    names = _Names(known, outlines)
    groups: dict[str, dict[int, Parsed]] = {}
    for index, each in enumerate(parsed):
        groups.setdefault(each.key, {})[index] = each
    for base in sorted(groups, key=lambda base: base not in known or known[base].key != base):  # a key before an alias
        names.name(base, groups[base])
    before = len(names.taken)
    if outlines:
        _recognize(parsed, names, outlines)
    result, aliases = [], dict(names.aliases)
    for index, each in enumerate(parsed):
        name, stored = names.given[index], names.taken.get(index)
        key = name if stored is None else stored.key
        result.append(replace(each, key=key))
        if name not in (key, *aliases) and not each.number and name not in known:
            aliases[name] = key
    for flag, index in names.flags.items():
        aliases[flag] = result[index].key
    unknown = tuple(each for index, each in enumerate(result) if index not in names.taken and not each.number)
    return Matched(tuple(result), aliases, unknown, len(names.taken) - before)


class _Names:
    """The names of a document's entries by their index, and the stored entries they take, each once."""

    def __init__(self, known: Mapping[str, Known], outlines: Sequence[Outline]) -> None:
        self.known = known
        self.given: dict[int, str] = {}
        self.taken: dict[int, Known] = {}
        self.keys: set[str] = set()  # of those taken
        self.aliases: dict[str, str] = {}
        self.flags: dict[str, int] = {}
        self.older = {_canonical_key(each): each for each in outlines}  # stored under a name that is no longer used

    def stored(self, several: Iterable[Parsed]) -> Known | None:
        """Return the entry with this identity."""
        for each in several:
            for name in (each.key, *each.aliases):
                if name in self.known:
                    return self.known[name]
            if each.key in self.older:
                return self.older[each.key]
        return None

    def give(self, index: int, name: str, stored: Known | None) -> None:
        self.given[index] = name
        if stored is not None and stored.key not in self.keys:
            self.taken[index] = stored
            self.keys.add(stored.key)

    def name(self, base: str, group: Mapping[int, Parsed]) -> None:
        """Name the entries that have one identity: by it alone, if only one entry ever had it."""
        bare = self.stored(group.values())
        first, each = next(iter(group.items()))
        if each.number:
            for index in group:
                self.give(index, base, bare)
        elif len(group) > 1 or _shared(base) in self.known or (bare and _is_another(each, bare)):
            self._tell_apart(base, group)
            if bare is not None:
                self._keep_bare(base, bare, group)
        else:
            self._name_alone(base, first, each, bare)

    def _name_alone(self, base: str, index: int, each: Parsed, bare: Known | None) -> None:
        told = told_apart(each, base)
        bare = self.known.get(told) or bare
        if bare is None or bare.key not in self.keys:
            self.give(index, base, bare)
        else:  # the feed named two entries like one, one after the other
            self.give(index, told, None)
        if bare and told != (before := told_apart(bare, base)):
            self.aliases[before] = bare.key  # an edit, unless the identity proves to be shared

    def _tell_apart(self, base: str, group: Mapping[int, Parsed]) -> None:
        self._flag(base, next(iter(group)))
        by_told: dict[str, list[int]] = {}
        for index, each in group.items():
            by_told.setdefault(told_apart(each, base), []).append(index)
        for told, several in by_told.items():
            dated = len(several) > 1 or _shared(told) in self.known
            if dated:
                self._flag(told, several[0])
            for index in several:
                name = _dated(group[index], told) if dated else told
                stored = self.known.get(name)
                if stored is None and told in self.known and day_of(self.known[told].published) == day_of(group[index].published):
                    stored = self.known[told]
                self.give(index, name, stored)

    def _keep_bare(self, base: str, bare: Known, group: Mapping[int, Parsed]) -> None:
        """Give an entry that was stored before its identity was shared a name of its own."""
        told = told_apart(bare, base)
        self.aliases.setdefault(told, bare.key)
        for index, each in group.items():
            same_day = self.given[index] == told or day_of(each.published) == day_of(bare.published)
            if index not in self.taken and told_apart(each, base) == told and same_day:
                self.give(index, self.given[index], bare)

    def _flag(self, name: str, index: int) -> None:
        if _shared(name) not in self.known:
            self.flags[_shared(name)] = index


def _recognize(parsed: Sequence[Parsed], names: _Names, outlines: Sequence[Outline]) -> None:
    """Find the stored entries of those whose identity is new: by title and date, or by link.

    One alone needs the date to the second. If it is most of the document, the feed was renamed, and less is enough.
    """
    places = _Places(parsed, outlines)
    for alike in (_is_alike, _is_roughly_alike):
        before = dict(names.taken)
        for index, each in enumerate(parsed):
            if index in names.taken or each.number:
                continue
            rest = [stored for stored in places.candidates(each) if stored.key not in names.keys]
            found = next((stored for stored in rest if alike(each, stored, same_link=places.is_same_link(each, stored))), None)
            names.give(index, names.given[index], found)
        if alike is _is_roughly_alike:
            rough = len(names.taken) - len(before)
            renamed = sum(names.given[index] not in names.known for index in names.taken)
            if rough and (renamed < FEW_RENAMED or renamed * 2 <= len(parsed)):
                names.taken, names.keys = before, {stored.key for stored in before.values()}


class _Places:
    """The feed's stored entries by title and by link."""

    def __init__(self, parsed: Sequence[Parsed], outlines: Sequence[Outline]) -> None:
        self.titles: dict[str, list[Outline]] = {}
        self.links: dict[str, list[Outline]] = {}
        for each in outlines:
            self.titles.setdefault(each.title.casefold(), []).append(each)
            self.links.setdefault(canonical_link(each.url), []).append(each)
        self.shown = Counter(canonical_link(each.url) for each in parsed)

    def candidates(self, each: Parsed) -> list[Outline]:
        """Return those with its title or link, first those with both."""
        linked = {stored.key: stored for stored in self.links.get(canonical_link(each.url), [])}
        titled = {stored.key: stored for stored in self.titles.get(each.title.casefold(), [])[-MAX_ALIKE:]}
        both = {key: stored for key, stored in titled.items() if key in linked}
        found = both | titled | (linked if self._is_unique(each.url) else {})
        return [stored for stored in found.values() if stored.feed == each.feed]

    def is_same_link(self, each: Parsed, stored: Outline) -> bool:
        return self._is_unique(each.url) and canonical_link(each.url) == canonical_link(stored.url)

    def _is_unique(self, url: str) -> bool:
        """A link that several entries share does not tell which it is."""
        link = canonical_link(url)
        return bool(url) and is_telling(url) and self.shown[link] == 1 and len(self.links.get(link, ())) == 1


def _is_alike(each: Parsed, stored: Outline, *, same_link: bool) -> bool:
    same_title = each.title.casefold() == stored.title.casefold()
    if each.published is not None and each.published == stored.published:
        return same_title or same_link
    return same_title and same_link and _is_undated(each, stored)


def _is_roughly_alike(each: Parsed, stored: Outline, *, same_link: bool) -> bool:
    same_title = each.title.casefold() == stored.title.casefold()
    same_day = _is_undated(each, stored) or day_of(each.published) == day_of(stored.published)
    return (same_title or same_link) and (same_day or (same_title and same_link))


def _is_another(each: Parsed, stored: Known) -> bool:
    """Return whether an identity was reused: an edit keeps title, link or date."""
    links = {canonical_link(each.url), canonical_link(stored.url)}
    if "" in links or len(links) == 1 or each.title.casefold() == stored.title.casefold():
        return False
    return not _is_undated(each, stored) and each.published != stored.published


def _is_undated(each: Parsed, stored: Known) -> bool:
    """A missing or future date is stored as the time of the first sight."""
    return each.published is None or stored.published == stored.first_seen


def _shared(name: str) -> str:
    """Return the alias that flags a name as shared by several entries."""
    return f"{name}#"


def _dated(each: Parsed, told: str) -> str:
    return f"{told}#{day_of(each.published) or 'undated'}"


def _canonical_key(stored: Outline) -> str:
    slug, _, identity = stored.key.partition(":")
    return f"{slug}:{canonical(identity)}"
