"""Load the catalog from a cache file, for commands that must start fast.

A hash of the content and of the code that loads it names the file, so a stale file is never used. A hit imports neither pydantic
nor PyYAML, nor OpenSSL: the hash is Python's own for compiled code. Without a trusted, readable file, the content is loaded as usual.
A forged file cannot run code.

The file has four lines of JSON: the catalog, its compiled names, and the two lines of its compiled index. Those are only parsed when a
search needs them; their hashes in the first line show that they are whole.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import source_hash
from pathlib import Path

from content import catalog as models
from content.catalog import Catalog, attach_compiled
from content.loading.files import ContentError, read_files, with_shipped_wording

TYPE_CHECKING = False  # importing typing takes half of Python's start-up time
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Load = Callable[[Mapping[str, str]], Catalog]

_MAX_FILES = 4

_CLASSES: dict[str, type] = {name: value for name, value in vars(models).items() if hasattr(value, "__dataclass_fields__")}


def load_cached(directory: Path, cache: Path | None = None, load_files: "Load | None" = None) -> Catalog:
    """Return a directory's catalog, built by `load_files` (default: the loader's) on a miss. Raises ContentError."""
    try:
        files = read_files(directory)
        key = _key(files)
        path = (cache or cache_directory()) / f"catalog-{key}.json"
    except (ContentError, OSError, RuntimeError):  # no home directory or source code: the loader reports it
        from content.loading.loader import load

        return load(directory)
    cached = _read(path, key)
    if cached is not None:
        return cached
    if load_files is None:
        from content.loading.loader import load_files as load_here  # imports pydantic and PyYAML

        load_files = load_here
    catalog = load_files(files)
    _write(path, key, catalog)
    return catalog


def cache_directory() -> Path:
    """Return the cache directory (XDG base directory specification)."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".cache") / "tradebot"


def _key(files: Mapping[str, str]) -> str:
    files = with_shipped_wording(files)
    parts = [part.encode("utf-8", "surrogatepass") for name in sorted(files) for part in (name, files[name])]
    parts += [path.read_bytes() for path in _source_files()]
    return _hash(b"".join(map(source_hash, parts)))


def _hash(data: bytes) -> str:
    return source_hash(data).hex()


def _source_files() -> list[Path]:
    here = Path(__file__).parent
    folders = (here, here.parent / "search")
    listed = [folder / name for folder in folders for name in sorted(os.listdir(folder)) if name.endswith(".py")]  # noqa: PTH208 -- fast
    return [*listed, here.parent / "catalog.py", here.parent / "rules.py"]


def _read(path: Path, key: str) -> Catalog | None:
    """Return the catalog, or None if the file is missing, broken, or writable by other users."""
    try:
        with path.open("rb") as file:
            stat = os.fstat(file.fileno())
            if stat.st_mode & 0o022 or (hasattr(os, "getuid") and stat.st_uid != os.getuid()):
                return None
            first, names, index = file.readline(), file.readline(), file.read()
        cached = json.loads(first, object_hook=from_json)
        if cached["key"] != key or cached["compiled"] != [_hash(names), _hash(index)] or not isinstance(cached["catalog"], Catalog):
            return None
        return attach_compiled(cached["catalog"], names.decode().rstrip("\n"), index.decode())
    except Exception:  # whatever is wrong with the file, the content itself can be loaded
        return None


def from_json(pair: "dict[str, Any]") -> "Any":
    """Turn {"Link": ["title", "https://…"]} into a Link and {"": {…}} into a dict."""
    if "" in pair or len(pair) != 1:
        return pair.get("", pair)
    ((name, values),) = pair.items()
    make = _CLASSES.get(name)
    if make is None:
        return pair
    return make(*[tuple(value) if type(value) is list else value for value in values])


def to_json(value: "Any") -> "Any":
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {"": value}
    name = type(value).__name__
    if name in _CLASSES:
        return {name: [to_json(getattr(value, field.name)) for field in value.__dataclass_fields__.values() if field.init]}
    return value


def _write(path: Path, key: str, catalog: Catalog) -> None:
    """Write a file atomically and delete all but the newest few."""
    draft, names, index = path.with_suffix(f".{os.getpid()}"), f"{catalog.names}\n".encode(), catalog.index.encode()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            first = {"key": key, "compiled": [_hash(names), _hash(index)], "catalog": to_json(catalog)}
            file.writelines((json.dumps(first, separators=(",", ":")).encode(), b"\n", names, index))
        draft.replace(path)
        newest_first = sorted(path.parent.glob("catalog-*"), key=lambda copy: copy.stat().st_mtime, reverse=True)
        for old in newest_first[_MAX_FILES:]:
            old.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
