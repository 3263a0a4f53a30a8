"""The commands as processes: they start, say where they are, and end at a signal."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot import app, server
from bot.database import StartError
from jobs.store import schema
from jobs.store.database import Database
from tests.bot.test_app import settings_of
from tests.support import slack_server
from tests.support.feed_server import bulletin, bulletins, serving
from tests.support.paths import ROOT
from tests.support.process import bot, content, environment, eventually
from tests.support.store import publish, subscribe

pytestmark = pytest.mark.process


def once(*command: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bot", *command],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_run_cleanly_and_a_second_start_finds_everything(tmp_path: Path, sqlite_url: str, number: signal.Signals) -> None:
    with serving(bulletins(60)) as feeds:
        settings = {"DATABASE_URL": sqlite_url, "CONTENT_DIR": str(content(tmp_path / "content", feeds))}
        for _ in range(2):
            with bot("run", "Playground: http://127.0.0.1:", **settings) as running:
                assert running.get("/readyz") == (200, '{"ready":true,"problem":null,"revision":1}')
                assert running.get("/")[0] == 200
                eventually(lambda: bool(feeds.asked("/csms.rss")), "it reads the feed")
                assert running.end(number) == 0
            said = running.log
            assert "Traceback" not in said
            assert 0 < said.index("stopping: ") < said.index("stopped cleanly")


def test_serve_reads_no_feed_and_work_opens_no_port(tmp_path: Path, sqlite_url: str) -> None:
    with serving(bulletins(60)) as feeds:
        settings = {"DATABASE_URL": sqlite_url, "CONTENT_DIR": str(content(tmp_path / "content", feeds))}
        with bot("serve", "Playground: http://127.0.0.1:", **settings) as web:
            assert web.get("/readyz")[0] == 200
            with bot("work", "Trade bot is polling and posting", **settings) as worker:
                eventually(lambda: bool(feeds.asked("/csms.rss")), "the worker reads the feed")
                assert "http://" not in "".join(worker.said)
                asked = len(feeds.asked("/csms.rss"))
                assert asked
                with bot("serve", "Playground: http://127.0.0.1:", **settings) as second:
                    assert second.get("/readyz")[0] == 200
                    assert second.end() == 0
                assert worker.end() == 0
            assert web.end() == 0
        assert all("stopped cleanly" in each.log for each in (worker, web))
        assert "none polls the feeds and posts yet. Start `tradebot work` too" in web.log
        assert "Another process polls the feeds and posts." in second.log


def test_poll_once_says_how_it_goes_and_ends(tmp_path: Path, sqlite_url: str) -> None:
    with serving(bulletins(60)) as feeds:
        settings = {"DATABASE_URL": sqlite_url, "CONTENT_DIR": str(content(tmp_path / "content", feeds))}
        first = once("poll", "--once", **settings)
        assert (first.returncode, first.stdout.splitlines()[-1]) == (0, "1 of 1 feed polled, 0 failed; 0 posted.")
        assert "60 entries stored, none posted" in first.stdout
        feeds.publish(bulletin(60))
        feeds.fault["/csms.rss"] = "403"
        failed = once("poll", "--once", **settings)
        assert (failed.returncode, failed.stdout.splitlines()[-1]) == (1, "1 of 1 feed polled, 1 failed; 0 posted.")
        assert f"{failed.stdout}{failed.stderr}".count("(403)") == 1
        del feeds.fault["/csms.rss"]
        again = once("poll", "--once", **settings)  # its back-off doesn't keep it from whoever wants it now
        assert (again.returncode, again.stdout.splitlines()[-1]) == (0, "1 of 1 feed polled, 0 failed; 0 posted.")
        assert "1 new" in again.stdout


def test_poll_once_asks_the_admins_about_a_second_flood(tmp_path: Path, sqlite_url: str) -> None:
    with serving(bulletins(3)) as feeds, slack_server.serving() as slack:
        slack.channels["C9"] = slack_server.Channel("C9")
        settings = {"DATABASE_URL": sqlite_url, "CONTENT_DIR": str(content(tmp_path / "content", feeds)), **slack.settings()}
        for first, more in ((0, 0), (100, 20), (200, 60)):
            for number in range(first, first + more):
                feeds.publish(bulletin(number))
            polled = once("poll", "--once", **settings, TRADEBOT_ADMIN_CHANNEL="C9")
        assert "60 held" in polled.stdout
        assert [post["channel"] for post in slack.posts] == ["C9"]
        assert "csms" in slack.posts[0]["text"]


def test_a_feed_on_this_computer_is_read_past_a_proxy(tmp_path: Path, sqlite_url: str) -> None:
    with serving(bulletins(60)) as feeds:
        settings = {"DATABASE_URL": sqlite_url, "CONTENT_DIR": str(content(tmp_path / "content", feeds))}
        ended = once("poll", "--once", HTTP_PROXY="http://127.0.0.1:9", ALL_PROXY="http://127.0.0.1:9", NO_PROXY="", **settings)
        assert ended.returncode == 0, ended.stdout
        assert feeds.asked("/csms.rss")


def test_a_taken_port_is_one_sentence_that_says_what_to_do(sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        refused = once("run", DATABASE_URL=sqlite_url, PORT=port)
    assert refused.returncode == 1
    assert (
        refused.stderr == f"tradebot: Port {port} on 127.0.0.1 is in use. Stop the program that uses it, or set PORT to another number.\n"
    )


def test_a_bad_setting_ends_a_start_before_anything_is_touched(tmp_path: Path) -> None:
    refused = once("run", DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}", TRADEBOT_ZONE="Mars")
    assert refused.returncode == 2
    assert refused.stderr == "TRADEBOT_ZONE=Mars: there is no such time zone; use one such as America/New_York or UTC.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["203.0.113.1", "no-such-host.invalid"])
def test_an_address_of_another_computer_is_refused(host: str) -> None:
    with pytest.raises(StartError, match=f"Cannot listen on HOST={host}"):
        server.listen(host, 0)


def test_the_address_to_open_is_one_of_this_computer() -> None:
    with server.listen("127.0.0.1", 0) as bound:
        port = bound.getsockname()[1]
        assert server.address("127.0.0.1", bound) == f"http://127.0.0.1:{port}"
        assert server.address("::1", bound) == f"http://[::1]:{port}"
        assert server.address("::", bound) == f"http://[::1]:{port}"


async def test_posting_is_noted_for_the_heartbeat_while_it_goes_on(sqlite_url: str) -> None:
    runtime = app.build(settings_of(sqlite_url))
    subscribe(runtime.db)
    publish(runtime.db, 1)
    noted: list[int] = []
    assert await server.deliver(runtime, lambda: noted.append(1)) == 1
    assert noted == [1]
    runtime.db.close()


def test_a_process_that_cannot_ask_the_database_does_not_claim_that_nobody_posts(sqlite_db: Database) -> None:
    with sqlite_db.begin() as conn:
        schema.worker.drop(conn)
    assert server.work_elsewhere(sqlite_db).endswith("so it cannot tell whether another process polls and posts.")
