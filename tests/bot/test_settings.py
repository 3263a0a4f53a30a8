import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import settings
from bot.settings_checks import ANONYMOUS
from bot.slack.settings import SlackSettings
from bot.teams import clouds
from bot.teams.settings import TeamsSettings
from jobs.retention import Retention

ANNA = "teams:99999999-8888-7777-6666-555555555555/11111111-2222-3333-4444-555555555555"


def test_an_empty_environment_runs_on_this_computer_with_an_embedded_database() -> None:
    loaded = settings.load({})
    assert (loaded.database_url, loaded.host, loaded.port) == ("sqlite:///tradebot.db", "127.0.0.1", 3000)
    assert (loaded.zone, loaded.admins, loaded.loopback) == ("America/New_York", frozenset(), True)
    assert (Path(str(loaded.content)) / "ptis.yaml").parent.name == "content"


def test_an_empty_variable_counts_as_unset() -> None:
    assert settings.load(dict.fromkeys(settings.DEFAULTS, "")) == settings.load({})


def test_blanks_around_a_value_do_not_count(tmp_path: Path) -> None:
    loaded = settings.load({"SLACK_BOT_TOKEN": " xoxb-1\r", "SLACK_SIGNING_SECRET": "s1 \n", "PORT": "3001 ", "LOG_LEVEL": "  "})
    assert loaded.slack is not None
    assert (loaded.slack.bot_token, loaded.slack.signing_secret, loaded.port, loaded.log_level) == ("xoxb-1", "s1", 3001, "info")
    assert settings.content_source({"CONTENT_DIR": f"{tmp_path} "}) == tmp_path
    assert settings.content_source({"CONTENT_DIR": f"{tmp_path}/a@b"}) == tmp_path / "a@b"
    with pytest.raises(settings.SettingsError, match=r"by https, not by SSH: write https://github\.com/a/b\.git"):
        settings.content_source({"CONTENT_DIR": "git@github.com:a/b.git"})
    assert settings.zone({"TRADEBOT_ZONE": " UTC"}) == "UTC"
    assert settings.teams_client_id({"TEAMS_CLIENT_ID": "x\r"}) == "x"


def test_every_variable_is_taken(tmp_path: Path) -> None:
    loaded = settings.load(
        {
            "DATABASE_URL": "postgres://u:p@h/n",
            "CONTENT_DIR": str(tmp_path),
            "TRADEBOT_ADMINS": f"slack:T1/U1, {ANNA}\nplayground:local/you",
            "TRADEBOT_SUBSCRIBE": "admins",
            "TRADEBOT_ZONE": "UTC",
            "TRADEBOT_URL": "https://bot.example.gov/",
            "TRADEBOT_UNSURE": "resend",
            "TRADEBOT_UNANSWERED": "off",
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_SIGNING_SECRET": "s1",
            "SLACK_APP_TOKEN": "xapp-1",
            "SLACK_API_URL": "https://slack-gov.com/api",
            "TEAMS_CLIENT_ID": "AAAAAAAA-2222-3333-4444-555555555555",
            "TEAMS_CLIENT_SECRET": "hidden~1",
            "TEAMS_TENANT_ID": "99999999-8888-7777-6666-555555555555",
            "TEAMS_CLOUD": "gcc-high",
            "HOST": "10.0.0.5",
            "PORT": "0",
            "LOG_LEVEL": "DEBUG",
            "LOG_FORMAT": "JSON",
            "TRADEBOT_METRICS_TOKEN": "metrics-0123456789",
            "TRADEBOT_KEEP_BODIES": "forever",
            "TRADEBOT_KEEP_CONTENTS": "100",
            "TRADEBOT_KEEP_OUTCOMES": "200",
            "TRADEBOT_KEEP_REVISIONS": "300",
            "TRADEBOT_KEEP_SEEN": "4",
        }
    )
    assert loaded == settings.Settings(
        database_url="postgres://u:p@h/n",
        content=tmp_path.resolve(),
        admins=frozenset({"slack:T1/U1", ANNA, "playground:local/you"}),
        subscribe="admins",
        zone="UTC",
        unsure="resend",
        unanswered=False,
        slack=SlackSettings("xoxb-1", "s1", "xapp-1", "https://slack-gov.com/api/"),
        teams=TeamsSettings(
            "aaaaaaaa-2222-3333-4444-555555555555", "hidden~1", "99999999-8888-7777-6666-555555555555", clouds.CLOUDS["gcc-high"]
        ),
        retention=Retention(bodies=None, contents=100, outcomes=200, revisions=300, seen=4),
        host="10.0.0.5",
        port=0,
        log_level="debug",
        log_format="json",
        metrics_token="metrics-0123456789",
        url="https://bot.example.gov",
    )
    assert not loaded.loopback


@pytest.mark.parametrize("contents", ["200", "forever"])
def test_posts_are_kept_at_least_as_long_as_their_contents(contents: str) -> None:
    with pytest.raises(settings.SettingsError, match=rf"TRADEBOT_KEEP_OUTCOMES=150 is less than TRADEBOT_KEEP_CONTENTS={contents}\."):
        settings.load({"TRADEBOT_KEEP_CONTENTS": contents})
    assert settings.load({"TRADEBOT_KEEP_CONTENTS": contents, "TRADEBOT_KEEP_OUTCOMES": "forever"}).retention.outcomes is None


def test_the_defaults_of_the_settings_are_those_of_the_jobs() -> None:
    assert settings.load({}).retention == Retention()


SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-hidden", "SLACK_SIGNING_SECRET": "hidden", "SLACK_APP_TOKEN": "xapp-1-hidden"}


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
    assert SlackSettings("xoxb-1", "s", "", api).own(url) is own


def test_a_bot_alone_is_enough_for_microsofts_local_client_on_this_computer() -> None:
    loaded = settings.load({"TEAMS_CLIENT_ID": "11111111-2222-3333-4444-555555555555", ANONYMOUS: "true"})
    assert loaded.teams is not None
    assert loaded.teams.anonymous
    assert loaded.teams.own("whoever's")
    assert not loaded.playground


def test_teams_is_for_one_tenant_and_shows_no_secret() -> None:
    ids = {"TEAMS_CLIENT_ID": "11111111-2222-3333-4444-555555555555", "TEAMS_TENANT_ID": "99999999-8888-7777-6666-555555555555"}
    loaded = settings.load({**ids, "TEAMS_CLIENT_SECRET": "hidden"})
    assert loaded.teams is not None
    assert "hidden" not in repr(loaded)
    assert not loaded.playground
    assert loaded.teams.own("99999999-8888-7777-6666-555555555555")
    assert not loaded.teams.own("11111111-2222-3333-4444-555555555555")
    assert not loaded.teams.own("")


def test_the_government_clouds_sign_in_and_post_within_the_government() -> None:
    for name in ("gcc-high", "dod"):
        cloud = clouds.CLOUDS[name]
        for address in (cloud.login, cloud.scope, cloud.issuer, cloud.keys_url, cloud.service_url):
            assert address.split("/")[2].endswith(".us")
    services = {cloud.service_url for cloud in clouds.CLOUDS.values()}
    assert len(services) == 4


def test_what_bolt_would_take_from_the_environment_is_hidden_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    with settings.hide_variables():
        assert "SLACK_CLIENT_ID" not in os.environ
    assert os.environ["SLACK_CLIENT_ID"] == "1.2"


def test_what_is_given_for_the_moment_is_gone_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_DOTENV_DISABLED", "no")
    with settings.hide_variables(settings.TEAMS_READS, PYTHON_DOTENV_DISABLED="1", OTHER="x"):
        assert os.environ["PYTHON_DOTENV_DISABLED"] == "1"
    assert os.environ["PYTHON_DOTENV_DISABLED"] == "no"
    assert "OTHER" not in os.environ


@pytest.mark.process
def test_finding_the_content_loads_nothing_heavy() -> None:
    script = "import sys, bot.settings as s; s.content_source(); print(*{'pydantic', 'yaml', 'sqlalchemy', 'starlette'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({}, "http://127.0.0.1:3000"),
        ({"HOST": "::1", "PORT": "80"}, "http://[::1]:80"),
        ({"PORT": "0"}, ""),
        ({"HOST": "0.0.0.0"}, ""),  # noqa: S104  # a value to read
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}, ""),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "TRADEBOT_URL": "https://bot.example.gov/"}, "https://bot.example.gov"),
    ],
)
def test_people_get_the_address_that_they_can_reach(environ: dict[str, str], address: str) -> None:
    assert settings.load(environ).address == address
