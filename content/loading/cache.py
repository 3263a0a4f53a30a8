"""The catalog from a compiled copy, for commands that must start at once.

The copy is JSON in the user's cache directory, named by what it was made from: the content and the code that shaped
it. A hit imports neither pydantic nor PyYAML, nor OpenSSL for a digest: the name is the hash by which Python itself
tells whether compiled code is still good, and the catalog's digest stands in the copy. A copy that can't be trusted, read or written never
matters: the content is loaded as always. JSON holds data only, so even a forged copy could run no code.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import source_hash
from pathlib import Path

from content import catalog as models
from content.catalog import Catalog
from content.loading.files import ContentError, read_files

TYPE_CHECKING = False  # typing's own costs half of Python's start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Load = Callable[[Mapping[str, str]], Catalog]

_COPIES = 4

_CLASSES: dict[str, type] = {
    name: getattr(models, name)
    for name in (
        "Catalog",
        "Center",
        "Contact",
        "Feed",
        "Link",
        "Office",
        "Pti",
        "Question",
        "Resource",
        "Role",
        "Rule",
        "Source",
        "Statement",
        "Term",
        "Topic",
    )
}


def compiled(directory: Path, cache: Path | None = None, load_files: "Load | None" = None) -> Catalog:
    """The catalog of a directory, from the compiled copy when there is one; else `load_files` makes it, the loader's own when it is None.
    Raises ContentError as the loader does."""
    try:
        files = read_files(directory)
        key = _key(files)
        path = (cache or cache_directory()) / f"catalog-{key}.json"
    except (ContentError, OSError, RuntimeError):  # no home, no source code beside us: the loader says what it can
        from content.loading.loader import load

        return load(directory)
    found = _read(path, key)
    if found is not None:
        return found
    catalog = (load_files or _loaded)(files)
    _write(path, key, catalog)
    return catalog


def _loaded(files: Mapping[str, str]) -> Catalog:
    from content.loading.loader import load_files  # brings pydantic and PyYAML: only when needed

    return load_files(files)


def cache_directory() -> Path:
    """Where a user's programs keep copies (XDG base directories); no setting of ours, so it is read here."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".cache") / "tradebot"


def _key(files: Mapping[str, str]) -> str:
    parts = [part.encode("utf-8", "surrogatepass") for name in sorted(files) for part in (name, files[name])]
    parts += [path.read_bytes() for path in _code()]
    return source_hash(b"".join(b"%d:" % len(part) + part for part in parts)).hex()


def _code() -> list[Path]:
    """The source files that decide what a compiled copy holds; when one changes, older copies are not used."""
    here = Path(__file__).parent
    return sorted((*here.glob("*.py"), here.parent / "catalog.py", here.parent / "rules.py"))


def _read(path: Path, key: str) -> Catalog | None:
    """The copy, if it is there, ours alone and whole."""
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            if about.st_mode & 0o022 or (hasattr(os, "getuid") and about.st_uid != os.getuid()):
                return None
            found = json.load(file, object_hook=from_json)
    except Exception:  # whatever is wrong with a copy, the content itself is there
        return None
    catalog = found.get("catalog") if isinstance(found, dict) and found.get("key") == key else None
    return catalog if isinstance(catalog, Catalog) else None


def from_json(pair: "dict[str, Any]") -> "Any":
    """{"Link": ["title", "https://…"]} as a Link; {"": {…}} stays a mapping."""
    if "" in pair or len(pair) != 1:
        return pair.get("", pair)
    ((name, values),) = pair.items()
    make = _CLASSES.get(name)
    if make is None:
        return pair
    return make(*[tuple(value) if type(value) is list else value for value in values])


def to_json(value: "Any") -> "Any":
    """The catalog, or a part of it, as JSON's own types; `from_json` makes it again."""
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {"": value}
    name = type(value).__name__
    if name in _CLASSES:
        return {name: [to_json(getattr(value, field)) for field in value.__dataclass_fields__]}
    return value


def _write(path: Path, key: str, catalog: Catalog) -> None:
    """At once or not at all; a few copies are kept."""
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"key": key, "catalog": to_json(catalog)}, file, separators=(",", ":"))
        draft.replace(path)
        copies = sorted(path.parent.glob("catalog-*"), key=lambda copy: copy.stat().st_mtime, reverse=True)
        for old in copies[_COPIES:]:
            old.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
