"""Publish content: the YAML on disk is a draft; published, it is a revision, from which every process answers."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from content.catalog import Catalog
from content.loading.cache import load_cached
from content.loading.child import load_files
from content.loading.diff import describe
from content.loading.files import ContentError, digest, read_files
from jobs.models import Revision
from jobs.store import revisions
from jobs.store.database import Database

logger = logging.getLogger(__name__)

AT_START = "startup"


@dataclass(frozen=True, slots=True)
class InForce:
    catalog: Catalog
    revision: int
    published: bool  #: False: in force before.
    changes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()  #: Why the disk's content is not in force, as `file:line:col: path: message`.


def load(files: Mapping[str, str]) -> Catalog:
    """Raises ContentError, also if only this release's rules are stricter."""
    return _load(tuple(sorted(files.items())))


@lru_cache(maxsize=2)
def _load(files: tuple[tuple[str, str], ...]) -> Catalog:
    return load_files(dict(files))


def publish(db: Database, files: Mapping[str, str], who: str) -> InForce:
    """Publish files unless in force already. Raises ContentError with every problem, having changed nothing."""
    return _publish(db, files, load(files), who)


def publish_at_start(db: Database, directory: Path) -> InForce:
    """Publish the disk's content if it was never published, so that a rollback survives a restart; else the newest revision stays.

    So it does if the disk's content is broken. Raises ContentError if no revision is usable either.
    """
    try:
        catalog, files = load_cached(directory, load_files=load_files), read_files(directory)
        if catalog.digest != digest(files):  # a file was saved in between
            catalog = load(files)
    except ContentError as broken:
        return _keep_newest(db, broken)
    with db.read() as conn:
        newest = revisions.newest(conn)
        new = not revisions.was_published(conn, catalog.digest)
    if new or newest is None:
        return _publish(db, files, catalog, AT_START, unless_published=True)
    if newest.digest == catalog.digest:
        return InForce(catalog, newest.id, False)
    try:
        return InForce(load(newest.files), newest.id, False)
    except ContentError as outdated:
        logger.warning("revision %d is not valid for this release, so the disk's content is published:\n%s", newest.id, outdated)
        return _publish(db, files, catalog, AT_START)


def _keep_newest(db: Database, broken: ContentError) -> InForce:
    problems = tuple(map(str, broken.problems))
    logger.error("the content on disk has errors and was not published:\n%s", broken)
    with db.read() as conn:
        newest = revisions.newest(conn)
    if newest is None:
        raise broken
    try:
        return InForce(load(newest.files), newest.id, False, problems=problems)
    except ContentError:
        raise broken from None


def _publish(db: Database, files: Mapping[str, str], catalog: Catalog, who: str, *, unless_published: bool = False) -> InForce:
    """`unless_published`: not if another process did meanwhile."""
    with db.begin() as conn:
        revisions.lock(conn)
        newest = revisions.newest(conn)
        if newest is not None and newest.digest == catalog.digest:
            return InForce(catalog, newest.id, False)
        if newest is not None and unless_published and revisions.was_published(conn, catalog.digest):
            return InForce(load(newest.files), newest.id, False)
        changes = describe(_previous(newest), catalog)
        revision = revisions.add(conn, catalog.digest, files, who, db.now(conn), changes)
        return InForce(catalog, revision, True, changes)


def _previous(newest: Revision | None) -> Catalog | None:
    try:
        return None if newest is None else load(newest.files)
    except ContentError:  # of an older release
        return None


class Library:
    """The catalog in force; reading it never waits."""

    def __init__(self, in_force: InForce) -> None:
        self._in_force = (in_force.catalog, in_force.revision)
        self._refused = 0
        self.problems = in_force.problems

    @property
    def catalog(self) -> Catalog:
        return self._in_force[0]

    @property
    def revision(self) -> int:
        return self._in_force[1]

    def refresh(self, db: Database) -> bool:
        """Load the newest revision; return whether it is new. An unusable one is logged once."""
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
        return True
