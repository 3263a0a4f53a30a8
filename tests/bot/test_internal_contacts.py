"""At the door of every platform, nobody from outside and no channel that outsiders read gets an internal contact by asking for it."""

import json
from pathlib import Path

import pytest

from bot.teams.message_extension import look_up
from handlers.replies import text
from tests.faults.commands import GUEST, OTHER, STAFF, Door, doors
from tests.support.every_card import CATALOG, SHIPPED
from tests.support.full_catalog import STAFF as STAFF_PERSON

(CONTACT, *_) = (contact for pti in CATALOG.ptis for contact in pti.contacts if contact.internal)
QUESTIONS = [
    *CONTACT.also,
    CONTACT.also[0].upper(),
    f"\u202e{CONTACT.also[-1]}",
    *(f"/pti {also}" for also in CONTACT.also),
    f"/trade answers {CONTACT.also[0]}",
    f"/role {CONTACT.also[0]}",
]


async def shown(door: Door, role: str, lines: list[str]) -> str:
    return " ".join([json.dumps(await door.ask(role, line)) for line in lines])


@pytest.mark.slow
@pytest.mark.parametrize("platform", ["slack", "teams", "playground"])
async def test_no_outsider_gets_an_internal_contact(tmp_path: Path, platform: str) -> None:
    async with doors(tmp_path, [platform]) as (door,):
        for role in set(door.roles) & {GUEST, OTHER}:
            answers = await shown(door, role, [*QUESTIONS, "tell me more"])
            assert len(answers) > 100 * len(QUESTIONS)
            assert CONTACT.value not in answers
        staff = await shown(door, STAFF, QUESTIONS)
        # nobody knows who reads a channel in Teams, so it shows staff no internal contact there, either
        assert (CONTACT.value in staff) == (platform != "teams")


def test_the_message_extension_shows_anybody_no_internal_contact() -> None:
    for words in (*CONTACT.also, CONTACT.purpose, "agriculture-quota"):
        hits = look_up(words, STAFF_PERSON, SHIPPED)
        assert CONTACT.value not in "".join(f"{hit.title} {hit.about} {hit.reply.text} {text.render(hit.reply)}" for hit in hits)
