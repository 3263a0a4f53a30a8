import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from types import ModuleType

import pytest

from handlers import idempotency, router
from handlers.command import Command, Context, Person
from handlers.replies.reply import Reply
from handlers.router import dispatch, parse_line, resolve
from handlers.table import TABLE, Access, Route, Source
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.full_catalog import ADMIN, CATALOG, CONTEXT, STAFF, ask, commands
from tests.support.small_catalog import CHANNEL, NEW_YORK, NOW

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("typed", "parsed"),
    [
        ("/pti revenue", ("pti", "revenue")),
        ("pti revenue", ("pti", "revenue")),
        ("  /PTI   revenue  ", ("pti", "revenue")),
        ("/pti", ("pti", "")),
        ("ptis", ("pti", "")),
        ("resource usmca", ("trade", "resource usmca")),
        ("/resource usmca", ("trade", "resource usmca")),
        ("term ACE", ("trade", "term ACE")),
        ("Help", ("trade", "help")),
        ("forced labor", ("trade", "forced labor")),
        ("", ("trade", "")),
        ("/nonsense x", ("nonsense", "x")),
        ("/trade-admin", ("trade-admin", "")),
    ],
)
def test_a_line_is_parsed_with_or_without_its_slash(typed: str, parsed: tuple[str, str]) -> None:
    assert parse_line(typed) == parsed


@pytest.mark.parametrize(
    "typed",
    [
        "@Trade bot pti revenue",
        "@trade bot: /pti revenue",
        "@Tradebot, pti revenue",
        "@Trade bot @Trade bot pti revenue",
        "@Trade bot\xa0pti revenue",
        "pti revenue @Trade bot",
        "/pti revenue, @Trade bot?",
        "@trade-bot pti revenue @trade_bot",
    ],
)
def test_the_typed_name_of_the_bot_is_left_out(typed: str) -> None:
    assert parse_line(typed) == ("pti", "revenue")


@pytest.mark.parametrize(
    "typed", ["@Trade botanist quota", "@Pat quota", "mail me at x@tradebot", "who reads help@trade bot mail", "quota @Trade"]
)
def test_another_name_or_an_address_stays(typed: str) -> None:
    assert parse_line(typed) == ("trade", typed)


def test_a_mention_alone_asks_nothing() -> None:
    assert parse_line("@Trade bot") == parse_line("@Trade bot!") == ("trade", "")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.usage)
def test_every_route_names_a_function_and_its_usage_resolves_to_it(row: Route) -> None:
    module, _, name = row.function.rpartition(".")
    assert callable(getattr(import_module(module), name))
    typed = " ".join(word for word in row.usage.split() if word[0] not in "[<…" and word.islower() and word[-1] not in "]>")
    route = resolve(Command(*parse_line(typed), STAFF, None)).route
    assert route is not None
    assert route.function == row.function
    assert row.help
    assert not row.help.endswith(".")
    assert isinstance(row.audience, Access)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("subscibe", "subscribe"),
        ("subsribe", "subscribe"),
        ("subscribtions", "subscriptions"),
        ("latets", "latest"),
        ("SUBSCRIBED", "subscribe"),
        ("pol", None),  # three letters may be anything
        ("ptis", None),  # a known word of three letters is too short to be guessed
        ("pools", None),
        ("revenue", None),
        ("", None),
        ("status", None),  # not misspelled at all
    ],
)
def test_a_misspelled_word_is_close_by_one_edit_or_two(word: str, meant: str | None) -> None:
    assert router._nearest(word, ["subscribe", "subscriptions", "latest", "poll", "pti", "status"]) == meant


def test_no_two_routes_take_the_same_word() -> None:
    taken = [(row.verb, word) for row in TABLE for word in row.words or ("",)]
    assert len(taken) == len(set(taken))


def test_an_unknown_command_gets_a_suggestion() -> None:
    reply = ask("/rolle auditor")
    assert not reply.ok
    assert reply.text == "There is no command /rolle. Did you mean /role?"
    assert commands(reply) == ["/role auditor"]


def test_an_unknown_command_without_a_suggestion_gets_the_list_of_commands() -> None:
    reply = ask("/zebra")
    assert "There is no command /zebra. The commands are /pti, /role, /trade" in reply.text
    assert commands(reply) == ["/trade help"]


def test_a_misspelled_word_is_named_by_its_position_with_a_suggestion() -> None:
    reply = ask("/trade resorce zebra")
    assert not reply.ok
    assert reply.text == "/trade does not recognize its first word, “resorce”. Did you mean /trade resource zebra?"
    assert commands(reply) == ["/trade resource zebra"]


def test_a_misspelled_change_gets_a_suggestion_even_if_the_rest_would_match() -> None:
    assert ask("/trade subscibe revenue").text.endswith("Did you mean /trade subscribe revenue?")
    assert ask("/trade-admin relaod", ADMIN).text.endswith("Did you mean /trade-admin reload?")


@pytest.mark.parametrize("verb", ["csms", "trade"])
def test_a_list_is_shown_and_not_subscribed_to(verb: str) -> None:
    request = resolve(Command(verb, "subscribe list all feeds", STAFF, CHANNEL))
    assert router.is_question(request)
    assert request.words == "list all feeds"


def test_words_that_match_content_are_no_misspelling() -> None:
    pti = replace(CATALOG.ptis[0], synonyms=("toxic toys",))
    reply = ask("/trade toxic toys", context=replace(CONTEXT, catalog=replace(CATALOG, ptis=(pti,))))
    assert reply.subjects == ("pti:revenue",)
    assert ask("/trade toxic zebra").text.endswith("Did you mean /trade topic zebra?")


ROWS = (
    Route("vault", ("open",), "vault.open_", "/vault open [words]", "opens", Source.STORE, changes_state=True),
    Route("vault", ("count",), "vault.count", "/vault count", "counts", Source.BOT),
    Route("vault", ("burn",), "vault.burn", "/vault burn", "burns", Source.STORE, audience=Access.ADMIN),
    Route("vault", ("ring",), "vault.ring", "/vault ring", "rings", Source.STORE, acts=True),
)


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A verb of the test's own, without a row that takes any words; the list holds what its handlers were given."""
    taken: list[str] = []

    def take(words: str, command: Command, context: Context) -> Reply:
        taken.append(words)
        if words == "crash":
            raise RuntimeError
        return Reply("done", (), ok=words != "wrong")

    module = ModuleType("vault")
    module.__dict__.update(open_=take, count=take, burn=take, ring=take)
    monkeypatch.setitem(sys.modules, "vault", module)
    monkeypatch.setattr(router, "TABLE", ROWS)
    monkeypatch.setattr(router, "VERBS", ("vault",))
    return taken


def say(words: str, context: Context = CONTEXT, person: Person = STAFF, once: str = "") -> Reply:
    return dispatch(resolve(Command("vault", words, person, CHANNEL, once)), context)


def test_a_handler_receives_the_words_after_its_subcommand(vault: list[str]) -> None:
    say("  OPEN  the  door ")
    assert vault == ["the  door"]


def test_a_verb_without_a_fallback_lists_its_subcommands(vault: list[str]) -> None:
    assert say("").text == "Add one of these words after /vault: open, count, burn, ring."
    assert say("sesame now").text == "/vault does not recognize its first word, “sesame”. Use one of these: open, count, burn, ring."
    assert say("conut now").text.endswith("Did you mean /vault count now?")
    assert vault == []


def test_admin_commands_are_denied_to_others(vault: list[str]) -> None:
    refused = say("burn")
    assert not refused.ok
    assert "Only this bot's admins can use /vault burn." in refused.text
    assert refused.text.endswith(f" Your ID is {STAFF.key}.")
    assert vault == []
    assert say("burn", person=ADMIN).ok
    assert vault == [""]


def test_commands_that_need_the_bot_are_refused_on_the_command_line(vault: list[str]) -> None:
    hint = "Type it in a channel with the bot, such as those of the playground, which tradebot run starts."
    assert say("count").text == f"/vault count works only in the running bot. {hint}"
    assert vault == []


@pytest.fixture
def running(db: Database) -> Context:
    db.clock = Clock(NOW)
    return Context(CATALOG, NOW, NEW_YORK, db)


def later(context: Context, **duration: float) -> None:
    assert context.db is not None
    assert isinstance(context.db.clock, Clock)
    context.db.clock.pass_(**duration)


def test_the_same_change_within_a_minute_changes_nothing_and_says_so(vault: list[str], running: Context) -> None:
    assert say("open a", running).text == "done"
    later(running, seconds=59)
    again = say("open  a", running)
    assert again.text == "Nothing changed: “/vault open a” already ran here a moment ago."
    assert again.ok
    assert vault == ["a"]
    later(running, seconds=1)
    assert say("open a", running).text == "done"
    assert vault == ["a", "a"]


def test_different_words_people_or_channels_are_different_changes(vault: list[str], running: Context) -> None:
    elsewhere = Command("vault", "open a", STAFF, replace(CHANNEL, id="C2"))
    say("open a", running)
    say("open b", running)
    say("open a", running, ADMIN)
    dispatch(resolve(elsewhere), running)
    assert vault == ["a", "b", "a", "a"]


def test_a_change_may_be_repeated_after_another_change(vault: list[str], running: Context) -> None:
    elsewhere = Command("vault", "open c", STAFF, replace(CHANNEL, id="C2"))
    for words in ("open a", "open z", "open a", "open a", "open wrong", "open a"):
        say(words, running)
        dispatch(resolve(elsewhere), running)
    assert vault == ["a", "c", "z", "a", "wrong"]
    say("open b", running, ADMIN)
    assert say("open a", running).text == "done"


def test_second_delivery_of_an_event_changes_nothing(vault: list[str], running: Context) -> None:
    say("open a", running, once="event1")
    later(running, hours=1)
    assert say("open a", running, once="event1").text.startswith("Nothing changed")
    assert say("open a", running, once="event2").text == "done"
    assert vault == ["a", "a"]


def test_what_acts_each_time_acts_once_for_an_event_that_comes_again(vault: list[str], running: Context) -> None:
    for _ in range(2):
        assert say("ring", running).text == "done"
    assert say("ring", running, once="event1").text == "done"
    assert say("ring", running, once="event1").text.startswith("Nothing changed")
    assert say("ring", running, once="event2").text == "done"
    assert len(vault) == 4
    say("open a", running)
    say("ring", running, once="event3")
    assert say("open a", running).text.startswith("Nothing changed")


def test_every_command_of_an_admin_that_does_something_is_done_once_for_an_event() -> None:
    done = {row.words[0] for row in TABLE if row.audience is Access.ADMIN and (row.changes_state or row.acts)}
    assert done == {"reload", "rollback", "poll", "post", "seen", "resend", "arrived", "drop", "done", "pause", "resume"}


@on_both
def test_what_was_refused_or_crashed_may_be_said_again_at_once(vault: list[str], running: Context) -> None:
    assert say("open wrong", running, once="event1").text == "done"
    assert say("open wrong", running, once="event1").text == "done"
    for _ in range(2):
        with pytest.raises(RuntimeError):
            say("open crash", running)
    assert vault == ["wrong", "wrong", "crash", "crash"]


def test_the_stored_key_is_short_and_reveals_no_words(running: Context) -> None:
    key = idempotency._words_key(Command("csms", "subscribe " + "x" * 5000 + "\ud800", STAFF, CHANNEL))
    assert len(key) < 150
    assert "subscribe" not in key
    assert key == idempotency._words_key(Command("csms", " subscribe  " + "x" * 5000 + "\ud800", STAFF, CHANNEL))


def test_look_ups_may_be_repeated(running: Context) -> None:
    assert timedelta(seconds=idempotency.REPEAT_SECONDS) == timedelta(minutes=1)
    command = Command("pti", "revenue", STAFF, CHANNEL, "event1")
    assert dispatch(resolve(command), running) == dispatch(resolve(command), running)


@pytest.mark.process
def test_a_look_up_loads_neither_the_database_nor_pydantic() -> None:
    code = "import sys, handlers.router, handlers.pti; print(*[m for m in ('sqlalchemy', 'pydantic', 'yaml', 'httpx') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == ""


@pytest.mark.parametrize("verb", ["pti", "role", "csms", "trade", "\ud800"])
def test_a_lone_surrogate_can_always_be_answered(verb: str) -> None:
    assert dispatch(resolve(Command(verb, "a\ud800b", STAFF, None)), CONTEXT).text.encode()


def test_a_lone_surrogate_is_replaced_before_it_can_be_stored(vault: list[str]) -> None:
    say("open a\udfffb")
    assert vault == ["a?b"]


@pytest.mark.parametrize("typed", ["x" * 200_000, "/pti " + "a b " * 50_000, "/" + "y" * 200_000, "/csms subscribe " + "z" * 200_000])
def test_an_overlong_command_is_refused_without_being_quoted(typed: str) -> None:
    reply = ask(typed)
    assert not reply.ok
    assert reply.text == "Your text is longer than 4,000 characters. Use a few key words."
