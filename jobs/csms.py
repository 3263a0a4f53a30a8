"""Since 1 July 2019, a CSMS, CAMS or TIN number is a GovDelivery bulletin's id in decimal; its page has the id in hex.

Older numbers such as 19-000252 have no page.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

ACCOUNT = "USDHSCBP"  #: At GovDelivery; links use either case.

# Compiled only when used: `tradebot ask` needs no patterns.
_NUMBER = r"(?P<number>[0-9]{7,9}|[0-9]{2}-[0-9]{6})"
_NUMBERED = rf"(?P<family>CSMS|CAMS|TIN)\s*+(?:#|No\.?|Number)?+\s*+{_NUMBER}"
_HEADING = rf"(?is){_NUMBERED}(?!\w)[\s\u2010-\u2015:-]*(?P<text>.*)"
_PAGE = rf"(?i)/(?:accounts/{ACCOUNT}/)?bulletins/(?:gd/{ACCOUNT}-)?(?P<id>[0-9a-f]{{6,8}})/?"
_BANNER = rf"(?i)\s*(?:[^\W\d]+\s+){{0,6}}?(?P<family>CSMS|CAMS|TIN)\s*+#?+\s*+{_NUMBER}(?![0-9])\s*[-\u2010-\u2015:]?\s*"


@dataclass(frozen=True, slots=True)
class Heading:
    """A parsed title; `family` is "csms", "cams", "tin" or ""."""

    family: str
    number: str
    text: str


def heading(title: str) -> Heading:
    """Parse "CSMS # 69302472 - GUIDANCE: …"; a number further inside is only a reference."""
    found = re.fullmatch(_HEADING, title.strip())
    if found is None:
        return Heading("", "", title.strip())
    return Heading(found["family"].lower(), found["number"], found["text"])


def hex_url(number: str) -> str:
    """Raises ValueError unless the number has 7 to 9 digits."""
    if not (7 <= len(number) <= 9 and number.isascii() and number.isdigit()):
        raise ValueError(f"no page can be derived from the number {number!r}: only numbers of 7 to 9 digits have one")
    return f"https://content.govdelivery.com/accounts/{ACCOUNT}/bulletins/{int(number):x}"


def number_of(url: str) -> str | None:
    """Return the number of the bulletin behind a link, or None. A path without a host counts as GovDelivery's."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "govdelivery.com").lower()
    except ValueError:
        return None
    if host != "govdelivery.com" and not host.endswith(".govdelivery.com"):
        return None
    found = re.fullmatch(_PAGE, parts.path)
    if found is None:
        return None
    number = str(int(found["id"], 16))
    return number if 7 <= len(number) <= 9 else None


def without_banner(body: str, number: str, title: str) -> str:
    """Cut the banner, "Cargo Systems Messaging Service CSMS # n - title".

    Titles are compared by letters and digits; if they differ, the title stays.
    """
    found = re.match(_BANNER, body)
    if found is None or found["number"] != number:
        return body
    rest = body[found.end() :]
    return rest[_length_of(title, rest) :].lstrip(" \n.-\u2013\u2014")


def _length_of(title: str, text: str) -> int:
    """Return the length of the start of `text` that spells `title`, or 0."""
    place = 0
    for letter in (c for c in title.casefold() if c.isalnum()):
        while place < len(text) and not text[place].isalnum():
            place += 1
        if place == len(text) or text[place].casefold() != letter:
            return 0
        place += 1
    # closing punctuation belongs to the title: "(see TIN # 67154332)"
    while place < len(text) and not text[place].isalnum() and not text[place].isspace() and text[place] in title:
        place += 1
    return place
