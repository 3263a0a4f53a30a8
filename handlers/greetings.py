"""Words that ask for nothing: somebody greets the bot, or thanks it."""

import re

GREETINGS = frozenset(
    {
        "hello",
        "hi",
        "hey",
        "howdy",
        "greetings",
        "good morning",
        "good afternoon",
        "good evening",
        "good day",
        "thanks",
        "thank you",
        "thx",
        "many thanks",
        "thanks a lot",
        "thank you very much",
        "ok thanks",
        "cheers",
    }
)

ADDRESSED = ("there", "bot", "trade bot", "tradebot", "all", "everybody", "everyone", "team")
"""Who may be named behind a greeting."""

_SIGNS = re.compile(r"[\W_]+")


def is_greeting(words: str) -> bool:
    """Whether the whole message is one: "Hello, bot!", "thank you 👍". With anything else in it, it is a question."""
    said = _SIGNS.sub(" ", words.casefold()).strip()
    return said in GREETINGS or any(said.removesuffix(f" {name}") in GREETINGS for name in ADDRESSED)
