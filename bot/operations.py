"""What an admin's command sets in motion in this process."""

from dataclasses import dataclass
from pathlib import Path

from content.loading.child import load_files
from content.loading.files import ContentError, read_files
from handlers.operations import ReloadResult
from jobs.revisions import Library, publish
from jobs.store import feeds
from jobs.store.database import Database


@dataclass(frozen=True, slots=True)
class LocalOperations:
    """On this machine's content folder and this database."""

    db: Database
    library: Library
    directory: Path

    def reload(self, who: str) -> ReloadResult:
        """Publishes the disk's content; with problems everything stays as it was."""
        try:
            result = publish(self.db, read_files(self.directory), who)
        except ContentError as broken:
            return ReloadResult(self.library.revision, False, (), tuple(map(str, broken.problems)))
        self.library.refresh(self.db)
        return ReloadResult(result.revision, result.published, result.changes, ())

    def check(self) -> tuple[str, ...]:
        """Every problem of the disk's content."""
        try:
            load_files(read_files(self.directory))
        except ContentError as broken:
            return tuple(map(str, broken.problems))
        return ()

    def poll(self, feed: str | None) -> tuple[str, ...]:
        """Makes one feed due now, or all; the jobs' next tick polls them."""
        slugs = [one.slug for one in self.library.catalog.feeds if feed in (None, one.slug)]
        with self.db.begin() as conn:
            now = self.db.now(conn)
            feeds.ensure(conn, slugs, now)
            return tuple(feeds.due_now(conn, slugs, now))
