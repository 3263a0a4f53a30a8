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
            "TRADEBOT_ZONE": "UTC",
            "HOST": "10.0.0.5",
            "PORT": "0",
            "LOG_LEVEL": "DEBUG",
        }
    )
    assert loaded == settings.Settings(
        database_url="postgres://u:p@h/n",
        content_dir=tmp_path.resolve(),
        admins=frozenset({"slack:T1/U1", "teams:tenant/29:abc", "playground:local/you"}),
        zone="UTC",
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
    (problem,) = refused(**{name: value})
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
