"""Recognize words that look like the name of a person or a firm, so that no question with one is kept."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES = _set(
    """
    abdul aaron adam agnieszka ahmed aisha alan albert alejandro alexander alexandra alfonso ali alice alicia amanda amy andrea
    andreas andrew angela anita anna anne anthony ashley beatriz benjamin bernard betty beverly brandon brenda brian
    bruce bryan carla carlos carol caroline catherine cheryl christian christina christine christopher cindy claire
    claudia craig cynthia daniel daniela david deborah debra denise dennis diana diane dmitri donald donna doris dorothy douglas
    dylan edith eduardo edward eleanor elena elizabeth emily emma enrique eric erik ernesto esteban ethan eugene eva evelyn fatima
    felipe fernando francesca gabriel gabriela george gerald giovanni giuseppe gloria gonzalo gregory guillermo gustavo
    hannah harold harry hassan heather hector heidi helen henry hiroshi howard hussein ibrahim ignacio igor irene isabel isabella
    ivan jacob jacqueline jaime james jamie jane janet janice jason javier jeffrey jennifer jeremy jerry jessica jesus joan joanna
    joaquin johannes john jonathan jorge joseph joshua juanita judith judy julia julian julie justin karen katherine kathleen
    kathryn kayla keith kelly kenneth kevin kimberly kyle larissa larry laura lauren laurent leonardo linda lisa lorenzo louise
    lucia luisa manuel marcel marco marcos margaret maria marie marilyn mario marisol martha mary matthew megan mehmet
    melissa michael michelle miguel mohamed mohammad mohammed muhammad nancy natalia natalie nathan nicholas nicole nikolai noah
    olga olivia omar oscar pablo pamela patricia patrick paula peter philip pierre rachel rafael ralph ramon raul raymond
    rebecca ricardo richard robert roberto rodrigo roger ronald russell ryan samantha samuel sandra sara sarah scott sean sebastian
    sergei sergio sharon shirley sofia sophia sophie stephanie stephen steven susan svetlana sven tamara teresa theresa thomas timothy
    tyler valentina vanessa veronica vincent vladimir walter wayne wei wilhelm william xavier yolanda yusuf zachary

    adams aguilar alvarez anderson bennett brooks campbell castillo castro chavez collins cruz davis delgado diaz edwards evans
    fernandez flores garcia gomez gonzales gonzalez gupta gutierrez guzman harris hernandez howell hughes ivanov jackson jenkins jimenez
    johnson jones kim kowalski kumar lewis lopez martinez mcdonald mendez mendoza mitchell morales moreno morgan morris mueller
    murphy nakamura nelson nguyen novak ortega ortiz patel perez petrov phillips pham ramirez ramos reyes rivera roberts robinson
    rodriguez rogers romero rossi ruiz sanchez sanders santos sato schmidt schneider schulz silva singh smith smirnov sullivan suzuki
    tanaka taylor thompson torres tran vargas vasquez vazquez walker watanabe watson williams wilson yamamoto zhang zhao
    """
)
"""Frequent first and last names that are no other English word, place or product."""

_FIRMS = _set("corp gmbh inc incorporated llc llp ltd plc")
_TITLES = _set(
    """
    ask boss call called client coworker colleague contact customer dear dr email employee mail manager meet miss mister mr mrs ms
    named officer prof professor sir supervisor supplier vendor
    """
)
_SPEAKING = _set("chat meet speak spoke talk talked write wrote")
_TO_PEOPLE = {f"{verb} {preposition}" for verb in _SPEAKING for preposition in ("to", "with")} | {
    "her name",
    "his name",
    "i am",
    "name is",
    "where is",
    "who is",
}
"""Words that a name follows, if the next word is no other."""
_OF_PEOPLE = _set("address boss cell email extension mail mobile number phone salary")
"""Words that stand after a person's name ("xaviera's email"), if the word before them, with an s, is no other."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def has_name(text: str, is_known: Callable[[str], bool]) -> bool:
    """Return whether a text may name a person or a firm. A capitalized word that `is_known`, or the first of a sentence, is no name."""
    found = [match[0] for match in _WORD.finditer(text)]
    words = [word.casefold() for word in found]
    if not _NAMES.isdisjoint(words) or not _FIRMS.isdisjoint(words):
        return True
    mixed = any(word.islower() for word in found)  # a text in title case says nothing by its capitals
    likely = [
        word
        for place, (original, word) in enumerate(zip(found, words, strict=True))
        if _follows_person(words[:place][-2:]) or (mixed and place and original[0].isupper() and original[1:].islower())
    ]
    likely += [word[:-2] for word, after in pairwise(words) if after in _OF_PEOPLE and word.endswith(("'s", "’s"))]
    return any(not is_known(word) for word in likely)


def _follows_person(before: Sequence[str]) -> bool:
    """Return whether a word after these may be the name of somebody: "ask xaviera", "talk to xaviera"."""
    return " ".join(before) in _TO_PEOPLE or bool(before and before[-1] in _TITLES)
