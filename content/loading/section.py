"""One section of one file, as plain data with its places: what the checks look at."""

from dataclasses import dataclass
from typing import Any

from content.loading.files import Problem
from content.loading.yaml_reader import Path, Tree, show_path


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
