"""Leave out the bot's own name, which somebody typed at an end of a line instead of choosing it from the platform's list."""

OWN_NAMES = ("@trade bot", "@trade-bot", "@tradebot", "@trade_bot")
"""The bot's name as somebody types it instead of choosing it from the platform's list. README.md shows it so."""

_AROUND_NAME = " \t\n\xa0,.:;!?-–—"


def without_own_name(text: str) -> str:
    """Leave out the bot's typed name at both ends. The name of somebody else, and a part of an address, stay."""
    text = text.strip()
    while start := next((name for name in OWN_NAMES if _begins_with_name(text, name)), ""):
        text = text[len(start) :].lstrip(_AROUND_NAME)
    while end := next((name for name in OWN_NAMES if _ends_with_name(text, name)), ""):
        text = text.rstrip(_AROUND_NAME)[: -len(end)].rstrip(_AROUND_NAME)
    return text


def _begins_with_name(text: str, name: str) -> bool:
    return text[: len(name)].casefold() == name and not text[len(name) : len(name) + 1].isalnum()


def _ends_with_name(text: str, name: str) -> bool:
    text = text.rstrip(_AROUND_NAME)
    return text[-len(name) :].casefold() == name and not text[: -len(name)][-1:].isalnum()
