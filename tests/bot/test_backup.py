"""tradebot backup writes a whole copy while others write, and restore brings it back."""

import resource
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.cli import main
from bot.database import open_database
from bot.doctor.database import check_restoration
from bot.settings import load
from jobs.audit import COMMAND_LINE, verify
from jobs.store import restorations, workers
from jobs.store.database import Database, sqlite_url
from tests.support.postgres import create_database, package
from tests.support.store import DAILY, audited, publish, subscribe

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def place(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file that DATABASE_URL names, with an entry in it."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    with closing(Database(sqlite_url)) as db:
        subscribe(db)
        publish(db, 1)
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def in_use(place: Path) -> Iterator[Database]:
    """Open the database as a bot does that runs."""
    with closing(Database(f"sqlite:///{place}")) as db:
        publish(db, 2)
        yield db


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as conn:
        return int(conn.execute("SELECT count(*) FROM entry").fetchone()[0])


def restored(path: Path) -> bool:
    """Return whether the bot notices that this is a copy."""
    with closing(open_database(load({"DATABASE_URL": f"sqlite:///{path}"}))) as db, db.read() as conn:
        found = restorations.newest(conn)
        return found is not None and found.certain


def by_command_line(path: Path) -> list[str]:
    """Return what the audit says that somebody did in a terminal."""
    with closing(Database(f"sqlite:///{path}")) as db:
        return [f"{row.what} {row.subject}" for row in audited(db) if row.who == COMMAND_LINE]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_copy_is_one_whole_file_with_what_is_still_in_the_log(in_use: Database, place: Path, tmp_path: Path, capsys: Capture) -> None:
    plain = tmp_path / "plain.db"
    plain.write_bytes(place.read_bytes())
    assert count(plain) < 2, "a plain copy lacks what is in the log, or this shows nothing"
    folder = tmp_path / "backups"
    folder.mkdir()
    assert main(["backup", str(folder / "one.db")]) == 0
    assert names(folder) == {"one.db"}
    assert (folder / "one.db").stat().st_mode & 0o77 == 0, "others may not read it"
    assert count(folder / "one.db") == 2
    assert "checked" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["b?x.db", "b%3Fx.db", "b#x y.db", "b&mode=ro.db"])
def test_name_of_a_file_may_have_any_character(
    in_use: Database, place: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    assert main(["backup", str(folder / name)]) == 0
    assert names(folder) == {name}
    in_use.close()
    shutil.copy(folder / name, place)
    assert restored(place), "the copy says that it is one"
    monkeypatch.setenv("DATABASE_URL", sqlite_url(folder / name))
    assert main(["backup", str(folder / "again.db")]) == 0
    assert count(folder / "again.db") == 2
    assert names(folder) == {name, "again.db"}


def test_writers_do_not_wait_for_a_copy_and_the_copy_has_whole_transactions(in_use: Database, place: Path, tmp_path: Path) -> None:
    stop, written = threading.Event(), 2

    def write() -> None:
        nonlocal written
        while not stop.is_set():
            publish(in_use, *range(written + 1, written + 4))
            written += 3

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            assert main(["backup", str(tmp_path / f"{number}.db")]) == 0
    finally:
        stop.set()
        writer.join()
    assert written > 2
    assert all((count(tmp_path / f"{number}.db") - 2) % 3 == 0 for number in range(3))


def test_nothing_is_overwritten_unless_told(place: Path, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "backup.db"
    file.write_text("of another")
    assert main(["backup", str(file)]) == 1
    assert "--replace" in capsys.readouterr().err
    assert file.read_text() == "of another"
    assert main(["backup", str(place), "--replace"]) == 1
    assert main(["backup", str(file), "--replace"]) == 0
    assert count(file) == 1


def test_copy_that_cannot_be_written_leaves_nothing_behind(place: Path, tmp_path: Path, capsys: Capture) -> None:
    before = names(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (place.stat().st_size // 2, hard))
    try:
        assert main(["backup", str(tmp_path / "backup.db")]) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "Cannot write" in capsys.readouterr().err
    assert main(["backup", str(tmp_path / "missing" / "backup.db")]) == 1
    assert f"There is no folder {tmp_path / 'missing'}." in capsys.readouterr().err
    assert names(tmp_path) == before


def test_restored_copy_takes_the_place_of_the_database_and_says_what_it_is(place: Path, tmp_path: Path, capsys: Capture) -> None:
    assert not restored(place)
    assert main(["backup", str(tmp_path / "backup.db")]) == 0
    with closing(Database(f"sqlite:///{place}")) as db:
        publish(db, 2, 3)
    assert main(["restore", str(tmp_path / "backup.db")]) == 0
    assert by_command_line(place) == ["restored the database"]
    assert count(place) == 1
    (aside,) = [path for path in tmp_path.iterdir() if path.name.startswith("test.db.before-")]
    assert count(aside) == 3
    assert str(aside) in capsys.readouterr().out
    assert restored(place)
    assert main(["restore", str(tmp_path / "backup.db")]) == 0, "a copy can be restored again"
    assert restored(place)


@pytest.mark.parametrize("by_hand", [False, True])
def test_copy_on_which_the_bot_did_not_start_yet_is_told_by_doctor(place: Path, tmp_path: Path, by_hand: bool) -> None:
    settings = load({"DATABASE_URL": f"sqlite:///{place}"})
    assert not restored(place)
    assert main(["backup", str(tmp_path / "backup.db")]) == 0
    if by_hand:
        place.unlink()
        (tmp_path / "backup.db").rename(place)
    else:
        assert main(["restore", str(tmp_path / "backup.db")]) == 0
    with closing(Database(f"sqlite:///{place}")) as db:
        (line,) = map(str, check_restoration(db, settings))
    assert line.startswith("look   restoration: this is a copy of ")
    assert "the bot has not started on it yet" in line
    assert restored(place), "the bot started"
    with closing(Database(f"sqlite:///{place}")) as db:
        (line,) = map(str, check_restoration(db, settings))
        noticed = [f"{row.who} {row.what} {row.subject}" for row in audited(db, "noticed")]
    assert line.startswith("look   restoration: restored ")
    assert noticed == ["the bot noticed a restoration of the database"] * by_hand, "what `tradebot restore` did has a row of its own"


@pytest.mark.process
def test_dump_that_pg_restore_brings_back_is_noticed_and_recorded(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, dump = create_database(postgres), tmp_path / "bot.dump"
    settings = load({"DATABASE_URL": url})
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["migrate"]) == 0
    with closing(open_database(settings)) as db:
        subscribe(db)
        publish(db, 1)
        (known,) = audited(db)
    run_program("pg_dump", "--format=custom", f"--file={dump}", url)
    with closing(open_database(settings)) as db:
        subscribe(db, DAILY)
        with db.read() as conn:
            assert restorations.newest(conn) is None
    run_program("pg_restore", "--clean", "--if-exists", f"--dbname={url}", str(dump))
    for _ in range(2):
        with closing(open_database(settings)) as db, db.read() as conn:
            found = restorations.newest(conn)
            assert found is not None
            assert found.certain
            assert verify(conn) == []
            first, noticed = audited(db)
    assert first == known
    assert f"{noticed.who} {noticed.what} {noticed.subject}" == "the bot noticed a restoration of the database"


def run_program(name: str, *words: str) -> None:
    """Run a program of the newest PostgreSQL that the tests have, which can read what older ones wrote."""
    program = max(Path(str(package().__file__)).parent.glob(f"pginstall*/bin/{name}"), key=lambda path: len(str(path)))
    subprocess.run([program, *words], check=True, capture_output=True)


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o600])
def test_whoever_could_read_the_database_still_can_after_a_restore(place: Path, tmp_path: Path, mode: int) -> None:
    assert main(["backup", str(tmp_path / "backup.db")]) == 0
    place.chmod(mode)
    assert main(["restore", str(tmp_path / "backup.db")]) == 0
    assert place.stat().st_mode & 0o777 == mode


def test_copy_that_somebody_put_in_place_by_hand_is_noticed(place: Path, tmp_path: Path) -> None:
    assert not restored(place)
    assert main(["backup", str(tmp_path / "backup.db")]) == 0
    place.write_bytes((tmp_path / "backup.db").read_bytes())
    assert restored(place)


def test_plain_copy_counts_as_made_after_the_newest_thing_that_it_knows(place: Path, tmp_path: Path) -> None:
    assert not restored(place)
    plain = tmp_path / "plain.db"
    plain.write_bytes(place.read_bytes())
    assert main(["restore", str(plain)]) == 0
    assert restored(place)


def test_database_that_is_in_use_is_not_replaced(in_use: Database, place: Path, tmp_path: Path, capsys: Capture) -> None:
    assert main(["backup", str(tmp_path / "backup.db")]) == 0
    before = names(tmp_path)
    assert main(["restore", str(tmp_path / "backup.db")]) == 1
    assert "Stop it" in capsys.readouterr().err
    assert names(tmp_path) == before
    publish(in_use, 3)
    assert count(place) == 3


def test_damaged_database_can_be_replaced(place: Path, tmp_path: Path) -> None:
    assert main(["backup", str(tmp_path / "backup.db")]) == 0
    place.write_bytes(b"garbage" * 1000)
    assert main(["restore", str(tmp_path / "backup.db")]) == 0
    assert count(place) == 1


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), "Cannot restore"),
        (lambda path: path.write_text("no database"), "not a database"),
        (lambda path: path.unlink(), "There is no file"),
        (lambda path: change(path, "UPDATE alembic_version SET version_num = '9999'"), "newer release"),
        (lambda path: change(path, "DROP TABLE alembic_version"), "no database of this bot"),
    ],
)
def test_file_that_is_no_good_copy_changes_nothing(place: Path, tmp_path: Path, capsys: Capture, spoil: object, says: str) -> None:
    file = tmp_path / "backup.db"
    assert main(["backup", str(file)]) == 0
    spoil(file)  # type: ignore[operator]  # a function of the table above
    before = names(tmp_path)
    assert main(["restore", str(file)]) == 1
    assert says in capsys.readouterr().err
    assert names(tmp_path) == before
    assert count(place) == 1


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(statement)


def test_database_that_other_means_brought_back_counts_as_a_copy_when_an_operator_says_so(place: Path, capsys: Capture) -> None:
    assert not restored(place)
    assert main(["restored", "--since", "2026-02-09T09:00-05:00"]) == 0
    assert by_command_line(place) == ["restored the database"]
    assert "2026-02-09 14:00:00 UTC" in capsys.readouterr().out
    assert restored(place)


def test_running_bot_is_not_told_that_its_database_was_restored(
    db: Database, db_url: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("DATABASE_URL", db_url)
    subscribe(db)
    with db.begin() as conn:
        workers.beat(conn, "host:1", db.now(conn), delivered=True)
    assert main(["restored"]) == 1
    assert "Stop" in capsys.readouterr().err
    with db.read() as conn:
        assert restorations.newest(conn) is None
    with db.begin() as conn:
        workers.leave(conn, "host:1")
    db.close()
    assert main(["restored"]) == 0


@pytest.mark.parametrize("marked", [True, False])
def test_restored_copy_forgets_the_processes_that_worked_with_the_other(
    in_use: Database, place: Path, tmp_path: Path, marked: bool
) -> None:
    def names_in(path: Path) -> list[str]:
        with closing(Database(f"sqlite:///{path}")) as db, db.read() as conn:
            return [each.name for each in workers.all_rows(conn)]

    with in_use.begin() as conn:
        workers.beat(conn, "host:1", in_use.now(conn), delivered=True)
    assert main(["backup", str(tmp_path / "backup.db")]) == 0
    if not marked:  # as a release before did
        with closing(Database(f"sqlite:///{tmp_path / 'backup.db'}")) as db, db.begin() as conn:
            workers.beat(conn, "host:1", db.now(conn), delivered=True)
    in_use.close()
    assert names_in(place) == ["host:1"]
    assert main(["restore", str(tmp_path / "backup.db")]) == 0
    assert names_in(place) == []


@pytest.mark.parametrize("since", ["yesterday", "2026-02-09T09:00", "2999-01-01T00:00Z"])
def test_time_of_a_snapshot_is_in_the_past_and_has_a_zone(place: Path, since: str) -> None:
    assert main(["restored", "--since", since]) == 2


@pytest.mark.parametrize(("words", "program"), [(["backup", "a file"], "pg_dump"), (["restore", "a file"], "pg_restore")])
def test_postgres_has_programs_of_its_own(words: list[str], program: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://bot:hunter2@db.example.gov/trade")
    assert main(words) == 1
    told = capsys.readouterr().err
    assert program in told
    assert "'a file'" in told
    assert "postgresql://" in told
    assert "db.example.gov/trade" in told
    assert "hunter2" not in told


def test_every_table_is_in_the_copy(in_use: Database, tmp_path: Path) -> None:
    assert main(["backup", str(tmp_path / "backup.db")]) == 0
    tables = text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    with in_use.read() as conn, closing(Database(f"sqlite:///{tmp_path / 'backup.db'}")) as copy, copy.read() as copied:
        assert conn.execute(tables).all() == copied.execute(tables).all()
