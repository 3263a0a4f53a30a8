"""Leave out of a question in which form, and for what, somebody needs the answer ("tpl - explain it to a newcomer")."""

import re

from content.search.text import MAX_QUESTION, words
from content.search.wordlists import CARRIERS

_MEDIA = (
    "article|assignment|blog|blurb|booklet|booth|brief|briefing|brochure|cheat sheet|class|deck|essay|fact sheet|flier|flyer|handout|"
    "homework|intro|leaflet|lecture|meeting|memo|newsletter|one pager|outline|pamphlet|paper|poster|powerpoint|ppt|presentation|quiz|"
    "readout|slide|slides|speech|talk|talking points|text|thesis|training|tweet|welcome pack|write up|writeup"
)
_FOR = frozenset({"for", "in", "on"})
MIN_FRAMED, MAX_FRAME = 4, 7
"""Words of a text that may end with "for my talk", and of such an end."""
_OF_MEDIA = frozenset({"address", "contact", "date", "deadline", "editor", "email", "phone"})
"""Words for what is asked about a meeting or a newsletter itself."""
_OF_SHORT = frozenset(
    [
        "blurb",
        "define",
        "definition",
        "describe",
        "explain",
        "explained",
        "explanation",
        "few",
        "line",
        "lines",
        "paragraph",
        "quick",
        "sentence",
        "sentences",
        "short",
        "summary",
    ]
)
"""Words of a request for a text. Without one, "for a …" at the end may be what is asked about ("apply for a …")."""
_POSSESSIVES = frozenset({"her", "his", "my", "our", "their", "your"})
_DETERMINERS = "a|an|the|my|our|his|her|their|your|this|that|some|one"
_SOME = rf"(?: (?:{_DETERMINERS}|new|short|quick|little|next|tomorrows|todays|training|school|staff|team))"
_FOR_MEDIA = rf"(?:for|in|on){_SOME}{{1,3}}(?: \w++){{0,2}}? (?:{_MEDIA})"
_PERSON = "(?:im|i m|i am|were|we re|we are)"
_PLEASE = "(?: please| pls| only| max| answer| version)*+"
_COUNT = r"(?:\d\d?+|two|three|four|five|six|seven|eight|nine|ten)"
_WHOLE_CLAUSE = (
    rf"(?:(?:i|we) (?:just )?+(?:need|want|am using|m using|will use|ll use|use) (?:it|this|that|one|something) )?+{_FOR_MEDIA}"
    rf"|(?:its|it s|it is|this is|this s|that is|asking|im asking|i m asking)(?: just)?+ for{_SOME}(?: \w++){{0,2}}? \w++"
    r"|(?:(?:can|could|would|will) (?:you|u) )?+(?:please |pls |just )*+(?:explain|describe|define|summarize|summarise|put|break|spell|sum)"
    r"(?: it| this| that)?+(?: up| down| out)?+(?: (?:to|for|like|in|as|so|simply|briefly|shortly|please|pls)(?: [\w']++){0,8})?+"
    rf"|(?:keep it |make it |please |in |be |very |a |the )*+(?:short|brief|briefly|simple|simply|quick|quickly|plain){_PLEASE}"
    r"(?: (?:for|to) (?:\w++ ){0,3}\w++)?+(?: lol)?+"
    rf"|(?:in |just )?+(?:a|one|two|three|1|2|3)(?: short| simple| few)?+ (?:sentence|sentences|line|lines|word|words){_PLEASE}"
    rf"|{_PERSON} (?:making|preparing|writing|doing|building|drafting|giving|working on){_SOME}?(?: \w++){{0,2}}? (?:{_MEDIA})"
    rf"|{_PERSON} (?:testing|trying out) (?:you|this|it|the bot)(?: [\w']++){{0,8}}"
    rf"|(?:(?:is it|are there|was it) )?+{_COUNT} or {_COUNT}"
    rf"|(?:quick|short|simple|stupid|dumb|silly|one) (?:question|one|q)|(?:{_PERSON} )?+(?:just )?+(?:curious|wondering|asking)"
)
_REMIND = (
    r"(?:(?:can|could|would) (?:you|u) )?+(?:please |pls )*+remind me"
    r"(?: please| pls| plz| again| real quick| quickly)*+ (?=how|what|which|who|why)"
)
"""Words before a question that somebody has asked before; "remind me when" asks for a reminder."""
_THING = (
    r"((?:what is|what s|whats|what are|explain|tell me about|tell me what is) )(?:all )?+(?:this|that|these|the) (?:whole )?+"
    r"((?:\w++ ){1,3}?)(?:thing|thingy|things|thingies|stuff|business)( about)?+"
)
"""A name between "this" and "thing"."""
_EVERYTHING = (
    r"(?:(?:can|could|would) (?:you|u) )?+(?:please |pls )*+(?:(?:show|tell|give|get|send|list) (?:me|us) |list |i want to know |i need )?+"
    r"(?:everything|all)(?: (?:that )?+(?:you|we|u) (?:have|know|got|hold)| there is(?: to know)?+| info(?:rmation)?+)?+ (?:about|on) "
    r"(?=\w)(?!\S++ (?:message|messages|csms|updates))"
)
"""Words before a name that ask for its whole card. "All messages about" asks for no card."""
_BREAK = r"(?:\s++[-–—]++\s++|[,;:.?!…]++\s++)"


def without_form(text: str) -> str:
    """Return the question; the text itself if all of it may be one."""
    if len(text) > MAX_QUESTION:
        return text
    breaks = [match.span() for match in re.finditer(_BREAK, text)]
    starts, ends = [0, *(end for _, end in breaks)], [*(start for start, _ in breaks), len(text)]
    first, last = 0, len(starts)
    while last - first > 1 and _is_form(text[starts[last - 1] : ends[last - 1]]):
        last -= 1
    while last - first > 1 and _is_form(text[starts[first] : ends[first]]):
        first += 1
    kept = text[starts[first] : ends[last - 1]].rstrip(" ?!.,;:") if last - first < len(starts) else text
    kept = _without_thing(kept)
    typed = kept.split()
    if len(typed) < MIN_FRAMED or _FOR.isdisjoint(typed[-MAX_FRAME:]):
        return kept
    for start in range(max(1, len(typed) - MAX_FRAME), len(typed)):
        said, tail = set(words(" ".join(typed[:start]))), set(typed[start + 1 :])
        is_own = not tail.isdisjoint(_POSSESSIVES) or not said.isdisjoint(_OF_SHORT)
        if (
            typed[start] in _FOR
            and is_own
            and not said <= CARRIERS | _OF_MEDIA
            and re.fullmatch(_FOR_MEDIA, _plain(" ".join(typed[start:])))
        ):
            return " ".join(typed[:start])
    return kept


def without_everything(text: str) -> str:
    """Return the name whose whole card is asked for ("show me everything about quota"), or ""."""
    said = _plain(text[:MAX_QUESTION]) if "all" in text or "verything" in text else ""
    match = re.match(_EVERYTHING, said) if said else None
    return said[match.end() :].removesuffix(" please") if match else ""


def _without_thing(text: str) -> str:
    """Drop "remind me" before a question, and "this" and "thing" around a name ("what is this CROSS thing")."""
    said = _plain(text)
    if said.find("remind me") >= 0 and (match := re.match(_REMIND, said)):
        again = said[match.end() :]
        named = re.fullmatch(r"what ((?:\w++ ){1,4}?)(is|are)", again)
        return f"what {named[2]} {named[1]}".strip() if named else again
    if whole := without_everything(text):
        return whole
    match = re.fullmatch(_THING, said) if "thing" in said or "stuff" in said or "business" in said else None
    return f"{match[1]}{match[2]}".strip() if match else text


def _is_form(clause: str) -> bool:
    text = _plain(clause)
    return re.fullmatch(_WHOLE_CLAUSE, text) is not None


def _plain(text: str) -> str:
    return " ".join(words(text.replace("'", "").replace("’", "")))
