"""Read the YAML files of a commit from what a git server packed.

`python -m jobs.git.pack` does so in a child process with limits: an object of a few bytes can unpack to gigabytes.
"""

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from content.loading.files import MAX_BYTES, ContentError, Problem, decode, file_problem, too_large
from jobs.git.errors import GitError
from jobs.sources.child import set_limits

WALL_SECONDS = 20.0

MAX_FILES = 100
"""YAML files in the folder."""

ROOT = Path(__file__).resolve().parents[2]
"""The child's directory, so that a checkout works uninstalled."""


def read_pack(pack: bytes, commit: str, folder: str) -> dict[str, str]:
    """Return the folder's YAML files (name -> text). Raises GitError, or ContentError for files that are no text."""
    command = [sys.executable, "-m", "jobs.git.pack", commit, folder]
    try:
        done = subprocess.run(command, input=pack, cwd=ROOT, capture_output=True, timeout=WALL_SECONDS, check=False)  # noqa: S603  # ours
        answer = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        raise GitError("unpacking what the server sent took too much time or memory") from None
    if "problem" in answer:
        raise GitError(answer["problem"])
    if answer["problems"]:
        raise ContentError(tuple(Problem(*problem) for problem in answer["problems"]))
    files: dict[str, str] = answer["files"]
    return files


def answer(pack: bytes, commit: str, folder: str) -> dict[str, object]:
    """In the child: return the files and problems, or the one problem of the whole, as JSON types."""
    try:
        found = dict(_files(pack, commit, folder))
    except GitError as problem:
        return {"problem": str(problem)}
    except MemoryError:
        return {"problem": "unpacking what the server sent takes more memory than allowed"}
    except Exception as problem:  # a hostile pack is a result, not a crash
        return {"problem": f"what the server sent cannot be unpacked ({type(problem).__name__})"}
    problems = [[each.file, each.line, each.column, each.path, each.message] for each in found.values() if isinstance(each, Problem)]
    return {"files": {name: text for name, text in found.items() if isinstance(text, str)}, "problems": problems}


def _files(pack: bytes, commit: str, folder: str) -> Iterator[tuple[str, str | Problem]]:
    from dulwich.object_store import MemoryObjectStore
    from dulwich.objects import Blob, Commit, ObjectID, Tree

    store = MemoryObjectStore()
    stream, finish, _ = store.add_pack()
    stream.write(pack)
    finish()
    top = store[ObjectID(commit.encode())]
    if not isinstance(top, Commit):
        raise GitError("the branch does not lead to a commit")
    tree = store[top.tree]
    for part in filter(None, folder.split("/")):
        if not isinstance(tree, Tree) or part.encode() not in tree:
            raise GitError(f"there is no folder {folder} in this branch")
        mode, sha = tree[part.encode()]
        if not stat.S_ISDIR(mode):
            raise GitError(f"{folder} is no folder but a file, a link or another repository")
        tree = store[sha]
    if not isinstance(tree, Tree):
        raise GitError(f"there is no folder {folder} in this branch")
    wanted = [entry for entry in tree.items() if entry.path.endswith((b".yaml", b".yml")) and not entry.path.startswith(b".")]
    if len(wanted) > MAX_FILES:
        raise GitError(f"the folder has {len(wanted)} YAML files; the content has {MAX_FILES} at most")
    for entry in wanted:
        name = entry.path.decode("utf-8", "replace")
        shown = name if name.isprintable() and not {"/", "\\", "\ufffd"} & set(name) else ascii(name)
        blob = store[entry.sha] if entry.sha in store else None  # noqa: SIM401  # the store has no get
        if not stat.S_ISREG(entry.mode):
            yield shown, file_problem(shown, "is not a regular file")
        elif not isinstance(blob, Blob) or len(blob.data) > MAX_BYTES:  # the server left out what is far too large
            yield shown, too_large(shown)
        else:
            yield shown, decode(shown, blob.data)


if __name__ == "__main__":
    set_limits()
    sys.stdout.write(json.dumps(answer(sys.stdin.buffer.read(), *sys.argv[1:3])))
