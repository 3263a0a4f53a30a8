"""A worker process that dies in the middle of sending, again and again: `python -m tests.support.killed_worker URL FILE SEED`.

Its platform is a file that several processes append to, a line a message. It ends with 0 when nothing is left to do.
"""

import asyncio
import json
import os
import random
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from jobs.deliver import deliver_due
from jobs.models import About, ChannelRef
from jobs.outcomes import Outcome, Pace, Sent, Unknown, Unreadable
from jobs.store import channels, reports
from jobs.store.database import Database
from tests.support.store import compose

PACE = Pace(lease=0.9, timeout=0.5, grace=1.0, workers=3)
KILLED = 9


class FilePlatform:
    def __init__(self, path: Path, chance: random.Random) -> None:
        self.path, self.chance = path, chance

    def _take(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> None:
        line = json.dumps({"channel": channel.id, "post": post_id, "says": content["says"]}) + "\n"
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, line.encode())
        os.close(file)

    async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        fate = self.chance.random()
        if fate < 0.05:
            os._exit(KILLED)
        if fate < 0.1:
            return Unknown("lost on the way there")
        self._take(channel, content, post_id)
        if fate < 0.2:
            os._exit(KILLED)
        if fate < 0.25:
            return Unknown("lost on the way back")
        return Sent(post_id)

    async def find(self, channel: ChannelRef, post_id: str, since: datetime) -> str | Unreadable | None:  # noqa: ARG002  # the file is short
        if self.chance.random() < 0.05:
            return Unreadable("503")
        lines = [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []
        found = any((line["channel"], line["post"]) == (channel.id, post_id) for line in lines)
        return post_id if found else None

    async def mark(self, channel: ChannelRef, content: dict[str, Any], about: About) -> Outcome:
        raise NotImplementedError

    async def answer(self, channel: ChannelRef, content: dict[str, Any], post_id: str, about: About) -> Outcome:
        raise NotImplementedError

    async def find_answer(self, channel: ChannelRef, post_id: str, since: datetime, about: About) -> str | Unreadable | None:
        raise NotImplementedError


async def work(db: Database, platform: FilePlatform) -> None:
    while True:
        await deliver_due(db, {"playground": platform}, compose, pace=PACE, chance=lambda: 0.0)
        with db.read() as conn:
            if reports.waiting(conn).count == 0 and channels.next_free(conn, ["playground"], db.now(conn)) is None:
                return
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    url, path, seed = sys.argv[1:]
    asyncio.run(work(Database(url), FilePlatform(Path(path), random.Random(int(seed)))))  # noqa: S311  # to be repeatable
