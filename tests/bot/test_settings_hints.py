import pytest

from bot.cli import main
from bot.settings import hints
from tests.bot.test_cli import tradebot

DOCTOR = "look   settings: TEAMS_CLIENTID is not a setting; did you mean TEAMS_CLIENT_ID?"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SLAK_BOT_TOKEN", "SLACK_BOT_TOKEN"),
        ("slack_bot_token", "SLACK_BOT_TOKEN"),
        ("SLACK_SIGNING_SECERT", "SLACK_SIGNING_SECRET"),
        ("TEAMS_CLIENTID", "TEAMS_CLIENT_ID"),
        ("TEAM_TENANT_ID", "TEAMS_TENANT_ID"),
        ("TEAMS_TENANT", "TEAMS_TENANT_ID"),
        ("TRADEBOT_ADMIN", "TRADEBOT_ADMINS"),
        ("TRADE_BOT_ZONE", "TRADEBOT_ZONE"),
        ("DATABASE_URI", "DATABASE_URL"),
    ],
)
def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(name: str, meant: str) -> None:
    assert hints({name: "x"}) == (f"{name} is not a setting; did you mean {meant}?",)


@pytest.mark.parametrize("name", ["SLACK_CLIENT_ID", "SLACK_WEBHOOK_URL", "TRADEBOT_COLOUR", "TEAMS_REGION"])
def test_a_name_like_ours_that_is_near_none_is_named_alone(name: str) -> None:
    assert hints({name: "x"}) == (f"{name} is not a setting; bot/README.md lists the settings.",)


@pytest.mark.parametrize("name", ["PATH", "HOSTS", "PORTS", "LOGLEVEL", "TEST_DATABASE_URL", "HOME_DIR", "SLACKWARE", "TEAMS"])
def test_other_programs_names_are_left_alone(name: str) -> None:
    assert hints({name: "x"}) == ()


def test_an_empty_variable_is_not_worth_a_word() -> None:
    assert hints({"SLAK_BOT_TOKEN": " ", "TEAMS_CLIENTID": ""}) == ()


def test_two_ways_to_slack_are_told_apart() -> None:
    (note,) = hints({"SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "s"})
    assert "uses Socket Mode and ignores the secret" in note
    assert hints({"SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": " "}) == ()


def test_a_start_says_what_is_misspelt_and_goes_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SLAK_BOT_TOKEN", "xoxb-hidden")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "s1")
    assert main(["run"]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == "tradebot: SLAK_BOT_TOKEN is not a setting; did you mean SLACK_BOT_TOKEN?"
    assert second.startswith("SLACK_SIGNING_SECRET is set, but SLACK_BOT_TOKEN is not")


@pytest.mark.parametrize("port", ["0", "many"])
@pytest.mark.process
def test_the_doctor_names_what_is_misspelt_also_where_the_settings_are_wrong(port: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    database = f"sqlite:///{tmp_path_factory.mktemp('no')}/x.db"
    done = tradebot("doctor", TEAMS_CLIENTID="x", PORT=port, DATABASE_URL=database)
    assert DOCTOR in done.stdout.decode().splitlines()
