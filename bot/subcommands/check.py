"""`tradebot check`: list the errors in the content, and what a reload would change."""

from collections.abc import Mapping, Sequence

from bot import ask
from bot.doctor.content import check_reload


def run(words: Sequence[str], _: Mapping[str, str]) -> int:
    """Return 1 if there are errors."""
    directory = words[0] if words else None
    code = ask.check(directory)
    if code == 0:
        for finding in check_reload(directory):
            ask.show(str(finding))
    return code
