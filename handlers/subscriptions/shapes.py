"""Recognize sentences about subscriptions by the words that they consist of. Pure.

All words of a sentence must fit, so that a question about trade with the same verb stays a question.
"""

from collections.abc import Sequence

from handlers.subscriptions import cadence, timing
from handlers.subscriptions.meaning import Intent, Meaning
from jobs.states import CadenceKind


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ASKING = _set("what which whats what's show see view check tell preview")
_COMING = _set("would will going gonna could shall might")
_BRINGING = _set("get got gotten receive received post posted posts send sent bring brought deliver delivered see seen")
_AROUND = _set(
    "me us i we you it its they bot the this that these our my a an channel chat here team to be been is are have has had of from do does "
    "if subscription subscriptions digest updates update messages message posts csms kind sort in for and so far last week now please "
    "can how many exactly look like example sample"
)

_UNDO = frozenset(
    (
        *("undo", "revert", "take that back", "take it back", "reverse that", "undo that", "undo it", "undo this", "undo the last"),
        *("undo the last one", "undo the last change", "undo last change", "undo my last change", "undo that change", "undo the change"),
        *("undo the subscription", "undo my subscription", "undo last", "revert that", "revert it", "revert the last change"),
    )
)
_MAX_UNDOING = 4
_DIGEST = _set("digest digests")
_EARLY = _set("now today early earlier immediately send post run give bring make")
_BESIDE_DIGEST = _set("please the a this our my next get me us here right away")
_ADDING = _set("also too additionally")
_GIVING = _set("send give tell notify inform alert bring get post update")
_SENDING = _set("send give get bring post")
_MESSAGING = _set("dm dms message messages note notification notifications alert alerts ping text pm email")
_WHENEVER = _set("when whenever if")
_SYSTEMS = _set("ace abi aes ams cape portal system systems cbp cbps cbp's acas edi")
_TROUBLE = _set("down offline outage outages unavailable broken crashes crash breaks fails failing failure downtime out working stops")
_BEING = _set("goes go going went gets stops isnt isn't not")
_PERSONS = _set("me us everyone everybody")
_ANYTHING = _set("anything everything all whatever something news stuff messages things")
_RELATING = _set("about on regarding concerning for")
_MIN_ADDING, _MIN_ANYTHING = 3, 5  # words


def is_preview(words: Sequence[str]) -> bool:
    """Return whether somebody asks what the subscriptions bring: "show me what it would have posted", "what will we get"."""
    said = frozenset(words)
    if not said <= _ASKING | _COMING | _BRINGING | _AROUND or said.isdisjoint(_ASKING):
        return False
    return "preview" in said or not (said.isdisjoint(_COMING) or said.isdisjoint(_BRINGING))


def is_undo(words: Sequence[str]) -> bool:
    """Return whether somebody wants the last change back: "undo", "take that back"."""
    return len(words) <= _MAX_UNDOING and " ".join(words) in _UNDO


def is_digest_now(words: Sequence[str]) -> bool:
    """Return whether somebody wants a digest before its time: "digest now", "send us the digest"."""
    return frozenset(words) <= _DIGEST | _EARLY | _BESIDE_DIGEST and not _DIGEST.isdisjoint(words) and not _EARLY.isdisjoint(words)


def trouble(words: Sequence[str]) -> bool:
    """Return whether words after "when" or "about" say that CBP's systems do not work: "ACE goes down", "the portal is offline"."""
    said = frozenset(words)
    return said <= _SYSTEMS | _TROUBLE | _AROUND | _BEING and not said.isdisjoint(_SYSTEMS) and not said.isdisjoint(_TROUBLE)


def notified(words: Sequence[str]) -> tuple[str, ...]:
    """Return what follows "send me a dm when", "dm us if" or "give us a heads up when", or ()."""
    place = next((place for place, word in enumerate(words) if word in _WHENEVER), 0)
    asks, rest = words[:1], frozenset(words[1:place])
    if not place or asks[0] not in _MESSAGING | _SENDING | {"drop", "shoot"} or rest.isdisjoint(_PERSONS):
        return ()
    is_message = asks[0] in _MESSAGING or not rest.isdisjoint(_MESSAGING | {"heads"})
    return tuple(words[place + 1 :]) if is_message and rest <= _PERSONS | _MESSAGING | _AROUND | {"heads", "up", "direct"} else ()


def addition(words: Sequence[str]) -> tuple[str, ...]:
    """Return what "also send us import safety" or "tell us about outages too" asks for, or ()."""
    rest = tuple(word for word in words if word not in _ADDING)
    if len(rest) == len(words):
        return ()
    if rest[:1] in (("only",), ("just",)):
        rest = rest[1:]
    bare = len(rest) in (2, 3) and rest[0] in _SENDING and rest[1] not in _PERSONS
    if bare and (words[-1] == "too" or "also" in words):
        return rest[1:]  # "send quota too"
    if len(rest) < _MIN_ADDING:
        return ()
    asks = rest[0] in _GIVING and rest[1] in _PERSONS and rest[:2] != ("tell", "me")
    return rest[2:] if asks else ()


def anything_about(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words after "send us anything about", or ()."""
    if len(words) < _MIN_ANYTHING or words[0] not in _SENDING or words[1] not in _PERSONS or words[2] not in _ANYTHING:
        return ()
    place = 3 + (words[3] in ("new", "else", "there", "that"))
    return tuple(words[place + 1 :]) if words[place : place + 1] and words[place] in _RELATING else ()


_CHANGES = (
    *(("what", "changed"), ("what", "has", "changed"), ("what's", "changed"), ("whats", "changed"), ("what", "changes")),
    *(("report", "of", "what", "changed"), ("report", "of", "changes"), ("change", "report"), ("changes", "report")),
)


def weekly_changes(words: Sequence[str]) -> Meaning | None:
    """Read "send us what changed for ad/cvd every monday": a report of changes that comes every week."""
    spans = ((place, each) for place in range(len(words)) for each in _CHANGES if tuple(words[place : place + len(each)]) == each)
    start, phrase = next(spans, (0, ()))
    rest = [*words[:start], *words[start + len(phrase) :]]
    schedules = (read for place in range(len(rest)) if isinstance(read := cadence.read(rest[place:]), cadence.ParsedCadence))
    if not phrase or not any(each.cadence.kind is CadenceKind.WEEKLY for each in schedules):
        return None
    before = [word for word in words[:start] if word not in _GIVING | _SENDING | _PERSONS | {"of"}]
    after = [*words[start + len(phrase) :]]
    after = after[after[:1] in (["in"], ["with"]) :]
    return Meaning(" ".join((*_all_topics(before, after), "changes", *after)), Intent.SUBSCRIBE)


def _all_topics(before: list[str], after: list[str]) -> list[str]:
    """Return the words before, with "all topics" if nothing but a schedule stands around them."""
    said = ([word for word in several if word not in _AROUND] for several in (before, after))
    return before if any(several[timing.length(several) :] for several in said) else ["all", "topics", *before]


_EDITS = {
    **dict.fromkeys(("add", "include", "put"), (Intent.ADD, _set("to in into"))),
    **dict.fromkeys(("remove", "drop", "delete", "take", "exclude", "leave", "cut", "strike"), (Intent.REMOVE, _set("from of off in"))),
}
_WHOSE = _set("my our the this that number nr no")
_EDITED = _set("subscription subscriptions digest digests")
_PHRASE_WORDS = _set("phrase phrases word words term terms keyword keywords text")
_PART_WORDS = _PHRASE_WORDS | _set("the a an topic topics feed feeds issue also")
_MAX_PART = 8
"""Words of the part that is added or removed."""


def edit(words: Sequence[str], typed: Sequence[str]) -> Meaning | None:
    """Read a request to add something to a subscription, or to remove it.

    "add the phrase "auto parts" to subscription 1", "leave webinars out of our digest". `typed` are the words with their quotation marks.
    """
    kind, prepositions = _EDITS.get(words[0] if words else "", (None, frozenset[str]()))
    place = max((place for place, word in enumerate(words) if word in prepositions), default=0)
    target = [word.removeprefix("#") for word in words[place + 1 :] if word not in _WHOSE]
    numbers = [word for word in target if word.isascii() and word.isdecimal()]
    if kind is None or _EDITED.isdisjoint(target) or len(numbers) > 1 or not all(word in _EDITED or word in numbers for word in target):
        return None
    end = place - (words[place - 1] in ("out", "off"))
    start = 1
    while start < end and words[start] in _PART_WORDS:
        start += 1
    part = " ".join(typed[start:end])
    if not part or end - start > _MAX_PART or all(word in _AROUND | _PERSONS for word in words[start:end]):
        return None
    is_phrase = not _PHRASE_WORDS.isdisjoint(words[1:start]) and not any(mark in part for mark in '"“”')
    return Meaning(f'"{part}"' if is_phrase else part, kind, "".join(numbers))
