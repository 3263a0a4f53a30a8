"""Keep the time limits of answers out of the tests, so that no result depends on how busy the machine is."""

import pytest

from bot.slack import responder
from bot.slack.views import open as opening
from bot.slack.views import submit


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every answer be inline. A test of these limits sets its own."""
    monkeypatch.setattr(responder, "INLINE_SECONDS", 60.0)
    monkeypatch.setattr(submit, "INLINE_SECONDS", 60.0)
    monkeypatch.setattr(opening, "OPEN_SECONDS", 60.0)
