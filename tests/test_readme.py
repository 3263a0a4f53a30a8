"""README.md and the other documents match the code, the Makefile and each other."""

import re

import pytest

from handlers.table import TABLE, Access
from tests.support.markdown import blocks, table
from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *(ROOT / "bot").rglob("*.md"), *ROOT.glob("[a-z]*/README.md"))
)

NAMED_PATHS = sorted(set(re.findall(r"`((?:content|jobs|handlers|bot|tests|\.ci)/[\w/.]*)`", CONTRIBUTING)))


def prose(text: str) -> list[str]:
    """Return the document's lines outside of code and tables."""
    without_code = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [line for line in without_code.splitlines() if not line.startswith(("|", "    "))]


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub makes of the document's headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 125


def test_the_commands_are_those_of_the_table() -> None:
    expected = [[f"`{route.usage}`", route.help, "admins" if route.audience is Access.ADMIN else "everybody"] for route in TABLE]
    assert table(README, "Type") == expected
    assert "| Type | What it does | Who may use it |" in README  # the helps are imperatives


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_and_picture_leads_to_a_file_and_a_heading_that_exist(document: str) -> None:
    path = ROOT / document
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        other = path.parent / file if file else path
        assert other.is_file(), target
        if anchor:
            assert anchor in anchors(other.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_make_target_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = set(re.findall(r"^make (\w+)", text, re.MULTILINE)) | set(re.findall(r"`make (\w+)`", text))
    assert targets
    assert targets <= set(re.findall(r"^(\w+):", MAKEFILE, re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_prose_has_one_sentence_per_line(document: str) -> None:
    lines = prose((ROOT / document).read_text(encoding="utf-8"))
    assert [line for line in lines if re.search(r"[a-z`)”\"*][.?!]\**+ (?=[A-Z`“\"])", line)] == []


@pytest.mark.parametrize("path", NAMED_PATHS)
def test_a_path_in_the_contributing_guide_exists(path: str) -> None:
    assert (ROOT / path).exists() or "X" in path


def test_a_name_in_a_recipe_is_in_one_of_the_files_that_the_recipe_names() -> None:
    recipes = CONTRIBUTING[CONTRIBUTING.index("## Recipes") :]
    for step in re.split(r"\n(?=\d+\. |#|\n)", recipes):
        files = [ROOT / path for path in NAMED_PATHS if f"`{path}`" in step and (ROOT / path).is_file()]
        texts = [file.read_text(encoding="utf-8") for file in files]
        names = re.findall(r"`([A-Z]{4,}|test_\w+|command_lists)`", step)
        assert [name for name in names if not any(name in text for text in texts)] == []


def test_the_first_commands_are_in_a_block_of_their_own() -> None:
    assert re.findall(r"^make (\w+)", blocks(README, "")[0], re.MULTILINE) == ["run", "test"]
