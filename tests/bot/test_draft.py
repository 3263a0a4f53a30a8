"""tradebot draft prints YAML that check accepts only when somebody has filled it in."""

from datetime import date

import pytest
import yaml

from bot.cli import main
from bot.editing.draft import MAX_CHARACTERS, draft
from content.loading.files import ContentError
from content.loading.loader import load_files
from tests.support.sample_content import files

TODAY = date(2026, 11, 29)
CATALOG = load_files(files())


def added(block: str) -> dict[str, str]:
    """Return the sample content with a draft where it says that it belongs."""
    texts = files()
    body = "\n".join(line for line in block.split("\n") if not line.startswith("#")) + "\n"
    if "glossary.yaml" in block:
        texts["glossary.yaml"] += body
    elif "(office.yaml" in block:
        texts["office.yaml"] = texts["office.yaml"].replace("centers:\n", body + "centers:\n", 1)
    else:
        before, after = texts["ptis.yaml"].split("  textiles:\n")
        assert "(ptis.yaml:" in block
        texts["ptis.yaml"] = f"{before}  textiles:\n{after}{body}"
    return texts


def refused(texts: dict[str, str]) -> list[str]:
    with pytest.raises(ContentError) as error:
        load_files(texts)
    return [str(problem).split(": ", 1)[1] for problem in error.value.problems]


def test_a_question_goes_to_its_subject_and_check_wants_answer_and_source() -> None:
    block = draft("Which textiles need a label?", CATALOG, TODAY)
    assert block.startswith("# Put this into the questions of Textiles (ptis.yaml:")
    texts = added(block)
    assert refused(texts) == ["Textiles, 1st question, a: must not be empty", "Textiles, 1st question, source: must not be empty"]
    texts["ptis.yaml"] = texts["ptis.yaml"].replace('a: ""', 'a: "All."').replace('source: ""', 'source: "flyer"')
    (question,) = load_files(texts).ptis[-1].questions
    assert (question.q, question.a, question.read) == ("Which textiles need a label?", "All.", "2026-11")


def test_a_question_about_nothing_known_goes_to_the_office() -> None:
    block = draft("how old is the zeppelin", CATALOG, TODAY)
    assert "Office of Trade (office.yaml:1)" in block
    assert "Office of Trade, 1st question, source: must not be empty" in refused(added(block))


def test_a_few_words_become_a_term() -> None:
    texts = added(draft("Surety bond", CATALOG, TODAY))
    assert refused(texts) == ["Surety bond, definition, text: must not be empty", "Surety bond, definition, source: must not be empty"]
    texts["glossary.yaml"] = texts["glossary.yaml"].replace('text: ""', 'text: "A bond."').replace('source: ""', 'source: "flyer"')
    assert [term.slug for term in load_files(texts).terms] == ["ace", "surety-bond"]


@pytest.mark.parametrize("words", ["ACE", "ace"])
def test_a_term_that_exists_is_named_with_its_place_in_place_of_a_second_one(words: str) -> None:
    assert draft(words, CATALOG, TODAY) == f"# The glossary has ACE ({CATALOG.places['term:ace']}): change it there."


@pytest.mark.parametrize(
    "text", ['say "hi": # {x} \\ ?', "a\nb\x1b[31m?", "é" * 500 + "?", "? - [a", "'", "\u202eabc?", "\ud800?", "!!", "x: y"]
)
def test_whatever_is_typed_is_one_text_of_valid_yaml(text: str) -> None:
    block = draft(text, CATALOG, TODAY)
    parsed = yaml.safe_load(block)
    (inner,) = parsed["questions"] if "questions" in parsed else parsed.values()
    assert len(inner.get("q") or inner["term"]) <= MAX_CHARACTERS
    assert all(problem.endswith("must not be empty") for problem in refused(added(block)))


def test_the_command_prints_the_block(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["draft", "Is honey under a quota?"]) == 0
    printed = capsysbinary.readouterr().out.decode()
    assert '- q: "Is honey under a quota?"' in printed
    assert "Agriculture and Quota (ptis.yaml:" in printed
    assert main(["draft", " "]) == 2
