"""Text of feeds that would mean something in Teams."""

import random

NASTY = [
    "*a*", "**a**", "***a***", "_a_", "__a__", "a_b_c", "`a`", "```a```", "~~a~~", "~a~", "===a===", "/==/", "<mark>a</mark>",
    "[CBP](https://evil.example)", "[CBP][1]", "[1]: https://evil.example", "[x]", "]", "[", "](https://evil.example)", "a]b[c", "\\",
    "\\*a\\*", "![a](https://evil.example/x.png)", "!", "<https://evil.example>", "<a href='https://evil.example'>CBP</a>",
    "<at>Everyone</at>", "<at>", "</at>", "<script>alert(1)</script>", "<!-- a -->", "<b>", "<br/>", "< 5 > 3", "&amp;", "&#42;a&#42;",
    "&lt;at&gt;", "&copy", "AT&T; x", "{{DATE(2026-02-06T09:00:00Z,SHORT)}}", "{{TIME(2026-02-06T09:00:00Z)}}", "{{{{", "}}", "${x}",
    "{", "# a", "### a", "> a", "- a", "+ a", "* a", "1. a", "1) a", "20190523.2 a", "---", "***", "===", "___", "| a | b |", "    a",
    "\ta", "a  ", "  a", "a\nb", "a\r\n- b", "a\n\nb", "a\n===", "\u202ea\u202c", "\u2066a", "\u0000a", "\u001b[1m", "\ud800",
    "\u2028a", "\u00a0a", "🙂", "é*é*é", "“*a*”", ".*a*.", "@channel", ":tada:", "\"", "'", "'a'", "{\"type\":\"Image\"}",
    "https://www.cbp.gov/x_y_z", "mailto:a@b.gov", "javascript:alert(1)", "(a)- b", "(a)1. b", "a)", "(", "^a^", "http://127.0.0.1/",
    "www.cbp.gov", "cbp.gov",
]  # fmt: skip


def nasty(count: int) -> list[str]:
    """Return each text alone, then several in a row."""
    dice = random.Random(508)  # noqa: S311 -- the same in every run
    several = (dice.choice(("", " ")).join(dice.choices(NASTY, k=dice.randrange(2, 6))) for _ in range(count))
    return [*NASTY, *several][:count]
