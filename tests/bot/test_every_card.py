"""Every card of the content that we ship, as each platform gets it."""

from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from bot.slack.blocks import render
from content.catalog import Contact, Question, Statement
from handlers.lookups import command_for
from handlers.replies import text
from handlers.replies.reply import Buttons, Header, Menu
from tests.bot.slack.test_blocks import within_limits
from tests.support.every_card import CATALOG, EVERYTHING, SHIPPED, SUBJECTS
from tests.support.full_catalog import PARTNER, STAFF, ask, commands


def within(value: Any, kind: type) -> list[Any]:
    """Everything of a kind, anywhere in the content."""
    if isinstance(value, tuple):
        return [inner for part in value for inner in within(part, kind)]
    if not is_dataclass(value):
        return []
    own = [value] if isinstance(value, kind) else []
    return own + [inner for field in fields(value) for inner in within(getattr(value, field.name), kind)]


HIDDEN = [one.text for one in within(CATALOG, Statement) if not one.shown] + [one.a for one in within(CATALOG, Question) if not one.shown]
INTERNAL = [one.value for one in within(CATALOG, Contact) if one.audience == "internal"]
PUBLIC = {one.value for one in within(CATALOG, Contact) if one.audience == "public" and one.shown}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subjects_command_is_answered_with_its_own_card(subject: str) -> None:
    reply = ask(command_for(subject), context=SHIPPED)
    assert reply.subjects == (subject,)
    assert isinstance(reply.blocks[0], Header)
    assert reply.shareable


@pytest.mark.parametrize("typed", EVERYTHING)
def test_an_answer_is_whole_on_every_platform(typed: str) -> None:
    reply = ask(typed, context=SHIPPED)
    assert reply.ok
    assert text.render(reply)
    messages = render(reply)
    within_limits(messages)
    assert len(messages) == 1 or typed == "/trade term all"
    assert len(reply.text) < 1500 or typed.startswith("/trade help")
    assert all(1 <= len(block.buttons) <= 4 for block in reply.blocks if isinstance(block, Buttons))
    assert all(len(block.buttons) > 4 for block in reply.blocks if isinstance(block, Menu))


@pytest.mark.parametrize("typed", EVERYTHING)
def test_every_button_leads_to_an_answer(typed: str) -> None:
    buttons = commands(ask(typed, context=SHIPPED))
    assert len(buttons) == len(set(buttons))
    for command in buttons:
        if command.startswith("/csms latest "):
            assert command.split()[-1] in {topic.slug for topic in CATALOG.topics}
        else:
            assert ask(command, context=SHIPPED).ok, command


@pytest.mark.parametrize("typed", EVERYTHING)
def test_what_only_the_press_says_is_shown_nowhere_and_internal_contacts_only_inside(typed: str) -> None:
    for person in (STAFF, PARTNER):
        reply = ask(typed, person, SHIPPED)
        said = " ".join((text.render(reply) + reply.text).split())
        assert not [one for one in HIDDEN if one in said]
        if person is PARTNER:
            assert not [one for one in INTERNAL if one in said and one not in PUBLIC]


def test_there_is_something_to_hide() -> None:
    assert HIDDEN
    assert INTERNAL
