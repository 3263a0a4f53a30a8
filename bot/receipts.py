"""A platform's name for a message that stands in a channel. jobs keep it as it is; only the platform's own code looks into it."""


def receipt(message: str, thread: str = "") -> str:
    """The name of a message. One that stands in a thread (`thread`: the name of that thread's first message) needs both: it is changed by
    its own, and what goes below it, or is looked for there, goes by its thread's."""
    return f"{message} {thread}" if thread not in ("", message) else message


def placed(of: str) -> tuple[str, str]:
    """A receipt's (message, thread); a message outside of threads is the first of its own."""
    message, _, thread = of.partition(" ")
    return message, thread or message
