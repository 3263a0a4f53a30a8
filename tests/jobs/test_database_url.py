"""DATABASE_URL as people write it: what is wrong, what to write instead, and never a part of the password."""

import pytest
from psycopg import pq
from sqlalchemy.engine import make_url

from jobs.database_url import OPTIONS, shown_url, url_problem, url_secrets
from jobs.store.database import normal_url

PASSWORD = "Zq7wonderland"  # every bad URL below has it, or a piece of it


@pytest.mark.parametrize(
    "value",
    [
        *("sqlite:///tradebot.db", "sqlite:////var/lib/bot/trade bot.db", "sqlite:///C:\\bot\\tradebot.db", "sqlite:///100%.db"),
        *("postgres://u:p@host/name", "postgresql://u:p@host:5432/name", "postgresql+psycopg://host/name", "postgresql:///name"),
        *("postgresql://u:@/name?host=/tmp/socket", "postgresql://u:a:b@[::1]:5432/name", "postgresql://u@host?dbname=name"),
        *("postgresql://u:p%40%2F%23%25@host/name?sslmode=require&connect_timeout=5", "postgresql://ü:ß$&+=~!*'()@h/n"),
        *(
            "postgresql://u:p@host/name?prepare_threshold=5",
            "postgresql://u:p@host/name?prepare_threshold=none",
            "postgresql://?service=bot",
        ),
        "postgresql://?service=bot&port=5432,5433",
        "postgresql://u:p@a.pooler.example.com:6543/name?options=endpoint%3Dx",
    ],
)
def test_a_good_url_is_taken_as_sqlalchemy_reads_it(value: str) -> None:
    assert url_problem(value) is None
    assert normal_url(value).host == make_url(value).host


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (f"postgresql://u:{PASSWORD}@x@host/name", "the password (everything before the last @) contains @; write it as %40"),
        (f"postgresql://u:{PASSWORD}/x@host/name", "contains /; write it as %2F"),
        (f"postgresql://u:{PASSWORD}#x@host/name", "contains #; write it as %23"),
        (f"postgresql://u:{PASSWORD}?x@host/name", "contains ?; write it as %3F"),
        (f"postgresql://u:{PASSWORD} x@host/name", "contains a space; write it as %20"),
        (f"postgresql://u:{PASSWORD}%x@host/name", "contains %; write it as %25"),
        (f"postgresql://u:{PASSWORD}%00@host/name", "contains %00"),
        (f"postgresql://u@agency.gov:{PASSWORD}@host/name", "the user name (everything before the last @) contains @; write it as %40"),
        (f"postgresql://u:{PASSWORD}\t@host/name", "cannot be printed"),
        (f"postgresql://u:{PASSWORD}\udcff@host/name", "cannot be printed"),
        (f"postgresql://:{PASSWORD}@host/name", "user name before the password is missing"),
        (f"postgresql://u:{PASSWORD}@host:http/name", "the port after the host is not a number from 1 to 65535"),
        (f"postgresql://u:{PASSWORD}@host:0/name", "not a number from 1 to 65535"),
        (f"postgresql://u:{PASSWORD}@host:65536/name", "not a number from 1 to 65535"),
        (f"postgresql://u:{PASSWORD}@host:/name", "not a number from 1 to 65535"),
        (f"postgresql://u:{PASSWORD}", "a user and a password end with @"),
        (f"postgresql://u:{PASSWORD}/name", "a user and a password end with @"),
        (f"postgresql://u:{PASSWORD}@host", "the name of the database is missing"),
        (f"postgresql://u:{PASSWORD}@host/", "the name of the database is missing"),
        (f"postgresql://u:{PASSWORD}@host/?sslmode=require", "the name of the database is missing"),
        (f"postgresql://u:{PASSWORD}@::1/name", "with an IPv6 address in [brackets]"),
        (f"postgresql://u:{PASSWORD}@ho st/name", "the host is not a name or an address"),
        (f"postgresql://u:{PASSWORD}@host/name #production", "contains a space or #"),
        (f"postgresql://u:{PASSWORD}@host/name?sslmod=require", "did you mean sslmode?"),
        (f"postgresql://u:x@host/name?{PASSWORD}", "an option after the question mark is unknown"),
        (f"postgresql://u:x@host/name?pool_size=5&password={PASSWORD}", "PostgreSQL's own options"),
        (f"postgresql://u:{PASSWORD}@host/name?prepare_threshold=often", "prepare_threshold is a whole number"),
        (f"postgresql://u:x@host/name?port={PASSWORD}", "the port after the question mark is not a number from 1 to 65535"),
        (f"postgresql://u:{PASSWORD}@host/name?port=0", "the port after the question mark is not a number from 1 to 65535"),
        (f"postgresql://u:x@host/name?connect_timeout={PASSWORD}", "connect_timeout is a whole number"),
        (f"postgresql://u:x@host/name?sslmode={PASSWORD}", "sslmode is one of disable, allow, prefer, require,"),
        (f"postgresql://u:x@host/name?password={PASSWORD}%00", "contains %00"),
        (f"postgresql+psycopg2://u:{PASSWORD}@host/name", "begin with postgresql:// instead"),
        (f"postgresql+asyncpg://u:{PASSWORD}@host/name", "begin with postgresql:// instead"),
        (f"postgres-sql://u:{PASSWORD}@host/name", "begin it with postgresql://"),
        (f"POSTGRESQL://u:{PASSWORD}@host/name", "begin it with postgresql://, in small letters"),
        (f"postgres:/u:{PASSWORD}@host/name", "begin it with postgresql://"),
        (f"postgresql//u:{PASSWORD}+@host/name", "begin it with postgresql://"),
        (f"psql postgresql://u:{PASSWORD}@host/name", "with nothing before it"),
        (f"jdbc:postgresql://host/name?user=u&password={PASSWORD}", "begin it with postgresql://"),
        (f"host=host dbname=name user=u password={PASSWORD}", "write it as a URL"),
        (f"mysql://u:{PASSWORD}@host/name", "use sqlite:///FILE or postgresql://"),
        (f"u:{PASSWORD}@host/name", "use sqlite:///FILE or postgresql://"),
        (PASSWORD, "use sqlite:///FILE or postgresql://"),
        (f"sqlite://u:{PASSWORD}@host/name", "write sqlite:///FILE"),
    ],
)
def test_a_bad_url_is_explained_and_not_a_piece_of_its_password_is_shown(value: str, hint: str) -> None:
    problem = url_problem(value)
    assert problem is not None
    assert hint in problem
    for shown in (problem, shown_url(value)):
        assert PASSWORD[:4] not in shown


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        *((value, "sqlite:////FOLDER/FILE with four slashes") for value in ("sqlite:tradebot.db", "sqlite:/x.db", "sqlite://x.db")),
        *((value, "in memory") for value in ("sqlite://", "sqlite:///", "sqlite:///:memory:")),
        ("sqlite+pysqlite:///x.db", "begin with sqlite:///"),
        ("sqlite+aiosqlite:///x.db", "begin with sqlite:///"),
        ("SQLite:///x.db", "write sqlite:///FILE"),
        ("sqlite:///x.db?mode=ro", "remove everything from the question mark on"),
        ("sqlite:///~/x.db", "instead of ~"),
        ("sqlite:////var/lib/bot/", "add the name of a file"),
    ],
)
def test_a_bad_sqlite_url_is_shown_and_explained(value: str, hint: str) -> None:
    assert hint in str(url_problem(value))
    assert value.casefold().startswith("sqlite")


def test_a_good_url_is_shown_without_its_login_and_options() -> None:
    assert shown_url(f"postgresql://u:{PASSWORD}@host:5432/name?password={PASSWORD}") == "postgresql://…@host:5432/name?…"
    assert shown_url("postgresql:///name") == "postgresql:///name"
    assert shown_url("sqlite:///tradebot.db") == "sqlite:///tradebot.db"


def test_the_secrets_of_a_url_are_all_its_passwords_in_both_spellings() -> None:
    url = "postgresql://u:a%40b@host/name?password=c%20d&sslmode=require&sslpassword=e"
    assert url_secrets(url) == ["a%40b", "a@b", "c%20d", "c d", "e"]
    assert url_secrets("postgresql://host/name") == url_secrets("sqlite:///x@y.db") == []


def test_every_parameter_of_the_installed_libpq_is_known() -> None:
    assert {option.keyword.decode() for option in pq.Conninfo.get_defaults()} - OPTIONS == set()
