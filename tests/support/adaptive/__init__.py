"""Read what a person sees in a card: by Microsoft's own packages (read.cjs), or from its JSON without Node."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import npm

HERE = Path(__file__).parent
JOINER = "\u2060"
SIGNS = str.maketrans({"∗": "*", "ˋ": "`", "ˍ": "_", "［": "[", "］": "]", JOINER: None})
"""Characters that the renderer writes in place of Markdown's, and the joiner that separates them."""

Json = dict[str, Any]


def read(cards: list[Json]) -> list[Json]:
    """Read all cards in one process of Node; see read.cjs."""
    command = ("node", str(HERE / "read.cjs"), str(npm.modules(HERE)))
    done = subprocess.run(command, input=json.dumps(cards), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found: list[Json] = json.loads(done.stdout)
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """The visible parts of a card: its lines in order, the targets of its links, and its buttons and choices (title, command)."""

    lines: list[str]
    links: list[str]
    buttons: list[tuple[str, str]]
    toggles: list[str]


LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]*)\)")


def seen(card: Json) -> Seen:
    """Read a card from its JSON alone, and only the Markdown that the renderer writes. A test compares this with Microsoft's reading."""
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
        case "Container" | "Column":
            for inner in element.get("items", ()):
                look(inner, found)
        case "ColumnSet":
            for column in element["columns"]:
                look(column, found)
        case "Input.ChoiceSet":
            found.lines.append(flat(element["label"]))
            found.buttons.extend((flat(choice["title"]), choice["value"]) for choice in element["choices"])
        case "ActionSet":
            for action in element["actions"]:
                if action["type"] == "Action.Execute" and "menu" in action["data"]:
                    found.toggles.append(action["title"])
                elif action["type"] in ("Action.Execute", "Action.Submit"):
                    found.buttons.append((flat(action["title"]), action["data"]["command"]))
                elif action["type"] == "Action.OpenUrl":
                    found.links.append(action["url"])
                    found.lines.append(flat(action["title"]))
                else:
                    found.toggles.append(action["title"])
        case other:
            raise AssertionError(other)


def written(text: str, found: Seen) -> None:
    for one in text.split("\r"):
        found.links.extend(link for _, link in LINK.findall(one))
        found.lines.append(flat(LINK.sub(r"\1", one.removeprefix("- ")).replace("*", "")))


def flat(text: str) -> str:
    """Return the text as a person reads it: with Markdown's characters back, without joiners, and with white space folded."""
    return " ".join(text.translate(SIGNS).split())
