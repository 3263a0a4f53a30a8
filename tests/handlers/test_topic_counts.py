"""The answers of /trade-admin check and reload say what changed topics catch; then lists, previews and subscriptions agree."""

from pathlib import Path

import pytest

from handlers.command import Command, Context, Person
from handlers.replies.reply import Bullets, Reply, plain
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs.classify import classify
from jobs.reclassify import reclassify
from jobs.revisions import Library, publish_at_start
from jobs.store import entries
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.sample_content import files
from tests.support.shipped_catalog import shipped_catalog
from tests.support.small_catalog import CHANNEL, NEW_YORK, NOW
from tests.support.store import new, publish

pytestmark = pytest.mark.one_database

ADMIN = Person("slack", "T1", "U1", "Maria", admin=True)
SPOONS = (
    '  spoons:\n    name: Spoons\n    summary: {text: About spoons., source: flyer, as_of: "2026"}\n    rules:\n      - phrases: [spoon*]\n'
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "content").mkdir()
    for name, text in files().items():
        (tmp_path / "content" / name).write_text(text, encoding="utf-8")
    return tmp_path / "content"


@pytest.fixture
def library(db: Database, folder: Path) -> Library:
    db.clock = Clock(NOW)
    return Library(publish_at_start(db, folder))


def add_spoons(folder: Path) -> None:
    file = folder / "topics.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("topics:\n", "topics:\n" + SPOONS, 1), encoding="utf-8")


def say(line: str, db: Database, library: Library, folder: Path) -> Reply:
    command, _, words = line.partition(" ")
    context = Context(library.catalog, NOW, NEW_YORK, db, library, folder)
    return dispatch(resolve(Command(command, words, ADMIN, CHANNEL)), context)


def bullets(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


def store(db: Database, *titles: str) -> None:
    publish(db, *(new(number, "other", title=title) for number, title in enumerate(titles, 67000001)))


def test_check_and_reload_say_what_a_new_topic_catches(db: Database, library: Library, folder: Path) -> None:
    store(db, "Spoons", "Forks", "A spoon", "Old <spoons>", "Spoon & fork")
    add_spoons(folder)
    expected = [
        "Spoons: 4 messages (4 more), such as “Spoon & fork”; “Old <spoons>”; “A spoon”.",
        "Other: 1 message (4 fewer), such as “Forks”. No longer: “Spoon & fork”; “Old <spoons>”; “A spoon”.",
    ]
    checked = say("trade-admin check", db, library, folder)
    assert bullets(checked) == ["topics.yaml (Spoons added)", *expected]
    assert "Topics that change among 5 stored messages:" in " ".join(render(checked).split())
    assert "If you publish, stored messages get their new topics within a minute; none of them is posted." in " ".join(
        render(checked).split()
    )
    assert library.revision == 1
    reloaded = say("trade-admin reload", db, library, folder)
    assert bullets(reloaded) == expected
    assert "Published revision 2." in reloaded.text
    while reclassify(db, *library.in_force):
        pass
    assert bullets(say("trade-admin rollback 1 over 2", db, library, folder)) == [
        "Other: 5 messages (4 more), such as “Spoon & fork”; “Old <spoons>”; “A spoon”."
    ]


def test_lists_previews_and_subscriptions_agree_after_the_reload(db: Database, library: Library, folder: Path) -> None:
    store(db, "Spoons", "Forks", "A spoon")
    add_spoons(folder)
    say("trade-admin reload", db, library, folder)
    while reclassify(db, *library.in_force):
        pass
    for line in ("csms latest spoons", "csms preview spoons"):
        shown = render(say(line, db, library, folder))
        assert "A spoon" in shown
        assert "Forks" not in shown
    with db.read() as conn:
        assert {each.title for each in entries.latest(conn, ["csms"], "spoons")} == {"Spoons", "A spoon"}


@pytest.mark.parametrize("words", ["webinars", "next webinar", "upcoming webinars", "training"])
def test_the_shipped_topic_of_webinars_is_named_in_everyday_words(db: Database, words: str) -> None:
    catalog = shipped_catalog()
    for number, title in ((67000001, "NCSD March and April Webinars"), (67000002, "Customs broker fees")):
        hits = classify(title, None, catalog.topics).topics
        publish(db, new(number, *(hit.topic for hit in hits), title=title))
    for command in ("latest", "preview"):
        shown = render(dispatch(resolve(Command("csms", f"{command} {words}", ADMIN, CHANNEL)), Context(catalog, NOW, NEW_YORK, db)))
        assert "NCSD March and April Webinars" in shown
        assert "Customs broker fees" not in shown


def test_a_change_of_other_content_counts_nothing(db: Database, library: Library, folder: Path) -> None:
    store(db, "Spoons")
    office = folder / "office.yaml"
    office.write_text(office.read_text(encoding="utf-8").replace("Enforce. Protect.", "Enforce."), encoding="utf-8")
    for line in ("trade-admin check", "trade-admin reload"):
        assert "Topics that change" not in render(say(line, db, library, folder))


def test_without_stored_messages_there_is_nothing_to_count(db: Database, library: Library, folder: Path) -> None:
    add_spoons(folder)
    assert "Topics that change" not in render(say("trade-admin check", db, library, folder))


def test_an_example_that_fails_is_told_by_both_and_nothing_is_published(db: Database, library: Library, folder: Path) -> None:
    file = folder / "topics.yaml"
    file.write_text(file.read_text(encoding="utf-8") + '    catches:\n      - "ACE news"\n', encoding="utf-8")
    for line in ("trade-admin check", "trade-admin reload"):
        (problem,) = bullets(say(line, db, library, folder))
        assert 'Other, 1st title to catch: "ACE news" is missed, because it is about ace' in problem
    assert library.revision == 1
