"""/trade-admin history, diff and rollback."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.slack import blocks
from bot.teams import cards
from handlers.command import Command, Context, Person
from handlers.replies.reply import Bullets, Button, Buttons, Reply, plain
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs.revisions import Library, publish, publish_at_start
from jobs.store import retention, revisions
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.sample_content import files, with_feeds
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW

pytestmark = pytest.mark.one_database

ADMIN = Person("slack", "T1", "U1", "Maria", admin=True)

GOOD = files()
OTHER_MOTTO = GOOD | {"office.yaml": GOOD["office.yaml"].replace("Facilitate.", "Ease.")}
DESK = """  contacts:
    - value: desk@internal.example
      for: our own desk
      audience: internal
      source: https://www.cbp.gov/trade
      as_of: "2026-01"
"""
NOTE = GOOD | {"ptis.yaml": "# a note\n" + GOOD["ptis.yaml"]}


@pytest.fixture
def library(db: Database, clock: Clock, tmp_path: Path) -> Library:
    """Has a start's revision 1 and Maria's revision 2, of eight minutes ago."""
    clock.now = NOW - timedelta(minutes=8)
    for name, text in GOOD.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    library = Library(publish_at_start(db, tmp_path))
    publish(db, OTHER_MOTTO, ADMIN.signature)
    library.refresh(db)
    clock.now = NOW
    return library


def say(words: str, db: Database, library: Library) -> Reply:
    return dispatch(resolve(Command("trade-admin", words, ADMIN, CHANNEL)), Context(CATALOG, NOW, NEW_YORK, db, library))


def flat(reply: Reply) -> str:
    return " ".join(render(reply).split())


def buttons(reply: Reply) -> list[Button]:
    return [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]


def bullets(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


def press(label: str, reply: Reply, db: Database, library: Library) -> Reply:
    (command,) = [button.command for button in buttons(reply) if button.label == label]
    return say(command.removeprefix("/trade-admin "), db, library)


def test_the_history_lists_number_time_who_and_what_changed(db: Database, library: Library) -> None:
    shown = flat(say("history", db, library))
    assert "Revision 2 · 08:52 ET · by Maria · answers now office.yaml (Office of Trade: motto)" in shown
    assert "Revision 1 · 08:52 ET · at startup office.yaml (the office; 1 Center)" in shown
    assert shown.index("Revision 2 ") < shown.index("Revision 1 ")
    assert "slack:T1" not in shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("unanswered 5", "/trade-admin unanswered takes no further words, so “5” has no effect."),
        ("status now", "/trade-admin status takes no further words, so “now” has no effect."),
        ("review everything", "“everything” is neither a file with statements nor the owner of one. Type “all”."),
        ("review all x", "“all x” is neither a file with statements nor the owner of one. Type “all”."),
        ("history last", "/trade-admin history takes only the number of a revision, and not “last”."),
    ],
)
def test_words_that_a_command_does_not_take_are_named(db: Database, library: Library, words: str, shown: str) -> None:
    reply = say(words, db, library)
    assert (reply.ok, reply.text.partition(" Leave")[0]) == (False, shown)
    (button,) = buttons(reply)
    assert say(button.command.removeprefix("/trade-admin "), db, library).ok


@pytest.mark.parametrize("words", ["diff 3", "rollback 2"])
def test_a_difference_that_others_read_leaves_out_internal_contacts(db: Database, library: Library, words: str) -> None:
    publish(db, OTHER_MOTTO | {"office.yaml": OTHER_MOTTO["office.yaml"].replace("centers:\n", f"{DESK}centers:\n", 1)}, "me")
    assert "desk@internal.example" in flat(say(words, db, library))
    in_a_channel = Command("trade-admin", words, ADMIN, CHANNEL, for_everybody=True)
    shown = flat(dispatch(resolve(in_a_channel), Context(CATALOG, NOW, NEW_YORK, db, library)))
    assert "desk@internal.example" not in shown
    assert "office.yaml" in shown


@on_both
def test_a_long_history_goes_on_behind_a_button(db: Database, library: Library) -> None:
    for number in range(12):
        publish(db, GOOD if number % 2 else NOTE, "me")
    newest = say("history", db, library)
    older = press("Older", newest, db, library)
    assert "Revision 5 ·" in flat(newest)
    assert "Revision 4 ·" not in flat(newest)
    assert "Revision 4 · 09:00 ET" in flat(older)
    assert "Older" not in [button.label for button in buttons(older)]


def test_a_database_without_content_says_so(db: Database, clock: Clock, library: Library) -> None:
    assert not say("history 1", db, library).ok


def test_diff_shows_texts_before_and_after(db: Database, library: Library) -> None:
    reply = say("diff 2", db, library)
    assert "From revision 1 to revision 2." in reply.text
    assert "office.yaml (Office of Trade: motto)" in reply.text
    assert bullets(reply) == [
        "Office of Trade: motto",
        "Before: Facilitate. Enforce. Protect.",
        "After: Ease. Enforce. Protect.",
    ]
    back = say("diff 2 1", db, library)
    assert bullets(back)[1:] == ["Before: Ease. Enforce. Protect.", "After: Facilitate. Enforce. Protect."]


def test_diff_of_notes_alone_says_that_nothing_said_differently(db: Database, library: Library) -> None:
    publish(db, {**OTHER_MOTTO, "ptis.yaml": NOTE["ptis.yaml"]}, "me")
    assert "Only notes or layout: ptis.yaml." in flat(say("diff 3", db, library))


@pytest.mark.parametrize("verb", ["diff", "rollback"])
@pytest.mark.parametrize(("words", "shown"), [("", "Give the number"), ("two", "Give the number"), ("99", "There is no revision 99.")])
def test_a_number_that_is_no_revision_is_refused(db: Database, library: Library, verb: str, words: str, shown: str) -> None:
    reply = say(f"{verb} {words}", db, library)
    assert not reply.ok
    assert shown in reply.text


@on_both
def test_the_oldest_revision_has_nothing_to_compare_with(db: Database, library: Library) -> None:
    assert "Revision 1 is the oldest" in say("diff 1", db, library).text


def test_a_revision_that_this_release_cannot_read_is_compared_by_files(db: Database, library: Library) -> None:
    with db.begin() as conn:
        old = revisions.add(conn, "older", GOOD | {"ptis.yaml": "ptis:\n  old: shape\n"}, "me", NOW, ())
    reply = say(f"diff 2 {old}", db, library)
    assert f"cannot read revision {old}. Files that differ: office.yaml, ptis.yaml." in flat(reply)
    publish(db, OTHER_MOTTO, "me")
    assert f"This version of the bot cannot use revision {old}." in say(f"rollback {old}", db, library).text
    assert "cannot use" in say(f"rollback {old} over 4", db, library).text


def test_a_rollback_shows_the_difference_and_changes_nothing_until_its_button_is_pressed(db: Database, library: Library) -> None:
    asked = say("rollback 1", db, library)
    assert "Bring back revision 1 of 08:52 ET?" in asked.text
    assert bullets(asked)[1:] == ["Before: Ease. Enforce. Protect.", "After: Facilitate. Enforce. Protect."]
    danger = buttons(asked)[0]
    assert (danger.style, bool(danger.confirm)) == ("danger", True)
    # Slack asks in a dialog, Teams below the button
    for rendered, style, times in ((blocks.render(asked), "danger", 2), (cards.render(asked), "destructive", 3)):
        assert danger.confirm in json.dumps(rendered)
        assert json.dumps(rendered).count(f'"style": "{style}"') == times
    assert library.catalog.office.motto.startswith("Ease.")
    done = press("Bring back revision 1", asked, db, library)
    assert "Published revision 3: the content of revision 1 is back." in done.text
    assert library.catalog.office.motto.startswith("Facilitate.")
    with db.read() as conn:
        newest = revisions.newest(conn)
    assert newest is not None
    assert (newest.id, newest.files, newest.who) == (3, GOOD, "Maria (slack:T1/U1)")
    assert newest.changes == ("back to revision 1", "office.yaml (Office of Trade: motto)")


def test_a_rollback_survives_a_restart(db: Database, library: Library, tmp_path: Path) -> None:
    for name, text in OTHER_MOTTO.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    press("Bring back revision 1", say("rollback 1", db, library), db, library)
    assert publish_at_start(db, tmp_path).catalog.office.motto.startswith("Facilitate.")


def test_a_rollback_is_asked_again_if_another_revision_came_between(db: Database, library: Library) -> None:
    asked = say("rollback 1", db, library)
    publish(db, {**OTHER_MOTTO, "ptis.yaml": NOTE["ptis.yaml"]}, "Sam (slack:T1/U2)")
    again = press("Bring back revision 1", asked, db, library)
    assert "Revision 3 was published since you were asked." in again.text
    assert library.catalog.office.motto.startswith("Ease.")
    assert press("Bring back revision 1", again, db, library).ok


def test_a_rollback_to_fewer_feeds_needs_no_second_confirmation(db: Database, library: Library) -> None:
    publish(db, with_feeds("account"), "me")
    asked = say("rollback 2", db, library)
    assert "Account removed" in asked.text
    assert press("Bring back revision 2", asked, db, library).ok


def test_a_rollback_to_what_is_in_force_does_nothing(db: Database, library: Library) -> None:
    assert "revision 2 is in force" in say("rollback 2", db, library).text
    publish(db, GOOD, "me")
    assert "revision 1 has the same files as revision 3" in say("rollback 1", db, library).text


def test_undo_after_a_reload_shows_the_difference_first(db: Database, library: Library) -> None:
    undo = press("Undo", say("history", db, library), db, library)
    assert "Bring back revision 1 of" in undo.text
    assert library.revision == 2


@pytest.mark.parametrize("words", ["diff 2", "diff 1 2", "rollback 1"])
def test_a_revision_whose_files_were_deleted_is_named(db: Database, library: Library, clock: Clock, words: str) -> None:
    with db.begin() as conn:
        retention.delete_revisions(conn, clock.now, clock.now)
    assert "The files of revision 1 are no longer stored." in flat(say(words, db, library))
