"""Content in a git repository, read from real git servers on loopback."""

import base64
import hashlib
import json
import logging
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from content.loading.address import GitAddress, read_address
from content.loading.files import MAX_BYTES, ContentError
from jobs.content_source import Repository, read_source
from jobs.git import client, pack
from jobs.git.errors import GitError
from jobs.proxies import DIRECT
from tests.support.git_server import GIT, LINK, GitServer, serving
from tests.support.paths import ROOT

pytestmark = pytest.mark.process

SECRET = "ghp_0123456789secret"

KINDS = ["dulwich", pytest.param("git", marks=pytest.mark.skipif(GIT is None, reason="git is not installed"))]


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GitServer]:
    with serving(tmp_path / "server", request.param) as running:
        yield running


@pytest.fixture
def one(tmp_path: Path) -> Iterator[GitServer]:
    """One server, for what does not depend on it."""
    with serving(tmp_path / "server") as running:
        yield running


def read(server: GitServer, where: str = "#main:content", token: str = "") -> dict[str, str]:
    return read_source(Repository(read_address(server.url + where), token, DIRECT))


def problems(server: GitServer, where: str = "#main:content", token: str = "") -> list[str]:
    with pytest.raises(ContentError) as error:
        read(server, where, token)
    return [str(problem).replace(server.url, "URL") for problem in error.value.problems]


def test_the_yaml_files_of_a_folder_of_a_branch_are_read(server: GitServer) -> None:
    server.commit({"content/ptis.yaml": b"old", "content/more.yaml": b""})
    server.commit({"content/ptis.yaml": b"\xef\xbb\xbfa: 1\r\n", "content/more.yml": "é".encode(), "content/code.py": b"x", "README": b""})
    assert read(server) == {"ptis.yaml": "a: 1\n", "more.yml": "é"}


def test_without_a_branch_and_a_folder_the_root_of_the_default_branch_is_read(server: GitServer) -> None:
    server.commit({"ptis.yaml": b"a", ".hidden.yaml": b"", "content/roles.yaml": b"b"})
    server.commit({"ptis.yaml": b"other"}, "edits/of.june")
    assert read(server, "") == {"ptis.yaml": "a"}
    assert read(server, "#main:content/") == {"roles.yaml": "b"}
    assert read(server, "#edits/of.june") == {"ptis.yaml": "other"}


def test_a_branch_or_folder_that_is_not_there_is_named(server: GitServer) -> None:
    assert problems(server, "") == ["URL: cannot be fetched: the repository is empty"]
    server.commit({"content/ptis.yaml": b"a", "file": b""})
    server.commit({"x": b""}, "other")
    assert problems(server, "#man") == ["URL#man: cannot be fetched: there is no branch man; the branches are main, other"]
    assert problems(server, "#main:contents") == ["URL#main:contents: cannot be fetched: there is no folder contents in this branch"]
    assert "file is no folder" in problems(server, "#main:file")[0]
    assert "there is no folder content/ptis" in problems(server, "#main:content/ptis/x")[0]


def test_a_token_is_sent_and_shown_nowhere(server: GitServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.commit({"content/ptis.yaml": b"a"})
    server.token = SECRET
    assert problems(server)[0].endswith("the server wants a token (401): set CONTENT_TOKEN")
    assert problems(server, token="wrong")[0].endswith("the server refused the token in CONTENT_TOKEN (401)")
    assert read(server, token=SECRET) == read(server, token=f"deploy:{SECRET}") == {"ptis.yaml": "a"}
    users = {
        base64.b64decode(each["HTTP_AUTHORIZATION"].split()[1]).split(b":")[0] for each in server.asked if "HTTP_AUTHORIZATION" in each
    }
    assert users == {b"x-access-token", b"deploy"}
    source = Repository(read_address(server.url), SECRET, DIRECT)
    assert SECRET not in f"{source} {source!r} {caplog.text}"
    assert base64.b64encode(f"x-access-token:{SECRET}".encode()).decode() not in caplog.text


def test_a_token_never_leaves_for_another_server(one: GitServer) -> None:
    one.fault = "redirect"
    assert problems(one, token=SECRET) == [
        "URL#main:content: cannot be fetched: the server leads to http://127.0.0.1:9/repo.git: "
        "put that address into CONTENT_DIR if it is the right one"
    ]


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("page", "this is not the address of a git repository"),
        ("nonsense", "the server does not speak git's protocol"),
        ("endless", "the repository has more than 20 MB: use one of its own for the content"),
    ],
)
def test_an_answer_that_is_not_gits_is_a_problem(one: GitServer, fault: str, problem: str) -> None:
    one.fault = fault
    (found,) = problems(one)
    assert problem in found
    assert found.isprintable()


def test_a_server_that_is_slow_or_away_is_a_problem(one: GitServer) -> None:
    one.fault = "slow"
    with pytest.raises(GitError, match=r"took too long|timeout"):
        client.fetch(one.url, "main", "", DIRECT, deadline=0.3)
    one.port = 9
    assert problems(one)[0].endswith("cannot be fetched: no connection (refused)")


def test_what_is_no_regular_text_file_is_a_problem_and_names_its_place(server: GitServer) -> None:
    server.commit(
        {
            "content/ptis.yaml": b"good",
            "content/link.yaml": (LINK, b"/etc/passwd"),
            "content/latin.yaml": b"a: 1\nb: \xe9\n",
            "content/huge.yaml": b"x" * (MAX_BYTES + 1),
            "content/enormous.yaml": b"x" * 2_000_000,
        }
    )
    assert sorted(problems(server)) == [
        "enormous.yaml:1:1: the file is larger than 256 KB: split or shorten it",
        "huge.yaml:1:1: the file is larger than 256 KB: split or shorten it",
        "latin.yaml:2:4: is not UTF-8 text: save the file with UTF-8 encoding",
        "link.yaml:1:1: is not a regular file",
    ]


def test_a_linked_folder_is_not_followed(server: GitServer) -> None:
    server.commit({"real/ptis.yaml": b"a", "content": (LINK, b"real")})
    assert "content is no folder but a file, a link or another repository" in problems(server)[0]


def test_names_that_lead_elsewhere_name_no_file(one: GitServer) -> None:
    one.commit({"content/x|..|evil.yaml": b"a", "content/two\nlines.yaml": b"b", "content/\udcff.yaml": b"c"})
    assert read(one) == {r"'x/../evil.yaml'": "a", r"'two\nlines.yaml'": "b", r"'\ufffd.yaml'": "c"}


def test_too_many_files_are_a_problem(one: GitServer) -> None:
    one.commit({f"content/{number}.yaml": b"" for number in range(pack.MAX_FILES + 1)})
    assert "the folder has 101 YAML files" in problems(one)[0]


def bomb(size: int) -> bytes:
    """Return a pack with one blob of zeros, which has the size of its compressed form."""
    head, left = [(3 << 4) | (size & 15)], size >> 4
    while left:
        head[-1] |= 0x80
        head.append(left & 0x7F)
        left >>= 7
    compressor = zlib.compressobj(1)
    body = b"".join(compressor.compress(b"\0" * 1_000_000) for _ in range(size // 1_000_000)) + compressor.flush()
    data = b"PACK" + struct.pack(">II", 2, 1) + bytes(head) + body
    return data + hashlib.sha1(data, usedforsecurity=False).digest()


@pytest.mark.parametrize("data", [b"", b"PACK", b"PACK\0\0\0\2\0\0\0\1zzz", b"x" * 1_000])
def test_a_broken_pack_is_a_problem(data: bytes) -> None:
    with pytest.raises(GitError, match="cannot be unpacked"):
        pack.read_pack(data, "0" * 40, "content")


@pytest.mark.slow
def test_a_pack_that_unpacks_to_more_memory_than_allowed_is_a_problem() -> None:
    data = bomb(600_000_000)
    assert len(data) < 5_000_000
    with pytest.raises(GitError, match=r"memory|time"):
        pack.read_pack(data, "0" * 40, "content")


def test_a_folder_needs_no_library_of_git() -> None:
    script = (
        "import json, sys; from pathlib import Path; from bot.ask import load; load(); from jobs.content_source import read_source;"
        "read_source(Path('content')); print(json.dumps([name for name in sys.modules if name.startswith(('dulwich', 'httpx'))]))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("https://github.com/office/content.git", GitAddress("https://github.com/office/content.git")),
        ("https://gitlab.example.gov:8443/a/b.git#main:content", GitAddress("https://gitlab.example.gov:8443/a/b.git", "main", "content")),
        ("https://dev.azure.com/org/p/_git/r#edits/june:a/b/", GitAddress("https://dev.azure.com/org/p/_git/r", "edits/june", "a/b")),
        ("http://127.0.0.1:8000/repo.git#:content", GitAddress("http://127.0.0.1:8000/repo.git", "", "content")),
    ],
)
def test_an_address_has_a_repository_a_branch_and_a_folder(value: str, address: GitAddress) -> None:
    assert read_address(value) == address
    assert read_address(str(address)) == address


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("http://github.com/office/content.git", "use https://"),
        ("http://127.0.0.1.evil.example/x.git", "use https://"),
        ("https://maria:secret@github.com/x.git", "leave out what is before @"),
        ("git@github.com:office/content.git", "not by SSH: write https://github.com/office/content.git$"),
        ("git@github.com:office/content.git#main:content", "not by SSH: write https://github.com/office/content.git#main:content$"),
        ("ssh://git@gitlab.example.gov:22/a/b.git", "not by SSH: write https://gitlab.example.gov/a/b.git$"),
        ("ssh://github.com/x.git", "not by SSH: write https://github.com/x.git$"),
        ("file:///etc", "use the https address"),
        ("https://github.com/x.git?a=b", "use the https address"),
        ("https://github.com/a/../x.git", "use the https address"),
        ("https://github.com", "use the https address"),
        ("https://github.com/x.git#-u", "is not the name of a branch"),
        ("https://github.com/x.git#a..b", "is not the name of a branch"),
        ("https://github.com/x.git#main:../secret", "is not a folder"),
        ("https://github.com/x.git#main:a//b", "is not a folder"),
        ("https://github.com/x.git#main:a\\b", "is not a folder"),
    ],
)
def test_what_is_no_address_of_a_repository_is_refused(value: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_address(value)
