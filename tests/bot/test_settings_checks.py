"""Refused settings: the message says what to write and shows no secret."""

import itertools

import pytest

from bot import settings, settings_checks
from content.loading.urls import is_loopback

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-hidden", "SLACK_SIGNING_SECRET": "hidden", "SLACK_APP_TOKEN": "xapp-1-hidden"}

GUID = "11111111-2222-3333-4444-555555555555"


def refused(**environ: str) -> tuple[str, ...]:
    with pytest.raises(settings.SettingsError) as caught:
        settings.load(environ)
    return caught.value.problems


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("DATABASE_URL", "tradebot.db", "sqlite:///FILE"),
        ("DATABASE_URL", "sqlite://", "use a file"),
        ("DATABASE_URL", "sqlite:///:memory:", "use a file"),
        ("CONTENT_DIR", "/no/such/folder", "no such folder"),
        ("TRADEBOT_ADMINS", "maria", "'maria' is not a person's ID; use slack:T0123/U0456"),
        ("TRADEBOT_ADMINS", "slack:T1/U1; slack:T1/U2", "with commas, not semicolons"),
        ("TRADEBOT_ADMINS", "slack:T1/anna", "'slack:T1/anna' is not a person's ID; use slack:T0123/U0456"),
        ("TRADEBOT_ADMINS", "slack:agency/U1 slack:T1/U1", "'slack:agency/U1' is not a person's ID"),
        ("TRADEBOT_ADMINS", f"teams:{GUID}/anna@agency.gov", "(tenant) ID and the person's Object ID"),
        ("TRADEBOT_ADMINS", f"teams:agency.gov/{GUID}, slack:U1", "are not people's IDs; use slack:T0123/U0456"),
        ("TRADEBOT_ADMINS", "slack:T1/U1,irc:net/bob", "'irc:net/bob'"),
        ("TRADEBOT_SUBSCRIBE", "everyone", "admins"),
        ("TRADEBOT_UNANSWERED", "no", "use on or off"),
        ("SLACK_API_URL", "http://slack.com/api/", "https://slack-gov.com/api/"),
        ("SLACK_API_URL", "https://slack.com.evil.example/api/", "https://slack-gov.com/api/"),
        ("SLACK_API_URL", "https://evil@slack.com/api/", "https://slack-gov.com/api/"),
        ("SLACK_API_URL", "https://slack.com/api/?x=1", "https://slack-gov.com/api/"),
        ("SLACK_API_URL", "https://slack-gov.com", "https://slack-gov.com/api/"),
        ("SLACK_API_URL", "https://slack-gov.com/apps/", "https://slack-gov.com/api/"),
        ("TRADEBOT_ZONE", "Mars/Olympus", "America/New_York"),
        ("TRADEBOT_ZONE", "../../etc/passwd", "America/New_York"),
        ("TRADEBOT_ZONE", "America", "America/New_York"),
        ("TRADEBOT_URL", "bot.example.gov", "https://bot.example.gov"),
        ("TRADEBOT_URL", "http://bot.example.gov", "https://bot.example.gov"),
        ("TRADEBOT_URL", "https://bot.example.gov/?x=1", "https://bot.example.gov"),
        ("TRADEBOT_URL", "javascript:alert(1)", "https://bot.example.gov"),
        ("HOST", "http://127.0.0.1", "every network"),
        ("PORT", "http", "65535"),
        ("PORT", "65536", "65535"),
        ("PORT", "-1", "65535"),
        ("PORT", "٣٠٠٠", "65535"),
        ("LOG_LEVEL", "loud", "warning"),
        ("LOG_FORMAT", "xml", "json"),
        ("TRADEBOT_KEEP_BODIES", "0", "use a whole number of days, at least 90, or forever"),
        ("TRADEBOT_KEEP_SEEN", "1", "at least 2"),
        ("TRADEBOT_KEEP_OUTCOMES", "a year", "at least 90, or forever"),
        ("TRADEBOT_KEEP_CONTENTS", "-90", "at least 90"),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence_with_its_name_and_what_to_do(name: str, value: str, hint: str) -> None:
    problem = refused(**{name: value})[0]
    assert problem.startswith(f"{name}={value}: ")
    assert hint in problem
    assert problem.endswith(".")
    assert "\n" not in problem


@pytest.mark.parametrize(
    "value",
    [
        "slack:T1/U1, slack:E1/W2",
        f"teams:{GUID}/{GUID.upper()}",
        "teams:00000000-0000-0000-0000-0000000000001/00000000-0000-0000-0000-0000000000020",  # of Microsoft's local client
        "playground:local/you slack:T1/U1",
    ],
)
def test_people_are_taken_as_their_platforms_name_them(value: str) -> None:
    assert len(settings.load({"TRADEBOT_ADMINS": value}).admins) == len(value.split())


def test_all_bad_values_are_named_at_once() -> None:
    assert [problem.partition("=")[0] for problem in refused(PORT="x", TRADEBOT_ZONE="x", LOG_LEVEL="x")] == [
        "TRADEBOT_ZONE",
        "PORT",
        "LOG_LEVEL",
    ]


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
    assert problem.startswith(f"{name}=…: use ")
    assert "hidden" not in problem


def test_a_refused_database_url_does_not_show_its_password() -> None:
    (problem,) = refused(DATABASE_URL="mysql://bot:se/cr@et@host/name")
    assert problem == "DATABASE_URL=mysql://…: use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."


def test_a_question_about_an_option_ends_with_its_question_mark() -> None:
    (problem,) = refused(DATABASE_URL="postgresql://bot@host/name?sslmod=require")
    assert problem.endswith("an option after the question mark is unknown; did you mean sslmode?")


TEAMS = {
    "TEAMS_CLIENT_ID": "11111111-2222-3333-4444-555555555555",
    "TEAMS_CLIENT_SECRET": "hidden~1",
    "TEAMS_TENANT_ID": "99999999-8888-7777-6666-555555555555",
}
ANONYMOUS = settings_checks.ANONYMOUS


@pytest.mark.parametrize("given", [given for count in (1, 2) for given in itertools.combinations(TEAMS, count)])
def test_a_half_set_teams_is_refused_in_one_sentence_that_shows_no_secret(given: tuple[str, ...]) -> None:
    (problem,) = refused(**{name: value if name in given else "" for name, value in TEAMS.items()})
    set_, separator, missing = problem.partition(", but ")
    assert separator
    assert all(name in set_ for name in given)
    assert all(name in missing for name in TEAMS if name not in given)
    assert problem.endswith(".")
    assert "hidden" not in problem


@pytest.mark.parametrize("given", [{"TEAMS_CLOUD": "gcc-high"}, {ANONYMOUS: "true"}])
def test_a_cloud_or_the_anonymous_mode_without_a_bot_is_half_set(given: dict[str, str]) -> None:
    (problem,) = refused(**given)
    assert "TEAMS_CLIENT_ID" in problem


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.5", "bot.example.org"])  # noqa: S104  # this is what must be refused
@pytest.mark.parametrize("given", [{}, TEAMS])
def test_the_anonymous_mode_is_refused_where_others_can_reach_the_bot(host: str, given: dict[str, str]) -> None:
    problem, *_ = refused(**given, **{ANONYMOUS: "true", "HOST": host})
    assert problem.startswith(f"{ANONYMOUS} is set, and HOST={host} accepts other computers")
    assert "127.0.0.1" in problem


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TEAMS_CLIENT_ID", "tradebot"),
        ("TEAMS_CLIENT_ID", "api://11111111-2222-3333-4444-555555555555"),
        ("TEAMS_TENANT_ID", "contoso.onmicrosoft.com"),
        ("TEAMS_TENANT_ID", "common"),
        ("TEAMS_CLOUD", "usgov"),
        ("TEAMS_CLOUD", "GCC"),
        (ANONYMOUS, "yes"),
    ],
)
def test_what_teams_does_not_take_is_named_with_what_to_write(name: str, value: str) -> None:
    (problem,) = refused(**(TEAMS | {name: value}))
    assert problem.startswith(f"{name}={value}: use ")


@pytest.mark.parametrize("value", ["two words", "11111111-2222-3333-4444-555555555555"])
def test_a_secrets_id_instead_of_its_value_is_refused_without_being_shown(value: str) -> None:
    (problem,) = refused(**(TEAMS | {"TEAMS_CLIENT_SECRET": value}))
    assert problem.startswith("TEAMS_CLIENT_SECRET=…: use ")


@pytest.mark.parametrize("name", [*SLACK, "TEAMS_CLIENT_SECRET"])
@pytest.mark.parametrize("quoted", ['"{}"', "'{}'", "{}'", "“{}”"])
def test_quotes_around_a_secret_are_refused_without_showing_it(name: str, quoted: str) -> None:
    problem, *_ = refused(**(SLACK | TEAMS | {name: quoted.format((SLACK | TEAMS)[name])}))
    assert problem == f"{name}=…: remove the quotation marks."


def test_quotes_around_anything_else_are_named_too() -> None:
    assert refused(TRADEBOT_ZONE="'UTC'", PORT='"3000"') == (
        "TRADEBOT_ZONE='UTC': remove the quotation marks.",
        'PORT="3000": remove the quotation marks.',
    )


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_a_token_in_the_signing_secrets_place_is_named_and_not_shown(name: str) -> None:
    (problem,) = refused(**(SLACK | {"SLACK_SIGNING_SECRET": SLACK[name]}))
    assert problem.startswith("SLACK_SIGNING_SECRET=…: this is a token; use the Signing Secret")


@pytest.mark.parametrize("name", ["TEAMS_CLIENT_ID", "TEAMS_TENANT_ID"])
def test_the_id_of_an_example_is_refused(name: str) -> None:
    (problem,) = refused(**(TEAMS | {name: "00000000-0000-0000-0000-000000000000"}))
    assert problem.startswith(f"{name}=00000000-")


def test_the_bots_id_in_the_tenants_place_is_named() -> None:
    (problem,) = refused(**(TEAMS | {"TEAMS_TENANT_ID": TEAMS["TEAMS_CLIENT_ID"].upper()}))
    assert problem.startswith("TEAMS_TENANT_ID is the same as TEAMS_CLIENT_ID. Set it to the Directory (tenant) ID")


def test_a_wrong_word_for_the_anonymous_mode_is_all_that_is_said() -> None:
    (problem,) = refused(**{ANONYMOUS: "yes", "TEAMS_CLIENT_ID": TEAMS["TEAMS_CLIENT_ID"]})
    assert problem.startswith(f"{ANONYMOUS}=yes: use true")


@pytest.mark.parametrize("login", [{"TEAMS_CERTIFICATE": __file__}, {"TEAMS_MANAGED_IDENTITY": "System"}, {"TEAMS_MANAGED_IDENTITY": GUID}])
def test_a_bot_in_teams_signs_in_in_one_way(login: dict[str, str]) -> None:
    others = {name: value for name, value in TEAMS.items() if name != "TEAMS_CLIENT_SECRET"}
    loaded = settings.load({**others, **login}).teams
    assert loaded is not None
    assert (str(loaded.certificate or ""), loaded.managed_identity) == (
        login.get("TEAMS_CERTIFICATE", ""),
        login.get("TEAMS_MANAGED_IDENTITY", "").lower(),
    )
    (problem,) = refused(**TEAMS, **login)
    (name,) = login
    assert problem == f"TEAMS_CLIENT_SECRET and {name} are set, but the bot signs in to Teams in one way. Unset all but one of them."
    (problem,) = refused(**others, **login, **{ANONYMOUS: "true"})
    assert problem == f"{ANONYMOUS} is true, but {name} is also set and would sign the bot in. Unset one of them."


def test_a_bot_in_teams_without_a_way_to_sign_in_is_told_all_of_them() -> None:
    (problem,) = refused(**{name: value for name, value in TEAMS.items() if name != "TEAMS_CLIENT_SECRET"})
    assert "but TEAMS_CLIENT_SECRET (or TEAMS_CERTIFICATE or TEAMS_MANAGED_IDENTITY) is not. Set it too" in problem


@pytest.mark.parametrize(
    ("value", "shown", "hint"),
    [
        ("/no/such/bot.pem", "/no/such/bot.pem", "there is no such file; use the path of a PEM file with the private key"),
        ("x" * 5000, "x" * 5000, "there is no such file"),
        ("/", "/", "this is a folder; use the path of a PEM file"),
        ("-----BEGIN PRIVATE KEY-----\nhidden", "…", "this is the certificate itself; save it as a file"),
        ("-----BEGIN RSA PRIVATE KEY----- hidden", "…", "this is the certificate itself; save it as a file"),
    ],
)
def test_a_certificate_is_a_file_and_a_pasted_one_is_not_shown(value: str, shown: str, hint: str) -> None:
    (problem,) = refused(**(TEAMS | {"TEAMS_CLIENT_SECRET": "", "TEAMS_CERTIFICATE": value}))
    assert problem.startswith(f"TEAMS_CERTIFICATE={shown}: {hint}")
    assert "hidden" not in problem


def test_an_identity_is_an_id_or_the_machines_own() -> None:
    (problem,) = refused(**(TEAMS | {"TEAMS_CLIENT_SECRET": "", "TEAMS_MANAGED_IDENTITY": "tradebot-identity"}))
    assert problem.startswith("TEAMS_MANAGED_IDENTITY=tradebot-identity: use the managed identity's client ID, or system")


def test_the_choice_for_a_post_that_may_have_arrived_is_explained_where_it_is_made() -> None:
    (problem,) = refused(TRADEBOT_UNSURE="maybe")
    for words in ("Teams shows a bot no history", "hold: nothing is posted twice", "wait until an admin decides", "may appear twice"):
        assert words in problem


def test_a_secret_that_the_anonymous_mode_would_not_use_is_refused() -> None:
    (problem,) = refused(**{**TEAMS, ANONYMOUS: "true"})
    assert problem == f"{ANONYMOUS} is true, but TEAMS_CLIENT_SECRET is also set and would sign the bot in. Unset one of them."


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_computer_is_known_by_all_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["::", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", ""])
def test_another_computer_is_not_taken_for_this_one(host: str) -> None:
    assert not is_loopback(host)
