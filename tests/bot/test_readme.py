"""bot/README.md, the operators' guide, matches the settings and the command line."""

import re

from bot import settings
from bot.settings_checks import MIN_METRICS_TOKEN
from bot.subcommands.table import COMMANDS, FORMS
from tests.support.markdown import table
from tests.support.paths import ROOT

README = (ROOT / "bot" / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_listed_with_its_default() -> None:
    rows = {name.strip("`"): default.strip("`") for name, default, _ in table(README, "Variable")}
    assert list(rows) == list(settings.DEFAULTS)
    shown = {name: value for name, value in settings.DEFAULTS.items() if name != "CONTENT_DIR"}
    assert {name: value for name, value in rows.items() if name != "CONTENT_DIR"} == shown


def test_the_least_length_of_a_token_is_told_where_it_is_described() -> None:
    least = f"at least {MIN_METRICS_TOKEN} "
    assert least in next(description for name, _, description in table(README, "Variable") if name == "`TRADEBOT_METRICS_TOKEN`")
    assert least in README[README.index("## Metrics") : README.index("## tradebot doctor")]


def test_the_subcommands_are_those_of_the_command_line() -> None:
    assert set(re.findall(r"^tradebot (\w+)", README, re.MULTILINE)) == {command.name for command in COMMANDS}


def test_the_formats_of_ask_are_listed() -> None:
    assert f"tradebot ask TEXT [--as {'|'.join(FORMS)}]" in README
