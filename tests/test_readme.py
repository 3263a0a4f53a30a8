"""The README tells the truth: its lists are those of the code."""

import json
import re

import pytest

from bot import settings
from bot.cli import COMMANDS, FORMS
from bot.slack import manifest
from handlers.table import TABLE
from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def table(heading: str) -> list[list[str]]:
    """The rows of the table whose first heading is this, without the heading."""
    lines = README.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(cells(line))
    return rows


def test_what_you_can_type_is_the_command_table() -> None:
    expected = [[f"`{row.usage}`", row.help, "admins" if row.audience == "admin" else "everybody"] for row in TABLE]
    assert table("Type") == expected


def test_every_setting_is_named_with_its_default() -> None:
    rows = {name.strip("`"): default.strip("`") for name, default, _ in table("Variable")}
    assert list(rows) == list(settings.DEFAULTS)
    shown = {name: value for name, value in settings.DEFAULTS.items() if name != "CONTENT_DIR"}
    assert {name: value for name, value in rows.items() if name != "CONTENT_DIR"} == shown


def test_every_scope_is_named_with_its_reason() -> None:
    assert {name.strip("`"): reason for name, reason in table("Scope")} == manifest.SCOPES


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^make (\w+)", README, re.MULTILINE))))
def test_every_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_picture_exists() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_every_subcommand_is_named_and_none_beside_them() -> None:
    assert set(re.findall(r"^tradebot (\w+)", README, re.MULTILINE)) == {command.name for command in COMMANDS}


def test_the_links_on_top_lead_to_headings() -> None:
    headings = {re.sub(r"[^a-z -]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", README, re.MULTILINE)}
    links = re.findall(r"\]\(#([^)]+)\)", README)
    assert len(links) >= 5
    assert set(links) <= headings


def test_microsofts_local_client_is_the_one_that_the_tests_drive_and_the_bot_starts_for_it() -> None:
    package = json.loads((ROOT / "tests" / "support" / "local_client" / "package.json").read_text(encoding="utf-8"))
    ((name, version),) = package["dependencies"].items()
    assert f"npx -y {name}@{version} start -e http://127.0.0.1:{settings.DEFAULTS['PORT']}/api/messages" in README
    (line,) = re.findall(r"^(TEAMS_CLIENT_ID=.*) tradebot run$", README, re.MULTILINE)
    teams = settings.load(dict(word.split("=") for word in line.split())).teams
    assert teams is not None
    assert teams.anonymous


def test_what_ask_writes_is_named() -> None:
    assert f"tradebot ask TEXT [--as {'|'.join(FORMS)}]" in README
