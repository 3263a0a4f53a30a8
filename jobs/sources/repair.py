"""Repair a feed's text before it is parsed, so that a bad character costs no more than itself."""

import html
import re
from html.entities import html5
from urllib.parse import urlsplit

_REFERENCES = re.compile(r"(?:&#(?:[xX][0-9a-fA-F]+|[0-9]+);?)+")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_MAX_DIGITS = 7  #: Of U+10FFFF in decimal, and one more than in hexadecimal.

_ENTRY_EDGE = re.compile(r"(?=<(?:item|entry)[\s>])|(?<=</item>)|(?<=</entry>)", re.IGNORECASE)
_ENTRY_TAG = re.compile(r"<(/?)(?:item|entry)[\s>]", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LONG_TAG = re.compile(r"<([a-z][\w:.-]*)\s[^<>]{4000,}>", re.IGNORECASE)  #: A parser's time grows with the square of the attributes.
_MARKUP = re.compile(
    r"<!\[CDATA\[.*?\]\]>"  # stays as it is
    r"|&(?!(?:#[0-9]+|amp|lt|gt|quot|apos);)(?:([a-z][a-z0-9]*);)?"
    r"|<(?!/?[a-z_:]|\?|!DOCTYPE)",
    re.IGNORECASE | re.DOTALL,
)

_XML_BASE = re.compile(r"\sxml:base\s*=\s*(\"[^\"<>]*\"|'[^'<>]*')")
_NAMESPACES = r"\s*=\s*[\"']https?://(?:search\.yahoo\.com/mrss|www\.itunes\.com/dtds)[^\"'<>]*[\"']"
_MEDIA = re.compile(rf"xmlns:([\w.-]+){_NAMESPACES}", re.IGNORECASE)
_MEDIA_ITSELF = re.compile(rf"\sxmlns{_NAMESPACES}", re.IGNORECASE)
_MAX_PREFIXES = 20
_TAG = re.compile(r"<(/?)([\w.:-]++)([^<>]*+)>")
_TEXTS = frozenset(("title", "description", "summary", "subtitle"))
_FRAMES = frozenset(("rss", "rdf:rdf", "channel", "feed", "item", "entry"))  #: A feed that puts these into a namespace means itself.


def mend_references(text: str) -> str:
    """Join surrogate pairs, and drop numeric references to what is no character in XML."""
    return _REFERENCES.sub(_mend_references, text) if "&#" in text else text


def _mend_references(found: re.Match[str]) -> str:
    mended = []
    high = 0
    for each in _REFERENCE.finditer(found[0]):
        code = _code(each)
        if high and 0xDC00 <= code <= 0xDFFF:
            mended.append(chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00))
        elif _is_allowed(code):
            mended.append(f"&#{code};")
        high = code if 0xD800 <= code <= 0xDBFF else 0
    return "".join(mended)


def _code(reference: re.Match[str]) -> int:
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    digits = digits.lstrip("0")
    # Python refuses to convert thousands of digits
    return int(digits or "0", base) if len(digits) <= _MAX_DIGITS else 0


def _is_allowed(code: int) -> bool:
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def mend_markup(text: str) -> str:
    """Escape each "&" and "<" that begins nothing, and replace HTML's named characters, which XML does not know.

    A comment or a CDATA section does not reach into another entry.
    """
    end = text.rfind("-->") + 3
    text = _COMMENT.sub(_drop_comment, text[:end]) + text[end:]
    text = _LONG_TAG.sub(r"<\1>", text)
    return "".join(_MARKUP.sub(_mend_markup, piece) for piece in _ENTRY_EDGE.split(text))


def _drop_comment(found: re.Match[str]) -> str:
    depth = 0
    for tag in _ENTRY_TAG.finditer(found[0]):
        depth += -1 if tag[1] else 1
        if depth < 0:
            return found[0]
    return found[0] if depth else ""


def _mend_markup(found: re.Match[str]) -> str:
    whole, name = found[0], found[1]
    if whole[0] == "<":
        return whole if len(whole) > 1 else "&lt;"
    known = html5.get(f"{name};") if name else None
    return html.escape(known) if known else f"&amp;{whole[1:]}"


def drop_bad_bases(text: str) -> str:
    """Drop addresses of `xml:base` that no link can be resolved against: a parser applies them to the entries that follow, too."""
    return _XML_BASE.sub(lambda found: found[0] if _is_address(html.unescape(found[1][1:-1])) else "", text) if "xml:base" in text else text


def _is_address(base: str) -> bool:
    try:
        return urlsplit(base).scheme.lower() in ("http", "https", "")
    except ValueError:
        return False


def hide_media_texts(text: str) -> str:
    """Rename the titles and descriptions of pictures and recordings, which a parser would take for the entry's own."""
    if _MEDIA_ITSELF.search(text):
        text = _hide_unprefixed(text)
    found = sorted(set(_MEDIA.findall(text)))[:_MAX_PREFIXES]
    prefixes = "|".join(sorted(re.escape(each) for each in {"media", "itunes", *found}))
    return re.sub(rf"(</?)({prefixes}):(title|description|summary|subtitle)\b", r"\1\2:hidden-\3", text, flags=re.IGNORECASE)


def _hide_unprefixed(text: str) -> str:
    """Rename these texts inside elements that make such a namespace the default."""
    pieces: list[str] = []
    done = 0
    outer, depth = "", 0
    for tag in _TAG.finditer(text):
        closing, name, rest = tag[1], tag[2].lower(), tag[3]
        if name in _FRAMES:
            outer = ""  # an element that never ends reaches into no other entry
            continue
        if not outer and not closing and _MEDIA_ITSELF.search(rest):
            outer, depth = name, 0
        if outer and name in _TEXTS:
            pieces += (text[done : tag.start(2)], "hidden-")
            done = tag.start(2)
        if name == outer and not rest.endswith("/"):
            depth += -1 if closing else 1
        if not depth:
            outer = ""
    return "".join((*pieces, text[done:]))
