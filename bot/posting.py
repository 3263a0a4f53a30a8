"""Post the messages of an answer, waiting where the platform asks for it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

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
