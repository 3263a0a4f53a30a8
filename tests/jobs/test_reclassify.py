"""Stored entries follow the topics' rules: in batches, by any process, whatever ends halfway; nobody is owed anything for it."""

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import func, select

from content.catalog import Catalog
from jobs import classify as classifying
from jobs import migrations
from jobs import reclassify as module
from jobs.classify import classify, is_about_systems
from jobs.models.entries import SAMPLE, Entry, NewEntry, Parsed
from jobs.models.search import IndexQuery
from jobs.publish import edit_entry, publish_entries
from jobs.reclassify import Counts, count_changes, reclassify
from jobs.revisions import load, publish
from jobs.states import EntryKind
from jobs.store import entries, reclassification, schema, tokens
from jobs.store.database import Database
from jobs.tokens import topic_term, word_term
from tests.support.paths import ROOT
from tests.support.sample_content import with_feeds
from tests.support.store import subscribe

OLD = with_feeds("news")
SPOONS = (
    '  spoons:\n    name: Spoons\n    summary: {text: About spoons., source: flyer, as_of: "2026"}\n    rules:\n      - phrases: [spoon*]\n'
)
NEW = OLD | {"topics.yaml": OLD["topics.yaml"].replace("topics:\n", "topics:\n" + SPOONS)}
ELSE = NEW | {"office.yaml": NEW["office.yaml"].replace("Enforce. Protect.", "Enforce.")}
TITLES = ("Spoons of ACE", "Revenue from forks", "A silver spoon", "Spoons and revenue")


def store(db: Database, catalog: Catalog, titles: Iterable[str] = TITLES, feed: str = "csms") -> None:
    """Publish an entry of each title, as a poll with this catalog does."""
    about_systems = next((is_about_systems(each) for each in catalog.feeds if each.slug == feed), True)
    for title in titles:
        parsed = Parsed(f"{feed}:{title}", feed, "", title, "https://www.cbp.gov/", None, "Text.")
        new = NewEntry(parsed, classify(title, "Text.", catalog.topics, about_systems=about_systems))
        with db.begin() as conn:
            publish_entries(conn, feed, [new], db.now(conn), backlog=False)


def stored(db: Database) -> dict[str, Entry]:
    with db.read() as conn:
        return {each.title: each for each in entries.latest(conn, ["csms", "news", SAMPLE], limit=100)}


def topics(db: Database) -> dict[str, set[str]]:
    return {title: {hit.topic for hit in each.topics} for title, each in stored(db).items()}


def rules(db: Database) -> set[str]:
    with db.read() as conn:
        return set(conn.execute(select(schema.entry.c.rules)).scalars())


def count_owed(db: Database) -> int:
    with db.read() as conn:
        return sum(conn.execute(select(func.count()).select_from(table)).scalar_one() for table in (schema.delivery, schema.post))


def run(db: Database, revision: int, content: dict[str, str] = NEW) -> int:
    """Classify everything again; return the number of batches."""
    batches = 1
    while reclassify(db, load(content), revision):
        batches += 1
    return batches


def indexed(db: Database, word: str) -> int:
    with db.read() as conn:
        return len(tokens.rows(conn, IndexQuery(((word_term(word),),)), 100))


def test_what_was_stored_before_there_was_an_index_gets_into_it(db: Database) -> None:
    revision = publish(db, OLD, "me").revision
    store(db, load(OLD))
    config = Config()
    config.set_main_option("script_location", str(migrations.__path__[0]))
    with db.begin() as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, "0017")
        command.upgrade(config, "head")
    assert indexed(db, "spoon") == 0
    run(db, revision, OLD)
    assert indexed(db, "spoon") == 3


def test_a_new_topic_gets_into_the_index(db: Database) -> None:
    publish(db, OLD, "me")
    store(db, load(OLD))
    run(db, publish(db, NEW, "me").revision)
    with db.read() as conn:
        assert len(tokens.rows(conn, IndexQuery(filters=(topic_term("spoons"),)), 100)) == 3
        assert len(tokens.rows(conn, IndexQuery(filters=(topic_term("revenue"),)), 100)) == 2


def test_stored_entries_get_a_new_topic_and_nobody_is_owed_them(db: Database) -> None:
    subscribe(db)
    publish(db, OLD, "me")
    store(db, load(OLD))
    owed, before = count_owed(db), stored(db)
    revision = publish(db, NEW, "me").revision
    run(db, revision)
    assert topics(db) == {
        "Spoons of ACE": {"spoons", "ace"},
        "Revenue from forks": {"revenue"},
        "A silver spoon": {"spoons"},
        "Spoons and revenue": {"spoons", "revenue"},
    }
    assert count_owed(db) == owed == 4  # what was owed when they were new
    for title, entry in stored(db).items():
        assert replace(entry, topics=()) == replace(before[title], topics=())
    with db.read() as conn:
        assert {each.title for each in entries.latest(conn, ["csms"], "spoons")} == set(TITLES) - {"Revenue from forks"}
        assert conn.execute(select(func.count()).where(schema.entry.c.edited_at.is_not(None))).scalar_one() == 0


def test_a_removed_topic_leaves_the_stored_entries(db: Database) -> None:
    publish(db, NEW, "me")
    store(db, load(NEW))
    run(db, publish(db, OLD, "me", confirmed="").revision, OLD)
    assert topics(db)["A silver spoon"] == {"other"}
    assert topics(db)["Spoons of ACE"] == {"ace"}


def test_entries_that_older_releases_stored_are_classified(db: Database) -> None:
    revision = publish(db, NEW, "me").revision
    store(db, load(NEW))
    with db.begin() as conn:
        conn.execute(schema.entry.update().values(rules="", kind="maintenance", routine=True))
        conn.execute(schema.entry_topic.delete())
    run(db, revision)
    assert topics(db)["Spoons and revenue"] == {"spoons", "revenue"}
    assert {(str(each.kind), each.routine) for each in stored(db).values()} == {("other", False)}


def test_news_has_no_outages_when_it_is_classified_again_either(db: Database) -> None:
    publish(db, OLD, "me")
    for feed in ("csms", "news"):
        store(db, load(OLD), [f"ACE outage in the {feed}"], feed)
    before = {title: (each.kind, each.routine) for title, each in stored(db).items()}
    assert set(before.values()) == {("outage", True), ("other", False)}
    run(db, publish(db, NEW, "me").revision)
    assert {title: (each.kind, each.routine) for title, each in stored(db).items()} == before


def test_content_with_the_same_rules_classifies_nothing_again(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    revision = publish(db, NEW, "me").revision
    store(db, load(NEW))
    assert not reclassify(db, load(NEW), revision)
    revision = publish(db, ELSE, "me").revision
    monkeypatch.setattr(module, "classify", None)  # is not called
    assert not reclassify(db, load(ELSE), revision)


def test_whoever_ends_halfway_another_process_goes_on(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 3)
    publish(db, OLD, "me")
    store(db, load(OLD))
    revision = publish(db, NEW, "me").revision
    with monkeypatch.context() as patch:
        patch.setattr(entries, "add_topics", None)  # a crash in the middle of the transaction
        with pytest.raises(TypeError):
            reclassify(db, load(NEW), revision)
    assert topics(db)["A silver spoon"] == {"other"}
    assert reclassify(db, load(NEW), revision)  # one batch, then this process ends
    assert topics(db)["Spoons and revenue"] == {"spoons", "revenue"}  # the newest entries come first
    assert topics(db)["Spoons of ACE"] == {"ace"}
    assert run(db, revision) == 1
    assert topics(db)["Spoons of ACE"] == {"spoons", "ace"}


def test_several_processes_may_do_it_at_once(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 7)
    publish(db, OLD, "me")
    store(db, load(OLD), [f"Spoon {number} of revenue" for number in range(60)])
    revision = publish(db, NEW, "me").revision
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: run(db, revision), range(4)))
    run(db, revision)  # a process leaves rows that another one holds right now
    assert set(map(frozenset, topics(db).values())) == {frozenset({"spoons", "revenue"})}
    assert len(rules(db)) == 1


def test_a_process_with_an_older_revision_changes_nothing(db: Database) -> None:
    old = publish(db, OLD, "me").revision
    store(db, load(OLD))
    run(db, publish(db, NEW, "me").revision)
    after = topics(db)
    assert not reclassify(db, load(OLD), old)
    assert topics(db) == after


def test_a_process_that_learns_of_a_newer_revision_while_it_classifies_changes_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(db, OLD, "me")
    store(db, load(OLD))
    revision = publish(db, NEW, "me").revision

    def classify_late(*args: object, **options: object) -> object:
        publish(db, OLD, "you")
        return classify(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "classify", classify_late)
    assert not reclassify(db, load(NEW), revision)
    assert topics(db)["A silver spoon"] == {"other"}


def test_an_entry_that_an_old_process_stores_after_the_reload_follows(db: Database) -> None:
    revision = publish(db, NEW, "me").revision
    store(db, load(OLD))
    run(db, revision)
    assert topics(db)["A silver spoon"] == {"spoons"}


def test_a_release_that_classifies_differently_follows_and_an_older_one_does_not_undo_it(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(db)
    revision = publish(db, NEW, "me").revision
    store(db, load(NEW))
    owed, ours = count_owed(db), rules(db)
    with monkeypatch.context() as patch:
        patch.setattr(classifying, "VERSION", classifying.VERSION + 1)
        patch.setattr(classifying, "kind_of", lambda *_, **__: EntryKind.TRAINING)
        run(db, revision)
        assert {each.kind for each in stored(db).values()} == {EntryKind.TRAINING}
        assert not reclassify(db, load(NEW), revision)
    assert run(db, revision) == 1
    assert {each.kind for each in stored(db).values()} == {EntryKind.TRAINING}
    assert rules(db).isdisjoint(ours)
    assert count_owed(db) == owed


@pytest.mark.parametrize("digest", ["", "0123456789abcdef", "ffffffffffffffff", "v000ffffffffffff"])
def test_what_an_older_release_classified_is_classified_again(db: Database, digest: str) -> None:
    revision = publish(db, NEW, "me").revision
    store(db, load(NEW))
    with db.begin() as conn:
        conn.execute(schema.entry.update().values(rules=digest, kind="training"))
    run(db, revision)
    assert {each.kind for each in stored(db).values()} == {EntryKind.OTHER}


def test_the_version_rises_with_the_code_that_classifies() -> None:
    """If this fails because an entry may be classified differently now, raise VERSION; then put the new fingerprint here."""
    code = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("content/rules.py", "jobs/classify.py", "jobs/kinds.py"))
    without_comments = re.sub(r"#.*|\s", "", code)
    assert (classifying.VERSION, sha256(without_comments.encode()).hexdigest()[:12]) == (4, "4ec6b53cd9e6")


def test_an_edit_meanwhile_is_not_overwritten(db: Database) -> None:
    publish(db, OLD, "me")
    store(db, load(OLD), ["A silver spoon"])
    publish(db, NEW, "me")
    read = [stored(db)["A silver spoon"]]
    found = {each.id: classify(each.title, each.body, load(NEW).topics) for each in read}
    edited = Parsed(read[0].key, "csms", "", "A silver fork", "https://www.cbp.gov/", None, "Text.")
    with db.begin() as conn:
        edit_entry(conn, read[0].key, NewEntry(edited, classify("A silver fork", "Text.", load(OLD).topics)), db.now(conn))
    with db.begin() as conn:
        reclassification.store_classified(conn, read, found)
    assert topics(db) == {"A silver fork": {"other"}}


def counted(found: Counts | None) -> dict[str, tuple[int, int, int, tuple[str, ...], tuple[str, ...]]]:
    assert found is not None
    return {each.topic.slug: (each.count, each.added, each.removed, each.examples, each.lost) for each in found.topics}


def test_changed_rules_are_counted_before_they_are_published(db: Database) -> None:
    publish(db, OLD, "me")
    store(db, load(OLD), [*TITLES, "Spoons", "Old spoon"])
    store(db, load(OLD), ["Sample spoon"], SAMPLE)
    found = count_changes(db, load(OLD), load(NEW))
    assert counted(found) == {
        "spoons": (5, 5, 0, ("Old spoon", "Spoons", "Spoons and revenue"), ()),
        "other": (0, 0, 3, (), ("Old spoon", "Spoons", "A silver spoon")),
    }
    assert found is not None
    assert (found.entries, found.all_counted) == (6, True)
    assert topics(db)["A silver spoon"] == {"other"}


def test_a_changed_topic_is_counted_even_if_it_catches_the_same(db: Database) -> None:
    publish(db, NEW, "me")
    store(db, load(NEW))
    wider = NEW | {"topics.yaml": NEW["topics.yaml"].replace("[spoon*]", "[spoon*, ladle*]")}
    assert counted(count_changes(db, load(NEW), load(wider))) == {"spoons": (3, 0, 0, (*TITLES[:1:-1], TITLES[0]), ())}


def test_the_same_rules_are_not_counted(db: Database) -> None:
    publish(db, NEW, "me")
    store(db, load(NEW))
    assert count_changes(db, load(NEW), load(ELSE)) is None


def test_only_the_newest_of_very_many_entries_are_counted(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAGE", 2)
    monkeypatch.setattr(module, "MAX_COUNTED", 4)
    publish(db, OLD, "me")
    store(db, load(OLD), [*TITLES, "Spoons"])
    found = count_changes(db, load(OLD), load(NEW))
    assert found is not None
    assert (found.entries, found.all_counted) == (4, False)
    assert counted(found)["spoons"][0] == 3
