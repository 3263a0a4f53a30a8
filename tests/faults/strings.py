"""Naughty strings: text that means something to a shell, a database, a markup language, a platform or a parser."""

import random

from tests.support.adaptive.hostile import NASTY

STRINGS = [
    # nothing, and almost nothing
    "", " ", "\t", "\n", "\r\n", "\u00a0", "\u200b", "\ufeff", "\u2060", "\u3000", ".", ",", ";", "-", "--", "/", "//", "\\",
    "?", "!", "#",
    # words of programs
    "null", "None", "undefined", "nil", "NaN", "Infinity", "true", "false", "NO", "on", "0", "-0", "-1", "1e309", "0x10",
    "1/0", "9" * 400, "١٢٣", "１２３", "²", "½", "1,000", "1_000", "99999999999999999999", "67000001", "csms:67000001",
    "#67000001", "csms 67000001?",
    # databases and full-text search
    "' OR 1=1 --", "\"; DROP TABLE post; --", "Robert'); DROP TABLE entry;--", "%", "_", "%%", "\\%", "a* b*", "NEAR(a b)",
    "a AND", "OR b", "NOT", "\"", "\"\"", "\"unclosed", "(", ")", "((a)", "title:a", "-\"a\"", "-", "a:*", "a & b | !c",
    "a <-> b", "'a':A", "{a b}", "^a",
    # markup, mentions and links of platforms
    "<!channel>", "<!here>", "<!everyone>", "<@U1>", "<#C1>", "<#C1|trade>", "<!subteam^S1>", "<!date^1^{date}|x>",
    "<http://evil.example|cbp.gov>", "<https://evil.example>", "<mailto:a@b.gov|a>", "@channel", "@here", "@everyone",
    "*bold*", "_it_", "~no~", "`code`", "```", "> quote", ":tada:", "<at>Everyone</at>", "<at id='1'>x</at>",
    "<quoted messageId='1'/>", "<attachment id='1'></attachment>", "<emoji alt='x'/>", "javascript:alert(1)",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;", "&amp;amp;", "&#x110000;", "&#xD83D;&#xDE00;",
    "]]>", "<![CDATA[x]]>",
    # templates and shells
    "{}", "{0}", "{command}", "%s%s%s%n", "%(name)s", "${HOME}", "$HOME", "`id`", "$(id)", "; ls", "| cat /etc/passwd",
    "&& id", "{{7*7}}", "#{7*7}", "../../etc/passwd", "C:\\Windows", "file:///etc/passwd", "con", "~root", "a\x00b", "\x00",
    "\x07\x08\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029",
    # letters
    "é", "e\u0301", "ﬁ", "ß", "İ", "ı", "ﷺ", "𝕋𝕣𝕒𝕕𝕖", "Ω≈ç√∫", "田中さん", "한국어", "مرحبا", "שלום", "ปฏิเสธ",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚", "\u202eevil\u202c", "\u2066a\u2069", "👩‍👩‍👧‍👦", "🇺🇸", "👍🏽", "\ud800", "\udfff", "a\udc00b",
    "\U0010ffff", "\ufffe", "\ufdd0", "𠜎",
    # long
    "a" * 300, "a " * 700, "é" * 1900, "🙂" * 900, "\"" * 600, "<" * 1500, "((((" * 300, "a\n" * 500, "\u0301" * 800,
    "word" * 950, "x" * 4100,
    # what commands take
    "all", "any", "everything", "now", "daily", "daily 25:00", "daily 24:00", "daily 09:60", "weekly", "weekly mon",
    "weekly someday 09:00", "weekdays 09:00 in Nowhere", "in ../UTC", "in America", "daily 09:00 in America/New_York",
    "instead of 1", "instead of 99999999999999999999", "1", "1 2 3", "-1", "01", "1.0", "entry 1",
    "entry 99999999999999999999999", "digest 1 2026-02-09T14:00:00+00:00", "digest 1 yesterday",
    "digest 99999999999999999999 9999-12-31T23:59:59+14:00", "include system notices", "digest only", "revenue",
    "revenue weekdays 9", "pti:revenue", "-\"routine\" \"a\" \"b\"", "\"" + "é" * 300 + "\" now", "revenue " * 60,
    "audit; revenue", "share /pti revenue", "report x", "change 1", "back", "[object Object]", "[1,2]", "{\"a\":1}",
    "a=b&c=d", "+", "%00", "%ZZ", "%F0%9F", "a;b", "a|b", "a\tb", "2026-02-30", "0000-00-00", "9999-99-99",
]  # fmt: skip


def strings(count: int, seed: int) -> list[str]:
    """Return all strings, then random joins of them, up to `count`."""
    dice = random.Random(seed)  # noqa: S311  # to be repeatable
    every = list(dict.fromkeys([*STRINGS, *NASTY]))
    joined = (dice.choice(("", " ", "\n", '"')).join(dice.choices(every, k=dice.randrange(2, 5)))[:4200] for _ in range(count))
    return [*every, *joined][: max(count, 0)] if count > len(every) else dice.sample(every, count)
