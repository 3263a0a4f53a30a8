"""Text as Teams may be shown it: nobody is mentioned, nothing is formatted but what a span says, no link hides where it leads.

Only a TextBlock (and a fact) reads Markdown, and only it makes a link that every Teams can follow: a TextRun's selectAction has stopped
being one before (microsoft/AdaptiveCards#9100). Teams has two readers of it: markdown-it on the desktop and in a browser, and the C++ of
Microsoft's shared model on phones. They agree on links, `**` and `*`, but not on how a mark is escaped: phones show the backslash
(microsoft/AdaptiveCards#5590) and leave HTML's entities as they are (MicrosoftDocs/msteams-docs#10997). So a mark is replaced by a sign
that looks like it, or parted from what would give it a meaning by a word joiner, which nobody sees.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.rendering import join_spans
from bot.urls import MAX_URL, is_misleading, safe_link
from handlers.replies.reply import Line, Span
from handlers.replies.text import clean

JOINER = "\u2060"

LOOKALIKES = str.maketrans({"*": "∗", "`": "ˋ"})
IN_LABELS = str.maketrans({"*": "∗", "`": "ˋ", "[": "［", "]": "］"})
"""Within a link's words a bracket would end them."""

UNDERSCORE = "ˍ"
EDGE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
"""An underscore that is not inside a word; phones take a letter beyond ASCII for none."""

ACTIVE = re.compile(r"<(?=[A-Za-z/!?@#])|\{(?=\{)")
"""Where a mention, a tag, an address in <> or a date function would begin."""
MARKS = re.compile(
    ACTIVE.pattern
    + r"|\\"  # an escape
    + r"|&(?=#?\w+;)"  # an entity
    + r"|\](?=[(\[:])"  # a link's words, or what a reference stands for
    + r"|!(?=\[)"  # a picture
    + r"|[~=](?=[~=])"  # struck through; what is found by a search is marked with ===
    + r"|[)\[\]](?=[-+] |\d+\.)"  # where phones begin a list in the middle of a line
)
START = re.compile(r"[-+>#=|:~]|\d+[.)]")
"""What begins a list, a quotation, a heading or a rule at the start of a line."""

CLOSING = ("", " ", ":", ",", ".", ";", ")")
MAX_AFTER = 40

QUOTED = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "()[]*~'\\"})
"""Signs of an address that would end a link early."""


def inert(text: str) -> str:
    """For a TextRun, a title and whatever else is no Markdown: no mention and no date function."""
    return ACTIVE.sub(parted, clean(text))


def parted(found: re.Match[str]) -> str:
    return found[0] + JOINER


def literal(text: str, lookalikes: dict[int, str] = LOOKALIKES, after: str = "") -> str:
    """For Markdown: nothing in it means anything, nor does it with what comes `after` it."""
    flat = EDGE.sub(UNDERSCORE, clean(text).translate(lookalikes))
    found = MARKS.sub(lambda mark: parted(mark) if mark.start() < len(flat) else mark[0], flat + after)
    return found[: len(found) - len(after)]


def markdown(words: Line, *, bold: bool = True) -> str:
    """A line as Markdown. `bold`: False where all of it is bold anyway. Code is bold in it, and a link has no look of its own: iOS
    shows what is nested as it is typed."""
    spans = list(join_spans(words))
    text = ""
    for place, span in enumerate(spans):
        piece = marked_up(span, text[-1:], begins(spans[place + 1 :], bold), bold)
        text += JOINER + piece if touching(text, piece) else piece
    text = text.strip()
    return JOINER + text if START.match(text) else text


def begins(spans: list[Span], bold: bool) -> str:
    """How the rest of a line begins, as far as it may give a meaning to what is before it."""
    text = ""
    for span in spans:
        if span.link and destination(span.link):
            return text + "["
        if marks_of(span, bold) and clean(span.text).strip():
            return text + "*"
        text += clean(span.text)
        if len(text) > MAX_AFTER:
            break
    return text[:MAX_AFTER]


def touching(before: str, after: str) -> bool:
    """Two pieces that would be read as one mark, or the second as a list because a link ends right before it."""
    return (before.endswith("*") and after.startswith("*")) or (before.endswith(")") and re.match(r"[-+\d]", after) is not None)


def marks_of(span: Span, bold: bool) -> str:
    return "**" * ((span.bold or span.code) and bold) + "*" * span.italic


def marked_up(span: Span, before: str, after: str, bold: bool) -> str:
    link = destination(span.link) if span.link else None
    if link is not None:
        return linked(span.text, link)
    marks = marks_of(span, bold)
    text = literal(span.text)
    inner = text.strip()
    if not marks or not inner:
        return literal(span.text, after=after)
    # a mark between a letter and a sign may count for the wrong side; beside white space it doesn't
    first = "" if inner[0].isalnum() or not before.strip() or text[0].isspace() else JOINER
    last = "" if inner[-1].isalnum() or after[:1] in CLOSING or text[-1].isspace() else JOINER
    return around(text, f"{marks}{first}{inner}{last}{marks}")


def linked(text: str, link: str) -> str:
    """Words that name another host than the one they lead to are no link; the host beside them is."""
    if is_misleading(clean(text), link):
        return f"{literal(text)} [({literal(urlsplit(link).hostname or link, IN_LABELS)})]({link})"
    words = literal(text, IN_LABELS)
    inner = words.strip() or literal(link, IN_LABELS)
    return around(words, f"[{JOINER if START.match(inner) else ''}{inner}]({link})")


def around(text: str, inner: str) -> str:
    """`inner` with the white space that `text` has around it: a mark that touches white space is none."""
    before = " " if text[:1].isspace() else ""
    after = " " if text.strip() and text[-1:].isspace() else ""
    return f"{before}{inner}{after}"


def destination(link: str) -> str | None:
    """The link as it may stand in Markdown, or None: https only, and nothing in it that ends it early."""
    found = safe_link(link)
    if found is None or not found.lower().startswith("https://") or "[" in urlsplit(found).netloc:
        return None
    safe = re.sub(r"&(#?\w+);", r"&\1%3B", found.translate(QUOTED))
    return safe if len(safe) <= MAX_URL else None


def has_link(words: Line) -> bool:
    """Whether the line needs Markdown."""
    return any(span.link is not None and destination(span.link) is not None for span in words)


def runs(words: Line) -> Iterator[tuple[str, Span]]:
    """The line as runs of text that nothing is read from, each with its look."""
    for span in join_spans(words):
        text = inert(span.text)
        if text:
            yield text, span
