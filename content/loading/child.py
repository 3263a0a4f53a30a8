"""Load content in a child process, so that a long-running process does not keep the loader's memory.

pydantic, PyYAML and their working memory take about 20 MiB. A process that has already imported them loads the content itself.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from content.catalog import Catalog
from content.loading.cache import from_json, to_json
from content.loading.files import ContentError, Problem

ROOT = Path(__file__).resolve().parents[2]
"""The child's working directory, so that a checkout works uninstalled."""

TIMEOUT_SECONDS = 60.0


def load_files(files: Mapping[str, str]) -> Catalog:
    """Load files as the loader does. If the child fails, load them in this process."""
    if "content.loading.loader" not in sys.modules:
        result = _ask_child(files)
        if isinstance(result, ContentError):
            raise result
        if result is not None:
            return result
    from content.loading.loader import load_files as load_here

    return load_here(files)


def _ask_child(files: Mapping[str, str]) -> Catalog | ContentError | None:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "content.loading.child"],
            input=json.dumps(dict(files)).encode(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_SECONDS,
            check=True,
        )
        answer = json.loads(done.stdout, object_hook=from_json)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if isinstance(answer, Catalog):
        return answer
    return ContentError(tuple(Problem(*problem) for problem in answer))


def answer_parent(files: Mapping[str, str]) -> object:
    """Return the catalog, or a list of all problems, as JSON types. Runs in the child."""
    from content.loading.loader import load_files as load_here

    try:
        return to_json(load_here(files))
    except ContentError as error:
        return [[problem.file, problem.line, problem.column, problem.path, problem.message] for problem in error.problems]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer_parent(json.load(sys.stdin))))
