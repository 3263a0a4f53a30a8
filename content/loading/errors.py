"""What pydantic found, in words that help somebody who is no programmer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from content.loading.files import Problem
from content.loading.schema import Part, fields, part_at
from content.loading.yaml_reader import Path, Tree, show_path
from content.search.spelling import nearest

_FIXED = {
    "string_type": "must be text",
    "tuple_type": "must be a list: one line each, beginning with '- '",
    "model_type": "must have fields of its own, indented below",
    "model_attributes_type": "must have fields of its own, indented below",
    "string_too_short": "must not be empty",
    "too_short": "must hold at least one entry",
}


@dataclass(frozen=True, slots=True)
class Section:
    """`data` is the mapping below the section's name. Paths given to the methods begin below it, but for `at`."""

    file: str
    name: str
    tree: Tree

    @property
    def data(self) -> dict[str, Any]:
        found = self.tree.data[self.name]
        assert isinstance(found, dict)  # noqa: S101 the loader makes no section of anything else
        return found

    def at(self, path: Path) -> Any:
        """The plain data at a path that begins with the section's name."""
        here = self.tree.data
        for step in path:
            here = here[step]
        return here

    def problem(self, path: Path, message: str) -> Problem:
        """At a value."""
        whole = (self.name, *path)
        return Problem(self.file, *self.tree.value_mark(whole), show_path(whole), message)

    def key_problem(self, path: Path, message: str) -> Problem:
        """At a key, or at the entry of a list."""
        whole = (self.name, *path)
        return Problem(self.file, *self.tree.key_mark(whole), show_path(whole), message)

    def place(self, path: Path) -> str:
        """ "ptis.yaml:41"."""
        return f"{self.file}:{self.tree.key_mark((self.name, *path))[0]}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ "; did you mean 'revenue'?", or nothing when no known word is close."""
    close = nearest(word, known, min_likeness=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


def problems_of(error: ValidationError, model: type[Part], section: Section, entry: Path) -> list[Problem]:
    """Everything that is wrong with one entry. A field that is only misspelt isn't also called missing."""
    found: list[Problem] = []
    misspelt: set[Path] = set()
    details = sorted(error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden")
    for detail in details:
        path = (*entry, *detail["loc"])[1:]  # a Section's paths begin below its name
        if detail["type"] == "extra_forbidden":
            part = part_at(model, detail["loc"][:-1])
            name = str(detail["loc"][-1])
            hint = (
                did_you_mean(name, (field for field in fields(part) if field not in section.at((section.name, *path[:-1])))) if part else ""
            )
            if hint:
                misspelt.add((*path[:-1], hint.split("'")[1]))
            found.append(section.key_problem(path, f"unknown field '{name}'{hint or _known(part)}"))
        elif detail["type"] == "missing":
            if path not in misspelt:
                found.append(section.key_problem(path[:-1], f"the required field '{path[-1]}' is missing"))
        else:
            found.append(section.problem(path, _words(detail)))
    return found


def _known(part: type[Part] | None) -> str:
    return f"; known are {', '.join(fields(part))}" if part else ""


def _words(detail: ErrorDetails) -> str:
    context: dict[str, Any] = detail.get("ctx", {})
    match detail["type"]:
        case "value_error":
            return str(context["error"])
        case "string_too_long":
            return f"is too long: {len(detail['input'])} characters, at most {context['max_length']}"
        case "literal_error":
            return "must be one of: " + str(context["expected"]).replace("'", "").replace(" or ", ", ")
        case kind:
            return _FIXED.get(kind, detail["msg"])
