"""Check the content files, and compare them with the revision in force."""

from contextlib import closing, suppress
from pathlib import Path

import content.loading.loader  # noqa: F401 - then content is loaded in this process, which ends soon, and not in a child
from bot.ask import count_feeds
from bot.doctor.database import check_database
from bot.findings import OK, WRONG, Finding, look, ok, run_check, wrong
from bot.settings import Settings, SettingsError, load
from content.catalog import Catalog
from content.loading.diff import describe, missing
from content.loading.files import ContentError, digest
from handlers.replies import dates
from jobs.content_source import Source, read_source
from jobs.models.content import Revision
from jobs.revisions import load as load_files
from jobs.revisions import load_draft, preview
from jobs.store import revisions
from jobs.store.database import Database

SECONDS = 8.0
"""How long the comparison with the database may take."""

LOST = "entries that the bot answers from now: "
RESTORE = "if a file was cut off, restore it; else `/trade-admin reload` asks you to confirm"


def check_content(source: Source) -> list[Finding]:
    """Check whether the content in CONTENT_DIR can be read and published."""
    try:
        catalog = load_draft(read_source(source))
    except ContentError as error:
        count, first = len(error.problems), error.problems[0]
        if first.file == str(source) and not isinstance(source, Path):
            return [wrong("content", str(first), "check CONTENT_DIR and CONTENT_TOKEN, and that this computer reaches the server")]
        message = f"{count} problem{'s' if count > 1 else ''} in {source}; the first: {first}"
        return [wrong("content", message, "fix the file; `tradebot check` lists every problem")]
    return [
        ok("content", f"{source} has no errors ({len(catalog.ptis)} PTIs, {len(catalog.terms)} terms, {count_feeds(len(catalog.feeds))})")
    ]


def check_revision(db: Database, settings: Settings) -> list[Finding]:
    """Check which content is in force and whether it is that of CONTENT_DIR."""
    with db.read() as conn:
        newest, now = revisions.newest(conn), db.now(conn)
    if newest is None:
        return [look("revision", "no revision is published yet", "start `tradebot run`, which publishes the files in CONTENT_DIR")]
    name = f"{newest.id}, published {dates.near(newest.at, now, settings.zone)} by {newest.who}"
    try:
        old = load_files(newest.files)
    except ContentError as error:
        message = f"{name}: this release cannot use it: {error.problems[0]}"
        return [wrong("revision", message, "type `/trade-admin reload` to publish the files in CONTENT_DIR")]
    try:
        files = read_source(settings.content)
        if digest(files) == newest.digest:
            return [ok("revision", f"{name}; the files in CONTENT_DIR match")]
        on_disk = load_files(files)
    except ContentError:
        return [look("revision", f"{name}; the files in CONTENT_DIR cannot be published")]
    if lost := missing(old, on_disk):
        return [look("revision", f"{name}; the files in CONTENT_DIR lack {LOST}{'; '.join(lost)}", RESTORE)]
    changes = "; ".join(describe(old, on_disk)) or "no statement"
    return [
        look(
            "revision",
            f"{name}; the files in CONTENT_DIR differ: {changes}",
            "type `/trade-admin reload` to publish the files in CONTENT_DIR",
        )
    ]


def check_reload(directory: str | None) -> list[Finding]:
    """Say what a reload of valid content would change and lose. Without a database there is nothing to compare."""
    try:
        settings = load()
    except SettingsError:
        return []
    if directory is not None and Path(directory).resolve() != settings.content:
        return []

    def compare() -> list[Finding]:
        if any(finding.state != OK for finding in check_database(settings)):
            return []
        with closing(Database(settings.database_url)) as db:
            found = preview(db, load_files(read_source(settings.content)))
        lost = [look("content", f"lacks {LOST}{'; '.join(found.lost)}", RESTORE)] if found.lost else []
        if found.same:
            return [ok("reload", f"would change nothing: the files match revision {found.revision}")]
        changes = "; ".join(found.changes) or "only notes or layout"
        return [*lost, ok("reload", f"would change {changes}" if found.revision else "would publish the first revision")]

    return [finding for finding in run_check("content", compare, SECONDS) if finding.state != WRONG]


def catalog_in_force(newest: Revision | None, source: Source) -> Catalog | None:
    """Return the catalog that the bot answers from, or would after a start."""
    if newest is not None:
        with suppress(ContentError):
            return load_files(newest.files)
    with suppress(ContentError):
        return load_files(read_source(source))
    return None
