"""Load content in a child process, unless pydantic and PyYAML, which keep about 20 MiB, are already in this one."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from content.catalog import Catalog, attach_compiled
from content.loading.cache import from_json, to_json
from content.loading.files import ContentError, Problem

ROOT = Path(__file__).resolve().parents[2]
"""The child's working directory; a checkout need not be installed."""

TIMEOUT_SECONDS = 60.0


def load_files(files: Mapping[str, str]) -> Catalog:
    """If the child fails, load the files here."""
    return check_files(files, "")[0]


def check_files(files: Mapping[str, str], today: str) -> tuple[Catalog, tuple[Problem, ...]]:
    """Return the catalog, and warnings unless `today` is "". Raises ContentError."""
    if "content.loading.loader" not in sys.modules:
        result = _ask_child(files, today)
        if result is not None:
            return result
    return _check_here(files, today)


def _check_here(files: Mapping[str, str], today: str) -> tuple[Catalog, tuple[Problem, ...]]:
    from content.loading.lint import lint
    from content.loading.loader import load_files as load_here

    return load_here(files), lint(files, today) if today else ()


def _ask_child(files: Mapping[str, str], today: str) -> tuple[Catalog, tuple[Problem, ...]] | None:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "content.loading.child"],
            input=json.dumps([dict(files), today]).encode(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_SECONDS,
            check=True,
        )
        catalog, compiled, *lists = json.loads(done.stdout, object_hook=from_json)
        problems, warnings = (tuple(Problem(*each) for each in found) for found in lists)
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        return None
    if isinstance(catalog, Catalog):
        return attach_compiled(catalog, *compiled), warnings
    raise ContentError(problems)


def answer_parent(files: Mapping[str, str], today: str) -> object:
    """In the child: return the catalog or None, what is compiled from it, its problems, and the warnings, as JSON types."""
    try:
        catalog, warnings = _check_here(files, today)
    except ContentError as error:
        return [None, [], [_fields(problem) for problem in error.problems], []]
    return [to_json(catalog), [catalog.names, catalog.index], [], [_fields(warning) for warning in warnings]]


def _fields(problem: Problem) -> list[str | int]:
    return [problem.file, problem.line, problem.column, problem.path, problem.message]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer_parent(*json.load(sys.stdin))))
