"""Messages of an archive in the store: backlog, each once, and given way to the feed's own text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from content.catalog import Catalog
from jobs.archive.backlog import BATCH, Imported, import_rows
from jobs.archive.table import Row
from jobs.models.entries import Entry
from jobs.sources.document import Found
from jobs.store import entries, reports
from jobs.store.database import Database
from tests.support.documents import Documents
from tests.support.shipped_catalog import shipped_catalog
from tests.support.store import audited, subscribe

CSMS = next(feed for feed in shipped_catalog().feeds if feed.slug == "csms")
OLD = datetime(2025, 12, 3, 17, tzinfo=UTC)
CUT = Row("66987366", "Guidance \u2013 Implementation of Tariff", OLD, cut=True)
WHOLE = replace(CUT, title="Guidance \u2013 Implementation of Tariff-Related Elements of a Framework", cut=False)
OUTAGE = Row("67486391", "ACE Air EDI and Entry Summary EDI Experiencing Slow Processing", OLD + timedelta(days=1))


def feed_item(row: Row, title: str = "", *, days: float = 0) -> Found:
    url = f"https://content.govdelivery.com/accounts/USDHSCBP/bulletins/{int(row.number):x}"
    return Found(row.number, f"CSMS # {row.number} - {title or row.title}", url, row.published + timedelta(days=days), "What it says.")


def stored(db: Database, row: Row) -> Entry:
    with db.read() as conn:
        found = entries.by_number(conn, row.number)
    assert found is not None
    return found


def test_a_message_is_stored_as_backlog_classified_and_owed_to_nobody(db: Database) -> None:
    subscribe(db)
    assert import_rows(db, [OUTAGE], shipped_catalog()) == Imported(added=1)
    found = stored(db, OUTAGE)
    assert (found.key, found.title, found.url, found.published) == (
        "csms:67486391",
        OUTAGE.title,
        "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/405c2b7",
        OUTAGE.published,
    )
    assert (found.backlog, found.archived, found.cut, found.body, found.kind, found.routine) == (True, True, False, None, "outage", True)
    with db.read() as conn:
        assert reports.waiting(conn).count == 0


def test_importing_again_changes_nothing(db: Database) -> None:
    import_rows(db, [CUT, OUTAGE], shipped_catalog())
    before = stored(db, CUT)
    assert import_rows(db, [CUT, OUTAGE], shipped_catalog()) == Imported(known=2)
    (row,) = audited(db)
    assert (row.who, row.what, row.after) == ("the command line", "imported", '{"mended":0,"stored":2}')
    assert stored(db, CUT) == before


def test_batches_are_stored_oldest_first_and_told(db: Database) -> None:
    rows = [replace(OUTAGE, number=str(60_000_000 - number), published=OLD - timedelta(hours=number)) for number in range(BATCH + 1)]
    steps: list[tuple[int, int]] = []
    assert import_rows(db, rows, shipped_catalog(), lambda done, of: steps.append((done, of))).added == BATCH + 1
    assert steps == [(BATCH, BATCH + 1), (BATCH + 1, BATCH + 1)]
    assert stored(db, rows[-1]).id < stored(db, rows[0]).id


def test_a_cut_title_is_mended_by_another_archive_and_only_by_a_longer_one(db: Database) -> None:
    import_rows(db, [CUT], shipped_catalog())
    assert import_rows(db, [replace(CUT, title="Guidance")], shipped_catalog()) == Imported(known=1)
    assert import_rows(db, [WHOLE], shipped_catalog()) == Imported(mended=1)
    assert (stored(db, CUT).title, stored(db, CUT).cut, stored(db, CUT).archived) == (WHOLE.title, False, True)
    assert import_rows(db, [CUT], shipped_catalog()) == Imported(known=1)


def test_the_feed_mends_title_and_date_and_brings_the_body_but_posts_nothing(db: Database) -> None:
    import_rows(db, [CUT, OUTAGE], shipped_catalog())
    documents = Documents(db, CSMS)
    documents.poll(feed_item(CUT, WHOLE.title, days=1), feed_item(OUTAGE, days=1))
    found = stored(db, CUT)
    assert (found.title, found.published, found.body) == (WHOLE.title, CUT.published + timedelta(days=1), "What it says.")
    assert (found.archived, found.cut, found.backlog) == (False, False, True)
    assert (stored(db, OUTAGE).archived, stored(db, OUTAGE).published) == (False, OUTAGE.published + timedelta(days=1))
    assert documents.owed() == 0


def test_an_archive_never_changes_what_the_feed_has_brought(db: Database) -> None:
    documents = Documents(db, CSMS)
    documents.poll(feed_item(CUT, WHOLE.title))
    before = stored(db, CUT)
    assert import_rows(db, [CUT, replace(WHOLE, title=WHOLE.title + " and more")], shipped_catalog()) == Imported(known=2)
    assert stored(db, CUT) == before


def test_what_is_newer_than_the_last_read_of_the_feed_is_left_to_the_feed_which_posts_it(db: Database) -> None:
    documents = Documents(db, CSMS)
    documents.poll(feed_item(WHOLE))
    today = Row("69900002", "GUIDANCE: A new duty", documents.clock.now)
    last_week = replace(today, number="69900001", published=documents.clock.now - timedelta(days=8))
    assert import_rows(db, [today, last_week], shipped_catalog()) == Imported(added=1, left=1)
    documents.poll(feed_item(WHOLE), feed_item(today), feed_item(last_week))
    assert documents.owed() == 1


def test_a_number_of_the_old_platform_has_the_archives_page(db: Database) -> None:
    import_rows(db, [Row("18-000240", "Section 232 update", OLD)], shipped_catalog())
    with db.read() as conn:
        found = entries.by_number(conn, "18-000240")
    assert found is not None
    assert found.url == "https://www.cbp.gov/document/publications/csms-archive"


def test_a_message_without_a_title_is_called_by_its_number(db: Database) -> None:
    import_rows(db, [replace(CUT, title="")], shipped_catalog())
    assert stored(db, CUT).title == "CSMS # 66987366"


def test_content_without_the_feed_is_refused(sqlite_url: str) -> None:
    catalog: Catalog = replace(shipped_catalog(), feeds=())
    with pytest.raises(ValueError, match="has no feed that publishes csms"):
        import_rows(Database(sqlite_url), [CUT], catalog)
