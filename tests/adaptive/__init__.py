"""Cards as Microsoft's own packages read them (read.cjs), and as their JSON says without Node: what a person would see."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
JOINER = "\u2060"
SIGNS = str.maketrans({"∗": "*", "ˋ": "`", "ˍ": "_", "［": "[", "］": "]", JOINER: None})
"""What a mark is replaced by, and what parts it."""

INSTALL = ("npm", "ci", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")

Json = dict[str, Any]


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true")


def modules() -> Path:
    """Microsoft's packages, installed once for each version of the lock file into the virtual environment. Without Node or npm the test is
    skipped; where they are and don't work it fails in CI."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} on the PATH: cards aren't read by Microsoft's own package")
    listed = [HERE / name for name in ("package.json", "package-lock.json")]
    version = hashlib.sha256(b"".join(path.read_bytes() for path in listed)).hexdigest()[:16]
    cache = (Path(sys.prefix) if os.access(sys.prefix, os.W_OK) else Path.home() / ".cache") / "adaptive-cards"
    home = cache / version
    if not home.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=cache))
        for path in listed:
            shutil.copy(path, fresh)
        done = subprocess.run(INSTALL, cwd=fresh, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode:
            shutil.rmtree(fresh)
            reason = f"{' '.join(INSTALL)} failed: {done.stderr.strip()[-500:]}"
            if in_ci():
                pytest.fail(reason)
            pytest.skip(reason)
        try:
            fresh.rename(home)
        except OSError:  # another process was faster
            shutil.rmtree(fresh)
    return home / "node_modules"


def read(cards: list[Json]) -> list[Json]:
    """All cards in one process: see read.cjs."""
    command = ("node", str(HERE / "read.cjs"), str(modules()))
    done = subprocess.run(command, input=json.dumps(cards), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found: list[Json] = json.loads(done.stdout)
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """What a card shows: its lines in order, where the links lead, and the buttons (title, command)."""

    lines: list[str]
    links: list[str]
    buttons: list[tuple[str, str]]
    toggles: list[str]


LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]*)\)")


def seen(card: Json) -> Seen:
    """From the JSON alone. It reads only the Markdown that the renderer writes; `test_adaptive` holds it to what Microsoft reads."""
    found = Seen([], [], [], [])
    for element in card["body"]:
        look(element, found)
    return found


def look(element: Json, found: Seen) -> None:
    match element["type"]:
        case "TextBlock":
            written(element["text"], found)
        case "RichTextBlock":
            found.lines.append(flat("".join(run["text"] for run in element["inlines"])))
        case "FactSet":
            for fact in element["facts"]:
                written(fact["title"], found)
                written(fact["value"], found)
        case "Container":
            for inner in element["items"]:
                look(inner, found)
        case "ActionSet":
            for action in element["actions"]:
                if action["type"] == "Action.Execute":
                    found.buttons.append((flat(action["title"]), action["data"]["command"]))
                else:
                    found.toggles.append(action["title"])
        case other:
            raise AssertionError(other)


def written(text: str, found: Seen) -> None:
    for one in text.split("\r"):
        found.links.extend(link for _, link in LINK.findall(one))
        found.lines.append(flat(LINK.sub(r"\1", one.removeprefix("- ")).replace("*", "")))


def flat(text: str) -> str:
    """The text as it is read: without what parts marks, with the marks that were replaced, and white space folded."""
    return " ".join(text.translate(SIGNS).split())
