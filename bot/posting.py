"""Post the messages of an answer, waiting where the platform asks for it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from jobs.outcomes import Gone, Outcome, Rejected

Json = dict[str, Any]

TRIES = 3
"""How often an answer is posted while the platform asks to wait."""

MAX_WAIT_SECONDS = 30.0
"""The longest wait before an answer is given up."""


@dataclass(frozen=True, slots=True)
class Attempt:
    id: str = ""
    problem: str = ""
    """Why it was not posted; "" when it was."""
    unsure: bool = False
    """The message may have been posted all the same."""
    wait: float | None = None
    """Seconds to wait before another try; None when that is pointless."""


MAX_PARTIAL = 100
"""Posts that were cut short, of which a process remembers the accepted messages."""

Post = Callable[[Json], Awaitable[Attempt]]


async def post_messages(messages: Iterable[Json], post: Post, tries: int = TRIES) -> tuple[list[str], Attempt]:
    """Post in order until one fails. Return the ids of those posted, and the last attempt.

    Only a message that the platform asked to wait with is tried again: nothing else is certain not to have been posted.
    """
    ids: list[str] = []
    attempt = Attempt()
    for message in messages:
        for left in reversed(range(tries)):
            attempt = await post(message)
            if attempt.wait is None or attempt.wait > MAX_WAIT_SECONDS or not left:
                break
            await asyncio.sleep(attempt.wait)
        if attempt.problem:
            break
        ids.append(attempt.id)
    return ids, attempt


class PartialPosts:
    """Remembers the messages of posts that were cut short, so that a retry in this process continues after them."""

    def __init__(self) -> None:
        self._accepted: dict[tuple[str, int], list[str]] = {}

    def take(self, post_id: str, count: int) -> list[str]:
        """Return the ids of those of a post's `count` messages that the platform accepted."""
        return self._accepted.pop((post_id, count), [])

    def keep(self, post_id: str, count: int, accepted: list[str], outcome: Outcome) -> None:
        """Remember them unless the post will never be sent again, or in other messages."""
        if accepted and not isinstance(outcome, Rejected) and not (isinstance(outcome, Gone) and not outcome.pause):
            self._accepted[post_id, count] = accepted
            for oldest in list(self._accepted)[:-MAX_PARTIAL]:
                del self._accepted[oldest]
