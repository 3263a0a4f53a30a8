import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot import __version__
from bot.cli import main
from bot.subcommands.table import COMMANDS
from content.loading.cache import load_cached
from content.loading.loader import load_files
from jobs.migrations import HEAD
from jobs.revisions import publish
from jobs.store.database import Database
from tests.support.paths import CONTENT, ROOT
from tests.support.sample_content import files, with_feeds


def tradebot(*words: str, given: bytes = b"", **environ: str) -> subprocess.CompletedProcess[bytes]:
    """The whole process, as a person starts it."""
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, input=given, capture_output=True, cwd=ROOT, env={**os.environ, **environ}, check=False)


@pytest.fixture
def ask(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Any:
    """Runs `tradebot …` in this process: (exit code, lines of standard output, standard error)."""

    def run(*words: str, given: bytes | None = None) -> tuple[int, list[str], str]:
        if given is not None:
            (tmp_path / "given.jsonl").write_bytes(given)
        code = main([word.replace("GIVEN", str(tmp_path / "given.jsonl")) for word in words])
        out, err = capsysbinary.readouterr()
        return code, out.decode().splitlines(), err.decode()

    return run


def test_ask_prints_the_card(ask: Any) -> None:
    code, lines, _ = ask("ask", "/pti revenue")
    assert code == 0
    assert lines[0] == "Revenue [1]"
    assert "Not legal advice" in "\n".join(lines)


def test_ask_takes_words_without_quotation_marks(ask: Any) -> None:
    assert ask("ask", "/pti", "revenue") == ask("ask", "/pti revenue")


def test_ask_as_json_is_one_object_with_text_subjects_and_blocks(ask: Any) -> None:
    code, (line,), _ = ask("ask", "/pti revenue", "--as", "json")
    found = json.loads(line)
    assert (code, found["subjects"], found["ok"]) == (0, ["pti:revenue"], True)
    assert found["text"].startswith("Revenue [1]")
    assert found["spoken"].startswith("Priority Trade Issue: Revenue.")
    assert found["blocks"][0]["type"] == "header"


def test_ask_as_slack_is_the_messages_one_a_line(ask: Any) -> None:
    _, (line,), _ = ask("ask", "--as=slack", "/pti revenue")
    message = json.loads(line)
    assert set(message) == {"text", "blocks"}
    assert message["blocks"][0]["type"] == "header"
    _, lines, _ = ask("ask", "/trade term all", "--as", "slack")
    assert all(json.loads(each)["blocks"] for each in lines)


def test_ask_as_teams_is_the_message_activities_one_a_line(ask: Any) -> None:
    _, lines, _ = ask("ask", "/pti revenue", "--as", "teams")
    for activity in map(json.loads, lines):
        assert (activity["type"], set(activity)) == ("message", {"type", "summary", "attachments"})
        assert [each["content"]["type"] for each in activity["attachments"]] == ["AdaptiveCard"]
    assert "/pti" in lines[0]


def test_what_is_not_understood_is_told_with_exit_code_1_and_what_is_not_found_is_an_answer(ask: Any) -> None:
    assert ask("ask", "/ptti revenue")[0] == 1
    code, (line,), _ = ask("ask", "/pti border patrol agent", "--as", "json")
    assert (code, json.loads(line)["subjects"]) == (0, [])


def test_commands_that_need_the_running_bot_say_so(ask: Any) -> None:
    code, lines, _ = ask("ask", "/csms subscribe revenue")
    assert code == 1
    assert "works only in the running bot" in lines[0]


def test_the_page_of_a_csms_message_needs_no_database(ask: Any) -> None:
    code, lines, _ = ask("ask", "/csms 69851916")
    assert code == 0
    assert "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/429db0c" in "\n".join(lines)


LINES = b"""\xef\xbb\xbf{"id": "q1", "command": "pti", "text": "revenue", "kind": "unknown key"}
{"id": 2, "command": "/role", "text": "auditor"}

{"id": "q3", "command": "resource", "text": "usmca"}
{"id": "q4", "command": "term", "text": "ACE"}
{"text": "/pti ipr"}
{"id": "q6", "command": "pti"}
"""


def test_a_file_is_answered_line_by_line_in_order_with_ids_echoed(ask: Any) -> None:
    code, lines, _ = ask("ask", "--file", "GIVEN", given=LINES)
    found = [json.loads(line) for line in lines]
    assert code == 0
    assert [(one.get("id"), one["subjects"][0]) for one in found] == [
        ("q1", "pti:revenue"),
        (2, "role:auditor"),
        ("q3", "resource:usmca"),
        ("q4", "term:ace"),
        (None, "pti:ipr"),
        ("q6", "pti:agriculture-quota"),
    ]


def test_a_files_answers_come_as_text_or_as_messages_too(ask: Any) -> None:
    given = b'{"id": 1, "text": "/pti revenue"}\n'
    _, (line,), _ = ask("ask", "--file", "GIVEN", "--as", "text", given=given)
    assert "blocks" not in json.loads(line)
    _, (line,), _ = ask("ask", "--file", "GIVEN", "--as", "slack", given=given)
    assert json.loads(line)["messages"][0]["blocks"]
    _, (line,), _ = ask("ask", "--file", "GIVEN", "--as", "teams", given=given)
    assert json.loads(line)["messages"][0]["attachments"]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (b'{"id": 1, ', "not JSON, column 10"),
        (b"[1]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"id": 1}', 'needs "command" or "text"'),
        (b'{"id": 1, "text": 5}', '"text" must be a string'),
        (b'{"id": 1, "command": [], "text": "x"}', '"command" must be a string'),
        (b"[" * 200_000, "nested too deeply"),
    ],
)
def test_a_broken_line_says_why_and_the_others_are_answered(ask: Any, broken: bytes, why: str) -> None:
    code, lines, _ = ask("ask", "--file", "GIVEN", given=broken + b'\n{"id": 2, "text": "/pti ipr"}\n')
    first, second = (json.loads(line) for line in lines)
    assert code == 1
    assert first["error"].startswith(f"line 1: {why}")
    assert (second["id"], second["subjects"]) == (2, ["pti:ipr"])


@pytest.mark.process
def test_half_characters_and_foreign_letters_are_answered() -> None:
    done = tradebot("ask", "--file", "-", given=b'{"text": "/pti \\ud800 \xf0\x9f\x99\x82 \\u202e"}', PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert json.loads(done.stdout)["subjects"] == []


def test_a_file_that_is_not_there_is_named(ask: Any) -> None:
    code, lines, err = ask("ask", "--file", "/nowhere.jsonl")
    assert (code, lines, err) == (2, [], "/nowhere.jsonl: No such file or directory\n")


def test_classify_says_topics_with_reasons_kind_and_routine(ask: Any) -> None:
    given = (
        b'{"id": "a", "title": "GUIDANCE: Drawback claims", "body": null, "other": 1}\n{"id": "b"}\n{"id": "c", "title": "x", "body": 3}\n'
    )
    code, lines, _ = ask("classify", "GIVEN", given=given)
    first, second, third = (json.loads(line) for line in lines)
    assert code == 1
    assert list(first) == ["id", "topics", "kind", "routine", "relations", "dates", "gist", "annexes"]
    assert {"drawback"} <= {hit["topic"] for hit in first["topics"]}
    assert all(hit["because"] for hit in first["topics"])
    assert second == {"id": "b", "error": 'line 2: needs "title"'}
    assert third == {"id": "c", "error": 'line 3: "body" must be a string'}


def test_classify_says_what_a_message_does_to_those_it_knows(ask: Any, tmp_path: Path) -> None:
    known = tmp_path / "known.jsonl"
    known.write_text('{"number": "66841281", "title": "Import adjustment offset for automobile parts"}\nbroken\n')
    line = {
        "number": "69087399",
        "published": "Mon, 29 Jun 2026 09:00:00 -0400",
        "title": "CSMS # 69087399 - Automobile Parts: Import Adjustment Offset",
        "body": "Cargo Systems Messaging Service CSMS # 69087399 - Automobile Parts: Import Adjustment Offset "
        "This message updates CSMS # 6684128 relating to the offset. Effective July 1, filers must use code 5. See CSMS # 69087398.",
    }
    other = {"number": "69087398", "published": "soon", "title": "Codes"}
    code, lines, _ = ask("classify", "--known", str(known), "GIVEN", given="\n".join(map(json.dumps, (line, other))).encode())
    first, second = map(json.loads, lines)
    assert code == 1
    assert [(each["to"], each["kind"], each["as_written"]) for each in first["relations"]] == [
        ("66841281", "updates", "CSMS # 6684128"),
        ("69087398", "refers", "CSMS # 69087398"),
    ]
    assert first["dates"] == [{"date": "2026-07-01", "kind": "effective", "sentence": "Effective July 1, filers must use code 5."}]
    assert first["gist"] == "Effective July 1, filers must use code 5."
    assert second["number"] == "69087398"
    assert second["error"].startswith('line 2: "published" must be a date')


def test_classify_lists_the_annexes_of_a_text_and_of_html(ask: Any) -> None:
    notice = "https://www.federalregister.gov/d/2026-09429"
    lists = "https://content.govdelivery.com/attachments/USDHSCBP/2026/07/21/file_attachments/3333/HTS.xlsx"
    links = f"See <a href='{lists}'>the HTS codes</a> and <a href='javascript:x()'>Annex</a>."
    text = {"title": "A", "body": f"See the notice ({notice})."}
    html = {"title": "B", "html": f"<p>CBP will reject entries without a code. {links}</p>"}
    code, lines, _ = ask("classify", "GIVEN", given="\n".join(map(json.dumps, (text, html))).encode())
    first, second = map(json.loads, lines)
    assert code == 0
    assert first["annexes"] == [{"name": "Federal Register 2026-09429", "url": notice, "attached": False}]
    assert second["annexes"] == [{"name": "the HTS codes", "url": lists, "attached": True}]
    assert second["gist"] == "CBP will reject entries without a code."


def test_classify_names_the_file_that_is_not_there(ask: Any) -> None:
    assert ask("classify", "--known", "/nowhere.jsonl", "GIVEN", given=b"{}") == (2, [], "/nowhere.jsonl: No such file or directory\n")


def test_check_says_that_the_content_is_fine(ask: Any) -> None:
    code, lines, _ = ask("check")
    assert code == 0
    assert "no errors. 7 PTIs, 6 roles, 9 resources" in lines[0]


def test_one_feed_is_one(ask: Any, tmp_path: Path) -> None:
    for name, text in files().items():
        (tmp_path / name).write_text(text)
    _, (line,), _ = ask("check", str(tmp_path))
    assert line.endswith("1 feed.")


@pytest.mark.parametrize("given", [(), ("here",)])
def test_check_tells_what_the_content_lacks_of_the_revision_in_force(
    ask: Any, tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...]
) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    for name, text in files().items():
        (folder / name).write_text(text)
    with closing(Database(sqlite_url)) as db:
        publish(db, with_feeds("account", "pages"), "me")
    monkeypatch.setenv("CONTENT_DIR", str(folder))
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    code, lines, _ = ask("check", *(str(folder) for _ in given))
    assert code == 0
    assert "lacks entries that the bot answers from now: feeds.yaml (account, pages)" in lines[1]
    assert lines[2].startswith("OK     reload: would change feeds.yaml (Account removed; Pages removed)")
    with closing(Database(sqlite_url)) as db:
        publish(db, files(), "me", confirmed="1-" + load_files(files()).digest[:12])
    assert ask("check")[1][1:] == ["OK     reload: would change nothing: the files match revision 2"]
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    assert len(ask("check", str(other))[1]) == 1  # it is not what the bot answers from
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    assert len(ask("check")[1]) == 1
    assert not (tmp_path / "none.db").exists()


def test_check_warns_of_what_is_likely_wrong(ask: Any, tmp_path: Path) -> None:
    for name, text in files().items():
        (tmp_path / name).write_text(text.replace("Does the work of the auditor", "Does the <b>work</b>"))
    code, lines, _ = ask("check", str(tmp_path))
    assert code == 0
    assert lines[1].startswith("warning: roles.yaml:21:9: Auditor, 1st assignment: “<b>” is an HTML tag")


def test_check_prints_every_problem_on_a_line_of_its_own(ask: Any, tmp_path: Path) -> None:
    for name, text in files().items():
        (tmp_path / name).write_text(text.replace("https://www.cbp.gov/ace", "gopher://ace").replace("as_of: 2026\n", ""))
    code, lines, _ = ask("check", str(tmp_path))
    assert code == 1
    assert len(lines) > 1
    assert all(line.split(":")[0].endswith(".yaml") for line in lines)


@pytest.mark.process
def test_broken_content_is_told_before_anything_is_answered(tmp_path: Path) -> None:
    done = tradebot("ask", "/pti", CONTENT_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"the file is missing" in done.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("nonsense",), "unknown subcommand 'nonsense'; choose one of run, serve, work"),
        (("ask",), "give ask either TEXT or --file"),
        (("ask", "/pti", "--file", "x"), "give ask either TEXT or --file"),
        (("ask", "/pti", "--as", "html"), "--as html: use one of text, json, slack, teams"),
        (("ask", "/pti", "--as"), "--as needs a value"),
        (("ask", "/pti", "--loud"), "--loud is not an option of ask"),
        (("poll",), "poll needs --once"),
        (("poll", "--once=yes"), "--once=yes is not an option of poll"),
        (("classify",), "classify needs a file"),
        (("check", "a", "b"), "unexpected argument 'b'"),
        (("run", "fast"), "unexpected argument 'fast'"),
    ],
)
def test_wrong_usage_is_told_with_what_to_do(ask: Any, words: tuple[str, ...], why: str) -> None:
    code, lines, err = ask(*words)
    assert (code, lines) == (2, [])
    assert err.startswith(f"tradebot: {why}")


def test_words_behind_two_dashes_are_no_options(ask: Any) -> None:
    assert "“--as”" in "\n".join(ask("ask", "--", "/pti", "--as")[1])


def test_help_lists_every_subcommand(ask: Any) -> None:
    for words in ((), ("--help",), ("-h",), ("help",)):
        code, lines, _ = ask(*words)
        assert code == 0
        assert all(any(line.startswith(f"  {command.name}") for line in lines) for command in COMMANDS)
    assert ask("ask", "--help")[1][0] == "usage: tradebot ask TEXT | --file F.jsonl [--as text|json|slack|teams] [--stored] | --why TEXT"


def test_version_is_printed(ask: Any) -> None:
    code, (line,), _ = ask("--version")
    assert code == 0
    assert line.startswith(f"tradebot {__version__} (database schema {HEAD}, Python 3.")
    assert __version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), "the release has its notes"


def test_a_service_that_is_set_up_wrongly_says_so_and_does_not_start(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    code, lines, err = ask("run")
    assert (code, lines) == (2, [])
    assert err.startswith("PORT=many")


@pytest.mark.parametrize("name", ["run", "serve", "work", "migrate", "poll_once"])
def test_every_service_is_there(name: str) -> None:
    from bot import server

    assert callable(getattr(server, name))


@pytest.mark.process
def test_nobody_reading_on_is_no_crash() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-m", "bot", "ask", "/pti"], stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.process
def test_the_process_prints_all_of_a_long_answer_before_it_leaves() -> None:
    done = tradebot("ask", "/trade term all", "--as", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(json.loads(done.stdout)["subjects"]) > 40


@pytest.mark.process
def test_the_process_passes_its_exit_code_on() -> None:
    assert tradebot("ask", "/ptti revenue").returncode == 1
    assert tradebot("nonsense").returncode == 2


@pytest.mark.parametrize("form", ["text", "json", "slack", "teams"])
@pytest.mark.process
def test_ask_loads_neither_the_database_nor_anything_heavy(form: str) -> None:
    heavy = ["sqlalchemy", "pydantic", "yaml", "httpx", "starlette", "argparse", "asyncio", "rapidfuzz", "microsoft_teams", "msal", "jwt"]
    heavy += {"teams": ("bot.slack.blocks",), "slack": ("bot.teams.cards",)}.get(form, ("bot.slack.blocks", "bot.teams.cards"))
    heavy += {"text": ("hashlib", "typing"), "json": ("hashlib",)}.get(form, ())
    asked = ["ask", "/pti revenue", "--as", form]
    load_cached(CONTENT)  # the first command fills the cache
    code = f"import sys, bot.cli; bot.cli.main({asked!r}); print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.process
def test_a_question_that_names_a_term_is_answered_without_the_index_over_all_statements() -> None:
    load_cached(CONTENT)  # the first command fills the cache
    tell = "print([name for name in ('typing', 'content.search.decision', 'content.search.statement_index') if name in sys.modules])"
    code = f"import sys, bot.cli; bot.cli.main(['ask', 'what is a continuous bond']); {tell}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.startswith("Customs bond\n")
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("words", [["ask", "/pti revenue"], ["run"], ["check"], ["doctor"]])
@pytest.mark.process
def test_a_python_without_the_libraries_is_told_in_one_sentence_what_to_do(words: list[str], tmp_path: Path) -> None:
    # -S: the Python of the machine, without what is installed beside it; a cache of the content would do without YAML
    command = [sys.executable, "-S", "-m", "bot", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={"XDG_CACHE_HOME": str(tmp_path)}, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"tradebot: a library is missing \(\w+\): run `make run` once, then use \.venv/bin/tradebot\n", done.stderr)


def test_a_module_of_our_own_that_is_missing_is_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bot.doctor.checks", None)
    with pytest.raises(ModuleNotFoundError):
        main(["doctor"])
