"""The playground's server: what it refuses, answers and publishes."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import httpx
import pytest

from bot.app import application, build
from bot.playground import samples
from bot.playground.channels import CHANNELS
from bot.playground.publish import outcome_reply
from bot.playground.sender import PlaygroundSender
from bot.runtime import Runtime
from bot.settings import load
from bot.teams.cards import cards
from bot.urls import is_loopback_header
from handlers.actions import ONLY_YOU, add_back_button
from handlers.replies import serialize
from handlers.replies.reply import Button, Buttons, Header, Reply, SmallPrint, line
from jobs.classify import classify
from jobs.deliver import deliver_due
from jobs.models.channels import ChannelRef
from jobs.models.entries import Classified
from jobs.models.subscriptions import Cadence, Filters, Subscription
from jobs.outcomes import Outcome, Unknown
from jobs.relations import SUPERSEDING
from jobs.states import CadenceKind, EntryKind, Lead
from jobs.store import entries
from tests.support.adaptive import seen
from tests.support.overtaking import NOTE, overtake
from tests.support.paths import ROOT
from tests.support.relations import named

HOME = "http://127.0.0.1:3000"
ME = ("127.0.0.1", 50000)
STRANGER = ("10.0.0.7", 50000)


@pytest.fixture
def runtime(sqlite_url: str) -> Iterator[Runtime]:
    built = build(load({"DATABASE_URL": sqlite_url}))
    yield built
    built.db.close()


def visitor(runtime: Runtime, peer: tuple[str, int] = ME, home: str = HOME, **headers: str) -> httpx.AsyncClient:
    """Whoever connects: from where, by which name."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(application(runtime), client=peer), base_url=home, headers=headers)


@pytest.fixture
def page(runtime: Runtime) -> httpx.AsyncClient:
    """A browser on this computer with the page open."""
    return visitor(runtime, Origin=HOME)


async def post(page: httpx.AsyncClient, name: str, **said: Any) -> dict[str, Any]:
    answer = await page.post(f"/playground/api/{name}", json={"channel": "trade-updates"} | said)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def texts(page: httpx.AsyncClient, channel: str = "trade-updates", after: str = "") -> list[str]:
    found = (await page.get("/playground/api/posts", params={channel: after})).json()["posts"][channel]
    return [one["content"]["text"] for one in found]


async def delivered(runtime: Runtime) -> int:
    return await deliver_due(runtime.db, runtime.senders, runtime.compose)


@pytest.mark.parametrize("host", ["127.0.0.1:3000", "localhost", "LOCALHOST:80", "[::1]:3000", "127.8.9.1"])
def test_every_loopback_host_name_is_accepted(host: str) -> None:
    assert is_loopback_header(host)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:3000", "10.0.0.1", "0.0.0.1", "", "127.0.0.1@evil"]
)
async def test_a_name_that_only_resolves_here_is_refused(host: str, runtime: Runtime) -> None:
    assert not is_loopback_header(host)
    answer = await visitor(runtime).get("/", headers={"Host": host})
    assert answer.status_code == 403
    assert "<html" not in answer.text


async def test_a_refusal_names_the_real_port(runtime: Runtime) -> None:
    answer = await visitor(runtime, home="http://127.0.0.1:4711").get("/", headers={"Host": "evil.example"})
    assert answer.text == "Open the playground at this computer's own address, such as http://127.0.0.1:4711.\n"


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/calendar/all.ics"])
async def test_a_refusal_of_another_address_than_the_pages_says_why(runtime: Runtime, path: str) -> None:
    answer = await visitor(runtime).get(path, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.text) == (
        403,
        "While the playground is on, the bot answers only this computer, and the Host header names another one. "
        "Ask for this computer's own address, such as http://127.0.0.1:3000.\n",
    )
    answer = await visitor(runtime, STRANGER).get(path)
    assert (answer.status_code, answer.text) == (403, "While the playground is on, the bot answers only this computer.\n")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_site_cannot_read_the_api(runtime: Runtime, headers: dict[str, str]) -> None:
    answer = await visitor(runtime).get("/playground/api/posts", headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://127.0.0.1:8080"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "https://127.0.0.1:3000"},
        {"Origin": HOME, "Content-Type": "text/plain"},
        {"Origin": HOME, "Content-Type": "application/x-www-form-urlencoded"},
        {"Origin": HOME, "Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_post_from_another_page_changes_nothing(runtime: Runtime, headers: dict[str, str]) -> None:
    stranger = visitor(runtime)
    said = b'{"channel": "trade-updates", "what": "new"}'
    answer = await stranger.post("/playground/api/publish", content=said, headers={"Content-Type": "application/json"} | headers)
    assert answer.status_code == 403
    with runtime.db.read() as conn:
        assert entries.latest(conn, [samples.FEED]) == []


async def test_another_computer_is_refused_despite_a_loopback_host_name(runtime: Runtime) -> None:
    assert (await visitor(runtime, STRANGER).get("/")).status_code == 403


async def test_a_proxy_cannot_vouch_for_another_computer(runtime: Runtime) -> None:
    remote = visitor(runtime, STRANGER)
    assert (await remote.get("/", headers={"X-Forwarded-For": "127.0.0.1"})).status_code == 403


async def test_a_link_from_elsewhere_may_open_the_page(page: httpx.AsyncClient) -> None:
    del page.headers["Origin"]
    assert (await page.get("/", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200


async def test_there_is_no_page_when_others_can_connect(runtime: Runtime) -> None:
    open_to_all = replace(runtime, settings=replace(runtime.settings, host="::"))
    everybody = visitor(open_to_all, STRANGER, "http://bot.example.gov")
    assert (await everybody.get("/")).status_code == 404
    assert (await everybody.get("/playground/api/start")).status_code == 404
    assert (await everybody.get("/healthz")).status_code == 200


async def test_every_response_has_a_strict_content_security_policy(page: httpx.AsyncClient) -> None:
    for path in ("/", "/playground/app.js", "/playground/api/posts", "/nothing"):
        policy = (await page.get(path)).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_the_page_loads_nothing_from_elsewhere() -> None:
    static = ROOT / "bot" / "playground" / "static"
    page = (static / "index.html").read_text(encoding="utf-8")
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
    for file in static.iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text, file
        assert "https://" not in text, file


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"nonsense", 400),
        (b"[" * 9000, 400),
        (b"[]", 400),
        (b'{"channel": "trade-updates"}', 400),
        (b'{"channel": "trade-updates", "text": "  "}', 400),
        (b'{"channel": "trade-updates", "text": 7}', 400),
        (b'{"channel": "nowhere", "text": "/pti"}', 404),
        (b'{"channel": ["trade-updates"], "text": "/pti"}', 404),
        (b'{"channel": "trade-updates", "text": "/pti", "once": 5}', 400),
        (b'{"channel": "trade-updates", "text": "' + b"x" * 2001 + b'"}', 400),
        (b'{"text": "' + b"x" * 20_000 + b'"}', 413),
    ],
)
async def test_a_body_that_the_page_would_not_send_is_refused_with_a_reason(page: httpx.AsyncClient, body: bytes, status: int) -> None:
    answer = await page.post("/playground/api/say", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


async def test_every_channel_opens_with_the_revenue_card_and_a_digest_marked_sample(page: httpx.AsyncClient) -> None:
    start = (await page.get("/playground/api/start")).json()
    assert [one["id"] for one in start["channels"]] == ["trade-updates", "partner-demo", "direct"]
    for channel in start["channels"]:
        card, digest = channel["opening"]
        assert card["content"]["subjects"] == ["pti:revenue"]
        assert card["note"].startswith("Example")
        assert digest["sample"] is True
        assert digest["content"]["text"].startswith("SAMPLE. Trade digest: Mon 9 Feb")
        for number in samples.IN_THE_DIGEST:
            assert number in digest["content"]["text"]
    assert await texts(page) == []


def spoken(message: dict[str, Any]) -> str:
    """All of the cards' JSON, to look for words."""
    return json.dumps(message["cards"], ensure_ascii=False)


def labels(message: dict[str, Any]) -> list[str]:
    return [title for card in message["cards"] for title, _ in seen(card).buttons]


async def test_cards_are_sent_in_teams_look_only(page: httpx.AsyncClient) -> None:
    await post(page, "share", text="/pti ipr")
    plain = [await page.get("/playground/api/start"), await page.get("/playground/api/posts")]
    assert not any("cards" in answer.text for answer in plain)
    assert "cards" not in (await post(page, "say", text="/pti revenue"))["message"]
    start = (await page.get("/playground/api/start?as=teams")).json()
    (posted,) = (await page.get("/playground/api/posts?as=teams")).json()["posts"]["trade-updates"]
    said = (await post(page, "say?as=teams", text="/pti revenue"))["message"]
    sample = (await post(page, "publish?as=teams", what="new"))["message"]
    for message in (*start["channels"][0]["opening"], posted, said, sample):
        reply = serialize.load(message["content"])
        assert message["cards"] == cards(replace(reply, public=True) if message.get("asked") else reply)
    assert "Shared by" in spoken(posted)


async def test_a_newer_message_stands_beside_an_answer(page: httpx.AsyncClient, runtime: Runtime) -> None:
    question = overtake(runtime.db, runtime.library.catalog, runtime.recent)
    for look in ("say", "say?as=teams"):
        assert NOTE in json.dumps(await post(page, look, text=question))


async def test_in_teams_look_answers_are_public_in_a_channel_and_private_in_a_chat(page: httpx.AsyncClient) -> None:
    in_channel = (await post(page, "say?as=teams", text="/pti revenue"))["message"]
    alone = (await post(page, "say?as=teams", text="/pti revenue", channel="direct"))["message"]
    assert (in_channel["forAll"], alone["forAll"]) == (True, False)
    assert ONLY_YOU not in spoken(in_channel)
    assert ONLY_YOU in spoken(alone)


async def test_a_buttons_answer_in_teams_look_can_be_shared_and_has_a_way_back(page: httpx.AsyncClient) -> None:
    pressed = (await post(page, "say?as=teams", text="/pti revenue", pressed="Revenue", covers=True))["message"]
    assert labels(pressed)[-3:] == ["Back to the message", "Share in channel", "Report a problem"]
    assert ONLY_YOU in seen(pressed["cards"][0]).lines[-1]
    shared = (await post(page, "share?as=teams", text="/pti revenue", pressed="Share in channel", covers=True))["message"]
    assert "Shared in this channel." in spoken(shared)
    assert labels(shared) == ["Back to the message"]
    assert len(await texts(page)) == 1
    alone = (await post(page, "say?as=teams", text="/pti revenue", channel="direct", pressed="Revenue", covers=True))["message"]
    assert not {"Share in channel", "Back to the message"} & set(labels(alone))


@pytest.mark.parametrize("count", [0, 4, 5])
def test_the_back_button_goes_above_the_small_print_in_a_row_with_room(count: int) -> None:
    row = Buttons(tuple(Button(str(number), "/pti") for number in range(count)))
    small = SmallPrint((line("as of 2026"),))
    blocks = add_back_button(Reply("t", (Header("t"), *([row] if count else []), small))).blocks
    assert blocks[-1] == small
    assert isinstance(blocks[-2], Buttons)
    assert blocks[-2].buttons[-1] == Button("Back to the message", "back")
    assert [len(block.buttons) for block in blocks if isinstance(block, Buttons)] == {0: [1], 4: [5], 5: [5, 1]}[count]
    assert add_back_button(Reply("t", ())).blocks == (Buttons((Button("Back to the message", "back"),)),)


async def test_messages_on_the_page_get_their_cards_later(page: httpx.AsyncClient) -> None:
    said = (await post(page, "say", text="/role auditor"))["message"]
    (dressed,) = (await post(page, "cards", messages=[said]))["messages"]
    assert dressed["cards"] == (await post(page, "say?as=teams", text="/role auditor"))["message"]["cards"]


@pytest.mark.parametrize(
    "messages",
    [
        None,
        {},
        [7],
        [{}],
        [{"content": []}],
        [{"content": {}}],
        [{"content": {"text": 1, "blocks": [{"type": "section", "lines": [[3]]}]}}],
        [{"content": {"text": "t", "blocks": [{"type": "video"}]}}],
        [{"content": {"text": "t", "blocks": [{"type": "bullets", "items": [[{"text": "x", "size": 9}]]}]}}],
        [{"content": {"text": "t", "blocks": []}, "asked": 5}],
    ],
)
async def test_malformed_messages_get_no_cards(page: httpx.AsyncClient, messages: Any) -> None:
    answer = await page.post("/playground/api/cards", json={"channel": "trade-updates", "messages": messages})
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


async def test_completions_come_from_the_command_table(page: httpx.AsyncClient) -> None:
    offered = [one["text"] for one in (await page.get("/playground/api/start")).json()["completions"]]
    assert {"/pti ", "/role ", "/pti revenue", "/csms subscribe "} <= set(offered)


async def test_everyday_words_are_understood(page: httpx.AsyncClient) -> None:
    await post(page, "say", text="subscribe me to forced labor weekly")
    offer = (await post(page, "say", text="give me a daily digest about tariffs"))["message"]["content"]
    assert "daily 09:00" in str(offer["blocks"][-1])
    await post(page, "say", text="pause until monday")
    said = await texts(page)
    assert said[0].startswith("This channel now gets CSMS updates: Forced labor")
    assert said[1].startswith("Posting is paused in this channel until Mon")
    assert len(said) == 2


@pytest.mark.parametrize("typed", ["@Trade bot pti revenue", "pti revenue @Trade bot"])
async def test_a_mention_as_the_readme_shows_it_is_no_part_of_the_question(page: httpx.AsyncClient, typed: str) -> None:
    bare = (await post(page, "say?as=teams", text="pti revenue"))["message"]["content"]
    assert (await post(page, "say?as=teams", text=typed))["message"]["content"] == bare


async def test_who_is_no_admin_learns_of_the_switch(page: httpx.AsyncClient) -> None:
    for text in ("/trade-admin status", "/trade-admin reload", "/trade-admin review"):
        refused = (await post(page, "say", text=text))["message"]["content"]["text"]
        assert refused.startswith(f"Only this bot's admins can use {text}. ")
        assert "turn on “Act as an admin”" in refused
        assert "TRADEBOT_ADMINS" not in refused
    outside = (await post(page, "say", text="/trade-admin status", channel="partner-demo"))["message"]["content"]["text"]
    assert "Act as an admin" not in outside


async def test_the_admin_switch_opens_and_sends_forms(sqlite_url: str) -> None:
    built = build(load({"DATABASE_URL": sqlite_url, "TRADEBOT_SUBSCRIBE": "admins"}))
    with closing(built.db):
        page = visitor(built, Origin=HOME)
        refused = (await post(page, "say", text="/csms subscribe", pressed="Subscribe"))["message"]["content"]["text"]
        assert "turn on “Act as an admin”" in refused
        form = (await post(page, "say", text="/csms subscribe", pressed="Subscribe", admin=True))["form"]
        values = {field["name"]: field["values"] for field in form["fields"]}
        assert "Only this bot's admins" in (await post(page, "form", command=form["command"], values=values))["message"]["content"]["text"]
        assert await post(page, "form", command=form["command"], values=values, admin=True) == {"message": None}
        assert (await texts(page))[0].startswith("This channel now gets")


async def test_questions_in_vain_are_counted_and_answers_can_be_marked(page: httpx.AsyncClient, runtime: Runtime) -> None:
    for channel in ("trade-updates", "partner-demo", "partner-demo"):
        await post(page, "say", text="frobnicate the quux", channel=channel)
    shown = (await post(page, "say", text="what is the forced labor portal"))["message"]["content"]
    marks = [each for block in shown["blocks"] for each in block.get("buttons", ()) if each["label"] == "Not what I asked"]
    thanks = await post(page, "say", text=marks[0]["command"], pressed="Not what I asked")
    assert "but not who asked" in thanks["message"]["content"]["text"]
    listed = (await post(page, "say", text="/trade-admin unanswered", admin=True))["message"]["content"]["text"]
    assert "frobnicate the quux (2)" in listed


async def test_change_opens_a_form_whose_values_change_the_subscription(page: httpx.AsyncClient) -> None:
    await post(page, "say", text='subscribe revenue "ach" weekly tue 08:30 in CT')
    form = (await post(page, "say", text="/csms subscribe instead of 1", pressed="Change"))["form"]
    values = {field["name"]: field["values"] for field in form["fields"]}
    assert values == {
        "topics": ["revenue"],
        "when": ["weekly"],
        "day": ["1"],
        "at": ["08:30"],
        "zone": ["America/Chicago"],
        "urgent": ["urgent"],
        "system": [],
        "deadlines": [],
        "phrases": ["ach"],
        "never": [],
    }
    wrong = await post(page, "form", command=form["command"], values=values | {"phrases": ['a "quoted" one']})
    assert "Remove the quotation marks inside" in wrong["problems"]["phrases"]
    done = await post(page, "form", command=form["command"], values=values | {"when": ["daily"], "phrases": []})
    assert done == {"message": None}
    assert (await texts(page))[-1].startswith("Changed subscription 1. This channel now gets CSMS updates: Revenue. Daily 08:30 CT")
    form = (await post(page, "say", text="/csms subscribe instead of 2", pressed="Change"))["form"]
    assert "changes" in next(field for field in form["fields"] if field["name"] == "day")["only"]
    done = await post(page, "form", command=form["command"], values=values | {"when": ["changes"], "phrases": []})
    assert done == {"message": None}
    assert (await texts(page))[-1].startswith("Changed subscription 2. ")
    assert "Weekly Tue 08:30 CT, as a report of changes" in (await texts(page))[-1]
    form = (await post(page, "say", text="/csms subscribe instead of 2", pressed="Change"))["form"]
    assert next(field for field in form["fields"] if field["name"] == "when")["values"] == ["changes"]
    ended = await post(page, "say", text="/csms subscribe instead of 1", pressed="Change")
    assert "has already ended" in ended["message"]["content"]["text"]


async def test_a_problem_is_reported_in_a_form(page: httpx.AsyncClient) -> None:
    form = (await post(page, "say", text="report pti:revenue", pressed="Report a problem"))["form"]
    assert "Describe what is wrong" in (await post(page, "form", command=form["command"], values={"words": [" "]}))["problems"]["words"]
    thanks = await post(page, "form", command=form["command"], values={"words": ["The rate", "is old."]})
    assert "Thank you" in thanks["message"]["content"]["text"]
    listed = (await post(page, "say", text="/trade-admin unanswered", admin=True))["message"]["content"]["text"]
    assert "Revenue: The rate" in listed
    done = await post(page, "say", text="/trade-admin done 1", admin=True, pressed="Done")
    assert done["message"]["content"]["text"].startswith("Done: problem 1")


async def test_a_guest_fills_in_no_form(page: httpx.AsyncClient) -> None:
    for text in ("report pti:revenue", "/csms subscribe"):
        opened = await post(page, "say", text=text, pressed="x", channel="partner-demo")
        assert "form" not in opened
        filled = await post(page, "form", command=text, values={"words": ["x"]}, channel="partner-demo")
        assert "staff" in filled["message"]["content"]["text"]
    assert await texts(page, "partner-demo") == []


@pytest.mark.parametrize(
    "body", [{}, {"command": "/csms unsubscribe 1", "values": {}}, {"command": "/csms subscribe", "values": {"topics": "revenue"}}]
)
async def test_a_form_that_the_page_would_not_send_is_refused(page: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await page.post("/playground/api/form", json={"channel": "trade-updates"} | body)
    assert answer.status_code == 400


async def test_an_answer_is_for_the_asker_alone(page: httpx.AsyncClient) -> None:
    message = (await post(page, "say", text="/pti revenue"))["message"]
    assert message["content"]["subjects"] == ["pti:revenue"]
    assert message["content"]["public"] is False
    assert await texts(page) == []


async def test_a_shared_answer_is_for_everybody_and_names_who_shared_it(page: httpx.AsyncClient) -> None:
    assert (await post(page, "share", text="/pti revenue"))["message"] is None
    (text,) = await texts(page)
    assert text.startswith("Shared by Staff: Priority Trade Issue: Revenue.")


async def test_a_refusal_cannot_be_shared(page: httpx.AsyncClient) -> None:
    answer = await page.post("/playground/api/share", json={"channel": "trade-updates", "text": "/csms nonsense"})
    assert answer.status_code == 409
    assert await texts(page) == []


async def test_a_missing_database_is_reported_and_logged_in_one_line(
    runtime: Runtime, page: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with runtime.db.begin() as conn:
        conn.exec_driver_sql("ALTER TABLE post RENAME TO hidden")
    answer = await page.get("/playground/api/posts")
    assert (answer.status_code, answer.json()) == (503, {"error": "The database cannot be reached right now."})
    (said,) = caplog.records
    assert said.exc_info is None
    assert said.getMessage() == "the playground could not answer /playground/api/posts: no such table: post"


async def test_a_direct_message_cannot_be_shared(page: httpx.AsyncClient) -> None:
    answer = await page.post("/playground/api/share", json={"channel": "direct", "text": "/pti revenue"})
    assert answer.status_code == 409
    assert await texts(page, "direct") == []


async def test_a_change_cannot_be_shared_and_is_not_made(page: httpx.AsyncClient) -> None:
    answer = await page.post("/playground/api/share", json={"channel": "trade-updates", "text": "/csms subscribe"})
    assert answer.status_code == 409
    said = (await post(page, "say", text="/csms subscriptions"))["message"]["content"]["text"]
    assert said == "This channel has no subscriptions."


@pytest.mark.parametrize("command", ["/pti \\ud800", '/csms subscribe \\"\\ud800\\"', "\\udfff"])
async def test_a_lone_surrogate_breaks_neither_the_answer_nor_the_channel(page: httpx.AsyncClient, command: str) -> None:
    said = f'{{"channel": "trade-updates", "text": "{command}"}}'  # as a browser writes it: httpx refuses to
    answer = await page.post("/playground/api/say", content=said, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    assert (await page.get("/playground/api/posts")).status_code == 200
    await post(page, "say", text="/csms subscriptions")


async def test_a_guest_sees_no_internal_contact_even_in_a_shared_answer(page: httpx.AsyncClient, runtime: Runtime) -> None:
    slug, internal = next(
        (one.slug, contact.value)
        for one in runtime.library.catalog.ptis
        for contact in one.contacts
        if contact.audience == "internal" and contact.shown
    )
    inside = await page.post("/playground/api/say", json={"channel": "trade-updates", "text": f"/pti {slug}"})
    outside = await page.post("/playground/api/say", json={"channel": "partner-demo", "text": f"/pti {slug}", "admin": True})
    assert internal in inside.text
    assert internal not in outside.text
    await post(page, "share", channel="partner-demo", text=f"/pti {slug}")
    assert internal not in (await page.get("/playground/api/posts")).text


async def test_an_unwanted_sample_is_stored_and_offers_to_subscribe(page: httpx.AsyncClient) -> None:
    message = (await post(page, "publish", what="new"))["message"]
    assert "97647279" in message["content"]["text"]
    assert "no subscription" in message["content"]["text"]
    assert message["content"]["blocks"][-1]["buttons"][0]["command"] == "/csms subscribe"


async def test_a_sample_goes_to_the_subscribed_channel_only(page: httpx.AsyncClient, runtime: Runtime) -> None:
    await post(page, "say", text="/csms subscribe")
    message = (await post(page, "publish", what="correction"))["message"]
    assert message["content"]["text"].startswith("Published: CSMS 97647279 and CSMS 98987884.")
    assert await delivered(runtime) == 1
    echo, pair = await texts(page)
    assert echo.startswith("This channel now gets CSMS updates")
    assert pair.index("98987884") < pair.index("Earlier text, replaced by CSMS 98987884")
    assert await texts(page, "partner-demo") == []
    assert await delivered(runtime) == 0


async def test_only_new_posts_are_sent_to_the_page(page: httpx.AsyncClient) -> None:
    for text in ("/pti revenue", "/pti ipr", "/pti textiles"):
        await post(page, "share", text=text)
    (first, *_) = (await page.get("/playground/api/posts")).json()["posts"]["trade-updates"]
    assert len(await texts(page, after=first["id"])) == 2
    assert len(await texts(page, after="of another database")) == 3


async def test_a_digest_can_be_made_due_now(page: httpx.AsyncClient, runtime: Runtime) -> None:
    await post(page, "say", text="/csms subscribe weekly mon 09:00 digest only")
    for _ in range(2):
        message = (await post(page, "publish", what="new"))["message"]
        assert "waits for this channel’s digest: " in message["content"]["text"]
        assert message["waits"] is True
    behind = (await page.get("/playground/api/behind", params={"channel": "trade-updates"})).json()
    assert behind["waiting"].startswith("2, next ")
    assert await delivered(runtime) == 0
    assert (await post(page, "due"))["said"] == "2 messages are due now."
    assert await delivered(runtime) == 1
    assert "Trade digest" in (await texts(page))[-1]
    assert (await post(page, "due"))["said"].startswith("No messages are waiting")


async def test_posts_at_once_and_waiting_ones_are_told_apart(page: httpx.AsyncClient, runtime: Runtime) -> None:
    await post(page, "say", text="/csms subscribe ad/cvd weekly mon 09:30 in Chicago")
    await post(page, "say", text='/csms subscribe "AGOA" daily 08:00')
    await post(page, "say", text='/csms subscribe "AGOA" "beef" weekly mon 09:00 digest only')
    both = (await post(page, "publish", what="correction"))["message"]  # at once for one subscription is at once
    assert "will be posted here when" in both["content"]["text"]
    assert "digest" not in both["content"]["text"]
    assert both["waits"] is False
    assert await delivered(runtime) == 1
    later = (await post(page, "publish", what="correction"))["message"]  # a correction takes what it changes out of the digest
    assert later["waits"] is False
    assert later["content"]["text"].startswith("Published: CSMS 90478562 and CSMS 90491355. CSMS 90478562 will be posted here when")
    assert await delivered(runtime) == 1


NOTHING = Classified((), EntryKind.OTHER, Lead.NONE, False)


def test_a_sample_that_is_posted_and_one_that_waits_are_each_named() -> None:
    now = datetime(2026, 2, 9, 15, 0, tzinfo=UTC)
    channel = CHANNELS[0]
    weekly = Subscription(1, 1, channel.ref, Filters(), Cadence(CadenceKind.WEEKLY, time(9), 0), "America/New_York", False, "You", now)
    lead = {"67740694": "", "68987884": "correction"}
    quota, urgent = (replace(samples.to_entry(number, 1, lambda *_: NOTHING), id=int(number), lead=Lead(lead[number])) for number in lead)
    reply, waits = outcome_reply([quota, urgent], {}, [weekly], channel, now, jobs=True)
    assert reply is not None
    assert reply.text == (
        "Published: CSMS 67740694 and CSMS 68987884. CSMS 67740694 waits for this channel’s digest: Mon 16 Feb 09:00 ET. "
        "CSMS 68987884 will be posted here at once."
    )
    assert waits
    assert outcome_reply([urgent], {}, [weekly], channel, now, jobs=True) == (None, False)


async def test_why_explains_the_copy_that_was_posted_here(page: httpx.AsyncClient, runtime: Runtime) -> None:
    for _ in samples.originals():
        await post(page, "publish", what="new")  # the first round: nobody wants it
    await post(page, "say", text="/csms subscribe now")
    await post(page, "publish", what="new")
    assert await delivered(runtime) == 1
    by_hand = (await post(page, "say", text="/csms why 97647280"))["message"]["content"]
    assert by_hand["subjects"] == ["sample:67647279:2"]
    (posted,) = [one["content"] for one in (await page.get("/playground/api/posts")).json()["posts"]["trade-updates"]][1:]
    button = next(block for block in posted["blocks"] if block["type"] == "buttons")["buttons"][0]
    assert button["label"] == "Why this?"
    (menu,) = (block for block in posted["blocks"] if block["type"] == "overflow")
    assert menu["buttons"] == [{"label": "Report a problem", "command": "report sample:67647279:2"}]
    assert (await post(page, "say", text=button["command"]))["message"]["content"]["subjects"] == ["sample:67647279:2"]


async def test_an_entry_that_several_subscriptions_wait_for_counts_once(page: httpx.AsyncClient, runtime: Runtime) -> None:
    await post(page, "say", text="/csms subscribe weekly mon 09:00 digest only")
    await post(page, "say", text='/csms subscribe "AGOA" weekly tue 09:00 digest only')
    await post(page, "publish", what="new")
    assert (await post(page, "due"))["said"] == "1 message is due now."
    assert await delivered(runtime) == 1
    behind = (await page.get("/playground/api/behind", params={"channel": "trade-updates"})).json()
    assert behind["waiting"] == "nothing"


async def test_an_interrupted_post_is_shown_once_after_it_is_settled(page: httpx.AsyncClient, runtime: Runtime) -> None:
    standing: list[int] = []

    class Breaking(PlaygroundSender):
        async def send(self, channel: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
            standing.append(len(await texts(page)))
            return Unknown("the process was cut off") if len(standing) == 1 else await super().send(channel, content, post_id)

    await post(page, "say", text="/csms subscribe now")
    await post(page, "publish", what="new")
    assert await deliver_due(runtime.db, {"playground": Breaking()}, runtime.compose) == 0
    runtime.db.clock = lambda: datetime.now(UTC) + timedelta(minutes=1)
    assert await deliver_due(runtime.db, {"playground": Breaking()}, runtime.compose) == 1
    assert standing == [1, 1]
    assert len(await texts(page)) == 2


def numbers(chosen: tuple[tuple[str, samples.Sample], ...]) -> list[str]:
    return [sample.number for _, sample in chosen]


def test_new_samples_come_one_by_one_in_rounds() -> None:
    out: set[str] = set()
    for _ in range(2 * len(samples.originals())):
        ((key, _),) = samples.next_new(out)
        assert key not in out
        out.add(key)
    assert {key.rpartition(":")[2] for key in out} == {"1", "2"}


def test_a_correction_follows_its_published_message() -> None:
    assert numbers(samples.next_correction({"sample:67647279:1"})) == ["68987884"]


def test_a_correction_without_a_published_message_brings_it_along() -> None:
    assert numbers(samples.next_correction(set())) == ["67647279", "68987884"]
    assert numbers(samples.next_correction({"sample:67647279:1", "sample:68987884:1"})) == ["60478562", "60491355"]


def test_corrections_go_on_in_the_next_round() -> None:
    everything = set(samples.keys(1))
    assert samples.next_correction(everything)[1][0] == "sample:68987884:2"


def test_every_sample_correction_revises_an_older_sample(runtime: Runtime) -> None:
    known = {sample.number: sample for sample in samples.SAMPLES}
    assert len(known) == len(samples.SAMPLES)
    assert sum(bool(sample.revises) for sample in samples.SAMPLES) > 1
    for sample in samples.SAMPLES:
        entry = samples.to_entry(sample.number, 1, lambda title, body: classify(title, body, runtime.library.catalog.topics))
        changed = [number for number, kind in named(entry).items() if kind in SUPERSEDING]
        assert changed == ([sample.revises] if sample.revises else [])
        if sample.revises:
            assert entry.urgent
            assert known[sample.revises].moment < sample.moment
