"""CONTENT_DIR as a git address: staff edit on a git server, and the bot fetches from there."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from bot import app
from bot.cli import main
from bot.database import StartError
from bot.doctor import checks
from bot.doctor.content import check_content
from bot.runtime import Runtime
from bot.settings import SettingsError, hints, load
from handlers.command import Command, Person
from handlers.replies.reply import Reply
from handlers.router import dispatch, resolve
from tests.support.git_server import GitServer, serving
from tests.support.sample_content import files
from tests.support.small_catalog import CHANNEL

pytestmark = pytest.mark.process

ADMIN = Person("slack", "T1", "U1", "Maria", admin=True)
SECRET = "glpat-0123456789secret"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with serving(tmp_path / "server") as running:
        running.token = SECRET
        running.commit(content())
        yield running


def content(**changes: str) -> Mapping[str, bytes]:
    """Return the sample content in a folder of a repository."""
    return {f"content/{name}": text.encode() for name, text in (files() | changes).items()} | {"README.md": b"ours"}


@pytest.fixture
def environ(server: GitServer, db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return {"CONTENT_DIR": f"{server.url}#main:content", "CONTENT_TOKEN": SECRET, "DATABASE_URL": db_url}


def say(words: str, runtime: Runtime) -> Reply:
    return dispatch(resolve(Command("trade-admin", words, ADMIN, CHANNEL)), runtime.context())


def test_a_reload_fetches_checks_says_what_changes_and_publishes(server: GitServer, environ: dict[str, str]) -> None:
    runtime = app.build(load(environ))
    with closing(runtime.db):
        assert runtime.library.catalog.office.motto == "Facilitate. Enforce. Protect."
        office = files()["office.yaml"].replace("Facilitate.", "Ease.")
        server.commit(content(**{"office.yaml": office}))
        assert "A reload would change 1 file of revision 1: office.yaml (Office of Trade: motto)" in say("check", runtime).text
        assert say("reload", runtime).text == "Published revision 2. 1 file changed: office.yaml (Office of Trade: motto)"
        assert runtime.library.catalog.office.motto == "Ease. Enforce. Protect."
        server.commit(content(**{"office.yaml": office.replace("name:", "nam:", 1)}))
        refused = say("reload", runtime)
        assert refused.text.startswith("Not published; still answering from revision 2")
        assert "office.yaml:2:3: " in refused.text
        server.token = "other"
        away = say("reload", runtime)
        assert "cannot be fetched: the server refused the token in CONTENT_TOKEN (401)" in away.text
        assert SECRET not in away.text
        assert runtime.library.revision == 2


def test_a_start_without_the_server_answers_from_the_last_revision(
    server: GitServer, environ: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    app.build(load(environ)).db.close()
    server.fault = "page"
    runtime = app.build(load(environ))
    with closing(runtime.db):
        assert (runtime.library.revision, runtime.library.catalog.office.name) == (1, "Office of Trade")
        assert "cannot be fetched: this is not the address of a git repository" in runtime.library.problems[0]
    assert "cannot be fetched" in caplog.text
    assert SECRET not in caplog.text


def test_a_first_start_without_the_server_says_why_it_fails(server: GitServer, environ: dict[str, str]) -> None:
    server.fault = "page"
    with pytest.raises(StartError, match="cannot be used, and no earlier revision was published"):
        app.build(load(environ))


def test_the_doctor_tries_the_repository(server: GitServer, environ: dict[str, str]) -> None:
    settings = load(environ)
    (found,) = check_content(settings.content)
    assert str(found).startswith(f"OK     content: {server.url}#main:content has no errors (7 PTIs")
    server.token = "other"
    (found,) = check_content(settings.content)
    assert str(found).startswith(f"WRONG  content: {server.url}#main:content: cannot be fetched: the server refused the token")
    assert SECRET in checks.secrets(settings)
    assert SECRET not in f"{found} {settings!r}"


def test_ask_and_check_read_the_repository(
    server: GitServer, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert main(["check"]) == 0
    assert f"{server.url}#main:content: no errors." in capsys.readouterr().out
    assert main(["ask", "/pti revenue"]) == 0
    assert "About revenue." in capsys.readouterr().out
    server.fault = "page"
    assert main(["check"]) == 1
    assert main(["ask", "/pti revenue"]) == 1
    assert "cannot be fetched: this is not the address of a git repository" in capsys.readouterr().err


def test_a_wrong_address_or_token_is_refused_at_the_start() -> None:
    with pytest.raises(SettingsError) as error:
        load({"CONTENT_DIR": "https://maria:secret@github.com/x.git", "CONTENT_TOKEN": "two words"})
    first, second = error.value.problems
    assert first.endswith("leave out what is before @; a token belongs into CONTENT_TOKEN.")
    assert second == "CONTENT_TOKEN=…: use a token that may read the repository, or USER:TOKEN, without spaces."
    assert "secret" not in f"{first} {second}"
    assert hints({"CONTENT_TOKEN": "x"}) == ("CONTENT_TOKEN is set, but CONTENT_DIR is a folder. The bot ignores the token.",)
