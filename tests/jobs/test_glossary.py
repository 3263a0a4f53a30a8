"""The glossary in jobs/README.md: no identifier or docstring of the bot uses a word from its "not" column."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.states import PostKind, PostState
from tests.support.paths import ROOT

JOBS = ROOT / "jobs"

FILES = sorted(
    path
    for package in ("bot", "content", "handlers", "jobs")
    for path in (ROOT / package).rglob("*.py")
    if path.parent.name != "versions"  # a released migration never changes
)

LIBRARY_NAMES = {
    "AbstractAsyncContextManager": "contextlib",
    "attaching_conversation_kwargs_enabled": "slack_bolt",
    "conversations_history": "slack_sdk",
    "conversations_open": "slack_sdk",
    "is_site_local": "ipaddress",
}
"""Names that a library chose, each with the library."""

_BUTTON = "the text on a button"
_FIELD = "the text beside a form's field"
_FACT = "the text in front of a value in a list of facts"
_BESIDE = "the text shown beside a statement"
_COLUMN = "SQLAlchemy's name of a selected column"
_ZONE = "the short name of a time zone"
_METRIC = "Prometheus's term"
_UNICODE = "a Unicode category"
_WEB = "a web site"
_TEAMS = "Teams' term for any place of messages"

EXCEPTIONS: dict[str, dict[str, str]] = {
    "category": {
        "bot/urls.py": _UNICODE,
        "content/search/text.py": _UNICODE,
        "handlers/replies/text.py": _UNICODE,
        "jobs/sources/html.py": _UNICODE,
    },
    "conversation": {
        "bot/teams/client.py": _TEAMS,
        "bot/teams/clouds.py": _TEAMS,
        "bot/teams/direct_messages.py": _TEAMS,
        "bot/teams/incoming.py": _TEAMS,
        "bot/teams/message_extension.py": _TEAMS,
        "bot/teams/responder.py": _TEAMS,
        "bot/teams/sender.py": _TEAMS,
        "bot/teams/settings.py": _TEAMS,
    },
    "label": {
        "bot/operations/metrics.py": _METRIC,
        "bot/playground/app.py": _BUTTON,
        "bot/slack/blocks.py": _BUTTON,
        "bot/slack/views/fields.py": _FIELD,
        "bot/slack/views/subscribe.py": _FIELD,
        "bot/slack/views/view.py": _FIELD,
        "bot/teams/elements.py": _FACT,
        "bot/teams/text.py": "the text of a link",
        "bot/urls.py": "a part of a host name between dots",
        "content/search/decision.py": _BESIDE,
        "content/search/explaining.py": _BESIDE,
        "content/search/responsibility.py": _BESIDE,
        "content/search/shapes.py": _BESIDE,
        "content/search/statements.py": _BESIDE,
        "handlers/actions.py": _BUTTON,
        "handlers/admin/status.py": _FACT,
        "handlers/forms/subscription.py": _ZONE,
        "handlers/lookups.py": _BUTTON,
        "handlers/messages/briefing.py": _BESIDE,
        "handlers/questions/follow_up.py": _BUTTON,
        "handlers/questions/statements.py": _BESIDE,
        "handlers/replies/cards.py": _BUTTON,
        "handlers/replies/dates.py": _ZONE,
        "handlers/replies/reply.py": _BUTTON,
        "handlers/replies/serialize.py": _BUTTON,
        "handlers/replies/text.py": _BUTTON,
        "handlers/subscriptions/errors.py": _BUTTON,
        "handlers/subscriptions/wording.py": _BUTTON,
        "jobs/cadence.py": _ZONE,
        "jobs/review.py": _BESIDE,
        "jobs/sources/rss.py": "the name of a character encoding",
        "jobs/store/audit.py": _COLUMN,
        "jobs/store/channels.py": _COLUMN,
        "jobs/store/deliveries.py": _COLUMN,
        "jobs/store/entries.py": _COLUMN,
        "jobs/store/exports.py": _COLUMN,
        "jobs/store/feeds.py": _COLUMN,
        "jobs/store/history.py": _COLUMN,
        "jobs/store/outbox.py": _COLUMN,
        "jobs/store/posts.py": _COLUMN,
        "jobs/store/reports.py": _COLUMN,
        "jobs/store/showing.py": _COLUMN,
        "jobs/store/subscriptions.py": _COLUMN,
        "jobs/store/unfurls.py": _COLUMN,
    },
    "notification": {"handlers/replies/reply.py": "a device's notification of a message"},
    "registry": {"bot/operations/metrics.py": _METRIC},
    "site": {
        "bot/playground/guard.py": _WEB,
        "bot/urls.py": _WEB,
        "handlers/glossary.py": _WEB,
        "handlers/pti.py": _WEB,
        "handlers/questions/statements.py": _WEB,
        "handlers/replies/cards.py": _WEB,
        "handlers/replies/sources.py": _WEB,
        "handlers/replies/entries.py": _WEB,
        "handlers/resources.py": _WEB,
    },
    "tag": {
        "bot/teams/incoming.py": "an HTML tag",
        "bot/teams/text.py": "an HTML tag",
        "content/loading/yaml_reader.py": "a YAML tag",
        "jobs/sources/bulletin.py": "an HTML tag",
        "jobs/sources/html.py": "an HTML tag",
        "jobs/sources/repair.py": "an XML tag",
        "jobs/sources/rss.py": "an XML tag",
    },
}
"""Words of the "not" column that mean something else in a file, each with what it means there."""


def glossary() -> dict[str, str]:
    """The words to avoid, each with those to use."""
    text = (JOBS / "README.md").read_text("utf-8")
    section = text[text.index("| use | for | not |") :].split("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines()[2:]]
    return {word.strip(): use for use, _, avoid in rows for word in avoid.split(",") if word.strip() != "–"}


def words(source: str) -> Iterator[tuple[int, str]]:
    """Identifiers, split at underscores and capitals, and docstrings, in lower case with single spaces."""
    for node in ast.walk(ast.parse(source)):
        names = [getattr(node, field) for field in ("name", "id", "arg", "attr") if isinstance(getattr(node, field, None), str)]
        for name in set(names) - LIBRARY_NAMES.keys():
            yield node.lineno, name.lower()  # type: ignore[attr-defined]
            yield node.lineno, re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).lower()  # type: ignore[attr-defined]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, " ".join(node.value.value.lower().split())


def violations(source: str) -> list[tuple[int, str]]:
    """The lines with a word to avoid, each with the word in the singular."""
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, glossary()))})(?:s|es)?\b")
    return [(number, found[1]) for number, text in words(source) for found in pattern.finditer(text)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_code_uses_the_words_of_the_glossary(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    allowed = {word for word, files in EXCEPTIONS.items() if name in files}
    found = violations(path.read_text("utf-8"))
    assert [each for each in found if each[1] not in allowed] == []
    assert allowed - {word for _, word in found} == set()  # no exception outlives its reason


def test_every_exception_names_an_existing_file_and_a_word_to_avoid() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in FILES}
    assert EXCEPTIONS.keys() - glossary().keys() == set()
    assert {file for files in EXCEPTIONS.values() for file in files} - names == set()


def test_violations_are_found_in_names_and_docstrings() -> None:
    assert violations('"""Send to a room."""')
    assert violations("def claimRoom(): ...")
    assert violations("old_wish = 1")
    assert violations("at_once = 1")
    assert violations("topic_labels = 1") == [(1, "label")]
    assert violations('"""Send to a channel."""\nchannel = 1') == []


def test_the_glossary_avoids_no_word_that_it_uses() -> None:
    used = " ".join(glossary().values())
    assert [word for word in glossary() if re.search(rf"\b{re.escape(word)}\b", used)] == []


def test_the_readme_names_every_module_and_state() -> None:
    text = (JOBS / "README.md").read_text("utf-8")
    table = text[: text.index("## Two flows")]
    modules = {path.name for path in JOBS.glob("*.py") if path.name != "__init__.py"}
    assert modules - set(re.findall(r"`(\w+\.py)`", table)) == {"network.py"}  # shared with bot/, no part of the pipeline
    assert [name for name in re.findall(r"`(\w+\.py)`", text) if not (JOBS / name).exists()] == []
    states = text[text.index("## A post's states") : text.index("| outcome of a call")]
    assert re.findall(r"^\| `(\w+)` \|", states, re.MULTILINE) == list(PostState)
    assert [kind for kind in PostKind if f"`{kind}`" not in text] == []
    meanings = re.findall(r"^\| `(\w+)` \| (.+?) \|", states, re.MULTILINE)
    assert meanings == state_docstrings((JOBS / "states.py").read_text("utf-8"))


def state_docstrings(source: str) -> list[tuple[str, str]]:
    """The values of PostState, each with the docstring below it."""
    (body,) = (node.body for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == "PostState")
    values = [(ast.literal_eval(node.value), body[n + 1]) for n, node in enumerate(body) if isinstance(node, ast.Assign)]
    return [(value, " ".join(ast.literal_eval(below.value).split())) for value, below in values if isinstance(below, ast.Expr)]
