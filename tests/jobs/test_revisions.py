"""Publishing content: nothing changes unless all of it is right, and the newest revision answers everywhere."""

import gc
import weakref
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, insert

from content.catalog import KINDS, Catalog
from content.loading.child import load_files
from content.loading.files import ContentError, digest
from content.search.lookup import find
from jobs import revisions as publishing
from jobs.revisions import AT_START, InForce, Library, Preview, Unconfirmed, load, preview, publish, publish_at_start
from jobs.store import revisions, schema
from jobs.store.database import Database
from tests.support.sample_content import files, with_feeds

GOOD = files()
NEWER = {**GOOD, "office.yaml": GOOD["office.yaml"].replace("Enforce. Protect.", "Enforce.")}
BROKEN = {**GOOD, "ptis.yaml": GOOD["ptis.yaml"].replace("https://www.cbp.gov/trade/revenue", "ftp://nowhere")}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def disk(tmp_path: Path, content: Mapping[str, str]) -> Path:
    directory = tmp_path / "content"
    directory.mkdir(exist_ok=True)
    for name, text in content.items():
        (directory / name).write_text(text, encoding="utf-8")
    return directory


def newest(db: Database) -> int | None:
    with db.read() as conn:
        return revisions.newest_id(conn)


def test_publishing_writes_a_revision_with_who_and_what_changed(db: Database) -> None:
    publish(db, GOOD, "slack:T1/U1")
    after = publish(db, NEWER, "slack:T1/U2")
    with db.read() as conn:
        stored = revisions.newest(conn)
    assert stored is not None
    assert (stored.id, stored.who, stored.files, stored.digest) == (after.revision, "slack:T1/U2", NEWER, digest(NEWER))
    assert after.published
    assert after.changes == stored.changes == ("office.yaml (Office of Trade: motto)",)


def test_broken_files_change_nothing_and_say_everything(db: Database) -> None:
    publish(db, GOOD, "me")
    before = newest(db)
    with pytest.raises(ContentError) as error:
        publish(db, {**BROKEN, "roles.yaml": "roles: ["}, "me")
    assert {problem.file for problem in error.value.problems} >= {"ptis.yaml", "roles.yaml"}
    assert newest(db) == before


def test_publishing_what_is_in_force_is_no_revision(db: Database) -> None:
    first = publish(db, GOOD, "me")
    again = publish(db, GOOD, "you")
    assert (again.revision, again.published, again.changes) == (first.revision, False, ())


def test_an_older_content_can_be_published_again(db: Database) -> None:
    for content in (GOOD, NEWER, GOOD):
        assert publish(db, content, "me").published
    with db.read() as conn:
        stored = revisions.newest(conn)
    assert stored is not None
    assert stored.files == GOOD


def test_a_start_publishes_the_disk_once(db: Database, tmp_path: Path) -> None:
    directory = disk(tmp_path, GOOD)
    first = publish_at_start(db, directory)
    assert first.published
    assert publish_at_start(db, directory) == InForce(first.catalog, first.revision, False)
    with db.read() as conn:
        stored = revisions.newest(conn)
    assert stored is not None
    assert stored.who == AT_START


def test_a_rollback_survives_a_restart(db: Database, tmp_path: Path) -> None:
    publish(db, GOOD, "me")
    publish_at_start(db, disk(tmp_path, NEWER))
    rollback = publish(db, GOOD, "me")
    started = publish_at_start(db, disk(tmp_path, NEWER))
    assert (started.revision, started.published) == (rollback.revision, False)
    assert started.catalog == load(GOOD)


def test_with_a_broken_disk_the_newest_revision_answers_and_the_problems_are_told(db: Database, tmp_path: Path) -> None:
    before = publish(db, GOOD, "me")
    started = publish_at_start(db, disk(tmp_path, BROKEN))
    assert (started.catalog, started.revision, started.published) == (before.catalog, before.revision, False)
    assert [problem.partition(": ")[0].partition(":")[0] for problem in started.problems] == ["ptis.yaml"]
    assert Library(started).problems == started.problems


def test_with_a_broken_disk_and_no_revision_there_is_nothing_to_start_with(db: Database, tmp_path: Path) -> None:
    with pytest.raises(ContentError):
        publish_at_start(db, disk(tmp_path, BROKEN))
    assert newest(db) is None


MANY = with_feeds("account", "pages")
CUT = {**MANY, "feeds.yaml": MANY["feeds.yaml"][: MANY["feeds.yaml"].index("  account:")]}


def test_a_file_that_was_cut_off_is_published_only_after_a_confirmation(db: Database) -> None:
    before = publish(db, MANY, "me")
    with pytest.raises(Unconfirmed) as asked:
        publish(db, CUT, "me")
    assert asked.value.missing == ("feeds.yaml (account, pages)",)
    assert (asked.value.revision, newest(db)) == (before.revision, before.revision)
    assert publish(db, CUT, "me", confirmed=asked.value.code).published


def test_a_confirmation_is_for_the_files_and_the_revision_that_were_shown(db: Database) -> None:
    publish(db, MANY, "me")
    with pytest.raises(Unconfirmed) as asked:
        publish(db, CUT, "me")
    cut_further = {**CUT, "office.yaml": NEWER["office.yaml"]}
    with pytest.raises(Unconfirmed):
        publish(db, cut_further, "me", confirmed=asked.value.code)
    publish(db, with_feeds("account", "pages", "register"), "somebody else")
    with pytest.raises(Unconfirmed) as again:
        publish(db, CUT, "me", confirmed=asked.value.code)
    assert again.value.missing == ("feeds.yaml (account, pages, register)",)


def test_a_start_keeps_the_revision_in_force_when_a_file_was_cut_off(
    db: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = publish(db, MANY, "me")
    started = publish_at_start(db, disk(tmp_path, CUT))
    assert (started.revision, started.published, started.catalog) == (before.revision, False, before.catalog)
    assert started.problems == (f"feeds.yaml:1:1: lacks entries of revision {before.revision}: feeds.yaml (account, pages)",)
    assert "feeds.yaml (account, pages)" in caplog.text
    assert "type /trade-admin reload" in caplog.text
    assert newest(db) == before.revision


def test_what_content_lacks_of_the_revision_in_force_can_be_asked(db: Database) -> None:
    assert preview(db, load(CUT)).lost == ()
    publish(db, MANY, "me")
    assert preview(db, load(CUT)).lost == ("feeds.yaml (account, pages)",)
    write_unusable(db)
    assert preview(db, load(CUT)).lost == ()


def test_what_publishing_would_change_can_be_asked(db: Database) -> None:
    assert preview(db, load(GOOD)).revision is None
    revision = publish(db, GOOD, "me").revision
    assert preview(db, load(GOOD)) == Preview(revision, True, (), ())
    assert preview(db, load(NEWER)) == Preview(revision, False, ("office.yaml (Office of Trade: motto)",), ())
    assert preview(db, load(GOOD | {"ptis.yaml": "# a note\n" + GOOD["ptis.yaml"]})) == Preview(revision, False, (), ())
    assert newest(db) == revision


def write_unusable(db: Database) -> int:
    """A revision as a release with other rules may have written it."""
    with db.begin() as conn:
        row = {"digest": digest(BROKEN), "files": BROKEN, "who": "another release", "at": db.now(conn), "changes": []}
        return int(conn.execute(insert(schema.revision).returning(schema.revision.c.id), row).scalar_one())


def test_a_revision_that_this_release_refuses_gives_way_to_the_disk(db: Database, tmp_path: Path) -> None:
    publish(db, GOOD, "me")
    write_unusable(db)
    started = publish_at_start(db, disk(tmp_path, GOOD))
    assert started.published
    assert started.catalog == load(GOOD)


def test_four_processes_start_at_once_and_one_publishes(db: Database, tmp_path: Path) -> None:
    directory = disk(tmp_path, GOOD)
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(lambda _: publish_at_start(db, directory), range(4)))
    assert sorted(each.published for each in started) == [False, False, False, True]
    assert {each.revision for each in started} == {newest(db)}


def test_a_start_does_not_undo_what_others_published_in_that_moment(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    was_published = revisions.was_published

    def and_then_others_publish(conn: Connection, which: str) -> bool:
        answer = was_published(conn, which)
        monkeypatch.setattr(revisions, "was_published", was_published)
        publish(db, GOOD, "one")
        publish(db, NEWER, "another")
        return answer

    monkeypatch.setattr(revisions, "was_published", and_then_others_publish)
    started = publish_at_start(db, disk(tmp_path, GOOD))
    assert (started.published, started.revision, started.catalog) == (False, newest(db), load(NEWER))


def test_a_library_takes_over_what_another_process_published(db: Database) -> None:
    library = Library(publish(db, GOOD, "me"))
    assert not library.refresh(db)
    after = publish(db, NEWER, "another process")
    assert library.refresh(db)
    assert (library.catalog, library.revision) == (after.catalog, after.revision)
    assert not library.refresh(db)


def test_content_that_is_no_longer_in_force_takes_no_memory(db: Database) -> None:
    first = {**GOOD, "office.yaml": GOOD["office.yaml"].replace("Enforce. Protect.", "Protect.")}
    library = Library(publish(db, first, "me"))
    assert find(library.catalog, "revenue", KINDS)
    publish(db, NEWER, "me")
    assert library.refresh(db)
    gc.collect()
    kept = [each for each in gc.get_objects() if isinstance(each, Catalog) and each.digest == digest(first)]
    assert kept == []


def test_a_library_keeps_answering_when_the_newest_revision_is_unusable(db: Database) -> None:
    library = Library(publish(db, GOOD, "me"))
    write_unusable(db)
    assert not library.refresh(db)
    assert library.catalog == load(GOOD)
    assert library.problems
    after = publish(db, NEWER, "me")
    assert library.refresh(db)
    assert (library.revision, library.problems) == (after.revision, ())


def test_a_reload_reads_the_new_files_once_and_frees_the_older_catalog(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    own = files()["office.yaml"].replace("Enforce. Protect.", uuid4().hex)  # no other test may keep its catalog
    library = Library(publish(db, {**files(), "office.yaml": own}, "me"))
    read = []

    def read_files(given: Mapping[str, str]) -> Catalog:
        read.append(digest(given))
        return load_files(given)

    monkeypatch.setattr("jobs.revisions.load_files", read_files)
    older = weakref.ref(library.catalog)
    newer = {**files(), "office.yaml": own.replace("Office of Trade", "Office of all Trade", 1)}
    published = publish(db, newer, "you")
    assert library.refresh(db)
    assert library.catalog is published.catalog
    assert read == [published.catalog.digest]
    assert older() is None


def test_memory_of_the_catalog_before_is_given_back_once_nobody_answers_from_it(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    given_back: list[int] = []
    library = Library(publish(db, GOOD, "me"))
    monkeypatch.setattr(publishing, "give_back_memory", lambda: given_back.append(library.revision))
    publish(db, NEWER, "you")
    assert library.refresh(db)
    assert given_back == [], "somebody may still be answering from it"
    for _ in range(2):
        assert not library.refresh(db)
    assert given_back == [2]
