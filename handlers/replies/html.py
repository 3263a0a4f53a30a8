"""Render a reply as a page of HTML that prints well, without what people could select."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from handlers.replies.reply import (
    Block,
    Bullets,
    Buttons,
    Divider,
    Fields,
    Fold,
    Header,
    Line,
    Menu,
    Overflow,
    Reply,
    Section,
    SmallPrint,
    Span,
    is_heading,
    plain,
    split_quiet,
    with_marks,
    without_controls,
)
from handlers.replies.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STYLE = """
@page { size: letter; margin: 11mm 13mm; }
body { color: #1b1b1b; background: #fff; font: 11pt/1.4 system-ui, sans-serif; max-width: 48rem; margin: 1rem auto; padding: 0 1rem; }
h1 { font-size: 1.6em; line-height: 1.2; margin: 0 0 .4em; }
h2 { font-size: 1.15em; margin: 1.1em 0 .3em; border-bottom: 1px solid #71767a; break-after: avoid; }
ul { margin: .3em 0; padding-left: 1.3em; }
li, tr, p { break-inside: avoid; }
li { margin-bottom: .25em; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #71767a; padding: .25em .5em; text-align: left; vertical-align: top; }
a { color: #005ea2; overflow-wrap: anywhere; }
small, .small { color: #3d4551; font-size: .9em; }
@media print {
  body { max-width: none; margin: 0; padding: 0; font-size: 8.6pt; line-height: 1.25; }
  h1 { font-size: 1.4em; margin: 0 0 .2em; }
  h2 { font-size: 1.05em; margin: .4em 0 .1em; }
  ul { margin: .15em 0; }
  li { margin-bottom: .1em; }
  li br { display: none; }
  li small::before { content: " · "; }
  th, td { padding: .1em .5em; }
  th { white-space: nowrap; }
  p { margin: .3em 0; }
  a { color: #1b1b1b; }
}
"""


def render(reply: Reply, *columns: str) -> str:
    """Return a whole page. `columns` are the heads of tables, of which the first column names the rows."""
    blocks = without_controls(reply).blocks
    title = next((block.text for block in blocks if isinstance(block, Header)), clean(reply.text)[:80])
    body = "\n".join(part for block in _below_title(blocks) for part in _block(block, columns or ("Name", "Value")))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _below_title(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with the title first, so that no heading precedes it."""
    return sorted(blocks, key=lambda block: not isinstance(block, Header))


def _block(block: Block, columns: tuple[str, ...]) -> Iterable[str]:
    match block:
        case Header(text, link):
            yield f"<h1>{_span(Span(text, link=link))}</h1>"
        case Section(lines) if is_heading(block):
            yield f"<h2>{_text(plain(lines[0]))}</h2>"
        case Section(lines):
            yield from (f"<p>{_line(each)}</p>" for each in lines)
        case SmallPrint(lines):
            yield from (f'<p class="small">{_line(each)}</p>' for each in lines)
        case Bullets(items):
            yield _list(items)
        case Fold(title, items, _):
            yield f"<h2>{_text(title)}</h2>"
            yield _list(items)
        case Fields(pairs):
            heads = "".join(f'<th scope="col">{_text(each)}</th>' for each in columns)
            rows = "\n".join(f'<tr><th scope="row">{_text(name)}</th><td>{_line(value)}</td></tr>' for name, value in pairs)
            yield f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
        case Divider():
            yield "<hr>"
        case Buttons() | Menu() | Overflow():
            return


def _list(items: tuple[Line, ...]) -> str:
    listed = ("<br>".join(map(_line, each)) for each in with_marks(items))
    return "<ul>\n{}\n</ul>".format("\n".join(f"<li>{each}</li>" for each in listed))


def _line(words: Line) -> str:
    above, quiet = ("".join(map(_span, part)) for part in split_quiet(words))
    return f"{above}<br><small>{quiet}</small>" if quiet else above


def _span(span: Span) -> str:
    text = _text(span.text)
    for wanted, element in ((span.code, "code"), (span.italic, "em"), (span.bold, "strong")):
        text = f"<{element}>{text}</{element}>" if wanted else text
    return f'<a href="{escape(span.link)}">{text}</a>' if span.link and span.link.startswith("https://") else text


def _text(text: str) -> str:
    return escape(clean(text))
