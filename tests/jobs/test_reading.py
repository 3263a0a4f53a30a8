"""Read entries when they are stored or edited, and again when a release reads differently."""

import inspect
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import select

from jobs import reading as module
from jobs.models.entries import Entry, NewEntry
from jobs.models.readings import EffectiveDate, Naming, Reference
from jobs.publish import edit_entry, publish_entries
from jobs.reading import MAX_DATES, MAX_RELATIONS, READING_VERSION, read_message, read_older
from jobs.states import DateKind, Relation
from jobs.store import entries, readings, reclassification, schema
from jobs.store.database import Connection, Database
from tests.support.paths import ROOT
from tests.support.store import new, publish, sample

NEXT = READING_VERSION + 1
OLD, LATER, TWIN = 67647279, 67648888, 67647299
BODY = (
    f"Cargo Systems Messaging Service CSMS # {LATER} - UPDATE: AGOA Filers are told more here. This message updates CSMS # {OLD}. "
    "The new rate is effective February 12, 2026. See CSMS # 67640669."
)


def relations(db: Database, entry: Entry) -> Sequence[Reference]:
    with db.read() as conn:
        return readings.relations_of(conn, [entry.id]).get(entry.id, ())


def named(db: Database, entry: Entry) -> dict[str, str]:
    return {each.number: str(each.kind) for each in relations(db, entry)}


def versions(db: Database) -> set[int]:
    with db.read() as conn:
        return set(conn.execute(select(schema.entry.c.reading)).scalars())


def as_an_older_release_stored_them(db: Database) -> None:
    with db.begin() as conn:
        conn.execute(schema.entry.update().values(reading=0, gist=""))
        for table in (schema.entry_relation, schema.entry_date):
            conn.execute(table.delete())


def mistyping(title: str = "UPDATE: AGOA for Haiti") -> NewEntry:
    return new(LATER, title=title, body="This message updates CSMS # 6764729.")


def test_a_message_is_read_without_its_banner() -> None:
    found = read_message("UPDATE: AGOA", BODY, str(LATER), date(2026, 2, 9))
    assert [(each.number, each.kind) for each in found.relations] == [(str(OLD), "updates"), ("67640669", "refers")]
    sentence = "The new rate is effective February 12, 2026."
    assert found.dates == (EffectiveDate(date(2026, 2, 12), DateKind.EFFECTIVE, sentence),)
    assert found.gist == sentence


def test_a_hostile_message_has_few_relations_and_dates() -> None:
    body = f"See CSMS # {', '.join(str(67000000 + number) for number in range(900))}. "
    body += " ".join(f"Effective January {number % 28 + 1}, 20{number % 90 + 10}." for number in range(400))
    found = read_message("Quota", body, str(LATER), date(2026, 2, 9))
    assert len(found.relations) == MAX_RELATIONS
    assert len(found.dates) == MAX_DATES


def test_an_entry_is_read_when_it_is_published(db: Database) -> None:
    (entry,) = publish(db, new(LATER, title="UPDATE: AGOA", body=BODY))
    assert entry.gist == "The new rate is effective February 12, 2026."
    assert named(db, entry) == {str(OLD): "updates", "67640669": "refers"}
    with db.read() as conn:
        assert entries.by_ids(conn, [entry.id]) == {entry.id: entry}
        assert readings.naming(conn, "csms", [str(OLD), "1", ""]) == [
            Naming(entry.id, str(OLD), Relation.UPDATES, f"This message updates CSMS # {OLD}")
        ]
        assert readings.naming(conn, "account", [str(OLD)]) == []
        (found,) = readings.dates_of(conn, [entry.id])[entry.id]
        assert (found.date, found.kind) == (date(2026, 2, 12), DateKind.EFFECTIVE)
        between = readings.dates_between(conn, date(2026, 2, 12), date(2026, 2, 13))
        assert [(each.entry_id, each.sentence) for each in between] == [(entry.id, found.sentence)]
        assert readings.dates_between(conn, date(2026, 2, 13), date(2026, 12, 31)) == []
    assert versions(db) == {READING_VERSION}


def test_an_edit_replaces_what_was_read(db: Database) -> None:
    (entry,) = publish(db, new(LATER, title="UPDATE: AGOA", body=BODY))
    changed = new(LATER, title="AGOA", body="This message replaces CSMS # 67640669. Nothing must be filed until March 1, 2026.")
    with db.begin() as conn:
        edited = edit_entry(conn, entry.key, changed, db.now(conn))
    assert edited is not None
    assert named(db, entry) == {"67640669": "replaces"}
    assert edited.gist == "Nothing must be filed until March 1, 2026."


def test_an_edit_without_a_body_is_read_with_the_stored_one(db: Database) -> None:
    (entry,) = publish(db, new(LATER, title="UPDATE: AGOA", body=BODY))
    with db.begin() as conn:
        edit_entry(conn, entry.key, new(LATER, title="AGOA", body=None), db.now(conn))
    assert named(db, entry) == {str(OLD): "updates", "67640669": "refers"}


def test_a_held_entry_is_read_but_counts_only_when_it_is_released(db: Database) -> None:
    with db.begin() as conn:
        (entry,) = publish_entries(conn, "csms", [new(LATER, title="UPDATE: AGOA", body=BODY)], db.now(conn), backlog=False, held=True)
        assert readings.naming(conn, "csms", [str(OLD)]) == []
        assert readings.dates_between(conn, date(2026, 1, 1), date(2027, 1, 1)) == []
        entries.release_held(conn, "csms", backlog=False)
        assert [each.entry_id for each in readings.naming(conn, "csms", [str(OLD)])] == [entry.id]
        assert len(readings.dates_between(conn, date(2026, 1, 1), date(2027, 1, 1))) == 1


def test_a_mistyped_number_is_completed_where_one_stored_message_fits(db: Database) -> None:
    publish(db, new(OLD, title="AGOA and HOPE for Haiti"))
    (entry,) = publish(db, mistyping())
    assert named(db, entry) == {str(OLD): "updates"}
    assert relations(db, entry)[0].as_written == "CSMS # 6764729"


def test_a_mistyped_number_is_completed_when_its_message_arrives(db: Database) -> None:
    (entry,) = publish(db, mistyping())
    assert named(db, entry) == {"": "updates"}
    publish(db, new(OLD, title="AGOA and HOPE for Haiti"))
    assert named(db, entry) == {str(OLD): "updates"}


def test_a_mistyped_number_means_no_message_about_something_else_and_no_sample(db: Database) -> None:
    (entry,) = publish(db, mistyping())
    publish(db, new(TWIN, title="Drawback"))
    with db.begin() as conn:
        publish_entries(conn, "sample", [sample(new(OLD, title="AGOA and HOPE for Haiti"))], db.now(conn), backlog=False)
    assert named(db, entry) == {"": "updates"}


def test_a_mistyped_number_that_two_messages_fit_stays_uncertain(db: Database) -> None:
    publish(db, new(OLD, title="AGOA and HOPE for Haiti"), new(TWIN, title="AGOA for Haiti extended"))
    (entry,) = publish(db, mistyping())
    assert named(db, entry) == {"": "updates"}


def test_a_message_that_mistypes_its_own_number_names_nothing(db: Database) -> None:
    (entry,) = publish(db, new(LATER, title="UPDATE: AGOA for Haiti", body="This is CSMS # 6764888."))
    assert named(db, entry) == {}


def test_what_older_releases_stored_is_read_in_batches_newest_first(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    several = publish(db, *(new(number, title="UPDATE: AGOA", body=BODY) for number in (1, 2, 3)))
    as_an_older_release_stored_them(db)
    assert read_older(db)
    assert [bool(named(db, each)) for each in several] == [False, True, True]
    assert not read_older(db)
    assert [bool(named(db, each)) for each in several] == [True, True, True]
    assert versions(db) == {READING_VERSION}
    assert not read_older(db)


def test_a_release_reads_again_and_an_older_one_does_not_undo_it(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    (entry,) = publish(db, new(LATER, title="UPDATE: AGOA", body=BODY))
    with monkeypatch.context() as patch:
        patch.setattr(module, "READING_VERSION", NEXT)
        patch.setattr(module, "gist", lambda _: "Differently.")
        assert not read_older(db)
    assert not read_older(db)
    assert versions(db) == {NEXT}
    with db.read() as conn:
        assert entries.by_ids(conn, [entry.id])[entry.id].gist == "Differently."


def test_several_processes_may_read_at_once(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 5)
    several = publish(db, *(new(number, title="UPDATE: AGOA", body=BODY) for number in range(1, 31)))
    before = [relations(db, each) for each in several]
    as_an_older_release_stored_them(db)

    def run() -> None:
        while read_older(db):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: run(), range(4)))
    run()  # a process leaves rows that another one holds right now
    assert versions(db) == {READING_VERSION}
    assert [relations(db, each) for each in several] == before


def test_an_edit_meanwhile_is_not_overwritten(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    (entry,) = publish(db, new(LATER, title="UPDATE: AGOA", body=BODY))
    as_an_older_release_stored_them(db)
    found = reclassification.not_read

    def edited_after(conn: Connection, version: int, limit: int) -> list[Entry]:
        return [replace(each, body="See CSMS # 60000001.") for each in found(conn, version, limit)]

    monkeypatch.setattr(reclassification, "not_read", edited_after)
    read_older(db)
    assert named(db, entry) == {}
    assert versions(db) == {0}


def test_what_an_entry_says_goes_with_it(db: Database) -> None:
    publish(db, new(LATER, title="UPDATE: AGOA", body=BODY))
    with db.begin() as conn:
        conn.execute(schema.entry.delete())
        assert conn.execute(select(schema.entry_relation)).all() == conn.execute(select(schema.entry_date)).all() == []


def test_the_version_rises_with_the_code_that_reads() -> None:
    """If this fails because a message may be read differently now, raise READING_VERSION; then put the new fingerprint here."""
    names = ("references", "wordings", "title_wordings", "next_wordings", "assertions", "mentions", "effective_dates", "sentences", "csms")
    code = [inspect.getsource(read_message), *((ROOT / f"jobs/{name}.py").read_text(encoding="utf-8") for name in names)]
    without_comments = re.sub(r"#.*|\s", "", "".join(code))
    assert (READING_VERSION, sha256(without_comments.encode()).hexdigest()[:12]) == (12, "def9faa58572")
