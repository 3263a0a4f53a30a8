"""The structure that no linter checks: import cycles, long parameter lists and files, and the number of files in the top folders."""

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.paths import ROOT

MAX_PARAMETERS = 6
MAX_LINES = 350
REASON = re.compile(r"#\s*(?!noqa)\w+ \w+|# noqa: \w+ +(#|-) \w+")

FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for layer in ("bot", "handlers", "jobs", "content")
    for path in (ROOT / layer).rglob("*.py")
}
MODULES = {name.removesuffix(".__init__"): path for name, path in FILES.items()}


def imports(path: Path) -> Iterator[str]:
    """Yield what a file imports anywhere, inside functions and under TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (name if (name := f"{node.module}.{alias.name}") in MODULES else node.module for alias in node.names)


def test_no_file_imports_itself_by_way_of_others() -> None:
    graph = {module: {name for name in imports(path) if name in MODULES and name != module} for module, path in MODULES.items()}
    assert sum(map(len, graph.values())) > 500
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_a_function_of_many_parameters_gives_its_reason() -> None:
    unexplained = []
    for path in FILES.values():
        source = path.read_text(encoding="utf-8")
        lines = source.splitlines()
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            names = [
                each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if each.arg not in ("self", "cls")
            ]
            if len(names) > MAX_PARAMETERS and not REASON.search(lines[node.lineno - 1] + lines[node.lineno - 2]):
                unexplained.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert unexplained == []


@pytest.mark.parametrize(("folder", "most"), [("content", 4), ("handlers", 18), ("bot", 20)])
def test_the_top_folders_stay_easy_to_scan(folder: str, most: int) -> None:
    assert len(list((ROOT / folder).glob("*.py"))) <= most


def test_no_file_grows_far_beyond_three_hundred_lines() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in FILES.items()}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}
