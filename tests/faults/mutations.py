"""Spoil one entry of a feed's document: as servers do, as attackers do, and at random."""

import random
import re

BAD_REFERENCES = ("&#xD83D;&#xDE00;", "&#55357;&#56832;", "&#xD83D;", "&#x110000;", "&#0;", "&#x1;", "&#xFFFF;", f"&#{'9' * 5_000};")
AMPERSANDS = ("&", "&a=1", "&copy=2", "&;", "&#;", "&#x;", "&nbsp;", "&unknown;", "AT&T")
MARKUP = (
    "<", "<<", "<a", "</a>", "<a href='x'>", "]]>", "<![CDATA[", "<![x", "<!", "<!--", "-->", "<?", "<?xml version='1.0'?>", "<!DOCTYPE x>",
    "<!DOCTYPE x [", "<!ENTITY a 'b'>", "<item>", "</item>", "<entry>", "</entry>", "<item", "</item", "<channel>", "</channel>", "</rss>",
    "<rss>", "</feed>", "<title>", "</title>", "</link>", "</guid>", "</description>", "<svg><title>", "<math>", "<b>" * 3_000,
    "<div>" * 3_000,
)  # fmt: skip
ATTACKS = (
    "<link href='http://[x'/>",
    "<link>http://[x</link>",
    " xml:base='http://[x'",
    " xmlns:x='y'",
    "<x:y>",
    "<source url='http://['>s</source>",
    "<image><url>http://[</url>",
    "<image><width>x</width></image>",
    "</width>",
    "<textInput>",
    "<media:title>M</media:title>",
    "<media:description>Picture</media:description>",
    "<media:thumbnail>u</media:thumbnail>",
    "</media:credit>",
    "<itunes:explicit>y</itunes:explicit>",
    "<georss:point>x</georss:point>",
    "<psc:chapters><psc:chapter start='x'/></psc:chapters>",
    "<content type='xhtml'><div>",
    "<content mode='base64'>????</content>",
    "<newlocation>http://[</newlocation>",
    "<enclosure url='http://['/>",
    "<x " + " ".join(f"a{n}=''" for n in range(20_000)) + ">",
    f"<{'a' * 3_000}>",
    "x" * 30_000,
    "\x00",
    "\x0b",
    "\ufffe",
    "\u2028",
    "\u202e",
    "\U0001f600",
    "\ud83d\ude00",  # each encoded alone
    "<!channel> <@U1> <at>x</at>",
    "javascript:alert(1)",
)
IN_JSON = ("\\", "\\x41", "\\ud83d\\ude00", "\\ud83d", "\\u0000", '"', "{", "}", "[", "]", ",", ":", "\n", "\x01", "9" * 5_000, "[" * 3_000)
TOKENS = (*BAD_REFERENCES, *AMPERSANDS, *MARKUP, *ATTACKS)

WAYS = ("insert", "replace", "delete", "repeat", "character", "edge", "cut", "reverse")


def spoil(chance: random.Random, entry: str, *, json: bool) -> str:
    """Return the entry with one to five faults."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        entry = _spoil(chance, entry, (*IN_JSON, *AMPERSANDS, *BAD_REFERENCES) if json else TOKENS)
    return entry


def _spoil(chance: random.Random, entry: str, tokens: tuple[str, ...]) -> str:
    start = chance.randrange(len(entry) + 1)
    end = min(len(entry), start + chance.choice((1, 1, 2, 5, 20, 100)))
    token = chance.choice(tokens)
    match chance.choice(WAYS):
        case "insert":
            return entry[:start] + token + entry[start:]
        case "replace":
            return entry[:start] + token + entry[end:]
        case "delete":
            return entry[:start] + entry[end:]
        case "repeat":
            return entry[:start] + entry[start:end] * chance.choice((2, 3, 50)) + entry[end:]
        case "character":
            return entry[:start] + chr(chance.choice((chance.randrange(128), chance.randrange(0x250), 0x1F600))) + entry[end:]
        case "edge":  # beside a tag or a brace
            places = [found.start() + chance.randrange(2) for found in re.finditer(r"[<>{}\"]", entry)] or [start]
            at = chance.choice(places)
            return entry[:at] + token + entry[at:]
        case "cut":
            other = chance.randrange(len(entry) + 1)
            return entry[: min(start, other)] + entry[max(start, other) :]
        case _:
            return entry[:start] + entry[start:end][::-1] + entry[end:]
