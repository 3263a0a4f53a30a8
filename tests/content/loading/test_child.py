"""Content loaded in a child process equals the loader's, and the parent does not import the loader."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from content.loading.files import ContentError, read_files
from content.loading.loader import load_files
from tests.support.paths import ROOT
from tests.support.sample_content import files

SCRIPT = """
import json, sys
from content.loading import child
from content.loading.files import ContentError
try:
    catalog = child.load_files(json.load(sys.stdin))
    found = repr((catalog, catalog.names, catalog.index))
except ContentError as broken:
    found = repr(broken.problems)
print(json.dumps([found, [name for name in ("pydantic", "yaml", "content.loading.loader") if name in sys.modules]]))
"""


def load_in_child(texts: dict[str, str], before: str = "") -> tuple[str, list[str]]:
    """Return what a fresh process gets from the child, and the loader's modules that it imported."""
    done = subprocess.run(
        [sys.executable, "-c", before + SCRIPT], input=json.dumps(texts), capture_output=True, text=True, check=True, cwd=ROOT
    )
    found, loaded = json.loads(done.stdout)
    return found, loaded


def shown(texts: dict[str, str]) -> str:
    """Return a catalog that is loaded here, with what was compiled from it, as the script prints it."""
    catalog = load_files(texts)
    return repr((catalog, catalog.names, catalog.index))


@pytest.mark.process
def test_the_child_loads_the_shipped_content_and_the_parent_imports_no_loader() -> None:
    texts = read_files(ROOT / "content")
    assert load_in_child(texts) == (shown(texts), [])


@pytest.mark.process
def test_the_child_reports_every_problem_with_its_place() -> None:
    broken = files()
    broken["ptis.yaml"] = broken["ptis.yaml"].replace("https://", "http://")
    del broken["roles.yaml"]
    with pytest.raises(ContentError) as here:
        load_files(broken)
    assert len(here.value.problems) > 1
    assert load_in_child(broken) == (repr(here.value.problems), [])


@pytest.mark.process
def test_without_a_child_the_parent_loads_the_content(tmp_path: Path) -> None:
    texts = files()
    found, loaded = load_in_child(texts, f"import sys; sys.executable = {str(tmp_path / 'none')!r}\n")
    assert found == shown(texts)
    assert "content.loading.loader" in loaded
