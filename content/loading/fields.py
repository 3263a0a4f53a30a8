"""Pydantic types for single values, with messages that tell staff what to write."""

import re
from contextlib import suppress
from datetime import date
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from content import rules
from content.loading.urls import is_internal, is_loopback
from content.search.text import words

_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+")
_EMAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"\+?[0-9(][0-9A-Z() .-]{5,23}[0-9A-Z]")
_PAGE_SOURCE = re.compile(r"(the )?(office of trade )?(flyer|careers page)\b.*", re.IGNORECASE)
_NOTE_SOURCE = re.compile(r"team note\b.*", re.IGNORECASE)
_MESSAGE_SOURCE = re.compile(
    r"(CSMS )?(\d{8}|\d{2}-\d{6})( \(\d{4}-\d{2}-\d{2}\))?|CSMS archive( titles?)?( \d{4}-\d{2}-\d{2})?|\d{4}-\d{2}-\d{2}"
)
_EVERY = re.compile(r"(\d{1,5})([smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def _url(value: str, schemes: tuple[str, ...], wrong: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("is not a web address") from None
    if parts.scheme not in schemes:
        raise ValueError(wrong)
    if "@" in parts.netloc or "\\" in value or not value.isascii() or " " in value or not _HOST.fullmatch(host):
        raise ValueError(f"is not a plain web address such as {schemes[0]}://www.cbp.gov/trade")
    return value


def _https(value: str) -> str:
    return _url(value, ("https",), "must start with https://")


def _https_or_nothing(value: str) -> str:
    return value and _https(value)


def _source(value: str) -> str:
    if _PAGE_SOURCE.fullmatch(value) or is_note(value):
        return value
    for part in re.split(r"(?<!\s)\s*;\s*|,\s+|(?<!\s)\s+and\s+", value):
        if not _MESSAGE_SOURCE.fullmatch(part):
            _url(part, ("https", "http"), 'must be a web address, "CSMS" and a number, "flyer" or "careers page"')
    return value


def is_note(source: str) -> bool:
    """Return whether a source is only what a colleague wrote down."""
    return _NOTE_SOURCE.fullmatch(source) is not None


def _as_of(value: str) -> str:
    if re.fullmatch(r"(19|20)\d\d(-\d\d){0,2}", value):
        with suppress(ValueError):
            date.fromisoformat((value + "-01-01")[:10])
            return value
    raise ValueError(f"must be a year, a month or a day: 2026, 2026-02 or 2026-02-06, not {value!r}")


def _status(value: str) -> str:
    if value == "not_seen":
        raise ValueError("the bot does not show unverified facts: verify this one or leave it out")
    if value not in ("official", "derived", "secondary"):
        raise ValueError("must be one of: official, derived, secondary")
    return value


def _contact(value: str) -> str:
    if not _EMAIL.fullmatch(value) and not _PHONE.fullmatch(value):
        raise ValueError("must be an email address or a telephone number")
    return value


def _every(value: Any) -> int:
    found = _EVERY.fullmatch(value) if isinstance(value, str) else None
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not 1 <= seconds <= 86_400:
        raise ValueError('must be a time from 1s to 24h, such as "30s", "5m" or "1h"')
    return seconds


def _feed_url(value: str) -> str:
    """Accept http on this machine, for trial feeds."""
    try:
        host = urlsplit(value).hostname or ""
    except ValueError:
        host = ""
    if value.startswith("http://") and is_loopback(host) and value.isascii() and " " not in value:
        return value
    if host and is_internal(host) and not is_loopback(host):
        raise ValueError(_not_public(host))
    return _url(value, ("https",), "must start with https:// (http:// only on this machine: 127.0.0.1)")


def _not_public(host: str) -> str:
    return f"{host[:80]!r} is an internal address, which the bot does not read: use the address of a public server"


def _flag(value: Any) -> bool:
    if value not in ("true", "false"):
        raise ValueError("must be true or false")
    return bool(value == "true")


def _hostname(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise ValueError("must be a host name such as public.govdelivery.com")
    if is_internal(value.lower()) and not is_loopback(value):
        raise ValueError(_not_public(value))
    return value


def _phrase(value: str) -> str:
    rules.pattern((value,))
    return value


def _group(value: str) -> str:
    members = [member.strip() for member in value.split(",")]
    if len(members) < 2 or not all(map(words, members)):
        raise ValueError("must be two words or more, with commas between them")
    if value != value.casefold():
        raise ValueError("must be in lower case")
    if " " in members[0] and any(" " in member for member in members):
        raise ValueError(f"must begin with a single word: the bot reads {members[0]!r} as that word")
    unique(tuple(members))
    return value


def _saying(value: str) -> str:
    if "*" in value or not words(value):
        raise ValueError("must be the words that people say, in full and without *")
    return " ".join(words(value))


def unique(values: tuple[str, ...]) -> tuple[str, ...]:
    seen: set[str] = set()
    for value in values:
        if value.casefold() in seen:
            raise ValueError(f"{value!r} is in this list twice")
        seen.add(value.casefold())
    return values


def _empty_list(value: Any) -> Any:
    return () if value == "" else value  # a field name without a value


T = TypeVar("T")
Many = Annotated[tuple[T, ...], BeforeValidator(_empty_list)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=150)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_phrase)]
Url = Annotated[str, StringConstraints(max_length=500), AfterValidator(_https)]
Source = Annotated[str, StringConstraints(min_length=1, max_length=600), AfterValidator(_source)]
AsOf = Annotated[str, AfterValidator(_as_of)]
Status = Annotated[str, AfterValidator(_status)]
Words = Annotated[Many[Short], AfterValidator(unique)]
Titles = Annotated[Many[Title], AfterValidator(unique)]
Texts = Annotated[Many[Text], AfterValidator(unique)]
Slugs = Annotated[Many[Short], AfterValidator(unique)]
FeedUrl = Annotated[str, StringConstraints(max_length=500), AfterValidator(_feed_url)]
UrlOrNothing = Annotated[str, StringConstraints(max_length=500), AfterValidator(_https_or_nothing)]
ContactValue = Annotated[str, AfterValidator(_contact)]
Every = Annotated[int, BeforeValidator(_every)]
Hostname = Annotated[str, AfterValidator(_hostname)]
Groups = Annotated[Many[Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(_group)]], AfterValidator(unique)]
Sayings = Annotated[Many[Annotated[str, StringConstraints(min_length=1, max_length=80), AfterValidator(_saying)]], AfterValidator(unique)]
Flag = Annotated[bool, BeforeValidator(_flag)]
