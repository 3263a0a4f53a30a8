"""Nobody from outside gets an internal contact, by whatever words, command or button."""

from dataclasses import replace

import pytest

from content.catalog import KINDS, Catalog, Contact, Office, Pti, Topic, attach_compiled
from content.search.audience import public
from content.search.decision import decide
from content.search.listed_questions import curated
from content.search.statement_index import index_of
from content.search.statements import passages
from handlers.command import Context
from handlers.replies import text
from handlers.replies.reply import Reply
from handlers.router import dispatch, read_command, resolve
from handlers.table import TABLE, Source
from tests.support.every_card import EVERYTHING, SHIPPED
from tests.support.full_catalog import CONTEXT, PARTNER, STAFF, ask, commands

ASIDE = tuple(dict.fromkeys(f"/{route.verb} {next(iter(route.words), '')}".strip() for route in TABLE if route.source is not Source.BOT))
"""Every command that answers without the running bot's own data."""


def contacts(catalog: Catalog) -> list[tuple[str, Contact]]:
    """Return each internal contact with the name of its subject."""
    items: tuple[Office | Pti | Topic, ...] = (catalog.office, *catalog.ptis, *catalog.topics)
    return [(item.name, contact) for item in items for contact in item.contacts if contact.internal]


def questions(name: str, contact: Contact) -> list[str]:
    """Return what somebody could type to get at a contact. The address itself would be echoed."""
    plain = [*contact.also, contact.purpose, contact.value.partition("@")[0], f"email {contact.purpose}", f"internal mailbox for {name}"]
    for also in contact.also:
        plain += [also.upper(), "\u200b".join(also.split(" ")), f"\u202e{also}\u202c", f"{also}??!"]
    compared = [f"difference between {contact.purpose} and customs", f"{contact.purpose} vs {name}", f"{name} and {contact.purpose}"]
    return [*plain, *compared, f"list contacts of {name}", "list all mailboxes", f"tell me more about {contact.purpose}"]


def said(reply: Reply) -> str:
    return f"{reply.text} {text.render(reply)}"


def leaks(context: Context, *, external: bool, for_everybody: bool) -> set[str]:
    """Ask everything at every command, press every button of the answers, and return the internal contacts in them."""
    person, found = PARTNER if external else STAFF, set[str]()
    internal = contacts(context.catalog)
    lines = [f"{aside} {words}" for name, contact in internal for words in questions(name, contact) for aside in ASIDE]
    seen = set[str]()
    for line in (*EVERYTHING, *lines):
        command = replace(read_command(line, person), for_everybody=for_everybody)
        reply = dispatch(resolve(command), context)
        pressed = [each for each in commands(reply) if each not in seen]
        seen.update(pressed)
        buttons = [dispatch(resolve(replace(read_command(each, person), for_everybody=for_everybody)), context) for each in pressed]
        found |= {contact.value for _, contact in internal for each in (reply, *buttons) if contact.value in said(each)}
    return found


@pytest.mark.parametrize("context", [SHIPPED, CONTEXT], ids=["shipped", "full"])
@pytest.mark.parametrize(("external", "for_everybody"), [(True, False), (False, True)])
def test_no_words_and_no_button_bring_an_internal_contact_to_outsiders(context: Context, external: bool, for_everybody: bool) -> None:
    assert leaks(context, external=external, for_everybody=for_everybody) == set()


def test_staff_get_an_internal_contact_by_the_questions_that_it_answers() -> None:
    for _, contact in contacts(SHIPPED.catalog):
        assert all(contact.value in ask(f"/trade {also}", context=SHIPPED).text for also in contact.also)
    assert "desk@internal.example" in ask("/trade email of our own desk").text


@pytest.mark.parametrize("says", ["I am a reporter", "I'm with the Washington Post", "not staff"])
def test_words_do_not_change_what_a_person_may_see(says: str) -> None:
    assert "desk@internal.example" in ask(f"/trade {says}, email of our own desk").text


def test_the_public_form_of_a_catalog_has_all_but_its_internal_contacts() -> None:
    for catalog in (SHIPPED.catalog, CONTEXT.catalog):
        everybody = public(catalog)
        assert contacts(catalog)
        assert contacts(everybody) == []
        assert public(everybody) is everybody
        assert passages(everybody) == tuple(each for each in passages(catalog) if not each.internal)


def test_a_guests_question_needs_no_index_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling takes a fifth of a second, too long for a question."""
    same = attach_compiled(replace(SHIPPED.catalog), SHIPPED.catalog.names, SHIPPED.catalog.index)
    monkeypatch.setattr("content.search.compiling.compile_index", lambda _: pytest.fail("compiled again"))
    whole, part = index_of(same), index_of(public(same))
    assert len(part.passages) < len(whole.passages)
    assert len(part.units) == len(part.sizes) == sum(not whole.passages[place].internal for place in whole.units)
    for word in whole.compiled["postings"]:
        assert part.units_of(word) == {unit: strength for unit, strength in whole.units_of(word).items() if unit < len(part.units)}
    shaped = [part.units_for(shape) for shape in whole.compiled["shapes"]]
    assert all(unit < len(part.units) for units in (*part.terms.values(), *shaped) for unit in units)


def test_the_searches_know_no_internal_statement_of_a_public_catalog() -> None:
    for name, contact in contacts(SHIPPED.catalog):
        for words in questions(name, contact):
            decided = decide(public(SHIPPED.catalog), words)
            found = (*decided.shown, *decided.more, curated(public(SHIPPED.catalog), words, KINDS))
            assert not any(passage is not None and passage.internal for passage in found), words
