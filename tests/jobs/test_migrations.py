"""The migrations build exactly the schema, on both databases, and several processes may run them at once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from jobs import migrations
from jobs.migrations import upgrade
from jobs.store import channels, contents, schema, showing
from jobs.store.database import Database
from tests.support.small_catalog import CHANNEL, NOW, entry


def test_the_migrations_build_exactly_the_schema(db: Database) -> None:
    with db.read() as conn:
        assert compare_metadata(comparison(conn), schema.metadata) == []
        if db.sqlite:
            assert conn.execute(text("SELECT name FROM pragma_table_info('entry_token')")).scalars().all() == ["tokens"]


def comparison(conn: Connection) -> MigrationContext:
    """Leave out SQLite's virtual table, and the tables in which FTS5 keeps it: SQLAlchemy does not describe them."""

    def is_compared(_item: object, name: str | None, *_: object) -> bool:
        return conn.dialect.name != "sqlite" or not str(name).startswith("entry_token")

    return MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True, "include_object": is_compared})


def test_a_difference_would_be_seen(empty_url: str) -> None:
    db = Database(empty_url)
    upgrade.upgrade(db)
    with db.begin() as conn:
        conn.execute(text("DROP INDEX ix_subscription_alive"))
        conn.execute(text("ALTER TABLE entry ADD COLUMN extra TEXT"))
        found = compare_metadata(comparison(conn), schema.metadata)
    assert {difference[0] for difference in found} == {"add_index", "remove_column"}
    db.close()


def test_a_post_has_one_of_four_states(db: Database) -> None:
    with db.begin() as conn:
        channel_id = channels.ensure(conn, CHANNEL, NOW)
    row = {"channel_id": channel_id, "kind": "now", "part": 1, "created_at": NOW, "attempts": 0, "content": {}}
    with db.begin() as conn:
        conn.execute(insert(schema.post), [{"id": state, "state": state, **row} for state in ("pending", "sending", "sent", "dead")])
    with pytest.raises(IntegrityError), db.begin() as conn:
        conn.execute(insert(schema.post), {"id": "x", "state": "lost", **row})


def test_an_empty_database_is_behind_until_it_is_upgraded_once(empty_url: str) -> None:
    db = Database(empty_url)
    assert upgrade.is_behind(db)
    assert upgrade.upgrade(db)
    assert not upgrade.is_behind(db)
    assert not upgrade.upgrade(db)
    db.close()


def test_a_database_that_is_ahead_of_the_code_is_not_behind(empty_url: str) -> None:
    db = Database(empty_url)
    upgrade.upgrade(db)
    with db.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not upgrade.is_behind(db)
    assert not upgrade.upgrade(db)
    db.close()


def test_the_migrations_go_back_to_the_last_that_cannot_and_up_again(empty_url: str) -> None:
    db = Database(empty_url)
    upgrade.upgrade(db)
    with db.begin() as conn:
        command.downgrade(scripts(conn), "0012")
        assert not inspect(conn).has_table("entry_relation")
    assert upgrade.is_behind(db)
    upgrade.upgrade(db)
    with db.read() as conn:
        assert compare_metadata(comparison(conn), schema.metadata) == []
    db.close()


def test_posts_of_older_releases_are_found_by_what_they_show_and_keep_it_on_the_way_back(empty_url: str) -> None:
    db = Database(empty_url)
    upgrade.upgrade(db)
    with db.begin() as conn:
        command.downgrade(scripts(conn), "0025")
        channel_id = channels.ensure(conn, CHANNEL, NOW)
        row = {"channel_id": channel_id, "kind": "said", "state": "sent", "part": 1, "created_at": NOW, "attempts": 1, "plain": False}
        said = [{"text": "Both", "subjects": ["csms:1", "csms:2", "csms:1"]}, {"text": "Neither", "subjects": []}, {}]
        conn.execute(insert(schema.post), [{**row, "id": str(number), "content": content} for number, content in enumerate(said)])
    upgrade.upgrade(db)
    whole = select(contents.whole()).select_from(contents.WITH_SHARED).order_by(schema.post.c.id)
    with db.begin() as conn:
        for number in ("1", "2"):
            assert [each.id for each in showing.find_showing(conn, entry(number, "AGOA"))] == ["0"]
        assert conn.execute(whole).scalars().all() == said
        command.downgrade(scripts(conn), "0023")
        assert conn.execute(select(schema.post.c.content).order_by(schema.post.c.id)).scalars().all() == said
    db.close()


def test_texts_that_were_replaced_before_have_what_was_read_in_the_later_ones(empty_url: str) -> None:
    db = Database(empty_url)
    upgrade.upgrade(db)
    with db.begin() as conn:
        command.downgrade(scripts(conn), "0026")
        row = {"feed": "csms", "title": "AGOA", "url": "", "published": NOW, "first_seen": NOW, "routine": True, "backlog": False}
        conn.execute(insert(schema.entry), [{"id": 1, "key": "csms:1", "kind": "guidance", "lead": "update", **row}])
        conn.execute(insert(schema.entry_text), [{"entry_id": 1, "replaced_at": NOW, "title": "AGOA", "body": "Old", "gist": ""}])
        conn.execute(insert(schema.entry_topic), [{"entry_id": 1, "topic": "revenue", "because": "title: fee"}])
        read = {"entry_id": 1, "position": 0}
        conn.execute(insert(schema.entry_relation), [{**read, "number": "2", "kind": "updates", "as_written": "2", "because": "updates"}])
        conn.execute(insert(schema.entry_date), [{**read, "date": NOW.date(), "kind": "deadline", "sentence": "By today."}])
    upgrade.upgrade(db)
    with db.begin() as conn:
        text_of = schema.entry_text.c
        assert conn.execute(select(text_of.kind, text_of.lead, text_of.routine)).all() == [("guidance", "update", True)]
        for table, earlier in schema.EARLIER.items():
            kept = select(*(earlier.c[each.name] for each in table.c))
            assert conn.execute(kept).all() == conn.execute(select(table)).all() != []
        conn.execute(schema.entry.delete())
        assert all(conn.execute(select(each)).all() == [] for each in schema.EARLIER.values())
    db.close()


def scripts(conn: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations.__path__[0]))
    config.attributes["connection"] = conn
    return config


def test_head_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.__path__[0]))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_four_threads_migrate_at_once_and_one_does_it(empty_url: str) -> None:
    opened = [Database(empty_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(upgrade.upgrade, opened)) == [False, False, False, True]
    for db in opened:
        db.close()


@pytest.mark.process
def test_three_processes_migrate_at_once(empty_url: str) -> None:
    imports = "import sys; from jobs.migrations.upgrade import upgrade; from jobs.store.database import Database"
    code = f"{imports}; print(upgrade(Database(sys.argv[1])))"
    running = [subprocess.Popen([sys.executable, "-c", code, empty_url], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sorted(process.communicate(timeout=60)[0].strip() for process in running) == ["False", "False", "True"]
