"""A first start migrates, and loads the content, in processes of their own, and starts all the same where no copy can be kept."""

import sys
from pathlib import Path

import pytest

from bot.database import _needs_migration, migrate_in_child
from bot.settings import Settings, load
from tests.support.paths import ROOT
from tests.support.process import Bot, bot

pytestmark = pytest.mark.process


def settings(folder: Path) -> dict[str, str]:
    return {"DATABASE_URL": f"sqlite:///{folder / 'first.db'}", "XDG_CACHE_HOME": str(folder / "cache")}


def loaded(running: Bot) -> list[str]:
    """Those of the heavy libraries whose compiled parts the process holds; MarkupSafe comes with Alembic."""
    maps = Path(f"/proc/{running.process.pid}/maps").read_text()
    return [name for name in ("pydantic_core", "_yaml", "markupsafe") if name in maps]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_first_start_keeps_nothing_of_what_only_it_needs(tmp_path: Path) -> None:
    with bot("run", "Playground: ", **settings(tmp_path)) as running:
        assert running.get("/readyz") == (200, '{"ready":true,"problem":null,"revision":1}')
        assert loaded(running) == []


def test_where_no_copy_can_be_kept_it_starts_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    with bot("run", "Playground: ", **settings(tmp_path)) as running:
        assert running.get("/readyz") == (200, '{"ready":true,"problem":null,"revision":1}')


def test_what_is_wrong_is_said_once_and_by_the_start_itself(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    with pytest.raises(AssertionError) as told, bot("run", "Playground: ", **settings(tmp_path), CONTENT_DIR=str(tmp_path / "content")):
        pass
    assert str(told.value).count("no earlier revision was published") == 1


def test_there_is_something_to_do_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = settings(tmp_path)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(ROOT)
    wanted: Settings = load(given)
    assert _needs_migration(wanted)
    migrate_in_child(wanted)
    assert not _needs_migration(wanted)


def test_a_database_that_is_not_for_the_start_to_migrate_awaits_nothing(tmp_path: Path) -> None:
    assert not _needs_migration(load({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}))
    assert not _needs_migration(load({"DATABASE_URL": f"sqlite:///{tmp_path / 'missing' / 'x.db'}"}))


def test_a_file_that_cannot_be_opened_is_no_outage_yet(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The bot ends with the error, so it must not say that it keeps trying."""
    migrate_in_child(load({"DATABASE_URL": f"sqlite:///{tmp_path}/missing/x.db"}))
    assert caplog.messages == []
