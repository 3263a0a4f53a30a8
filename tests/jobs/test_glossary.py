"""The documentation of jobs: no identifier or docstring of jobs/ uses a word from the glossary's "not" column."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.states import PostKind, PostState
from tests.support.paths import ROOT

JOBS = ROOT / "jobs"

EXCEPTIONS = frozenset(("tag", "category", "label"))  # HTML tags, Unicode categories, labels of columns and time zones

FILES = sorted(path for path in JOBS.rglob("*.py") if path.parent.name != "versions")  # a released migration never changes


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
        for name in names:
            yield node.lineno, name.lower()  # type: ignore[attr-defined]
            yield node.lineno, re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).lower()  # type: ignore[attr-defined]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, " ".join(node.value.value.lower().split())


def violations(source: str) -> list[str]:
    avoid = glossary().keys() - EXCEPTIONS
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, avoid))})(?:s|es)?\b")
    return [f"line {number}: {found[0]!r}" for number, text in words(source) for found in pattern.finditer(text)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_code_uses_the_words_of_the_glossary(path: Path) -> None:
    assert violations(path.read_text("utf-8")) == []


def test_violations_are_found_in_names_and_docstrings() -> None:
    assert violations('"""Send to a room."""')
    assert violations("def claimRoom(): ...")
    assert violations("old_wish = 1")
    assert violations("at_once = 1")
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
