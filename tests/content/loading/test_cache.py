"""The cache saves time and never changes the catalog."""

import json
import os
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from content.catalog import Link, Source
from content.loading.cache import cache_directory, load_cached
from content.loading.files import ContentError
from content.loading.loader import load, load_files
from tests.support.paths import CONTENT, ROOT
from tests.support.sample_content import files


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    write(folder, files())
    return folder


def write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def copies(cache: Path) -> list[Path]:
    return sorted(cache.iterdir())


def first_line(copy: Path) -> bytes:
    return copy.read_bytes().partition(b"\n")[0]


def test_the_cached_catalog_equals_the_loaded_one(directory: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    fresh = load_cached(directory, cache)
    assert len(copies(cache)) == 1
    assert load_cached(directory, cache) == fresh == load(directory)
    assert hash(load_cached(directory, cache).ptis) == hash(fresh.ptis)  # hashable: all lists became tuples


def test_the_shipped_content_survives_the_cache(tmp_path: Path) -> None:
    shipped = CONTENT
    assert load_cached(shipped, tmp_path) == load_cached(shipped, tmp_path) == load(shipped)


@pytest.mark.process
def test_a_hit_imports_neither_pydantic_nor_yaml(directory: Path, tmp_path: Path) -> None:
    load_cached(directory, tmp_path / "cache")
    code = (
        "import sys; from pathlib import Path; from content.loading.cache import load_cached;"
        f"print(len(load_cached(Path({str(directory)!r}), Path({str(tmp_path / 'cache')!r})).ptis));"
        "print([name for name in ('yaml', 'pydantic', 'rapidfuzz', 'hashlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split("\n")[:2] == ["7", "[]"]


def test_a_changed_file_is_a_miss(directory: Path, tmp_path: Path) -> None:
    load_cached(directory, tmp_path / "cache")
    write(directory, {"ptis.yaml": files()["ptis.yaml"].replace("name: Revenue", "name: Duties", 1)})
    assert load_cached(directory, tmp_path / "cache").ptis[5].name == "Duties"


def test_the_wording_of_this_release_stands_in_for_a_missing_one_and_a_change_of_it_is_a_miss(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (directory / "wording.yaml").unlink()
    assert load_cached(directory, tmp_path / "cache").synonyms == load_cached(CONTENT, tmp_path / "other").synonyms
    monkeypatch.setattr("content.loading.cache.with_shipped_wording", lambda texts: {**texts, "wording.yaml": "changed"})
    load_cached(directory, tmp_path / "cache")
    assert len(copies(tmp_path / "cache")) == 2


def test_what_the_cache_makes_is_shown_like_any_dataclass() -> None:
    assert repr(Link("A page", "https://x.gov")) == "Link(title='A page', url='https://x.gov')"
    assert repr(load(CONTENT)).startswith("Catalog(digest='")


def test_records_compare_by_their_class_and_what_they_were_made_of() -> None:
    link = Link("A page", "https://x.gov")
    assert link == Link("A page", "https://x.gov")
    assert hash(link) == hash(Link("A page", "https://x.gov"))
    assert link != Link("A page", "https://y.gov")
    assert link != ("A page", "https://x.gov")
    assert Source("A page", "https://x.gov") != link
    compiled = load(CONTENT)
    assert replace(compiled) == compiled, "what was compiled from it is no part of a catalog"
    with pytest.raises(FrozenInstanceError):
        link.title = "Another"  # type: ignore[misc]


def test_changed_code_is_a_miss(directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_cached(directory, tmp_path / "cache")
    monkeypatch.setattr("content.loading.cache._source_files", list)
    load_cached(directory, tmp_path / "cache")
    assert len(copies(tmp_path / "cache")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"Catalog": []}',
        '{"Catalog": ["x"]}',
        '{"Nothing": [1]}',
        '{"Statement": ["a", "b", "c", "d"]}',
        "\x00",
        "[" * 100_000,
    ],
)
def test_a_broken_cache_file_is_replaced(directory: Path, tmp_path: Path, text: str) -> None:
    cache = tmp_path / "cache"
    fresh = load_cached(directory, cache)
    copies(cache)[0].write_text(text)
    assert load_cached(directory, cache) == fresh
    assert json.loads(first_line(copies(cache)[0]))["catalog"]["Catalog"][0] == fresh.digest


@pytest.mark.parametrize("damage", ["cut short", "without the last line", "one letter changed", "one line more"])
def test_a_damaged_index_is_compiled_again(directory: Path, tmp_path: Path, damage: str) -> None:
    cache = tmp_path / "cache"
    fresh = load_cached(directory, cache)
    whole = copies(cache)[0].read_bytes()
    damaged = {
        "cut short": whole[:-9],
        "without the last line": whole[: whole.rindex(b"\n")],
        "one letter changed": whole[:-9] + b"x" + whole[-8:],
        "one line more": whole + b"\n{}",
    }[damage]
    copies(cache)[0].write_bytes(damaged)
    again = load_cached(directory, cache)
    assert (again.names, again.index) == (fresh.names, fresh.index)
    assert copies(cache)[0].read_bytes() == whole


def test_the_index_is_kept_beside_the_catalog_as_it_is(directory: Path, tmp_path: Path) -> None:
    """Within the catalog's JSON, every command would parse it, searching or not."""
    fresh = load_cached(directory, tmp_path)
    cached = load_cached(directory, tmp_path)
    assert (cached.names, cached.index) == (fresh.names, fresh.index)
    assert copies(tmp_path)[0].read_text().split("\n", 2)[1:] == [fresh.names, fresh.index]


def test_a_cache_file_of_other_content_is_refused(directory: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    load_cached(directory, cache)
    older = copies(cache)[0]
    write(directory, {"ptis.yaml": files()["ptis.yaml"].replace("About revenue.", "On revenue.")})
    load_cached(directory, cache)
    newer = next(copy for copy in copies(cache) if copy != older)
    newer.write_bytes(older.read_bytes())
    assert load_cached(directory, cache).ptis[5].summary.text == "On revenue."


def test_a_cache_file_that_others_can_write_is_refused(directory: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    load_cached(directory, cache)
    copy = copies(cache)[0]
    copy.write_text(copy.read_text().replace("About revenue.", "Pay me."))
    copy.chmod(0o666)
    assert load_cached(directory, cache).ptis[5].summary.text == "About revenue."


def test_only_the_user_can_read_the_cache(directory: Path, tmp_path: Path) -> None:
    cache = tmp_path / "deep" / "cache"
    load_cached(directory, cache)
    assert cache.stat().st_mode & 0o777 == 0o700
    assert copies(cache)[0].stat().st_mode & 0o777 == 0o600


def test_an_unwritable_cache_changes_nothing(directory: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert load_cached(directory, tmp_path / "file" / "cache") == load(directory)


def test_only_the_newest_cache_files_are_kept(directory: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for number in range(7):
        write(directory, {"ptis.yaml": f"# {number}\n" + files()["ptis.yaml"]})
        load_cached(directory, cache)
        for age, path in enumerate(copies(cache)):  # file times are coarse
            os.utime(path, (number * 100 + age, number * 100 + age))
    assert len(copies(cache)) == 4


def test_invalid_content_raises_all_its_problems(directory: Path, tmp_path: Path) -> None:
    write(directory, {"roles.yaml": "roles: [", "x.yaml": "a: 1"})
    with pytest.raises(ContentError) as caught:
        load_cached(directory, tmp_path / "cache")
    assert {problem.file for problem in caught.value.problems} == {"roles.yaml", "x.yaml"}


def test_the_cache_directory_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_directory() == tmp_path / "tradebot"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_directory() == tmp_path / "home" / ".cache" / "tradebot"


def test_the_cached_catalog_has_the_same_digest(directory: Path, tmp_path: Path) -> None:
    assert load_cached(directory, tmp_path / "cache").digest == load_files(files()).digest
