"""bot/slack/README.md matches the manifest and the command table."""

import re

from bot.slack import manifest
from handlers.table import VERBS
from tests.support.markdown import table
from tests.support.paths import ROOT

README = (ROOT / "bot" / "slack" / "README.md").read_text(encoding="utf-8")


def test_every_scope_is_listed_with_its_reason() -> None:
    assert {name.strip("`"): reason for name, reason in table(README, "Scope")} == manifest.SCOPES


def test_every_slash_command_is_listed() -> None:
    (line,) = [line for line in README.splitlines() if "slash commands" in line and "`/pti`" in line]
    assert re.findall(r"`/([\w-]+)`", line) == list(VERBS)
