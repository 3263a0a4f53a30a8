"""Recognize greetings, thanks, requests for help and follow-ups: all of the words are one of these."""

from __future__ import annotations

from enum import StrEnum

MAX_CHARACTERS = 80


class Talk(StrEnum):
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    ACKNOWLEDGMENT = "acknowledgment"
    TEST = "test"
    HELP = "help"
    MORE = "more"
    WHY = "why"


_PHRASES = {
    Talk.GREETING: """
        hello | hi | hey | howdy | greetings | good morning | good afternoon | good evening | good day | hola | bonjour | buenos dias
        hello how are you | hi how are you | how are you | hello again | nice to meet you
    """,
    Talk.THANKS: """
        thanks | thank you | thx | ty | cheers | many thanks | thanks a lot | thank you very much | thank you so much | ok thanks
        ok thank you | great thanks | great thank you | perfect thanks | perfect thank you | thanks for your help | thank you for your help
        gracias | muchas gracias | merci | danke
    """,
    Talk.GOODBYE: """
        bye | bye bye | goodbye | good bye | good night | see you | see you later | see you tomorrow | see ya | ciao | have a nice day
        have a good day | have a good one | have a great day | take care | that is all | thats all | that was all | adios
    """,
    Talk.ACKNOWLEDGMENT: """
        ok | okay | k | kk | got it | understood | i see | makes sense | all right | alright | great | perfect | cool
        awesome | excellent | wow | sure | yes | yep | yeah | no | nope | never mind | nevermind | no worries | good bot | good job
        oh | hm | hmm | lol | haha | right | exactly | good to know | sounds good
    """,
    Talk.TEST: """
        test | testing | test test | this is a test | just testing | just a test | ping | testing 123 | test 123 | testing 1 2 3
        are you there | you there | anybody there | anyone there | is anybody there | is anyone there | are you awake | are you alive
        are you online | are you working | are you up | do you work | does this work | is this working | is this thing on
    """,
    Talk.HELP: """
        help | help me | help please | please help | please help me | i need help | i need some help | i need your help | can you help
        can you help me | could you help me | who are you | what are you
        are you a bot | are you a robot | are you a human | are you human | are you a person | are you a real person | are you real
        are you an ai | are you ai | are you a machine | are you chatgpt | is this a bot | is this a robot | is this a person
        am i talking to a bot | am i talking to a robot | am i talking to a human | am i talking to a person
        what is this | what is this bot | what is tradebot
        what can you do | what can you do for me | what do you do | what can i ask | what can i ask you | what should i ask
        what can this bot do | what does this bot do | how does this work | how does this bot work | how do you work | how do i use this
        how do i use you | how can i use this | how can you help | how can you help me | what do you know | what questions can i ask
        show me what you can do | menu | options | commands | list commands | examples | start | instructions | info
        ayuda | ayudame | necesito ayuda | socorro | que puedes hacer | aide | hilfe
    """,
    Talk.MORE: """
        tell me more | more | more please | more info | more information | more details | more answers | show more | show me more
        give me more | anything else | what else | is there more | any more | go on | continue | keep going | say more | details
        elaborate | can you elaborate | explain more | more about that | more about this | more on that | tell me more about that
        tell me more about it | tell me more about this | tell me more please | and | next | the rest
    """,
    Talk.WHY: """
        why this | why this message | why this post | why these messages | why was this posted | why was this posted here
        why did i get this | why did i get this message | why did we get this | why did we get this message | why did you post this
        why did you post that
        why did you post this here | why did you send this | why am i getting this | why am i getting this message | why are we getting this
        why do i get this | why do i get these messages | why do we get this | why do we get these messages | why am i seeing this
    """,
}
_BY_PHRASE = {
    phrase: talk for talk, text in _PHRASES.items() for line in text.splitlines() for phrase in map(str.strip, line.split("|")) if phrase
}

_OPENING = (Talk.GREETING, Talk.THANKS, Talk.ACKNOWLEDGMENT)
"""Talk that may precede other talk: "hi there, what can you do"."""
_FIRST = frozenset({"ok", "okay", "so"})
_ADDRESSEES = frozenset({"all", "bot", "everybody", "everyone", "team", "there", "tradebot"})
_LAST = (*sorted(_ADDRESSEES), "trade bot", "please")


def talk_of(words: str) -> Talk | None:
    """Return what all of the words are, or None for a question."""
    if len(words) > MAX_CHARACTERS:
        return None
    text = " ".join("".join(letter if letter.isalnum() else " " for letter in words.casefold().replace("'", "").replace("’", "")).split())
    if not text:
        return Talk.HELP if words.strip() else None
    return _talk(text.split())


def _talk(parts: list[str]) -> Talk | None:
    """A greeting may precede the rest: "hi there, what can you do"."""
    text = " ".join(parts)
    known = next((_BY_PHRASE[form] for form in (text, *(text.removesuffix(f" {name}") for name in _LAST)) if form in _BY_PHRASE), None)
    if known is not None:
        return known
    for end in range(len(parts) - 1, 0, -1):
        opening = " ".join(parts[:end])
        if opening in _FIRST or _BY_PHRASE.get(opening) in _OPENING:
            return _talk(parts[end:]) if parts[end] not in _ADDRESSEES else _talk(parts[end + 1 :])
    return None
