"""The app package of Teams keeps to Microsoft's own JSON Schema (tests/data) and to what only its pages say."""

import copy
import fnmatch
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest

from bot.cli import main
from bot.teams import icons, incoming
from bot.teams import manifest as teams_package
from handlers.router import parse_line
from handlers.table import TABLE, Access, Route
from tests.support.paths import DATA, ROOT

Json = dict[str, Any]

BOT = "AAAAAAAA-2222-3333-4444-555555555555"
URL = "https://outreach.example.gov/trade-bot"

SCHEMA = json.loads((DATA / "teams_manifest_1.19.schema.json").read_text())
FORMATS = jsonschema.FormatChecker()


@FORMATS.checks("uri")  # type: ignore[untyped-decorator]  # jsonschema ships no types
def is_uri(value: Any) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme and re.fullmatch(r"[!-~]+", value))


def problems(manifest: Json) -> list[str]:
    # it calls itself draft 4 and says const, which came with draft 6; between them nothing that it uses changed
    checker = jsonschema.Draft7Validator(SCHEMA, format_checker=FORMATS)
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(manifest)]


def manifest() -> Json:
    return teams_package.manifest(BOT, URL)


def lists(table: tuple[Route, ...] = TABLE) -> dict[tuple[str, ...], list[dict[str, str]]]:
    return {tuple(each["scopes"]): each["commands"] for each in teams_package.command_lists(table)}


def with_rows(*more: Route) -> Json:
    made = manifest()
    made["bots"][0]["commandLists"] = teams_package.command_lists((*TABLE, *more))
    return made


NEW = Route("trade", ("ports",), "handlers.ports.ports", "/trade ports [name]", "the ports of entry")


def test_the_manifest_is_valid_by_microsofts_schema() -> None:
    assert problems(manifest()) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("manifestVersion",), "1.20"),
        (("$schema",), "no address"),
        (("id",), "tradebot"),
        (("name", "short"), "T" * 31),
        (("name", "full"), "T" * 101),
        (("description", "short"), "d" * 81),
        (("description", "full"), "d" * 4001),
        (("developer", "name"), "d" * 33),
        (("developer", "privacyUrl"), "outreach.example.gov"),
        (("accentColor",), "teal"),
        (("bots", 0, "scopes"), ["groupchat"]),
        (("bots", 0, "commandLists", 0, "commands", 0, "title"), "c" * 33),
        (("bots", 0, "commandLists", 0, "commands", 0, "description"), "c" * 129),
        (("composeExtensions", 0, "commands", 0, "parameters", 0, "title"), "c" * 33),
        (("composeExtensions", 0, "commands", 0, "context"), ["everywhere"]),
        (("supportsFiles",), False),
    ],
)
def test_the_schema_refuses_what_teams_would_refuse(place: tuple[Any, ...], value: Any) -> None:
    made = copy.deepcopy(manifest())
    *path, last = place
    inner: Any = made
    for step in path:
        inner = inner[step]
    inner[last] = value
    assert problems(made)


@pytest.mark.parametrize(
    "row",
    [
        replace(NEW, words=("p" * 30,)),
        replace(NEW, help="the ports of entry, " * 7),
        NEW,  # an eleventh look-up
        replace(NEW, function="handlers.subscriptions.commands.pause"),  # an eleventh command of a channel
    ],
)
def test_a_route_that_breaks_a_limit_is_noticed(row: Route) -> None:
    assert problems(with_rows(row))


def test_routes_for_admins_are_not_listed() -> None:
    admin = [row for row in TABLE if row.audience is Access.ADMIN]
    assert admin
    assert "trade-admin" not in json.dumps(manifest())
    assert problems(with_rows(replace(NEW, audience=Access.ADMIN))) == []


def test_every_public_route_for_the_menu_or_its_twin_is_listed() -> None:
    titles = {command["title"] for commands in lists().values() for command in commands}
    functions = {row.function for row in TABLE if " ".join((row.verb, *row.words[:1])) in titles}
    assert functions == {row.function for row in TABLE if row.audience is Access.ANYONE and row.in_menu}


def test_every_scope_has_one_list_and_no_title_twice() -> None:
    assert list(lists()) == [("personal",), ("team", "groupChat")]
    for commands in lists().values():
        titles = [command["title"] for command in commands]
        assert len(set(titles)) == len(titles) <= 10


def test_listed_commands_can_be_typed_as_they_are() -> None:
    for commands in lists().values():
        for command in commands:
            verb, words = parse_line(command["title"])
            row = next(row for row in TABLE if row.verb == verb and (words in row.words if words else not row.words))
            assert row.help.partition("; ")[0].casefold() in command["description"].casefold()


def test_a_description_holds_the_arguments_if_they_fit() -> None:
    said = {command["title"]: command["description"] for command in lists()["team", "groupChat"]}
    assert said["pti"] == "[name or question]: show the seven Priority Trade Issues, or one of them"
    assert said["csms unsubscribe"] == "[N or topic or all]: end the subscription with this number, or what brings this topic"
    assert said["csms subscribe"].startswith("Post CSMS messages in this channel: now, ")


def test_the_message_extension_sends_what_the_bot_reads() -> None:
    (extension,) = manifest()["composeExtensions"]
    command, _ = extension["commands"]
    assert (command["type"], command["context"], command["initialRun"]) == ("query", ["compose", "commandBox"], False)
    (parameter,) = command["parameters"]
    asked = {"commandId": command["id"], "parameters": [{"name": parameter["name"], "value": "usmca"}]}
    assert incoming.read_search({"value": asked}) == "usmca"


def test_a_message_can_be_looked_up_from_its_menu() -> None:
    _, command = manifest()["composeExtensions"][0]["commands"]
    assert (command["type"], command["context"], command["fetchTask"], command["title"]) == ("action", ["message"], True, "Look up")


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("content.govdelivery.com", True),
        ("cbp.gov", True),
        ("www.cbp.gov", True),
        ("www.usitc.gov", False),
        ("govdelivery.com", False),
        ("evilcbp.gov", False),
    ],
)
def test_teams_asks_about_links_to_cbps_messages_and_pages(host: str, asked: bool) -> None:
    (handler,) = manifest()["composeExtensions"][0]["messageHandlers"]
    assert handler["type"] == "link"
    # "*" is exactly one part of a host: https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/link-unfurling
    patterns = [re.escape(each).replace(r"\*", "[^.]+") for each in handler["value"]["domains"]]
    assert any(re.fullmatch(each, host) for each in patterns) == asked
    assert "supportsAnonymizedPayloads" not in handler["value"]  # only people who have the app are served


def test_git_ignores_the_package() -> None:
    ignored = (ROOT / ".gitignore").read_text().split()
    assert any(fnmatch.fnmatch("tradebot-teams.zip", pattern) for pattern in ignored)


def test_the_manifest_asks_for_no_permissions() -> None:
    made = manifest()
    (bot,) = made["bots"]
    (extension,) = made["composeExtensions"]
    assert {made["id"], bot["botId"], extension["botId"]} == {BOT.lower()}
    assert (bot["isNotificationOnly"], bot["supportsFiles"]) == (False, False)
    assert (made["permissions"], made["validDomains"]) == ([], [])
    assert not {"authorization", "webApplicationInfo", "devicePermissions", "configurableTabs", "staticTabs"} & set(made)


def test_the_manifest_says_that_the_tool_is_internal() -> None:
    description = manifest()["description"]
    for text in description.values():
        assert re.search(r"internal tool.*\bnot an official CBP channel", text, re.IGNORECASE)
    assert "CBP" not in json.dumps([manifest()["name"], manifest()["developer"]])


def test_the_package_is_reproducible() -> None:
    made = teams_package.package(BOT, URL)
    assert made == teams_package.package(BOT, URL)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert {(each.date_time, each.create_system) for each in archive.infolist()} == {((1980, 1, 1, 0, 0, 0), 3)}
        written = json.loads(archive.read("manifest.json"))
        assert written == manifest()
        assert archive.read(written["icons"]["color"]) == icons.color()
        assert archive.read(written["icons"]["outline"]) == icons.outline()


@pytest.mark.slow
def test_the_command_writes_the_configured_bots_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEAMS_CLIENT_ID", BOT)
    assert main(["manifest", "teams", "--url", URL]) == 0
    assert (tmp_path / "tradebot-teams.zip").read_bytes() == teams_package.package(BOT, URL)
    assert b"tradebot-teams.zip" in capsysbinary.readouterr().out
    other = "11111111-2222-3333-4444-555555555555"
    assert main(["manifest", "teams", "--client-id", other, "--url", URL, "--out", "mine.zip"]) == 0
    assert (tmp_path / "mine.zip").read_bytes() == teams_package.package(other, URL)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--url", URL], "the bot's ID is missing: set TEAMS_CLIENT_ID to "),
        (["--url", URL, "--client-id", "tradebot"], "the bot's ID is missing: set TEAMS_CLIENT_ID to "),
        (["--url", URL, "--client-id", "00000000-0000-0000-0000-000000000000"], "the bot's ID is missing: set TEAMS_CLIENT_ID to "),
        (["--client-id", BOT, "--url", "https://YOUR-SITE"], "YOUR-SITE is a placeholder; give --url a web page of yours"),
        (["--client-id", BOT], "add --url https://YOUR-SITE, "),
        (["--client-id", BOT, "--url", "http://outreach.example.gov"], "add --url https://YOUR-SITE, "),
        (["--client-id", BOT, "--url", "https://"], "add --url https://YOUR-SITE, "),
        (["--client-id", BOT, "--url", f"https://a.gov/{'x' * 2048}"], "add --url https://YOUR-SITE, "),
        (["--client-id", BOT, "--url", URL, "--out", "nowhere/x.zip"], "--out nowhere/x.zip: No such file or directory"),
    ],
)
def test_a_missing_input_is_reported_and_nothing_is_written(
    given: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TEAMS_CLIENT_ID", raising=False)
    assert main(["manifest", "teams", *given]) == 2
    out, err = capsysbinary.readouterr()
    assert (out, list(tmp_path.iterdir())) == (b"", [])
    assert err.decode().startswith(f"tradebot: {said}")
    assert err.count(b"\n") == 1
