"""A real git server on loopback: git's own `http-backend`, or dulwich's server where git is missing.

with serving(folder) as server:
    server.commit({"content/ptis.yaml": b"…"})   on the branch main
    server.url                                   http://127.0.0.1:PORT/repo.git
    server.token = "secret"                      refuses everybody else
    server.fault = "redirect"                    a key of FAULTS
    server.asked                                 the headers of each request
"""

import base64
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any, cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo
from dulwich.server import BackendRepo, DictBackend
from dulwich.web import make_wsgi_chain

REGULAR, LINK, FOLDER = 0o100644, 0o120000, 0o40000

GIT = shutil.which("git")

Environ = dict[str, Any]
Start = Any
"""WSGI's start_response."""


def redirect(environ: Environ, start: Start) -> list[bytes]:
    start("302 Found", [("Location", "http://127.0.0.1:9/repo.git/info/refs?service=git-upload-pack")])
    return []


def page(environ: Environ, start: Start) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [b"<html>Sign in</html>"]


def nonsense(environ: Environ, start: Start) -> list[bytes]:
    start("200 OK", [("Content-Type", "application/x-git-upload-pack-advertisement")])
    return [b"zzzz\x1b[31mnonsense"]


def endless(environ: Environ, start: Start) -> Iterator[bytes]:
    start("200 OK", [("Content-Type", "application/x-git-upload-pack-advertisement")])
    return (b"fff0" + b"x" * 65_516 for _ in range(10_000))


def slow(environ: Environ, start: Start) -> Iterator[bytes]:
    start("200 OK", [("Content-Type", "application/x-git-upload-pack-advertisement")])
    yield b"fff0"
    for _ in range(200):
        time.sleep(0.05)
        yield b"x"


FAULTS: dict[str, Callable[[Environ, Start], Any]] = {
    "redirect": redirect,
    "page": page,
    "nonsense": nonsense,
    "endless": endless,
    "slow": slow,
}


@dataclass
class GitServer:
    folder: Path
    """The bare repository."""
    kind: str
    port: int = 0
    token: str = ""
    fault: str = ""
    asked: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self.folder.name}"

    def commit(self, files: Mapping[str, bytes | tuple[int, bytes]], branch: str = "main") -> str:
        """Commit exactly these files: path -> data, or mode and data. Paths may be such as git itself would refuse."""
        with Repo(str(self.folder)) as repo:
            top = Commit()
            top.tree = self._tree(repo, {tuple(path.split("/")): data for path, data in files.items()})
            top.author = top.committer = b"Maria <maria@example.org>"
            top.author_time = top.commit_time = 1_770_000_000
            top.author_timezone = top.commit_timezone = 0
            top.message = b"Edit"
            repo.object_store.add_object(top)
            repo.refs[Ref(f"refs/heads/{branch}".encode())] = top.id
            return top.id.decode()

    def _tree(self, repo: Repo, files: Mapping[tuple[str, ...], bytes | tuple[int, bytes]]) -> ObjectID:
        tree = Tree()
        for name in {path[0] for path in files}:
            inside = {path[1:]: data for path, data in files.items() if path[0] == name and path[1:]}
            if inside:
                tree.add(name.encode("utf-8", "surrogateescape"), FOLDER, self._tree(repo, inside))
                continue
            data = files[(name,)]
            mode, raw = data if isinstance(data, tuple) else (REGULAR, data)
            blob = Blob.from_string(raw)
            repo.object_store.add_object(blob)
            tree.add(name.encode("utf-8", "surrogateescape").replace(b"|", b"/"), mode, blob.id)
        repo.object_store.add_object(tree)
        return tree.id

    def answer(self, environ: Environ, start: Start) -> Any:
        self.asked.append({name: str(value) for name, value in environ.items() if name.startswith("HTTP_")})
        if self.fault:
            return FAULTS[self.fault](environ, start)
        given = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Basic ")
        if self.token and base64.b64decode(given).decode().partition(":")[2] != self.token:
            start("401 Unauthorized", [("WWW-Authenticate", 'Basic realm="git"')])
            return [b"who are you?"]
        return self._backend(environ, start) if self.kind == "git" else self._dulwich(environ, start)

    def _backend(self, environ: Environ, start: Start) -> list[bytes]:
        """Run git's CGI program, as web servers do."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        command = [str(GIT), "-c", "uploadpack.allowFilter=true", "http-backend"]
        names = ("REQUEST_METHOD", "QUERY_STRING", "CONTENT_TYPE", "PATH_INFO", "HTTP_CONTENT_ENCODING")
        known = {name: environ.get(name, "") for name in names} | {
            "CONTENT_LENGTH": str(length),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROJECT_ROOT": str(self.folder.parent),
            "GIT_PROTOCOL": environ.get("HTTP_GIT_PROTOCOL", ""),
            "PATH": "/usr/bin:/bin",
            "REMOTE_ADDR": "127.0.0.1",
        }
        done = subprocess.run(command, input=environ["wsgi.input"].read(length), capture_output=True, env=known, check=False)
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in head.decode().split("\r\n"))]
        start(next((value for name, value in headers if name == "Status"), "200 OK"), [each for each in headers if each[0] != "Status"])
        return [body]

    def _dulwich(self, environ: Environ, start: Start) -> Any:
        with Repo(str(self.folder)) as repo:
            chain = make_wsgi_chain(DictBackend({f"/{self.folder.name}": cast("BackendRepo", repo)}))
            return list(chain(environ, start))


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:  # a client that hangs up
        pass


@contextmanager
def serving(folder: Path, kind: str = "dulwich") -> Iterator[GitServer]:
    bare = folder / "repo.git"
    bare.mkdir(parents=True)
    Repo.init_bare(str(bare)).close()
    (bare / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
    server = GitServer(bare, kind)
    with make_server("127.0.0.1", 0, server.answer, server_class=_Server, handler_class=_Silent) as http:
        server.port = http.server_port
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
