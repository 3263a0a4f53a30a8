"""Turn validation errors into problems with a place and plain words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from content.loading.files import Problem
from content.loading.item_names import name_path
from content.loading.schema import Part, fields, part_at
from content.loading.yaml_reader import Path, Tree
from content.search.spelling import nearest

_FIXED = {
    "string_type": "must be text",
    "tuple_type": "must be a list, with each item on its own line beginning with '- '",
    "model_type": "must have its own fields, indented below",
    "model_attributes_type": "must have its own fields, indented below",
    "string_too_short": "must not be empty",
    "too_short": "must contain at least one entry",
}


@dataclass(frozen=True, slots=True)
class Section:
    """One section of one file. Paths start below the section's name, except in `at`."""

    file: str
    name: str
    tree: Tree

    @property
    def data(self) -> dict[str, Any]:
        found = self.tree.data[self.name]
        assert isinstance(found, dict)  # noqa: S101 the loader makes sections of mappings only
        return found

    def at(self, path: Path) -> Any:
        data = self.tree.data
        for step in path:
            data = data[step]
        return data

    def problem(self, path: Path, message: str) -> Problem:
        full = (self.name, *path)
        return Problem(self.file, *self.tree.value_mark(full), name_path(full, self.tree.data), message)

    def key_problem(self, path: Path, message: str) -> Problem:
        full = (self.name, *path)
        return Problem(self.file, *self.tree.key_mark(full), name_path(full, self.tree.data), message)

    def place(self, path: Path) -> str:
        """Return a key's file and line, such as "ptis.yaml:41"."""
        return f"{self.file}:{self.tree.key_mark((self.name, *path))[0]}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    return "".join(f"; did you mean '{close}'?" for close in _close(word, known))


def _close(word: str, known: Iterable[str]) -> tuple[str, ...]:
    return nearest(word, known, min_likeness=0.6)


def problems_of(error: ValidationError, model: type[Part], section: Section, entry: Path) -> list[Problem]:
    """Return an entry's problems. A misspelled field is not reported as missing too."""
    found: list[Problem] = []
    misspelled: set[Path] = set()
    details = sorted(error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden")
    for detail in details:
        path = (*entry, *detail["loc"])[1:]  # a Section's paths start below its name
        if detail["type"] == "extra_forbidden":
            known = fields(part_at(model, detail["loc"][:-1]))
            name = str(detail["loc"][-1])
            absent = [field for field in known if field not in section.at((section.name, *path[:-1]))]
            misspelled.update((*path[:-1], field) for field in _close(name, absent))
            hint = did_you_mean(name, absent) or f"; the known fields are {', '.join(known)}"
            found.append(section.key_problem(path, f"unknown field '{name}'{hint}"))
        elif detail["type"] == "missing":
            if path not in misspelled:
                found.append(section.key_problem(path[:-1], f"the required field '{path[-1]}' is missing"))
        else:
            found.append(section.problem(path, _plain_words(detail)))
    return found


def _plain_words(detail: ErrorDetails) -> str:
    context: dict[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case "value_error":
            return str(context["error"])
        case "string_too_long":
            return f"is too long: {len(detail['input'])} characters; the limit is {context['max_length']}"
        case "literal_error":
            return "must be one of: " + str(context["expected"]).replace("'", "").replace(" or ", ", ")
        case "string_type" if isinstance(detail["input"], dict) and len(detail["input"]) == 1:
            ((key, value),) = detail["input"].items()
            return f"must be text: write {key}:{value} without a space, or put quotes around a text with a colon"
        case kind:
            return _FIXED.get(kind, detail["msg"])
