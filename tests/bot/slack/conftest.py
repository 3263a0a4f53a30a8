"""Time for the tests of Slack: what decides an answer is who is asked to wait, never how busy the machine is."""

import pytest

from bot.slack import responder
from bot.slack.views import open as opening
from bot.slack.views import submit


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the bot as long as it takes to answer inline; a test that is about these limits sets its own."""
    monkeypatch.setattr(responder, "INLINE_SECONDS", 60.0)
    monkeypatch.setattr(submit, "INLINE_SECONDS", 60.0)
    monkeypatch.setattr(opening, "OPEN_SECONDS", 60.0)
