"""Escape text for Teams: it mentions nobody, only spans format it, and no link hides where it leads.

Only a TextBlock (and a fact) parses Markdown, and only its links work in every client: a TextRun's selectAction has broken before
(microsoft/AdaptiveCards#9100). Teams parses Markdown with markdown-it on the desktop and in browsers, and with the C++ shared model on
phones, which shows the backslash of an escape (microsoft/AdaptiveCards#5590) and keeps HTML entities (MicrosoftDocs/msteams-docs#10997). So
a mark is replaced by a lookalike, or separated by an invisible word joiner from what would give it a meaning.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from bot.rendering import join_spans, keep_dates_whole
from bot.urls import MAX_URL, is_misleading, safe_link
from handlers.replies.reply import Block, Bullets, Fields, Fold, Line, Reply, Section, SmallPrint, Span
from handlers.replies.text import clean
from handlers.table import SPELLINGS, VERBS

_COMMAND_SLASH = re.compile(rf"(?<![\w/.:-])/(?=(?:{'|'.join(sorted((*VERBS, *SPELLINGS), key=len, reverse=True))})(?![\w/-]))")

JOINER = "\u2060"

LOOKALIKES = str.maketrans({"*": "∗", "`": "ˋ"})
IN_LABELS = str.maketrans({"*": "∗", "`": "ˋ", "[": "［", "]": "］"})
"""A bracket would end a link's label."""

EDGE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
"""An underscore not inside a word; on phones, only ASCII letters count as letters."""

ACTIVE = re.compile(r"<(?=[A-Za-z/!?@#])|\{(?=\{)")
"""The start of a mention, a tag, an autolink or a date function."""
MARKS = re.compile(
    ACTIVE.pattern
    + r"|\\"  # an escape
    + r"|&(?=#?\w+;)"  # an entity
    + r"|\](?=[(\[:])"  # a link's label or a reference definition
    + r"|!(?=\[)"  # an image
    + r"|[~=](?=[~=])"  # strikethrough; === highlights search hits
    + r"|[)\[\]](?=[-+] |\d+\.)"  # phones start a list in the middle of a line here
)
START = re.compile(r"[-+>#=|:~]|\d+[.)]")
"""A list, a quotation, a heading or a rule at the start of a line."""

CLOSING = ("", " ", ":", ",", ".", ";", ")")
"""Text that may follow a closing mark without changing its meaning."""
MAX_LOOKAHEAD = 40

QUOTED = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "()[]*~'\\"})
"""Characters of a URL that would end a link early."""


def strip_slashes(text: str) -> str:
    """Remove commands' slashes, which would open Teams' own menu. Buttons keep them."""
    return _COMMAND_SLASH.sub("", text)


def strip_reply_slashes(reply: Reply) -> Reply:
    """A link keeps its slashes: its label is someone else's title."""
    return replace(reply, text=strip_slashes(reply.text), blocks=tuple(map(_strip_block, reply.blocks)))


def _strip_block(block: Block) -> Block:
    match block:
        case Section(lines) | SmallPrint(lines):
            return replace(block, lines=tuple(map(_strip_line, lines)))
        case Bullets(items) | Fold(_, items, _):
            return replace(block, items=tuple(map(_strip_line, items)))
        case Fields(pairs):
            return replace(block, pairs=tuple((label, _strip_line(value)) for label, value in pairs))
        case _:
            return block


def _strip_line(line: Line) -> Line:
    return tuple(span if span.link else replace(span, text=strip_slashes(span.text)) for span in line)


def escape_text(text: str) -> str:
    """Escape text that is not parsed as Markdown, such as a TextRun."""
    return ACTIVE.sub(_separate, clean(text))


def _separate(found: re.Match[str]) -> str:
    return found[0] + JOINER


def escape_markdown(text: str, lookalikes: dict[int, str] = LOOKALIKES, after: str = "") -> str:
    """Escape text so that nothing has a meaning, even together with `after`, which follows it."""
    flat = EDGE.sub("ˍ", keep_dates_whole(clean(text)).translate(lookalikes))
    found = MARKS.sub(lambda mark: _separate(mark) if mark.start() < len(flat) else mark[0], flat + after)
    return found[: len(found) - len(after)]


def markdown(words: Line, *, bold: bool = True) -> str:
    """Code becomes bold, and links have no other format: iOS shows the marks of nested formats."""
    spans = list(join_spans(words))
    text = ""
    for place, span in enumerate(spans):
        piece = _span_markdown(span, text[-1:], _start_of(spans[place + 1 :], bold), bold)
        text += JOINER + piece if _is_ambiguous(text, piece) else piece
    text = text.strip()
    return JOINER + text if START.match(text) else text


def _start_of(spans: list[Span], bold: bool) -> str:
    """Return as much of the rest of a line as may give the text before it a meaning."""
    text = ""
    for span in spans:
        if span.link and link_target(span.link):
            return text + "["
        if _marks(span, bold) and clean(span.text).strip():
            return text + "*"
        text += clean(span.text)
        if len(text) > MAX_LOOKAHEAD:
            break
    return text[:MAX_LOOKAHEAD]


def _is_ambiguous(before: str, after: str) -> bool:
    """Whether two adjacent pieces would read as one mark, or the second as a list after a link."""
    return (before.endswith("*") and after.startswith("*")) or (before.endswith(")") and re.match(r"[-+\d]", after) is not None)


def _marks(span: Span, bold: bool) -> str:
    return "**" * ((span.bold or span.code) and bold) + "*" * span.italic


def _span_markdown(span: Span, before: str, after: str, bold: bool) -> str:
    link = link_target(span.link) if span.link else None
    if link is not None:
        return _link(span.text, link)
    marks = _marks(span, bold)
    text = escape_markdown(span.text)
    inner = text.strip()
    if not marks or not inner:
        return escape_markdown(span.text, after=after)
    # a mark between a letter and punctuation may count for the wrong side, except next to white space
    first = "" if inner[0].isalnum() or not before.strip() or text[0].isspace() else JOINER
    last = "" if inner[-1].isalnum() or after[:1] in CLOSING or text[-1].isspace() else JOINER
    return _pad(text, f"{marks}{first}{inner}{last}{marks}")


def _link(text: str, link: str) -> str:
    """A label that names another host is left as text, followed by the host as the link."""
    if is_misleading(clean(text), link):
        return f"{escape_markdown(text)} [({escape_markdown(urlsplit(link).hostname or link, IN_LABELS)})]({link})"
    words = escape_markdown(text, IN_LABELS)
    inner = words.strip() or escape_markdown(link, IN_LABELS)
    return _pad(words, f"[{JOINER if START.match(inner) else ''}{inner}]({link})")


def _pad(text: str, inner: str) -> str:
    """Move white space outside the marks, which Markdown would ignore next to it."""
    before = " " if text[:1].isspace() else ""
    after = " " if text.strip() and text[-1:].isspace() else ""
    return f"{before}{inner}{after}"


def link_target(link: str) -> str | None:
    """Return None unless the URL is https."""
    found = safe_link(link)
    if found is None or not found.lower().startswith("https://") or "[" in urlsplit(found).netloc:
        return None
    safe = re.sub(r"&(#?\w+);", r"&\1%3B", found.translate(QUOTED))
    return safe if len(safe) <= MAX_URL else None


def has_link(words: Line) -> bool:
    return any(span.link is not None and link_target(span.link) is not None for span in words)


def runs(words: Line) -> Iterator[tuple[str, Span]]:
    for span in join_spans(words):
        text = escape_text(span.text)
        text = text if span.code else keep_dates_whole(text)
        if text:
            yield text, span
