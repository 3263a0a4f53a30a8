"""A start with proxies and certificates as hosts set them: the bot obeys them, or says which variable to change."""

import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot import app
from bot.app import check_network
from bot.database import StartError
from bot.doctor import checks
from bot.settings import load
from tests.support.feed_server import bulletins, serving
from tests.support.paths import ROOT
from tests.support.process import content, environment, run_commands

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}


def refused(**environ: str) -> str:
    with pytest.raises(StartError) as caught:
        check_network(load(environ))
    return str(caught.value)


def test_all_variables_that_cannot_be_used_are_named_at_once() -> None:
    said = refused(HTTPS_PROXY="http://u:hidden/x@proxy:1", HTTP_PROXY="ftp://proxy", SSL_CERT_FILE="/no/such/file.pem").splitlines()
    assert [line.partition(" ")[0].partition("=")[0] for line in said] == ["HTTPS_PROXY", "HTTP_PROXY", "SSL_CERT_FILE"]
    assert "hidden" not in "".join(said)


def test_a_proxy_and_an_unreadable_exception_are_logged_without_passwords(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    check_network(load({"HTTPS_PROXY": "http://u:hidden@proxy:3128", "NO_PROXY": "10.*,cbp.gov,u:hidden@h"}))
    assert caplog.messages == [
        "ignored an entry of NO_PROXY: 10.* is not a host, an address or a range of addresses",
        "ignored an entry of NO_PROXY: …@h is not a host, an address or a range of addresses",
        "network: https goes through http://proxy:3128 (HTTPS_PROXY); 1 exception (NO_PROXY)",
    ]


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks"])
def test_slack_with_a_socks_proxy_is_refused_unless_slack_is_reached_directly(scheme: str) -> None:
    environ = SLACK | {"ALL_PROXY": f"{scheme}://proxy:1080"}
    assert refused(**environ) == (
        "ALL_PROXY names a SOCKS proxy, which the bot cannot use for Slack. Set HTTPS_PROXY to an HTTP proxy, "
        "or add slack.com to NO_PROXY if this computer reaches Slack without a proxy."
    )
    assert "which the bot cannot use for Slack" in refused(**environ, NO_PROXY="wss-primary.slack.com")
    for allowed in ({"NO_PROXY": ".slack.com"}, {"HTTPS_PROXY": "proxy:3128"}, {"SLACK_API_URL": "http://127.0.0.1:1/api/"}):
        check_network(load(environ | allowed))
    check_network(load({"ALL_PROXY": f"{scheme}://proxy:1080"}))


def test_a_socks_proxy_without_its_library_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "find_spec", lambda _: None)
    missing = "all_proxy names a SOCKS proxy, but the library for that is missing"
    assert refused(all_proxy="socks5://proxy:1080").startswith(missing)
    check_network(load({"ALL_PROXY": "http://proxy:3128"}))


def test_the_doctor_reports_the_network_without_passwords(tmp_path: Path) -> None:
    def found(**environ: str) -> list[str]:
        settings = load({"DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}", **environ})
        return [str(finding) for finding in checks.run_checks(settings) if finding.subject in ("network", "Slack, Teams")]

    with socket.create_server(("127.0.0.1", 0)) as proxy:
        port = proxy.getsockname()[1]
        good = found(HTTPS_PROXY=f"http://u:hidden@127.0.0.1:{port}", NO_PROXY="::1,10.*")
    assert good == [
        "look   network: NO_PROXY: 10.* is not a host, an address or a range of addresses, so the bot ignores it -> correct it",
        f"OK     network: https goes through http://127.0.0.1:{port} (HTTPS_PROXY); 1 exception (NO_PROXY)",
    ]
    wrong = found(ALL_PROXY="http://u:hidden/@proxy:3128", SSL_CERT_DIR=str(tmp_path))
    assert [line[:28] for line in wrong] == ["WRONG  network: ALL_PROXY is", "WRONG  network: SSL_CERT_DIR", "look   Slack, Teams: not che"]
    assert "hidden" not in "".join((*good, *wrong))


@pytest.mark.parametrize(
    ("environ", "shown"),
    [
        (
            {"HTTPS_PROXY": "http://u:hidden@127.0.0.1:9"},
            "HTTPS_PROXY: cannot reach the proxy 127.0.0.1 at port 9: no connection (refused)",
        ),
        ({"all_proxy": "socks5://u:hidden@[::1]:9"}, "all_proxy: cannot reach the proxy ::1 at port 9: no connection"),
        (
            {"https_proxy": "foo.invalid"},
            "https_proxy: cannot reach the proxy foo.invalid at port 80: the host name cannot be resolved (DNS)",
        ),
        ({"HTTPS_PROXY": "x" * 64}, f"HTTPS_PROXY: cannot reach the proxy {'x' * 64} at port 80: the host name cannot be resolved (DNS)"),
    ],
)
def test_the_doctor_names_the_variable_of_a_proxy_that_cannot_be_reached(environ: dict[str, str], shown: str) -> None:
    found = checks.check_network(load(environ), 5)
    assert [finding.state for finding in found] == ["WRONG"]
    assert str(found[0]).startswith(f"WRONG  network: {shown}")
    assert f"set {next(iter(environ))} to a proxy that runs" in found[0].advice
    assert "hidden" not in str(found[0])
    assert [finding.state for finding in checks.check_network(load(environ | {"NO_PROXY": "*"}), 5)] == ["OK"]


BAD = {
    "HTTPS_PROXY": "http://u:hidden@pro xy:1",
    "https_proxy": "socks4://u:hidden@proxy:1",
    "ALL_PROXY": "http://u:hid@den@proxy:1",
    "SSL_CERT_FILE": "/no/such/file.pem",
    "SSL_CERT_DIR": "/no/such/folder",
}


STARTS = [
    ("run", "ALL_PROXY"),
    ("run", "SSL_CERT_FILE"),
    ("serve", "https_proxy"),
    ("work", "HTTPS_PROXY"),
    ("poll --once", "SSL_CERT_DIR"),
]


@pytest.mark.process
def test_a_variable_that_cannot_be_used_is_a_sentence_and_no_traceback(sqlite_url: str) -> None:
    ended = run_commands(*((command, {"DATABASE_URL": sqlite_url, variable: BAD[variable]}) for command, variable in STARTS))
    for (command, variable), (code, said) in zip(STARTS, ended, strict=True):
        assert code == 1, command
        assert said.startswith(f"tradebot: {variable}"), command
        assert said.count("\n") == 1, said
        assert "hid" not in said


@pytest.mark.process
@pytest.mark.parametrize("exceptions", ["::1,fd00::/8,10.0.0.0/8", "[::1]:80, <local> 10.*", "*"])
def test_any_no_proxy_lets_the_bot_start_and_poll(exceptions: str, tmp_path: Path, sqlite_url: str) -> None:
    with serving(bulletins(5)) as feeds:
        folder = content(tmp_path / "content", feeds)
        environ = environment(DATABASE_URL=sqlite_url, CONTENT_DIR=str(folder), ALL_PROXY="socks5h://127.0.0.1:9", NO_PROXY=exceptions)
        environ |= dict.fromkeys({"no_proxy", "all_proxy"} & os.environ.keys(), "")
        ended = subprocess.run(
            [sys.executable, "-m", "bot", "poll", "--once"], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False
        )
    assert (ended.returncode, ended.stdout.splitlines()[-1]) == (0, "1 of 1 feed polled, 0 failed; 0 posted."), ended.stderr
    assert ended.stderr.count("ignored an entry of NO_PROXY") == exceptions.count("<local>") + exceptions.count("10.*")
