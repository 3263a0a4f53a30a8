"""Load the catalog and report all problems at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from content.catalog import SECTIONS as SECTIONS_OF_KINDS
from content.catalog import Catalog, attach_compiled
from content.loading import examples, references
from content.loading.errors import Section, problems_of
from content.loading.files import OPTIONAL, SECTIONS, SINGLE, ContentError, Problem, digest, file_problem, scan, with_shipped_wording
from content.loading.schema import SECTIONS as MODELS
from content.loading.schema import make
from content.loading.yaml_reader import Tree, parse
from content.search.compiling import compile_index, compile_names

OWNER = "owner"
"""The only key beside a file's sections: the staff who own the file."""

MAX_OWNER = 100

_KINDS = {section: kind for kind, section in SECTIONS_OF_KINDS.items()} | {"elsewhere": "elsewhere"}


def load(directory: Path) -> Catalog:
    """Raises ContentError with all problems."""
    files, unreadable = scan(directory)
    if any(problem.file == str(directory) for problem in unreadable):  # which files are missing is unknown
        raise ContentError(unreadable)
    return load_files(files, unreadable)


def load_files(files: Mapping[str, str], unreadable: tuple[Problem, ...] = ()) -> Catalog:
    """Load files (name -> text). Raises ContentError, `unreadable` included."""
    problems = list(unreadable)
    sections: dict[str, Section] = {}
    owners: dict[str, str] = {}
    broken = {problem.file for problem in unreadable}
    texts = with_shipped_wording(files)
    for name in SECTIONS:
        if name in texts and name not in broken:
            tree, found = parse(name, texts[name])
            problems += found
            if tree is not None:
                sections.update(_sections(name, tree, problems))
                owners.update(_owner(name, tree, problems))
        elif name not in broken and name not in OPTIONAL:
            problems.append(file_problem(name, f"the file is missing; it must contain {' and '.join(SECTIONS[name])}"))
    problems += [
        file_problem(name, f"is not a content file; the content files are {', '.join(SECTIONS)}")
        for name in sorted(set(files) | broken)
        if name.endswith((".yaml", ".yml")) and name not in SECTIONS
    ]
    made = {name: _entries(section, problems) for name, section in sections.items()}
    problems += references.check(sections)
    problems += examples.check(sections, made)
    if problems:
        raise ContentError(tuple(sorted(problems, key=_order)))
    entries: dict[str, Any] = {name: tuple(made.get(name, ())) for name in MODELS if name not in SINGLE}
    catalog = Catalog(
        digest=digest(files),
        office=made["office"][0],
        **made["wording"][0],
        places={subject: place for section in sections.values() for subject, place in _places(section)},
        owners=owners,
        **entries,
    )
    return attach_compiled(catalog, compile_names(catalog), compile_index(catalog))


def _order(problem: Problem) -> tuple[int, str, int, int]:
    known = list(SECTIONS)
    return (known.index(problem.file) if problem.file in known else len(known), problem.file, problem.line, problem.column)


def _sections(file: str, tree: Tree, problems: list[Problem]) -> dict[str, Section]:
    names = SECTIONS[file]
    expected = " and ".join(f"'{name}:'" for name in names)
    if not isinstance(tree.data, dict):
        problems.append(file_problem(file, f"must start with {expected}"))
        return {}
    unknown = f"unknown section; this file may contain only {expected}"
    problems += [Problem(file, *tree.key_mark((key,)), key, unknown) for key in tree.data if key not in (*names, OWNER)]
    sections: dict[str, Section] = {}
    for name in names:
        if name not in tree.data:
            problems.append(file_problem(file, f"the section '{name}:' is missing"))
        elif not isinstance(tree.data[name], dict):
            problems.append(Problem(file, *tree.key_mark((name,)), name, "must contain entries: one key each, with fields indented below"))
        else:
            sections[name] = Section(file, name, tree)
    return sections


def _owner(file: str, tree: Tree, problems: list[Problem]) -> dict[str, str]:
    owner = tree.data.get(OWNER, "") if isinstance(tree.data, dict) else ""
    if isinstance(owner, str) and len(owner) <= MAX_OWNER:
        return {file: owner} if owner else {}
    problems.append(Problem(file, *tree.key_mark((OWNER,)), OWNER, f"must be a name or a mailbox, at most {MAX_OWNER} characters"))
    return {}


def _entries(section: Section, problems: list[Problem]) -> list[Any]:
    model, key_field = MODELS[section.name]
    entries = [(section.name,)] if not key_field else [(section.name, key) for key in section.data]
    made: list[Any] = []
    for path in entries:
        try:
            part = model.model_validate(section.at(path))
        except ValidationError as error:
            problems += problems_of(error, model, section, path)
        else:
            made.append(make(part, **({key_field: path[-1]} if key_field else {})))
    return made


def _places(section: Section) -> list[tuple[str, str]]:
    if section.name == "office":
        return [(f"office:{section.data.get('slug', 'office-of-trade')}", section.place(()))]
    kind = _KINDS.get(section.name)
    places = [(f"{kind}:{slug}", section.place((slug,))) for slug in section.data] if kind else []
    for path in section.tree.values if section.name == "topics" else ():
        if len(path) == 4 and path[2] in ("rules", "catches", "ignores"):
            line, column = section.tree.value_mark(path)
            places.append((f"topic:{path[1]}.{path[2]}[{path[3]}]", f"{section.file}:{line}:{column}"))
    return places
