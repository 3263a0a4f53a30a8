"""`tradebot backup`, `restore` and `restored`: copy the database, bring a copy back, and say that one was brought back."""

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.database import StartError, open_checked, open_existing
from bot.settings import Settings, SettingsError, load
from jobs import migrations, restorations
from jobs.database_url import shown_url
from jobs.migrations import upgrade
from jobs.store import backups, workers
from jobs.store.database import Database, normal_url, sqlite_url
from jobs.workers import SILENT, Health, health

NOTICED = (
    "Before the bot posts in a Slack channel, it looks there for what was posted since. "
    "In Teams it cannot look: it holds what may be there, and `/trade-admin outbox` asks an admin."
)


def back_up(words: Sequence[str], options: Mapping[str, str]) -> int:
    """Write a copy of the database into a file, while the bot runs or not."""
    if not words:
        raise ValueError("backup needs the name of the file to write")
    return _run(lambda settings: _back_up(settings, Path(words[0]), replace="--replace" in options))


def restore(words: Sequence[str], _: Mapping[str, str]) -> int:
    """Bring a copy back as the database, and keep the present one beside it."""
    if not words:
        raise ValueError("restore needs the file that `tradebot backup` wrote")
    return _run(lambda settings: _restore(settings, Path(words[0])))


def note_restored(_: Sequence[str], options: Mapping[str, str]) -> int:
    """Treat the database as a copy that other means brought back."""
    since = options.get("--since")
    moment = None if since is None else _read_moment(since)
    return _run(lambda settings: _note_restored(settings, moment))


def _read_moment(words: str) -> datetime:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment > datetime.now(UTC):
        raise ValueError(f"--since {words}: give a time of the past with its zone, such as 2026-02-09T09:00-05:00 or 2026-02-09T14:00Z")
    return moment


def _run(act: Callable[[Settings], str]) -> int:
    try:
        print(act(load()))
    except (SettingsError, StartError) as problem:
        print(f"tradebot: {problem}", file=sys.stderr)
        return 1
    return 0


def _back_up(settings: Settings, file: Path, *, replace: bool) -> str:
    source = _sqlite_file(settings, f"pg_dump --format=custom --file={shlex.quote(str(file))} {{}}")
    if not source.exists():
        raise StartError(f"There is no database at {source.absolute()} yet.")
    if file.exists() and (not replace or file.is_dir() or file.samefile(source)):
        raise StartError(f"{file} exists. Name another file, or overwrite this one with --replace.")
    if not file.absolute().parent.is_dir():
        raise StartError(f"There is no folder {file.absolute().parent}. Create it, or name a file in another folder.")
    partial = file.with_name(f".{file.name}.partial")
    try:
        backups.remove(partial)
        since = datetime.now(UTC)
        backups.copy_database(source, partial, _show)
        marked = _mark(partial, since)
        backups.finish(partial)
        partial.replace(file)
        backups.sync_folder(file.absolute().parent)
    except backups.FileError as error:
        raise StartError(f"Cannot write {file}: {error}. Nothing was changed.") from None
    finally:
        _remove(partial)
    note = "" if marked else " It has the schema of an older release: after you restore it, run `tradebot restored`."
    return f"{file}: {file.stat().st_size / 1e6:.1f} MB, as of {since:%Y-%m-%d %H:%M:%S} UTC, checked.{note}"


def _restore(settings: Settings, file: Path) -> str:
    place = _sqlite_file(settings, f"pg_restore --clean --if-exists --dbname={{}} {shlex.quote(str(file))}")
    if not file.is_file():
        raise StartError(f"There is no file {file}.")
    if place.exists() and file.samefile(place):
        raise StartError(f"{file} is the database itself.")
    if place.exists() and backups.is_in_use(place):
        raise StartError(f"The bot, or another program, has {place} open. Stop it, then restore again.")
    partial, now = place.with_name(f".{place.name}.partial"), datetime.now(UTC)
    aside = place.with_name(f"{place.name}.before-{now:%Y%m%dT%H%M%SZ}")
    try:
        backups.check(file)
        backups.remove(partial)
        backups.copy_database(file, partial, _show)
        with open_checked(sqlite_url(partial)) as db, closing(db):
            since = _bring_up_to_date(db, file)
        backups.finish(partial)
        backups.swap(place, partial, aside)
        backups.sync_folder(place.absolute().parent)
    except backups.FileError as error:
        raise StartError(f"Cannot restore {file}: {error}. The database is as it was.") from None
    finally:
        _remove(partial)
    kept = f" The database that was in use is now {aside}." if aside.exists() else ""
    return f"{place}: restored as of {since:%Y-%m-%d %H:%M:%S} UTC.{kept} Now start the bot. {NOTICED}"


def _bring_up_to_date(db: Database, file: Path) -> datetime:
    """Migrate a copy, see to it that it says that it is one, and return when it was made."""
    with db.read() as conn:
        version = upgrade.current(conn)
    if version is None:
        raise StartError(f"{file} is no database of this bot.")
    if version > migrations.HEAD:
        raise StartError(f"{file} comes from a newer release of the bot. Install that release, then restore again.")
    upgrade.upgrade(db)
    return restorations.mark_again(db)


def _note_restored(settings: Settings, since: datetime | None) -> str:
    with open_existing(settings) as db:
        file = Path(db.url.database or "") if db.sqlite else None
    if file and backups.is_in_use(file):
        raise StartError(f"The bot, or another program, has {file} open. Stop it, then run `tradebot restored` again.")
    with open_existing(settings) as db:
        with db.read() as conn:
            beating = None if file else next((each for each in workers.all_rows(conn) if health(each, db.now(conn)) != Health.SILENT), None)
        if beating is not None:
            advice = f"Stop every process of it. If it was killed, wait {SILENT.seconds} seconds. Then run `tradebot restored` again."
            raise StartError(f"The bot is running: {beating.name} polls and posts. {advice}")
        found = restorations.mark_restored(db, since)
    if found is None:
        raise StartError("The database knows of no post and no feed yet, so nothing can be posted again.")
    return f"The database counts as a copy of {found.since:%Y-%m-%d %H:%M:%S} UTC. {NOTICED}"


def _sqlite_file(settings: Settings, command: str) -> Path:
    """Return the file of a SQLite database. Raises StartError, with PostgreSQL's own command, for another one."""
    url = settings.database_url
    if not url.startswith("sqlite:"):
        address = "postgresql" + shown_url(url)[url.index(":") :]
        typed = command.format(shlex.quote(address))
        raise StartError(f"PostgreSQL has a program of its own for this. Put the user and the password in, and type: {typed}")
    path = normal_url(url).database
    if not path or path == ":memory:":
        raise StartError("DATABASE_URL names no file.")
    return Path(path)


def _mark(partial: Path, since: datetime) -> bool:
    """Write into a copy that it is one, unless the release that it is from knows nothing of it."""
    with open_checked(sqlite_url(partial)) as db, closing(db):
        if upgrade.is_behind(db):
            return False
        with db.begin() as conn:
            restorations.mark_copy(conn, since)
    return True


def _remove(partial: Path) -> None:
    try:
        backups.remove(partial)
    except OSError as error:
        print(f"tradebot: could not remove {partial}: {error.strerror}", file=sys.stderr)


def _show(share: float) -> None:
    if sys.stderr.isatty():
        print(f"\r{share:4.0%}", end="" if share < 1.0 else "\n", file=sys.stderr, flush=True)
