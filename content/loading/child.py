"""Loads content in a process of its own, for a process that runs long: what the loader needs would stay in its memory.

pydantic and PyYAML, and what they take while they work, are some 20 MiB. A process that has loaded them already loads here.
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
"""The folder that holds the package `content`: the child starts here, so that a checkout that isn't installed works too."""

WALL_SECONDS = 60.0


def load_files(files: Mapping[str, str]) -> Catalog:
    """As content.loading.loader's. Where no child can be had, or it doesn't answer, this process does it itself."""
    if "content.loading.loader" not in sys.modules:
        found = _asked(files)
        if isinstance(found, ContentError):
            raise found
        if found is not None:
            return found
    from content.loading.loader import load_files as load_here

    return load_here(files)


def _asked(files: Mapping[str, str]) -> Catalog | ContentError | None:
    """What the child answers; None when it doesn't."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "content.loading.child"],
            input=json.dumps(dict(files)).encode(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            check=True,
        )
        told = json.loads(done.stdout, object_hook=from_json)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if isinstance(told, Catalog):
        return told
    return ContentError(tuple(Problem(*problem) for problem in told))


def answer(files: Mapping[str, str]) -> object:
    """In the child: the catalog, or a list of all problems; as JSON."""
    from content.loading.loader import load_files as load_here

    try:
        return to_json(load_here(files))
    except ContentError as broken:
        return [[one.file, one.line, one.column, one.path, one.message] for one in broken.problems]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))))
