"""Publish content: the YAML in CONTENT_DIR is a draft; published, it is a revision, from which every process answers."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

from content.catalog import Catalog
from content.loading.cache import load_cached
from content.loading.child import check_files, load_files
from content.loading.diff import FileChange, compare, describe, missing
from content.loading.files import ContentError, Problem, digest, file_problem
from content.search.audience import forget_catalogs, public
from jobs import audit
from jobs.content_source import Source, read_source
from jobs.examples import failed_examples
from jobs.memory import give_back_memory
from jobs.models.content import Revision
from jobs.states import AuditAction
from jobs.store import revisions
from jobs.store.database import Database

logger = logging.getLogger(__name__)

AT_START = "startup"


class Unconfirmed(Exception):
    """The files lack entries that the revision in force has, as a file does that was cut off while it was saved.

    `code` stands for these files in place of that revision: publish them with it if the loss is intended.
    """

    def __init__(self, missing: tuple[str, ...], revision: int, code: str) -> None:
        super().__init__(f"the files lack what revision {revision} has: {'; '.join(missing)}")
        self.missing, self.revision, self.code = missing, revision, code


class Superseded(Exception):
    """Another revision is in force than the one that a person wanted to replace."""

    def __init__(self, revision: int) -> None:
        super().__init__(f"revision {revision} is in force")
        self.revision = revision


@dataclass(frozen=True, slots=True)
class InForce:
    catalog: Catalog
    revision: int
    published: bool  #: False: in force before.
    changes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()  #: Why the source's content is not in force, as `file:line:col: path: message`.


_in_use: WeakValueDictionary[str, Catalog] = WeakValueDictionary()
"""Digest -> the catalog of these files. To load it again would take a second, and its memory twice."""


def load(files: Mapping[str, str]) -> Catalog:
    """Return the catalog that is in use already, or load it. Raises ContentError, also if only this release's rules are stricter."""
    catalog = _in_use.get(digest(files))
    if catalog is None:
        catalog = _in_use.setdefault(digest(files), load_files(dict(files)))
    return catalog


def load_draft(files: Mapping[str, str]) -> Catalog:
    """Load content that is to be published. Raises ContentError, also if an example contradicts the topics' rules."""
    catalog = load(files)
    if failed := failed_examples(catalog):
        raise ContentError(failed)
    return catalog


def check_draft(files: Mapping[str, str], today: str) -> tuple[Catalog, tuple[Problem, ...]]:
    """Return the catalog, and warnings as of a day such as "2026-11-29". Raises as `load_draft`."""
    catalog, warnings = check_files(files, today)
    if failed := failed_examples(catalog):
        raise ContentError(failed)
    return catalog, warnings


def publish(db: Database, files: Mapping[str, str], who: str, *, confirmed: str = "") -> InForce:
    """Publish files unless in force already.

    Raises ContentError with every problem, or Unconfirmed unless `confirmed` is its code, having changed nothing.
    """
    return _publish(db, files, load_draft(files), who, _Conditions(confirmed=confirmed, what=AuditAction.RELOADED))


def roll_back(db: Database, to: Revision, who: str, over: int) -> InForce:
    """Publish an older revision's files again, as a new revision, if `over` is in force.

    Raises ContentError if this release cannot use the files, or Superseded.
    """
    return _publish(
        db, to.files, load(to.files), who, _Conditions(over=over, note=f"back to revision {to.id}", what=AuditAction.ROLLED_BACK)
    )


def publish_at_start(db: Database, source: Source) -> InForce:
    """Publish the source's content if it was never published, so that a rollback survives a restart; else the newest revision stays.

    So it does if that content is broken, was cut off or cannot be fetched. Raises ContentError if no revision is usable either.
    """
    try:
        catalog = load_cached(source, load_files=load_files) if isinstance(source, Path) else None
        files = read_source(source)
        if catalog is None or catalog.digest != digest(files):  # a file was saved in between
            catalog = load(files)
    except ContentError as broken:
        return _keep_newest(db, broken)
    catalog = _in_use.setdefault(catalog.digest, catalog)
    with db.read() as conn:
        newest = revisions.newest(conn)
        new = not revisions.was_published(conn, catalog.digest)
    if new or newest is None:
        if failed := failed_examples(catalog):
            return _keep_newest(db, ContentError(failed))
        try:
            return _publish(db, files, catalog, AT_START, _Conditions(unless_published=True))
        except Unconfirmed as cut:
            return _keep_uncut(db, cut)
    if newest.digest == catalog.digest:
        return InForce(catalog, newest.id, False)
    try:
        return InForce(load(newest.files), newest.id, False)
    except ContentError as outdated:
        logger.warning("revision %d is not valid for this release, so the content in CONTENT_DIR is published:\n%s", newest.id, outdated)
        return _publish(db, files, catalog, AT_START)


def _keep_newest(db: Database, broken: ContentError) -> InForce:
    problems = tuple(map(str, broken.problems))
    logger.error("the content in CONTENT_DIR was not published:\n%s", broken)
    with db.read() as conn:
        newest = revisions.newest(conn)
    if newest is None:
        raise broken
    try:
        return InForce(load(newest.files), newest.id, False, problems=problems)
    except ContentError:
        raise broken from None


def _keep_uncut(db: Database, cut: Unconfirmed) -> InForce:
    logger.error(
        "the content in CONTENT_DIR was not published, because %s. The bot answers from that revision. "
        "If a file was cut off, restore it; then, or if the loss is intended, type /trade-admin reload",
        cut,
    )
    with db.read() as conn:
        newest = revisions.newest(conn)
    if newest is None:  # it had a revision a moment ago
        raise cut
    problems = tuple(str(file_problem(line.partition(" ")[0], f"lacks entries of revision {cut.revision}: {line}")) for line in cut.missing)
    return InForce(load(newest.files), newest.id, False, problems=problems)


@dataclass(frozen=True, slots=True)
class _Conditions:
    confirmed: str = ""
    """The code of an Unconfirmed that a person has seen."""
    unless_published: bool = False
    """Not if another process published the files meanwhile."""
    over: int | None = None
    """Only in place of this revision, whatever the files lack: a person has seen the difference."""
    note: str = ""
    """Comes first among the changes."""
    what: AuditAction = AuditAction.PUBLISHED


def _publish(db: Database, files: Mapping[str, str], catalog: Catalog, who: str, given: _Conditions = _Conditions()) -> InForce:
    with db.begin() as conn:
        revisions.lock(conn)
        newest = revisions.newest(conn)
        if newest is not None and newest.digest == catalog.digest:
            return InForce(catalog, newest.id, False)
        if newest is not None and given.over not in (None, newest.id):
            raise Superseded(newest.id)
        if newest is not None and given.unless_published and revisions.was_published(conn, catalog.digest):
            return InForce(load(newest.files), newest.id, False)
        previous = _catalog_of(newest)
        if newest is not None and previous is not None and given.over is None and (lost := missing(previous, catalog)):
            code = f"{newest.id}-{catalog.digest[:12]}"
            if code != given.confirmed:
                raise Unconfirmed(lost, newest.id, code)
        changes = describe(previous, catalog)
        stored = (given.note, *changes) if given.note else changes
        now = db.now(conn)
        revision = revisions.add(conn, catalog.digest, files, who, now, stored)
        before = None if newest is None else {"revision": newest.id, "digest": newest.digest}
        after = {"revision": revision, "digest": catalog.digest, "changes": list(stored)}
        audit.record(conn, who, audit.Change(given.what, f"revision {revision}", before, after), now)
        return InForce(catalog, revision, True, changes)


@dataclass(frozen=True, slots=True)
class Difference:
    items: tuple[FileChange, ...]
    files: tuple[str, ...]
    """Files whose text differs although no item does: notes, or the layout. All that differ, if a revision cannot be read."""
    unreadable: tuple[int, ...] = ()
    """The revisions that this release cannot read."""


def difference(old: Revision, new: Revision, *, for_everybody: bool) -> Difference:
    """Compare two revisions; `for_everybody`, without what is internal."""
    names = tuple(sorted(name for name in {*old.files, *new.files} if old.files.get(name) != new.files.get(name)))
    before, after = _catalog_of(old), _catalog_of(new)
    if before is None or after is None:
        unreadable = tuple(each.id for each, catalog in ((old, before), (new, after)) if catalog is None)
        return Difference((), names, unreadable)
    items = compare(public(before), public(after)) if for_everybody else compare(before, after)
    return Difference(items, tuple(name for name in names if name not in {each.file for each in items}))


@dataclass(frozen=True, slots=True)
class Preview:
    """The effect that publishing files would have."""

    revision: int | None
    """The revision in force, or None before the first."""
    same: bool
    """The files are those of the revision."""
    changes: tuple[str, ...]
    lost: tuple[str, ...]
    """Entries that a file that was cut off would lose; publishing asks about them."""


def preview(db: Database, catalog: Catalog) -> Preview:
    with db.read() as conn:
        newest = revisions.newest(conn)
    previous = _catalog_of(newest)
    changes, lost = describe(previous, catalog), missing(previous, catalog) if previous else ()
    return Preview(newest.id if newest else None, newest is not None and newest.digest == catalog.digest, changes, lost)


def _catalog_of(revision: Revision | None) -> Catalog | None:
    try:
        return None if revision is None else load(revision.files)
    except ContentError:  # of an older release
        return None


class Library:
    """The catalog in force; reading it never waits."""

    def __init__(self, in_force: InForce) -> None:
        self._in_force = (in_force.catalog, in_force.revision)
        self._refused = 0
        self._replaced = False
        self.problems = in_force.problems

    @property
    def in_force(self) -> tuple[Catalog, int]:
        """The catalog and the revision that it is of."""
        return self._in_force

    @property
    def catalog(self) -> Catalog:
        return self._in_force[0]

    @property
    def revision(self) -> int:
        return self._in_force[1]

    def refresh(self, db: Database) -> bool:
        """Load the newest revision; return whether it is new. An unusable one is logged once."""
        if self._replaced:  # whoever was answering from the older catalog has finished since
            self._replaced = False
            give_back_memory()
        with db.read() as conn:
            if revisions.newest_id(conn) in (self.revision, self._refused, None):
                return False
            newest = revisions.newest(conn)
        if newest is None:
            return False
        try:
            catalog = load(newest.files)
        except ContentError as broken:
            self._refused = newest.id
            self.problems = tuple(map(str, broken.problems))
            logger.error(
                "revision %d cannot be used by this release; still answering from revision %d:\n%s", newest.id, self.revision, broken
            )
            return False
        self._in_force = (catalog, newest.id)
        self.problems = ()
        self._replaced = True
        forget_catalogs()
        return True
