"""The editors' guide is true: its tables match the schema, and its examples are valid."""

import re
from typing import Any

import pytest
from pydantic import TypeAdapter

from content.loading import schema
from content.loading.files import SECTIONS, SINGLE, read_files
from content.loading.loader import OWNER, load_files
from content.loading.references import ENTRY_KINDS
from content.loading.yaml_reader import parse
from tests.support.markdown import blocks, table
from tests.support.paths import CONTENT

README = (CONTENT / "README.md").read_text(encoding="utf-8")

MODELS: dict[str, type[schema.Part]] = {
    "Statement": schema.StatementPart,
    "Question": schema.QuestionPart,
    "Link": schema.LinkPart,
    "Contact": schema.ContactPart,
    "Rule of a topic": schema.RulePart,
    "Source of a feed": schema.SourcePart,
    **{f"`{name}` in {file}": schema.SECTIONS[name][0] for file, names in SECTIONS.items() for name in names},
}
"""Heading -> the model that the table below it describes."""


def section(heading: str) -> str:
    return re.split(r"\n##+ ", README[README.index(f"### {heading}\n") :])[0]


def test_every_file_is_listed() -> None:
    assert [name.strip("`") for name, _ in table(README, "File")] == list(SECTIONS)


@pytest.mark.parametrize("heading", MODELS)
def test_a_table_lists_every_field_and_marks_the_required_ones(heading: str) -> None:
    expected = {name: "yes" if info.is_required() else "" for name, info in schema.fields(MODELS[heading]).items()}
    assert {name.strip("`"): required for name, required, _ in table(section(heading), "Field")} == expected


@pytest.mark.parametrize("heading", MODELS)
def test_limits_in_the_tables_are_those_of_the_schema(heading: str) -> None:
    known = schema.fields(MODELS[heading])
    for name, _, meaning in table(section(heading), "Field"):
        for limit in re.findall(r"at most (\d+) characters", meaning):
            most = [rule.max_length for rule in known[name.strip("`")].metadata if getattr(rule, "max_length", None)]
            assert most == [int(limit)], name


def test_the_kinds_of_entries_are_listed() -> None:
    (meaning,) = [meaning for name, _, meaning in table(section("Rule of a topic"), "Field") if name == "`kinds`"]
    assert meaning.endswith(": " + ", ".join(ENTRY_KINDS))


@pytest.mark.parametrize("example", blocks(README, "yaml"))
def test_the_examples_are_valid(example: str) -> None:
    tree, problems = parse("README.md", example)
    assert tree is not None
    assert not problems
    for name, value in tree.data.items():
        check(name, value)


def check(name: str, value: Any) -> None:
    if name == OWNER:
        assert isinstance(value, str)
        return
    if name in SINGLE:
        schema.SECTIONS[name][0].model_validate(value)
        return
    if name in schema.SECTIONS:
        known = schema.fields(schema.SECTIONS[name][0])
        for entry in value.values():
            for field, inner in entry.items():
                TypeAdapter(known[field].rebuild_annotation()).validate_python(inner)
        return
    models = [model for section, (model, _) in schema.SECTIONS.items() if section != "wording" and name in schema.fields(model)]
    assert models, name
    for model in models:
        TypeAdapter(schema.fields(model)[name].rebuild_annotation()).validate_python(value)


def test_the_sample_mistakes_are_what_the_loader_reports() -> None:
    files = read_files(CONTENT)
    lines = files["ptis.yaml"].split("\n")
    facts = lines.index("    facts:")
    first, second = [number for number in range(facts, len(lines)) if lines[number].startswith("        source: ")][:2]
    lines[first] = '        sorce: "flyer"'
    lines[second + 1] = '        as_of: "June 2026"'
    resources = files["resources.yaml"].replace("        url: https://", "        url: http://", 1).replace("- auditor\n", "- auditer\n", 1)
    with pytest.raises(Exception, match="sorce") as broken:
        load_files(files | {"ptis.yaml": "\n".join(lines), "resources.yaml": resources})
    (shown,) = [block for block in blocks(README, "") if "sorce" in block]
    assert without_places(shown.strip()) == without_places(str(broken.value))


def without_places(text: str) -> str:
    return re.sub(r"\.yaml:\d+:\d+:", ".yaml:", text)


def test_the_links_at_the_top_lead_to_headings() -> None:
    headings = {re.sub(r"[^a-z -]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", README, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= headings
