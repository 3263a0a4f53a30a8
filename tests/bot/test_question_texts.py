"""The words of people's questions are in no file of the database and in no line of the log, whoever asks where."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.operations import logs
from tests.support import slack_server, teams_office, teams_server
from tests.support.process import eventually
from tests.support.slack_office import office
from tests.support.slack_payloads import direct, event, mention, press, shortcut
from tests.support.slack_server import SlackServer
from tests.support.teams_office import buttons, card, words
from tests.support.teams_server import CHANNEL, GROUP, PERSONAL, TeamsServer

WORD = "quixzorble"
"""A word that only the questions have."""

PHRASE = "importers of sugar refunds"
"""Words that messages have too, but not in this order."""

QUESTIONS = (
    f"{WORD}",
    f"what does CBP say about {WORD} refunds",
    f"pti {WORD}",
    f"csms {WORD}",
    f'csms "{WORD} steel" since:2026-01',
    f"csms refunds OR {WORD}",
    f"csms why {WORD}",
    f"trade changes {WORD}",
    f"trade {WORD} revenue",
    f"what is drawback for {WORD}",
    f"csms unsubscribe {WORD}",
    f"csms subscribe {WORD}ing never",
    f"trade-admin {WORD}",
    f"trade-admin audit {WORD}",
    f"csms refunds -{WORD}",
    f"csms duties of {WORD}",
    f"tell me about {WORD} and refunds",
    f"who handles {WORD} textiles",
    f"is CSMS 67000001 about {WORD}",
    f"csms {PHRASE}",
    f"what are {PHRASE}",
)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as server:
        yield server


@pytest.fixture
def teams() -> Iterator[TeamsServer]:
    with teams_server.serving() as server:
        yield server


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """The file of a log at the level `debug`, formatted as the bot's own."""
    path, root = tmp_path / "bot.log", logging.getLogger()
    handlers, level, levels = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in logs.QUIET}
    root.handlers.clear()
    with path.open("w") as stream:
        logs.configure("debug", "text", stream)
        yield path
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def places(text: str) -> Iterator[int]:
    """Yield where a text has words of the questions."""
    return (at for at in range(len(text)) if text.startswith((WORD, PHRASE), at))


def kept(url: str, log: Path) -> list[str]:
    """Return where a word of the questions is, with what is around it."""
    place = Path(url.removeprefix("sqlite:///"))
    found = []
    for path in (*place.parent.glob(f"{place.name}*"), log):
        content = path.read_bytes().decode("utf-8", "replace").casefold()
        found += [f"{path.name}: {content[max(0, at - 150) : at + 60]!r}" for at in places(content)]
    return found


def test_slack_keeps_no_question(slack: SlackServer, sqlite_url: str, log: Path) -> None:
    with office(sqlite_url, slack, TRADEBOT_ADMINS="slack:T1/U1") as there:
        there.publish("Refunds of duties", "Importers of steel products", "Sugar refunds")
        for said in QUESTIONS:
            if said.partition(" ")[0] in ("pti", "csms", "trade", "trade-admin"):
                there.type(f"/{said}")
            else:
                there.type(f"/trade {said}")
            for each in (mention(said), direct(said)):
                before = len(slack.posts)
                there.send(event(each))
                eventually(lambda before=before: len(slack.posts) > before, f"{said!r} is answered")  # type: ignore[misc]
        there.send(press(f"share /csms {WORD} refunds", slack.hook("share")))
        there.send(press(f"missed /trade {WORD} refunds", slack.hook("missed")))
        there.send(shortcut(f"What about {WORD}?", slack.hook("shortcut")))
        with there.db.read() as conn:
            assert conn.execute(text("SELECT count(*) FROM post WHERE kind = 'said'")).scalar_one(), "or this shows nothing"
        assert kept(sqlite_url, log) == []
    assert kept(sqlite_url, log) == []


async def test_teams_keeps_no_question(teams: TeamsServer, sqlite_url: str, log: Path) -> None:
    async with teams_office.office(teams, sqlite_url) as there:
        there.publish("Refunds of duties", "Importers of steel products", "Sugar refunds")
        for where in (PERSONAL, GROUP, CHANNEL):
            for said in QUESTIONS:
                await there.say(said, where)
        asked = await there.say("csms refunds", CHANNEL)
        await there.press(f"/csms {WORD} refunds", asked["id"], asked["conversation"])
        await there.press(f"share /csms {WORD} refunds", asked["id"], asked["conversation"])
        await there.press(f"missed /trade {WORD} refunds", asked["id"], asked["conversation"])
        await there.search(f"{WORD} refunds")
        searched = await there.say(f"csms refunds -{WORD}", CHANNEL)
        covered = await there.press("/csms 67000001", searched["id"], searched["conversation"])
        back = await there.press(buttons(covered["value"])["Back to the message"], searched["id"], searched["conversation"])
        assert words(back["value"]) == words(card(searched)), "the process that answered still has the whole answer"
        assert kept(sqlite_url, log) == []
    assert kept(sqlite_url, log) == []
