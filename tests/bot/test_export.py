"""tradebot content export writes what is in force, and overwrites nothing that somebody changed."""

from pathlib import Path

import pytest

from bot.cli import main
from jobs.revisions import publish
from jobs.store.database import Database
from tests.support.sample_content import files

GOOD = files()
NEWER = GOOD | {"office.yaml": GOOD["office.yaml"].replace("Facilitate.", "Ease.")}


@pytest.fixture
def published(db: Database, db_url: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Has revisions 1 and 2, and is what DATABASE_URL names."""
    monkeypatch.setenv("DATABASE_URL", db_url)
    publish(db, GOOD, "me")
    publish(db, NEWER, "me")
    return db


def read(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_revision_in_force_or_another_one_is_written(published: Database, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert main(["content", "export", str(folder)]) == 0
    assert read(folder) == NEWER
    assert main(["content", "export", str(folder), "--revision", "1"]) == 0
    assert read(folder) == GOOD


def test_files_that_somebody_changed_are_kept_and_nothing_is_written(
    published: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "roles.yaml").write_text("mine\n", encoding="utf-8")
    assert main(["content", "export", str(folder)]) == 1
    assert "roles.yaml in" in capsys.readouterr().err
    assert read(folder) == {"roles.yaml": "mine\n"}


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_what_is_no_file_is_kept(published: Database, tmp_path: Path, kind: str) -> None:
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    folder.mkdir()
    if kind == "link":
        elsewhere.write_text(NEWER["roles.yaml"], encoding="utf-8")
        (folder / "roles.yaml").symlink_to(elsewhere)
    else:
        (folder / "roles.yaml").mkdir()
    assert main(["content", "export", str(folder)]) == 1
    assert [path.name for path in folder.iterdir()] == ["roles.yaml"]


def test_a_revision_or_database_that_is_not_there_is_named(
    published: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["content", "export", str(tmp_path / "out"), "--revision", "9"]) == 1
    assert "There is no revision 9." in capsys.readouterr().err
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'absent.db'}")
    assert main(["content", "export", str(tmp_path / "out")]) == 1
    assert f"There is no database at {tmp_path / 'absent.db'} yet." in capsys.readouterr().err
    assert not (tmp_path / "absent.db").exists()


@pytest.mark.parametrize(
    "words", [["content"], ["content", "export"], ["content", "import", "x"], ["content", "export", "x", "--revision", "a"]]
)
def test_a_wrong_use_says_what_to_type(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "tradebot: " in capsys.readouterr().err
