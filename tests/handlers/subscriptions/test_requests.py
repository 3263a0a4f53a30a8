"""Everyday words about subscriptions: understood, offered, or left to be a question."""

import pytest

from content.catalog import Catalog
from handlers.command import Command, Context
from handlers.replies.reply import Menu, Reply
from handlers.router import dispatch, read_command, resolve
from handlers.subscriptions.meaning import Intent, Meaning
from handlers.subscriptions.requests import is_pause, understand
from jobs.store import channels
from jobs.store import subscriptions as store
from jobs.store.database import Database
from tests.support.shipped_catalog import shipped_catalog
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW
from tests.support.subscriptions import GUEST, MARIA, buttons, flat, say

LIST, ALL = Meaning("subscriptions"), Meaning("unsubscribe all")
STOP, START = Meaning("", Intent.STOP), Intent.START


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("what am I subscribed to", LIST),
        ("What are we subscribed to?", LIST),
        ("which subscriptions do we have here?", LIST),
        ("am I subscribed to revenue?", LIST),
        ("show me our subscriptions", LIST),
        ("my subscriptions", LIST),
        ("what do we get here?", LIST),
        ("which updates do we get in this channel", LIST),
        ("stop", STOP),
        ("Please stop posting.", STOP),
        ("can you stop sending us these messages?", STOP),
        ("no more updates", STOP),
        ("turn off notifications", STOP),
        ("how do I unsubscribe?", STOP),
        ("how can we stop these posts", STOP),
        ("mute", Meaning("pause")),
        ("mute this channel until Monday", Meaning("pause until monday")),
        ("stop posting until 14 Dec, please", Meaning("pause until 14 dec please")),
        ("snooze 2 for two weeks", Meaning("pause 2 for two weeks")),
        ("unmute", Meaning("resume")),
        ("start posting again", Meaning("resume")),
        ("cancel my subscription", ALL),
        ("end all our subscriptions", ALL),
        ("cancel the revenue subscription", Meaning("unsubscribe revenue")),
        ("delete subscription 3", Meaning("unsubscribe 3")),
        ("please unsubscribe me from revenue", Meaning("unsubscribe me from revenue")),
        ('could you subscribe us to "Auto Parts" weekly?', Meaning('subscribe us to "Auto Parts" weekly?')),
        ("weekly", Meaning("weekly", Intent.SCHEDULE)),
        ("send us what changed every monday", Meaning("all topics changes every monday", Intent.SUBSCRIBE)),
        ("Can you post what changed in tariffs each Friday?", Meaning("changes tariffs each friday", Intent.SUBSCRIBE)),
        ("give us a weekly report of changes for drawback", Meaning("a weekly changes for drawback", Intent.SUBSCRIBE)),
        ("we want a weekly report of changes", Meaning("all topics a weekly changes", Intent.SUBSCRIBE)),
        ("what changed this week", None),
        ("only send us weekly emails", Meaning("weekly", Intent.SCHEDULE)),
        ("quiet until monday", Meaning("pause until monday")),
        ("any updates on steel since monday", None),
        ("any updates on steel on monday", None),
        ("steel updates since monday", None),
        ("forced labor since friday", None),
        ("how do I get a copy of my entry summary", None),
        ("I need a copy of my entry summary", None),
        ("how do I get an update on my protest", None),
        ("how do I get a daily summary of quota", Meaning("a daily summary of quota", START)),
        ("what changed for steel", None),
        ("hourly", Meaning("hourly", Intent.SCHEDULE)),
        ("every Friday at 9am in CT", Meaning("every friday at 9am in ct", Intent.SCHEDULE)),
        ("notify me about quota bulletins", Meaning("quota bulletins", Intent.SUBSCRIBE)),
        ("let us know when a quota opens", Meaning("a quota opens", Intent.SUBSCRIBE)),
        ("keep me posted on forced labor", Meaning("forced labor", Intent.SUBSCRIBE)),
        ("are there any subscriptions here?", LIST),
        ("send us updates on forced labor", Meaning("forced labor", Intent.SUBSCRIBE)),
        ("please send us forced labor updates", Meaning("forced labor", Intent.SUBSCRIBE)),
        ("send us updates on forced labor every friday at 3pm", Meaning("forced labor every friday at 3pm", Intent.SUBSCRIBE)),
        ("send us updates at 10am", Meaning("at 10am", Intent.SCHEDULE)),
        ("sign us up for tariffs", Meaning("tariffs", Intent.SUBSCRIBE)),
        ("give me a daily digest about tariffs", Meaning("me a daily digest about tariffs", Intent.SUBSCRIBE)),
        ("I'd like weekly updates on drawback", Meaning("weekly updates on drawback", Intent.SUBSCRIBE)),
        ("daily digest about tariffs", Meaning("daily digest about tariffs", Intent.SUBSCRIBE)),
        ("how do I subscribe to revenue?", Meaning("to revenue", START)),
        ("how do we get alerts about quotas", Meaning("alerts about quotas", START)),
    ],
)
def test_a_request_is_understood(said: str, meant: Meaning) -> None:
    assert understand(said) == meant


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "what is a stop order",
        "stop work order",
        "how do I stop counterfeit goods",
        "pause in liquidation",
        "pause on reciprocal tariffs",
        "resume format for an import specialist",
        "weekly quota status",
        "updates on steel",
        "any news about steel?",
        "daily duty rates",
        "tell me about revenue",
        "tell me more",
        "let me know what drawback is",
        "give me the list of PTIs",
        "email for FTA questions",
        "cancel an entry",
        "remove merchandise from an FTZ",
        "end use certificates",
        "can I get a report every month from ACE",
        "who gets the weekly report",
        "notify parties",
        "what is informed compliance",
        "stop " * 100,
        "subscri" * 500,
    ],
)
def test_a_question_stays_a_question(question: str) -> None:
    meaning = understand(question)
    assert meaning is None or not meaning.sure
    request = resolve(read_command(question, MARIA, CHANNEL))
    assert request.route is None or not request.route.changes_state
    assert request.route is None or (request.route.function, request.words) == ("handlers.office.trade", question.strip())


STATUS, CHANGE, RESTART = Meaning("", Intent.STATUS), Meaning("", Intent.CHANGE), Meaning("", Intent.RESTART)


def schedule(words: str, about: str = "", *, sure: bool = True) -> Meaning:
    return Meaning(words, Intent.SCHEDULE, about, sure)


def named(verb: str, about: str, *, sure: bool = True) -> Meaning:
    return Meaning(verb, Intent.NAMED, about, sure)


SAID = [
    ("make it weekly", schedule("weekly")),
    ("change to daily", schedule("daily")),
    ("change it to 10am", schedule("10am")),
    ("change the time to noon", schedule("noon")),
    ("switch to pacific time", schedule("pacific time")),
    ("set the time zone to central time", schedule("central time")),
    ("could we have it every friday instead?", schedule("every friday")),
    ("I'd prefer it daily", schedule("daily")),
    ("we want it at 8:30am", schedule("at 8:30am")),
    ("move the digest to thursdays", schedule("thursdays")),
    ("move the tariffs digest to tuesday", schedule("tuesday", "tariffs")),
    ("switch the forced labor subscription to weekly", schedule("weekly", "forced labor")),
    ("make subscription 2 daily", schedule("daily", "2")),
    ("change subscription 1 from daily to weekly", schedule("weekly", "1")),
    ("make revenue weekly", schedule("weekly", "revenue", sure=False)),
    ("post once a week instead", schedule("once a week")),
    ("send it every weekday at 7am in PT", schedule("every weekday at 7am in pt")),
    ("switch to twice a week", schedule("twice a week")),
    ("how do we make it weekly", schedule("weekly")),
    ("don't post on weekends", schedule("weekdays")),
    ("wekly", schedule("weekly")),
    ("dayly, please", schedule("daily")),
    ("change the timezone", CHANGE),
    ("how do I change the schedule?", CHANGE),
    ("no posts on mondays", CHANGE),
    ("cancel", STOP),
    ("Cancel it, please", STOP),
    ("can you stop posting so much", STOP),
    ("too many messages", STOP),
    ("you post too often", STOP),
    ("fewer updates please", STOP),
    ("I don't want these notifications anymore", STOP),
    ("stop emailing me", STOP),
    ("stop sending me forced labor", named("stop", "forced labor")),
    ("don't send us forced labor anymore", named("stop", "forced labor")),
    ("we no longer want quota updates", named("stop", "quota")),
    ("stop the revenue digest", named("stop", "revenue")),
    ("turn off textiles alerts", named("turn", "textiles")),
    ("resume textiles", named("resume", "textiles", sure=False)),
    ("cancel forced labor", named("cancel", "forced labor", sure=False)),
    ("pause indefinitely", Meaning("pause")),
    ("pause for 2 hours", Meaning("pause for 2 hours")),
    ("stop posting for 3 hours", Meaning("pause for 3 hours")),
    ("is posting paused", STATUS),
    ("are we paused?", STATUS),
    ("why is posting paused?", STATUS),
    ("when do you post next", STATUS),
    ("when is the next digest?", STATUS),
    ("what time do you post", STATUS),
    ("how often do you post here?", STATUS),
    ("start again", RESTART),
    ("start over", RESTART),
    ("please restart it again", RESTART),
    ("switch number 2 to weekdays at 10", schedule("weekdays at 10", "2")),
    ("change no. 2 to daily", schedule("daily", "2")),
    ("move nr 3 to fridays", schedule("fridays", "3")),
]


@pytest.mark.parametrize(("said", "meant"), SAID)
def test_a_sentence_about_subscriptions_is_understood_on_its_way(said: str, meant: Meaning) -> None:
    assert understand(said) == meant
    request = resolve(read_command(said, MARIA, CHANNEL))
    assert request.route is not None
    if meant.offer is None:
        assert request.route.function == "handlers.subscriptions.pause.pause"
    elif meant.sure:
        assert request.route.function == "handlers.subscriptions.offers.offer"
    else:
        assert (request.route.function, request.about_subscription) == ("handlers.office.trade", True)


@pytest.mark.parametrize(
    "question",
    [
        "dairy",
        "puerto rico",
        "change of importer address",
        "change an entry summary",
        "cancel a bond",
        "post summary correction",
        "move goods in bond",
        "switch to periodic monthly statement",
        "how do I change from daily to monthly statement",
        "weekly entry in a foreign trade zone",
        "when is the next quota opening",
        "when is the next trade webinar",
        "when will refunds be sent",
        "are liquidations suspended",
        "is CAPE suspended",
        "delivery schedule for quota",
        "stop shipment",
        "end of MPF",
    ],
)
def test_a_question_about_trade_is_answered_although_it_has_such_a_verb(bot: Database, question: str) -> None:
    say("/csms subscribe revenue", bot)
    request = resolve(read_command(question, MARIA, CHANNEL))
    assert request.route is not None
    assert request.route.function == "handlers.office.trade"
    assert "ubscription" not in dispatch(request, Context(CATALOG, NOW, NEW_YORK, bot)).text


def test_every_sentence_is_answered_from_the_subscriptions_of_the_channel(bot: Database) -> None:
    for topic in ("revenue", "forced labor daily", "textiles now", "quota weekly", "tariffs in CT"):
        say(f"/csms subscribe {topic}", bot)
    for said, meant in SAID:
        if meant.offer is not None:
            reply = dispatch(resolve(read_command(said, MARIA, CHANNEL)), Context(CATALOG, NOW, NEW_YORK, bot))
            assert "ubscription" in reply.text, said
            assert not reply.public
            assert buttons(reply), said
            assert "does not recognize" not in reply.text, said
    with bot.read() as conn:
        assert len(store.list_for_channel(conn, 1)) == 5


def test_what_may_be_a_subscription_is_a_question_where_the_channel_has_none_of_the_name(bot: Database) -> None:
    def answer(line: str) -> Reply:
        return dispatch(resolve(read_command(line, MARIA, CHANNEL)), Context(CATALOG, NOW, NEW_YORK, bot))

    assert "ubscription" not in answer("cancel textiles").text
    assert answer("resume textiles").text == "This channel has no subscriptions to resume."
    assert "ubscription" not in answer("resume format for an import specialist").text
    say("/csms subscribe textiles", bot)
    assert answer("resume revenue").text.startswith("This channel has no subscription “revenue”.")
    assert buttons(answer("resume textiles"))["Resume 1 · Textiles and Wearing Apparel"] == "/csms resume 1"
    assert buttons(answer("cancel textiles"))["Unsubscribe 1 · Textiles and Wearing Apparel"] == "/csms unsubscribe 1"
    assert buttons(answer("stop sending me textiles"))["Unsubscribe 1 · Textiles and Wearing Apparel"] == "/csms unsubscribe 1"


def test_a_time_or_a_zone_alone_keeps_the_days(bot: Database) -> None:
    say("/csms subscribe revenue weekly fri 09:00", bot)
    assert "/csms subscribe weekly fri 10:00 instead of 1" in offered("change it to 10am", bot).values()
    command = offered("switch to pacific time", bot)["1 · Revenue: weekly fri 09:00 in America/Los_Angeles"]
    assert "Weekly Fri 09:00 PT" in say(command, bot).text
    say("/csms subscribe textiles now", bot)
    commands = offered("change it to 10am eastern time", bot).values()
    assert "/csms subscribe daily 10:00 in America/New_York instead of 2" in commands
    assert all(say(each, bot).ok for each in commands)


def test_a_schedule_that_a_subscription_has_is_not_offered_again(bot: Database) -> None:
    say("/csms subscribe revenue weekly", bot)
    reply = say("/trade weekly", bot)
    assert reply.text == "Subscription 1 (CSMS: Revenue) already posts weekly Mon 09:00 ET."
    assert list(buttons(reply)) == ["All subscriptions"]


def test_a_schedule_is_offered_for_every_subscription(bot: Database) -> None:
    topics = ("revenue", "textiles", "quota", "tariffs", "forced labor", "outage")
    for topic in topics:
        say(f"/csms subscribe {topic}", bot)
    reply = say("/trade daily", bot)
    (menu,) = (block for block in reply.blocks if isinstance(block, Menu))
    assert [button.command for button in menu.buttons] == [f"/csms subscribe daily 09:00 instead of {number}" for number in range(1, 7)]


def test_when_the_bot_posts_next_is_said_first(bot: Database) -> None:
    assert "has no subscriptions" in flat(say("/trade when do you post next", bot))
    say("/csms subscribe revenue", bot)
    text = "Posting is not paused. The next digest is due Tue 10 Feb 09:00 ET, if there is anything to post."
    assert say("/trade when do you post next", bot).text.startswith(text)
    say("/csms subscribe textiles now", bot)
    assert f"{text} Other messages are posted when they come." in flat(say("/trade are we paused?", bot))
    say("/csms pause until monday", bot)
    assert "Posting is paused: Maria paused it until Mon 16 Feb 09:00 ET." in flat(say("/trade are we paused?", bot))


@pytest.mark.parametrize("said", ["digest now", "send us the digest now", "post the digest", "can you run the next digest today, please?"])
def test_a_digest_before_its_time_is_answered_with_when_it_comes_and_what_shows_it_now(bot: Database, said: str) -> None:
    first = "The bot posts each digest at its time and cannot send one early."
    assert say(f"/csms {said}", bot).text == f"{first} This channel has no subscriptions, so no digest is due."
    say("/csms subscribe revenue", bot)
    reply = say(f"/trade {said}", bot)
    assert reply.text == f"{first} The next one is due Tue 10 Feb 09:00 ET, if there is anything to post."
    assert list(buttons(reply)) == ["Preview", "Changes of 7 days", "All subscriptions"]
    say("/csms pause", bot)
    assert buttons(say(f"/trade {said}", bot))["Resume"] == "/csms resume"


@pytest.mark.parametrize("said", ["what is a digest", "daily digest", "digest of 404 rulings"])
def test_other_words_about_digests_are_not_taken_for_one_now(bot: Database, said: str) -> None:
    assert "cannot send one early" not in say(f"/trade {said}", bot).text


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return shipped_catalog()


@pytest.mark.parametrize("slash", ["", "/csms ", "/trade "])
def test_it_is_understood_in_every_place_where_people_type(bot: Database, slash: str) -> None:
    def typed(line: str) -> str:
        command = read_command(f"{slash}{line}", MARIA, CHANNEL)
        return dispatch(resolve(command), Context(CATALOG, NOW, NEW_YORK, bot)).text

    assert typed("subscribe me to forced labor weekly, please.").startswith(
        "This channel now gets CSMS updates: Forced labor. Weekly Mon 09:00 ET"
    )
    assert "This channel's subscriptions: 1: CSMS: Forced labor." in typed("What are we subscribed to?")
    assert typed("stop").startswith("Do you want the bot to post less in this channel?")
    assert typed("pause until monday").startswith("Posting is paused in this channel until Mon 16 Feb 09:00 ET.")
    assert typed("resume").startswith("Posting resumes in this channel.")
    assert typed("please unsubscribe us from forced labor").startswith("Ended subscription 1.")


def test_the_shipped_topics_do_not_change_what_is_understood(bot: Database, shipped: Catalog) -> None:
    def typed(line: str) -> str:
        command = read_command(line, MARIA, CHANNEL)
        return dispatch(resolve(command), Context(shipped, NOW, NEW_YORK, bot)).text

    assert typed("subscribe me to forced labor weekly").startswith("This channel now gets CSMS updates: Forced labor. Weekly Mon 09:00 ET")
    assert "Agriculture and Quota?" in typed("notify me about quota bulletins")
    assert "Tariff actions?" in typed("give me a daily digest about tariffs")
    assert "Daily 09:00 ET" in typed("give me a daily digest about tariffs")


def offered(said: str, db: Database) -> dict[str, str]:
    reply = say(f"/trade {said}", db)
    assert (reply.ok, reply.public) == (False, False)
    return buttons(reply)


@pytest.mark.parametrize(
    ("said", "shown", "command"),
    [
        (
            "notify me about quota bulletins",
            "Agriculture and Quota?",
            "/csms subscribe agriculture-quota weekdays 09:00 in America/New_York",
        ),
        ("give me a daily digest about tariffs", "Tariffs? Daily 09:00 ET", "/csms subscribe tariffs daily 09:00 in America/New_York"),
        (
            "let me know when a quota opens",
            "Agriculture and Quota?",
            "/csms subscribe agriculture-quota weekdays 09:00 in America/New_York",
        ),
        (
            "tell us when the GSP is renewed",
            "with “gsp renewed” in any form?",
            '/csms subscribe "gsp renewed" weekdays 09:00 in America/New_York',
        ),
        ("send us weekly alerts about FTA and steel", "FTA?", "/csms subscribe trade-agreements weekly mon 09:00 in America/New_York"),
    ],
)
def test_a_request_for_updates_is_offered_as_the_exact_command(bot: Database, said: str, shown: str, command: str) -> None:
    assert shown in flat(say(f"/trade {said}", bot))
    found = offered(said, bot)
    assert found["Subscribe this channel"] == command
    with bot.read() as conn:
        assert store.list_for_channel(conn, channels.find_id(conn, CHANNEL) or 0) == []
    assert say(command, bot).public
    assert say(found["Preview"], bot).ok


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("forced labor weekly", "forced-labor weekly mon 09:00"),
        ("revenue every friday at 3pm", "revenue weekly fri 15:00"),
        ("textiles weekdays at 10", "textiles weekdays 10:00"),
        ("daily tariffs, please", "tariffs daily 09:00"),
        ("weekly quota digest", "agriculture-quota weekly mon 09:00"),
        ("weekly digest of textiles", "textiles weekly mon 09:00"),
        ("quota digest", "agriculture-quota weekdays 09:00"),
        ("forced labor digest on fridays", "forced-labor weekly fri 09:00"),
    ],
)
def test_a_topic_and_a_schedule_without_a_verb_are_offered_as_the_exact_command(bot: Database, said: str, command: str) -> None:
    assert offered(said, bot)["Subscribe this channel"] == f"/csms subscribe {command} in America/New_York"


@pytest.mark.parametrize(
    "question",
    ["weekly quota status", "weekly entry in an FTZ", "daily duty rates", "what is weekly entry", "monthly statement day", "digest"],
)
def test_a_question_with_a_period_in_it_is_no_subscription(bot: Database, question: str) -> None:
    assert "Subscribe this channel" not in buttons(say(f"/trade {question}", bot))


def shipped_offer(said: str, shipped: Catalog, db: Database) -> Reply:
    return dispatch(resolve(read_command(said, MARIA, CHANNEL)), Context(shipped, NOW, NEW_YORK, db))


def test_words_that_only_belong_to_another_topic_narrow_the_topic_that_is_named(bot: Database, shipped: Catalog) -> None:
    reply = shipped_offer("notify me about steel tariffs", shipped, bot)
    assert "Tariff actions, only those with “steel”" in reply.text
    assert buttons(reply)["Subscribe this channel"] == '/csms subscribe tariffs "steel" weekdays 09:00 in America/New_York'


def test_words_that_are_read_as_a_topic_say_so(bot: Database, shipped: Catalog) -> None:
    assert "The bot read “undervaluation” as the topic revenue" in shipped_offer("keep us posted on undervaluation", shipped, bot).text


def test_what_is_no_topic_is_said_and_offered_as_a_phrase(bot: Database, shipped: Catalog) -> None:
    reply = shipped_offer("notify us about forced labor in cotton", shipped, bot)
    assert "“cotton” is no topic" in reply.text
    assert buttons(reply)["Only those with “cotton”"] == '/csms subscribe forced-labor "cotton" weekdays 09:00 in America/New_York'


def test_a_number_that_the_channel_does_not_have_changes_no_other(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    reply = say("/trade switch number 2 to weekdays at 10", bot)
    assert reply.text.startswith("This channel has no subscription 2.")
    assert offered("switch number 1 to weekdays at 10", bot)["1 · Revenue: weekdays 10:00"] == "/csms subscribe weekdays 10:00 instead of 1"


def test_to_start_again_is_to_resume_or_to_begin_anew(bot: Database) -> None:
    assert "/csms subscribe" in offered("start again", bot).values()
    say("/csms subscribe revenue", bot)
    assert offered("start over", bot) == {"All subscriptions": "/csms subscriptions", "Unsubscribe from all …": "/csms unsubscribe all"}
    say("/csms pause", bot)
    assert offered("start again", bot)["Resume"] == "/csms resume"


@pytest.mark.parametrize(
    "said",
    [
        "why did you post 67000001",
        "why was CSMS #67000001 posted here?",
        "why did we get 67000001",
        "/csms why did you send us 67000001",
        "/trade why is 67000001 here",
        "/csms why 67000001",
    ],
)
def test_why_a_message_was_posted_is_explained_whatever_the_words(said: str) -> None:
    request = resolve(read_command(said, MARIA, CHANNEL))
    assert request.route is not None
    assert (request.route.function, request.words) == ("handlers.why.why", "67000001")


@pytest.mark.parametrize("said", ["why was 67000001 corrected", "why is my refund late", "why do CSMS 67000001 and 67000002 differ"])
def test_why_about_something_else_is_a_question(said: str) -> None:
    request = resolve(read_command(said, MARIA, CHANNEL))
    assert request.words == said.removeprefix("why ")


def test_a_request_without_a_subject_offers_to_choose(bot: Database) -> None:
    assert offered("inform me of any changes", bot) == {
        "Choose topics": "/csms subscribe",
        "All CSMS messages, weekdays 09:00": "/csms subscribe all topics weekdays 09:00",
    }
    assert offered("how do I subscribe?", bot)


def test_a_schedule_alone_is_offered_for_what_the_channel_has(bot: Database) -> None:
    assert offered("weekly", bot) == {"Subscribe: weekly mon 09:00": "/csms subscribe weekly mon 09:00"}
    say("/csms subscribe revenue", bot)
    assert offered("weekly", bot)["1 · Revenue: weekly mon 09:00"] == "/csms subscribe weekly mon 09:00 instead of 1"
    say("/csms subscribe tariffs", bot)
    found = offered("every friday at 8am in CT", bot)
    assert found["2 · Tariffs: weekly fri 08:00 in America/Chicago"] == "/csms subscribe weekly fri 08:00 in America/Chicago instead of 2"
    assert (
        "Changed subscription 2. This channel now gets CSMS updates: Tariffs."
        in say(found["2 · Tariffs: weekly fri 08:00 in America/Chicago"], bot).text
    )


def test_a_schedule_that_the_bot_does_not_have_offers_those_that_it_has(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    reply = say("/trade hourly", bot)
    assert "The bot cannot post “hourly”." in flat(reply)
    assert list(buttons(reply).values())[:2] == ["/csms subscribe now instead of 1", "/csms subscribe daily 09:00 instead of 1"]


def test_stop_offers_to_pause_or_unsubscribe_and_changes_nothing(bot: Database) -> None:
    assert "has no subscriptions" in flat(say("/trade stop", bot))
    say("/csms subscribe revenue", bot)
    assert offered("stop", bot) == {
        "Pause": "/csms pause",
        "Pause until Monday": "/csms pause until monday",
        "All subscriptions": "/csms subscriptions",
        "Unsubscribe from all …": "/csms unsubscribe all",
    }
    say("/csms pause", bot)
    assert offered("stop", bot)["Resume"] == "/csms resume"


def test_a_guest_is_offered_nothing(bot: Database) -> None:
    for said in ("stop", "weekly", "notify me about tariffs"):
        assert buttons(say(f"/trade {said}", bot, person=GUEST)) == {}


@pytest.mark.parametrize(
    "rest", ["", "1", "#1", "until monday", "revenue until monday", "for two weeks", "posting here", "this channel, please"]
)
def test_words_that_say_what_to_pause(rest: str) -> None:
    assert is_pause(rest)


@pytest.mark.parametrize("rest", ["in liquidation", "on tariffs", "for the GSP", "format", "shipping to the US"])
def test_words_that_do_not_say_what_to_pause(rest: str) -> None:
    assert not is_pause(rest)


def test_the_command_line_says_that_it_needs_the_bot() -> None:
    for said in ("what am I subscribed to", "stop"):
        text = dispatch(resolve(Command("trade", said, MARIA, None)), Context(CATALOG, NOW, NEW_YORK)).text
        assert "only in the running bot" in text
    assert text.startswith("Subscriptions work only in the running bot.")


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("subscribe me to steel and aluminum updates every morning", '"aluminum" "steel" weekdays 09:00'),
        ("please subscribe us to steel, aluminum", '"aluminum" "steel" weekdays 09:00'),
        ("subscribe us to lumber news every weekday", '"lumber" weekdays 09:00'),
        ("subscribe me to updates about softwood lumber weekly", '"softwood lumber" weekly mon 09:00'),
        ("subscribe us to alerts about steel or copper each morning at 8", '"copper" "steel" weekdays 08:00'),
        ("subscribe me to news on copper now", '"copper" now'),
        ("subscribe this channel to messages about magnets on fridays", '"magnets" weekly fri 09:00'),
        ("subscribe me to steel tariffs every morning", 'tariffs "steel" weekdays 09:00'),
        ("could you subscribe us to notices about timber every business day?", '"timber" weekdays 09:00'),
        ("subscribe everyone to anything about polysilicon daily at 7am", '"polysilicon" daily 07:00'),
    ],
)
def test_a_sentence_that_names_no_topic_is_offered_as_phrases(bot: Database, shipped: Catalog, said: str, command: str) -> None:
    found = buttons(shipped_offer(said, shipped, bot))
    assert found["Subscribe this channel"] == f"/csms subscribe {command}{'' if command.endswith(' now') else ' in America/New_York'}"
    assert shipped_offer(found["Subscribe this channel"], shipped, bot).public


def test_the_topic_that_looks_for_a_word_is_offered_for_it(bot: Database, shipped: Catalog) -> None:
    reply = shipped_offer("subscribe me to steel and aluminum updates every morning", shipped, bot)
    assert buttons(reply)["All of Tariff actions"] == "/csms subscribe tariffs weekdays 09:00 in America/New_York"
    assert "Did you mean Tariff actions?" in shipped_offer("/csms subscribe steel", shipped, bot).text
