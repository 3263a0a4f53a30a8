"""From files to the catalog: reads, checks all of it, and says everything that is wrong at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from content.catalog import Catalog
from content.loading import references
from content.loading.errors import Section, problems_of
from content.loading.files import SECTIONS, ContentError, Problem, digest, read_files, scan, whole
from content.loading.schema import SECTIONS as MODELS
from content.loading.schema import make
from content.loading.yaml_reader import Tree, parse

__all__ = ["ContentError", "Problem", "digest", "load", "load_files", "read_files"]

_KINDS = {"ptis": "pti", "roles": "role", "resources": "resource", "terms": "term", "topics": "topic"}


def load(directory: Path) -> Catalog:
    """The catalog of a directory. Raises ContentError with all problems, unreadable files among them."""
    files, unreadable = scan(directory)
    if any(problem.file == str(directory) for problem in unreadable):  # then nothing is known of its files, nor whether one is missing
        raise ContentError(unreadable)
    return _load(files, unreadable)


def load_files(files: Mapping[str, str]) -> Catalog:
    """The catalog of these files (name -> text). Raises ContentError with all problems."""
    return _load(files, ())


def _load(files: Mapping[str, str], unreadable: tuple[Problem, ...]) -> Catalog:
    problems = list(unreadable)
    sections: dict[str, Section] = {}
    broken = {problem.file for problem in unreadable}
    for name in SECTIONS:
        if name in files:
            tree, wrong = parse(name, files[name])
            problems += wrong
            if tree is not None:
                sections.update(_sections(name, tree, problems))
        elif name not in broken:
            problems.append(whole(name, f"the file is missing; it holds {' and '.join(SECTIONS[name])}"))
    problems += [
        whole(name, f"isn't a file of the content; those are {', '.join(SECTIONS)}")
        for name in sorted(set(files) | broken)
        if name.endswith((".yaml", ".yml")) and name not in SECTIONS
    ]
    made = {name: _entries(section, problems) for name, section in sections.items()}
    problems += references.check(sections)
    if problems:
        raise ContentError(tuple(sorted(problems, key=_order)))
    return Catalog(
        digest=digest(files),
        office=made["office"][0],
        places={place: where for section in sections.values() for place, where in _places(section)},
        **{name: tuple(made[name]) for name in MODELS if name != "office"},
    )


def _order(problem: Problem) -> tuple[int, str, int, int]:
    known = list(SECTIONS)
    return (known.index(problem.file) if problem.file in known else len(known), problem.file, problem.line, problem.column)


def _sections(file: str, tree: Tree, problems: list[Problem]) -> dict[str, Section]:
    """The sections of a file that can be read on; what else stands at its top is a problem."""
    names = SECTIONS[file]
    wanted = " and ".join(f"'{name}:'" for name in names)
    if not isinstance(tree.data, dict):
        problems.append(whole(file, f"must begin with {wanted}"))
        return {}
    problems += [
        Problem(file, *tree.key_mark((key,)), key, f"unknown section; this file holds {wanted}") for key in tree.data if key not in names
    ]
    found: dict[str, Section] = {}
    for name in names:
        if name not in tree.data:
            problems.append(whole(file, f"the section '{name}:' is missing"))
        elif not isinstance(tree.data[name], dict):
            problems.append(Problem(file, *tree.key_mark((name,)), name, "must hold entries: a key each, with its fields indented below"))
        else:
            found[name] = Section(file, name, tree)
    return found


def _entries(section: Section, problems: list[Problem]) -> list[Any]:
    """The section's dataclasses; an entry that isn't right is left out and reported."""
    model, key_field = MODELS[section.name]
    entries = [(section.name,)] if not key_field else [(section.name, key) for key in section.data]
    made: list[Any] = []
    for path in entries:
        try:
            part = model.model_validate(section.at(path))
        except ValidationError as error:
            problems += problems_of(error, model, section, path)
            continue
        made.append(make(part, **({key_field: path[-1]} if key_field else {})))
    return made


def _places(section: Section) -> list[tuple[str, str]]:
    if section.name == "office":
        return [(f"office:{section.data.get('slug', 'office-of-trade')}", section.place(()))]
    kind = _KINDS.get(section.name)
    return [(f"{kind}:{slug}", section.place((slug,))) for slug in section.data] if kind else []
