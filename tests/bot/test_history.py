"""Recording answers for later corrections."""

from dataclasses import replace

from bot.history import record_answer
from handlers.replies.reply import notice
from jobs.models.channels import ChannelRef
from jobs.store import channels, posts
from jobs.store.database import Database

TEAMS = ChannelRef("teams", "T1", "19:a", "General", {"service_url": "https://smba.example/new/"})


def test_a_late_answer_does_not_bring_back_an_older_address(sqlite_db: Database) -> None:
    with sqlite_db.begin() as conn:
        channel_id = channels.ensure(conn, TEAMS, sqlite_db.now(conn))
    older = replace(TEAMS, extra={"service_url": "https://smba.example/old/"})
    record_answer(sqlite_db, notice("Done."), older, "1690", always=True)
    with sqlite_db.read() as conn:
        assert channels.get(conn, channel_id) == TEAMS
        assert posts.content_of(conn, channel_id, "1690") is not None


def test_an_answer_in_an_unknown_channel_stores_the_channel(sqlite_db: Database) -> None:
    record_answer(sqlite_db, notice("Done."), TEAMS, "1690", always=True)
    with sqlite_db.read() as conn:
        assert channels.find_id(conn, TEAMS) is not None
