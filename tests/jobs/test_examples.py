"""Examples in topics.yaml: each failure names its line, the rule, and why."""

from pathlib import Path

import pytest

from content.loading.files import ContentError
from content.loading.loader import load_files
from jobs.examples import failed_examples
from jobs.revisions import Library, publish, publish_at_start
from jobs.store import revisions
from jobs.store.database import Database
from tests.support.sample_content import files
from tests.support.shipped_catalog import shipped_catalog

SPOONS = """
  spoons:
    name: Spoons
    summary: {text: About spoons., source: flyer, as_of: "2026"}
    rules:
      - phrases: [spoon*]
        unless: [toy]
      - kinds: [outage]
      - phrases: [ladle*]
        unless_topics: [forks]
  forks:
    name: Forks
    summary: {text: About forks., source: flyer, as_of: "2026"}
    rules:
      - phrases: [only forks]
        alone: true
      - phrases: [fork*]
"""


def with_examples(text: str) -> dict[str, str]:
    """Return the sample content with a topic about spoons, and examples at its end."""
    good = files()
    spoons, forks = SPOONS.split("  forks:")
    return good | {"topics.yaml": good["topics.yaml"] + spoons.lstrip("\n") + text + "  forks:" + forks}


def problems(text: str) -> list[str]:
    content = with_examples(text)
    failed = [str(problem) for problem in failed_examples(load_files(content))]
    lines = content["topics.yaml"].splitlines()
    for line in failed:  # each names the line on which the example stands
        _, number, _ = line.split(":", 2)
        quoted = line.split('"')[1]
        assert quoted in lines[int(number) - 1]
    return [line.split(": ", 1)[1] for line in failed]


def rule_line(first: str) -> int:
    return with_examples("")["topics.yaml"].splitlines().index(f"      - {first}") + 1


def test_examples_that_the_rules_agree_with_are_no_problem() -> None:
    assert problems('    catches:\n      - "Silver spoons"\n      - "ACE Portal Outage"\n    ignores:\n      - "Toy spoons"\n') == []


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Knives", "does not apply: the kind of the message is other"),
        ("Toy spoons", f'rule 1 (line {rule_line("phrases: [spoon*]")}) finds "spoons", but "Toy" is in its unless'),
        ("Ladles and forks", 'finds "Ladles", but the message is about forks, one of its unless_topics'),
    ],
)
def test_a_missed_example_says_which_rule_nearly_caught_it(title: str, reason: str) -> None:
    (problem,) = problems(f'    catches:\n      - "{title}"\n')
    assert problem.startswith(f'Spoons, 1st title to catch: "{title}" is missed: ')
    assert reason in problem


def test_an_example_with_no_phrase_of_the_topic_says_so() -> None:
    text = with_examples("")["topics.yaml"] + '    catches:\n      - "Knives"\n'
    (problem,) = failed_examples(load_files(files() | {"topics.yaml": text}))
    assert (problem.path, problem.message) == ("Forks, 1st title to catch", '"Knives" is missed: none of the topic\'s phrases is in it')


def test_an_example_that_another_topic_takes_alone_says_so() -> None:
    (problem,) = problems('    catches:\n      - "Spoons but only forks"\n')
    assert f"rule 1 (line {rule_line('phrases: [only forks]') + 2}) of forks catches it alone" in problem


def test_a_wrongly_caught_example_says_which_rule_and_words_caught_it() -> None:
    _, problem = problems('    ignores:\n      - "ACE Portal Outage"\n      - "Knives"\n      - "Plastic spoons"\n')
    where = rule_line("phrases: [spoon*]")
    assert problem.startswith(f'Spoons, 3rd title to ignore: "Plastic spoons" is caught by rule 1 (line {where}): title: "spoons"')


def test_an_example_of_the_rest_says_what_else_catches_it() -> None:
    text = files()["topics.yaml"] + '    catches:\n      - "ACE news"\n    ignores:\n      - "Knives"\n'  # the last topic is other
    missed, caught = failed_examples(load_files(files() | {"topics.yaml": text}))
    assert 'is missed, because it is about ace (title: "ACE")' in missed.message
    assert "is caught, because no rule of another topic catches it" in caught.message


def test_an_example_given_twice_is_an_error() -> None:
    with pytest.raises(ContentError, match="catches"):
        load_files(with_examples('    catches:\n      - "Spoons"\n      - "Spoons"\n'))


def test_the_shipped_topics_have_examples_and_the_rules_agree_with_them() -> None:
    catalog = shipped_catalog()
    assert failed_examples(catalog) == ()
    assert [topic.slug for topic in catalog.topics if not (topic.catches and topic.ignores)] == []


BAD = with_examples('    catches:\n      - "Knives"\n')


def test_content_whose_examples_fail_is_not_published(db: Database) -> None:
    first = publish(db, files(), "me")
    with pytest.raises(ContentError, match="Spoons, 1st title to catch"):
        publish(db, BAD, "me")
    with db.read() as conn:
        assert revisions.newest_id(conn) == first.revision


def test_a_start_keeps_the_revision_in_force_if_an_example_of_the_disk_fails(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = publish(db, files(), "me")
    folder = tmp_path / "content"
    folder.mkdir()
    for name, text in BAD.items():
        (folder / name).write_text(text, encoding="utf-8")
    in_force = publish_at_start(db, folder)
    assert (in_force.revision, in_force.published) == (first.revision, False)
    assert "Spoons, 1st title to catch" in in_force.problems[0]


def test_a_revision_in_force_stays_usable_if_its_examples_fail(db: Database) -> None:
    """A new release may sort differently; that is no reason to answer from other content."""
    first = publish(db, files(), "me")
    library = Library(first)
    with db.begin() as conn:
        revisions.add(conn, "another release", BAD, "me", db.now(conn), ())
    assert library.refresh(db)
    assert any(topic.slug == "spoons" for topic in library.catalog.topics)
