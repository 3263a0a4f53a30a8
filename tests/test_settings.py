import subprocess
import sys
from pathlib import Path

import pytest

from bot import settings


def refused(**environ: str) -> tuple[str, ...]:
    with pytest.raises(settings.SettingsError) as caught:
        settings.load(environ)
    return caught.value.problems


def test_an_empty_environment_runs_on_this_computer_with_an_embedded_database() -> None:
    loaded = settings.load({})
    assert (loaded.database_url, loaded.host, loaded.port) == ("sqlite:///tradebot.db", "127.0.0.1", 3000)
    assert (loaded.zone, loaded.admins, loaded.loopback) == ("America/New_York", frozenset(), True)
    assert (loaded.content_dir / "ptis.yaml").parent.name == "content"


def test_an_empty_variable_counts_as_unset() -> None:
    assert settings.load(dict.fromkeys(settings.DEFAULTS, "")) == settings.load({})


def test_every_variable_is_taken(tmp_path: Path) -> None:
    loaded = settings.load(
        {
            "DATABASE_URL": "postgres://u:p@h/n",
            "CONTENT_DIR": str(tmp_path),
            "TRADEBOT_ADMINS": "slack:T1/U1, teams:tenant/29:abc\nplayground:local/you",
            "TRADEBOT_SUBSCRIBE": "admins",
            "TRADEBOT_ZONE": "UTC",
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_SIGNING_SECRET": "s1",
            "SLACK_APP_TOKEN": "xapp-1",
            "SLACK_API_URL": "https://slack-gov.com/api",
            "HOST": "10.0.0.5",
            "PORT": "0",
            "LOG_LEVEL": "DEBUG",
        }
    )
    assert loaded == settings.Settings(
        database_url="postgres://u:p@h/n",
        content_dir=tmp_path.resolve(),
        admins=frozenset({"slack:T1/U1", "teams:tenant/29:abc", "playground:local/you"}),
        subscribe="admins",
        zone="UTC",
        slack=settings.SlackSettings("xoxb-1", "s1", "xapp-1", "https://slack-gov.com/api/"),
        host="10.0.0.5",
        port=0,
        log_level="debug",
    )
    assert not loaded.loopback


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("DATABASE_URL", "mysql://h/n", "postgresql://"),
        ("DATABASE_URL", "tradebot.db", "sqlite:///FILE"),
        ("DATABASE_URL", "sqlite://", "name a file"),
        ("DATABASE_URL", "sqlite:///:memory:", "name a file"),
        ("CONTENT_DIR", "/no/such/folder", "no such folder"),
        ("TRADEBOT_ADMINS", "maria", "slack:T0123/U0456"),
        ("TRADEBOT_ADMINS", "slack:T1/U1,irc:net/bob", "'irc:net/bob'"),
        ("TRADEBOT_SUBSCRIBE", "everyone", "admins"),
        ("SLACK_API_URL", "http://slack.com/api/", "https://slack-gov.com/api/"),
        ("SLACK_API_URL", "https://slack.com.evil.example/api/", "https://slack-gov.com/api/"),
        ("SLACK_API_URL", "https://evil@slack.com/api/", "https://slack-gov.com/api/"),
        ("SLACK_API_URL", "https://slack.com/api/?x=1", "https://slack-gov.com/api/"),
        ("SLACK_API_URL", "https://slack-gov.com", "https://slack-gov.com/api/"),
        ("SLACK_API_URL", "https://slack-gov.com/apps/", "https://slack-gov.com/api/"),
        ("TRADEBOT_ZONE", "Mars/Olympus", "America/New_York"),
        ("TRADEBOT_ZONE", "../../etc/passwd", "America/New_York"),
        ("TRADEBOT_ZONE", "America", "America/New_York"),
        ("HOST", "http://127.0.0.1", "every network"),
        ("PORT", "http", "65535"),
        ("PORT", "65536", "65535"),
        ("PORT", "-1", "65535"),
        ("PORT", "٣٠٠٠", "65535"),
        ("LOG_LEVEL", "loud", "warning"),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence_with_its_name_and_what_to_do(name: str, value: str, hint: str) -> None:
    problem = refused(**{name: value})[0]
    assert problem.startswith(f"{name}={value}: ")
    assert hint in problem
    assert problem.endswith(".")
    assert "\n" not in problem


def test_all_bad_values_are_named_at_once() -> None:
    assert [problem.partition("=")[0] for problem in refused(PORT="x", TRADEBOT_ZONE="x", LOG_LEVEL="x")] == [
        "TRADEBOT_ZONE",
        "PORT",
        "LOG_LEVEL",
    ]


SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-hidden", "SLACK_SIGNING_SECRET": "hidden", "SLACK_APP_TOKEN": "xapp-1-hidden"}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (("SLACK_BOT_TOKEN",), "SLACK_SIGNING_SECRET"),
        (("SLACK_SIGNING_SECRET",), "SLACK_BOT_TOKEN"),
        (("SLACK_APP_TOKEN",), "SLACK_BOT_TOKEN"),
        (("SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"), "SLACK_BOT_TOKEN"),
    ],
)
def test_a_half_set_slack_is_refused_in_one_sentence_that_shows_no_secret(given: tuple[str, ...], missing: str) -> None:
    # the others are empty, as some hosts hand them out
    (problem,) = refused(**{name: value if name in given else "" for name, value in SLACK.items()})
    assert problem.startswith(" and ".join(given))
    assert missing in problem
    assert problem.endswith(".")
    assert "hidden" not in problem


def test_another_slack_without_a_token_is_half_set() -> None:
    (problem,) = refused(SLACK_API_URL="https://slack-gov.com/api/")
    assert "SLACK_BOT_TOKEN" in problem


@pytest.mark.parametrize("name", SLACK)
def test_a_secret_of_another_kind_is_refused_without_being_shown(name: str) -> None:
    (problem,) = refused(**(SLACK | {name: "another hidden one"}))
    assert problem.startswith(f"{name}=…: write ")
    assert "hidden" not in problem


@pytest.mark.parametrize("given", [("SLACK_SIGNING_SECRET",), ("SLACK_APP_TOKEN",), ("SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN")])
def test_slack_is_set_by_a_token_and_one_way_in(given: tuple[str, ...]) -> None:
    loaded = settings.load({name: SLACK[name] for name in ("SLACK_BOT_TOKEN", *given)})
    assert loaded.slack is not None
    assert loaded.slack.api_url == "https://slack.com/api/"
    assert "hidden" not in repr(loaded)


@pytest.mark.parametrize(
    ("api", "url", "own"),
    [
        ("https://slack.com/api/", "https://hooks.slack.com/commands/T/1/x", True),
        ("https://slack.com/api/", "wss://wss-primary.slack.com/link/?ticket=1", True),
        ("https://slack.com/api/", "https://hooks.slack-gov.com/commands/T/1/x", False),
        ("https://slack-gov.com/api/", "https://hooks.slack-gov.com/commands/T/1/x", True),
        ("https://slack-gov.com/api/", "https://hooks.slack.com/commands/T/1/x", False),
        ("https://slack.com/api/", "http://hooks.slack.com/commands/T/1/x", False),
        ("https://slack.com/api/", "https://hooks.slack.com.evil.example/x", False),
        ("https://slack.com/api/", "https://evil.example/slack.com", False),
        ("https://slack.com/api/", "https://a@hooks.slack.com/x", False),
        ("https://slack.com/api/", "http://127.0.0.1:9/x", False),
        ("http://127.0.0.1:8/api/", "http://127.0.0.1:9/x", True),
        ("http://127.0.0.1:8/api/", "https://hooks.slack.com/commands/T/1/x", False),
        ("https://slack.com/api/", "", False),
    ],
)
def test_an_address_in_a_payload_must_be_of_the_same_slack(api: str, url: str, own: bool) -> None:
    assert settings.SlackSettings("xoxb-1", "s", "", api).own(url) is own


def test_what_bolt_would_take_from_the_environment_is_hidden_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    with settings.hidden():
        assert "SLACK_CLIENT_ID" not in settings.os.environ
    assert settings.os.environ["SLACK_CLIENT_ID"] == "1.2"


def test_a_refused_database_url_does_not_show_its_password() -> None:
    (problem,) = refused(DATABASE_URL="mysql://bot:se/cr@et@host/name")
    assert "cr@et" not in problem
    assert "@host/name" in problem


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_computer_is_known_by_all_its_names(host: str) -> None:
    assert settings.is_loopback(host)


@pytest.mark.parametrize("host", ["::", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", ""])
def test_another_computer_is_not_taken_for_this_one(host: str) -> None:
    assert not settings.is_loopback(host)


def test_finding_the_content_loads_nothing_heavy() -> None:
    script = "import sys, bot.settings as s; s.content_dir(); print(*{'pydantic', 'yaml', 'sqlalchemy', 'starlette'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
