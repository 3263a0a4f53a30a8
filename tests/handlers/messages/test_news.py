"""Which door a sentence takes: the messages, the content, a subscription or small talk."""

import pytest

from content.search.text import words as split
from handlers.command import Command, Person
from handlers.messages.news import News, asks_to_be_sent, news_of, subject_of
from handlers.messages.questions import find_number
from handlers.questions.small_talk import talk_of
from handlers.router import resolve
from tests.support.shipped_catalog import shipped_catalog
from tests.support.small_catalog import CHANNEL

ASKER = Person("slack", "T1", "U1", "Maria")

DOORS = {
    "messages": """
        did CBP send anything about Jordan
        has CBP said anything about Jordan?
        did anything come out about Suriname
        hey, did you guys hear anything about coffee
        has any guidance been issued on drawback
        was anything published about quotas yesterday
        has customs announced anything about the carnet rules
        what did CBP say about semiconductors
        what has been released on CAPE
        what did you send out when the supreme court decided
        have they put out anything on honey
        messages about Suriname
        CSMS on drawback
        notices regarding honey from Vietnam
        announcements about peanuts
        which message talks about F876
        what messages mention the Jones Act
        is there a message that cancels the webinars
        show october messages
        June CSMS
        messages from June
        messages from 2025
        messages since monday
        find me the newest bulletins about peanuts
        send me CSMS messages about aluminum
        list the messages of this week
        give me the news
        news on bonds
        container seal news
        what's new
        what is new this week about wine
        any news?
        any new CSMS about beef
        any updates on India
        any changes to the HTS
        are there any notices on tuna
        updates on steel
        latest on the cargo release update
        tell me the most recent messages
        anything on semiconductors
        everything new about steel
        is there something about aluminum
        do we have anything new for brokers
        has the CATAIR changed
        did the MPF change
        what changed for brokers
        what's changing with stow plans
        what happened to de minimis
        what's going on with CAPE
        steel this week
        messages today
        what came in yesterday
        what has changed lately
        is ACE down
        is the portal working this morning
        did ACE go down
        any outages today
        are there system issues
        is there an outage right now
        how many CSMS this week
        how many messages are stored
        how many new bulletins came in July
        next trade webinar
        when is the next quota opening
        upcoming support calls
        which countries got their import ban lifted
        when's the webinar about the forced labor portal
        is there a webinar soon
        is there a webinar coming up
        are there any trainings next month
        any support call this week
        which webinars are there this month
        what trainings are coming up
        do you have a workshop soon
        what came out of the supreme court case
        any word on section 321
        has anyone heard about brazil tariffs
        what was the last message
        messages 2025
        ace outage
        is drawback filing down
        is CAPE up
        is the portal going down
        any updates on steel since monday
        any updates on forced labor since monday
        any updates on ad/cvd since friday
        were there updates on steel on friday
        give me an update
        update me on steel
    """,
    "number": """
        what does message 67845486 say
        is CSMS 67834313 still valid
    """,
    "content": """
        what is CSMS
        what is a quota bulletin
        who sends CSMS messages
        how do I get CSMS messages
        where can I find old CSMS messages
        how often does CBP publish bulletins
        what message set does CPSC use
        error message in ACE
        which page has news about ports
        what does CBP say an importer must do
        how do I report a problem with the portal
        when was the Office of Trade founded
        who issues rulings
        does CBP publish rulings
        new
        what is liquidation
        Section 232 vs Section 301
        drawback
        our recordation ran out last week, is there a grace period
        the quota closed yesterday, may we ship it back
        name of the officer who signed my ruling yesterday
        what is the duty rate today
        is the site csms.cbp.gov still working
        is the exam coming up
        is there a webinar page
        which webinar teaches ACE basics
        is there a training for new importers
        do I have to register for a webinar ahead of time
        is the drawback deadline coming up
        are the new tariffs going up
        is my shipment held up
        are imports down
        how do I get a copy of my entry summary
        I need a copy of my entry summary
        how do we get an update on my protest
        how many days of notice does Congress get
        is AGOA a free trade agreement or something else
        countries that give nothing in return
    """,
    "subscription": """
        notify me about new messages on steel
        what am I subscribed to
        give me a daily digest about tariffs
        stop sending updates
        subscribe me to forced labor weekly
    """,
    "small talk": """
        ok
        okay, great
        test
        is this working
        are you a robot
        bye
        thanks, bye
        --
        ...
        hello
        what can you do
    """,
}


def door(words: str) -> str:
    """Return the door that the program takes for a sentence, in the order in which it tries them."""
    request = resolve(Command("trade", words, ASKER, CHANNEL))
    if request.route is not None and (request.route.function.startswith("handlers.subscriptions") or request.route.about_channel):
        return "subscription"
    if talk_of(shipped_catalog(), words) is not None:
        return "small talk"
    if find_number(words) is not None:
        return "number"
    return "messages" if news_of(split(words)) is not None else "content"


@pytest.mark.parametrize(
    ("words", "expected"), [(line.strip(), name) for name, lines in DOORS.items() for line in lines.splitlines() if line.strip()]
)
def test_a_sentence_takes_its_door(words: str, expected: str) -> None:
    assert door(words) == expected


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("did CBP send anything about Jordan", "jordan"),
        ("has customs said anything about the customs broker exam", "customs broker exam"),
        ("which message talks about F876", "f876"),
        ("latest on the cargo release update", "cargo release update"),
        ("any quota updates", "quota"),
        ("has the CATAIR changed", "catair"),
        ("is ACE down right now", "ace"),
        ("any outages today", ""),
        ("did anything come out", ""),
        ("next trade webinar", "trade webinar"),
        ("is there a drawback webinar soon", "drawback webinar"),
        ("is there a webinar coming up", "webinar"),
        ("what happened to de minimis", "de minimis"),
    ],
)
def test_what_is_left_of_a_question_is_its_subject(words: str, subject: str) -> None:
    tokens = split(words)
    news = news_of(tokens)
    assert news is not None
    assert " ".join(subject_of(tokens, news)[0]) == subject


def test_what_follows_about_is_the_subject_if_no_message_has_all_words() -> None:
    assert subject_of(split("did the bosses blather anything about jordan"), News.MESSAGES) == (["bosses", "blather", "jordan"], ["jordan"])


def test_only_a_request_to_be_sent_messages_is_one_for_a_subscription() -> None:
    assert asks_to_be_sent(split("please send me CSMS messages about aluminum"))
    assert not asks_to_be_sent(split("show me the messages about aluminum"))


@pytest.mark.parametrize("question", ["any WRO in 2025", "were there any orders from january", "any drawback changes since march"])
def test_a_question_for_any_of_a_time_asks_for_messages(question: str) -> None:
    assert news_of(split(question)) is News.MESSAGES


def test_what_came_after_a_thing_asks_for_no_messages() -> None:
    assert news_of(split("what came after nafta")) is None
    assert news_of(split("what came before the entity list")) is None
    assert news_of(split("what came out on steel")) is News.MESSAGES
