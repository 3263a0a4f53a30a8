"""The composition root: what a process needs before it answers, and what it says when something is missing."""

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event

from bot import app, server
from bot.database import StartError, open_database
from bot.runtime import Runtime
from bot.settings import Settings, load
from content.loading.files import read_files
from jobs.migrations import upgrade
from jobs.revisions import publish
from jobs.store import revisions, schema, workers
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.postgres import create_database
from tests.support.sample_content import files


def small_content(folder: Path) -> Path:
    folder.mkdir()
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def settings_of(url: str, **more: str) -> Settings:
    return load({"DATABASE_URL": url, **more})


async def ready(runtime: Runtime, query: str = "") -> tuple[int, str | None]:
    transport = httpx.ASGITransport(app.application(runtime), client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:3000") as client:
        answer = await client.get(f"/readyz{query}")
        assert (await client.get("/healthz")).status_code == 200
    return answer.status_code, answer.json()["problem"]


def test_an_embedded_database_is_brought_up_to_date_at_start(tmp_path: Path) -> None:
    db = open_database(settings_of(f"sqlite:///{tmp_path / 'new.db'}"))
    assert not upgrade.is_behind(db)
    db.close()


def test_a_postgresql_that_is_behind_is_left_alone_and_the_command_is_named(postgres: str) -> None:
    url = create_database(postgres)
    with pytest.raises(StartError, match=r"no tables yet.+Run `tradebot migrate`"):
        open_database(settings_of(url))
    db = Database(url)
    assert upgrade.is_behind(db)
    db.close()


def test_migrate_brings_postgresql_up_to_date(postgres: str, capsys: pytest.CaptureFixture[str]) -> None:
    url = create_database(postgres)
    assert server.migrate(settings_of(url)) == 0
    assert "The database has been updated" in capsys.readouterr().out
    assert server.migrate(settings_of(url)) == 0
    assert "is up to date" in capsys.readouterr().out
    open_database(settings_of(url)).close()


@pytest.mark.parametrize("url", ["postgresql://bot:secret@127.0.0.1:9/none", "sqlite:////no/such/folder/tradebot.db"])
def test_a_database_that_can_not_be_opened_is_one_sentence_without_a_password(url: str) -> None:
    with pytest.raises(StartError) as refused:
        open_database(settings_of(url))
    said = str(refused.value)
    assert said.startswith("Cannot use the database in DATABASE_URL: ")
    assert "\n" not in said
    assert "secret" not in said
    assert ("/no/such/folder" in said) == url.startswith("sqlite")


def test_start_up_publishes_the_disk_once(sqlite_url: str) -> None:
    for _ in range(2):
        runtime = app.build(settings_of(sqlite_url))
        assert runtime.library.revision == 1
        runtime.db.close()


def test_a_rollback_survives_a_restart(sqlite_url: str, tmp_path: Path) -> None:
    disk = small_content(tmp_path / "content")
    runtime = app.build(settings_of(sqlite_url, CONTENT_DIR=str(disk)))
    older = runtime.library.catalog.digest
    with runtime.db.read() as conn:
        first = revisions.newest(conn)
    assert first is not None
    with (disk / "office.yaml").open("a", encoding="utf-8") as file:
        file.write("\n# a remark\n")
    assert publish(runtime.db, read_files(disk), "slack:T1/U1").published
    publish(runtime.db, first.files, "slack:T1/U1")
    runtime.db.close()
    again = app.build(settings_of(sqlite_url, CONTENT_DIR=str(disk)))
    assert (again.library.revision, again.library.catalog.digest) == (3, older)
    again.db.close()


def test_broken_content_ends_a_first_start_and_names_the_folder(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(StartError, match="tradebot check"):
        app.build(settings_of(sqlite_url, CONTENT_DIR=str(tmp_path)))


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Let no file grow beyond the largest of the folder, which is how a process meets a full disk without one."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(path.stat().st_size for path in folder.iterdir() if path.name.endswith("-wal"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


async def test_ready_when_the_database_answers_and_content_is_in_force(sqlite_url: str) -> None:
    runtime = app.build(settings_of(sqlite_url))
    assert await ready(runtime) == (200, None)
    runtime.db.close()


async def test_with_worker_it_is_ready_only_while_a_process_polls_and_posts(sqlite_url: str) -> None:
    runtime = app.build(settings_of(sqlite_url))
    assert await ready(runtime, "?worker") == (503, "no process polls and posts")
    with runtime.db.begin() as conn:
        workers.beat(conn, "a:1", runtime.db.now(conn), delivered=True)
    assert await ready(runtime, "?worker") == (200, None)
    runtime.db.close()


async def test_without_the_heartbeats_it_says_so_instead_of_failing(sqlite_url: str) -> None:
    runtime = app.build(settings_of(sqlite_url))
    with runtime.db.begin() as conn:
        schema.worker.drop(conn)  # as a database that goes away between two reads
    assert await ready(runtime, "?worker") == (503, "the database cannot be reached")
    runtime.db.close()


async def test_not_ready_without_a_revision(sqlite_url: str, tmp_path: Path, sqlite_template: Path) -> None:
    runtime = app.build(settings_of(sqlite_url))
    copy = tmp_path / "bare.db"
    shutil.copy(sqlite_template, copy)
    bare = Database(f"sqlite:///{copy}")
    status, problem = await ready(replace(runtime, db=bare))
    assert (status, problem) == (503, "no content revision is published")
    bare.close()
    runtime.db.close()


async def test_not_ready_while_the_disk_takes_no_more(sqlite_url: str, tmp_path: Path) -> None:
    runtime = app.build(settings_of(sqlite_url))
    transport = httpx.ASGITransport(app.application(runtime), client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        with full_disk(tmp_path):
            answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert "stores nothing" in answer.json()["problem"]
        assert (await client.get("/readyz")).status_code == 200
    runtime.db.close()


async def test_readiness_writes_at_most_every_few_seconds(sqlite_url: str) -> None:
    runtime = app.build(settings_of(sqlite_url))
    runtime.db.clock = Clock()
    written: list[str] = []
    event.listen(runtime.db.engine, "before_cursor_execute", lambda *given: written.append(given[2]))
    for _ in range(20):
        assert await ready(runtime) == (200, None)
    assert sum(statement.startswith("INSERT INTO seen") for statement in written) == 1
    runtime.db.close()


async def test_not_ready_when_another_version_needs_a_migration(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = app.build(settings_of(sqlite_url))
    monkeypatch.setattr("jobs.migrations.HEAD", "9999")
    status, problem = await ready(runtime)
    assert status == 503
    assert "tradebot migrate" in str(problem)
    runtime.db.close()


async def test_not_ready_when_the_database_is_gone(sqlite_url: str) -> None:
    runtime = app.build(settings_of(sqlite_url))
    gone = Database("postgresql://bot:secret@127.0.0.1:9/none")
    transport = httpx.ASGITransport(app.application(replace(runtime, settings=replace(runtime.settings, host="::"), db=gone)))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.example.gov") as client:
        answer = await client.get("/readyz")
        assert (await client.get("/healthz")).status_code == 200
    assert answer.status_code == 503
    assert answer.json()["problem"] == "the database cannot be reached"
    gone.close()
    runtime.db.close()
