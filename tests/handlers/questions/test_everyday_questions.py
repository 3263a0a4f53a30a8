"""A question in everyday words, which the content has in those of CBP, is answered by the statement that knows it."""

from dataclasses import replace

import pytest

from handlers.replies.reply import Header, Section, plain
from handlers.replies.text import render
from tests.support.full_catalog import CONTEXT, PARTNER, ask
from tests.support.shipped_catalog import shipped_catalog

SHIPPED = replace(CONTEXT, catalog=shipped_catalog())


def on_top(asked: str, command: str = "trade") -> str:
    return next(plain(block.lines[0]) for block in ask(f"/{command} {asked}", context=SHIPPED).blocks if isinstance(block, Section))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("is quota just for food, or for metal as well", "Steel and aluminum have had quota bulletins"),
        ("do quotas exist for anything but food", "not only about farm goods"),
        ("is quota just a farm thing or does it hit cars too", "not only about farm goods"),
        ("how do clothing importers get away with less duty", "Common kinds of textile fraud"),
        ("tricks to pay less on clothes, in general", "Common kinds of textile fraud"),
        ("which consumer laws does cbp use to seize toys", "Consumer Product Safety Act"),
        ("consumer laws behind toy seizures", "Consumer Product Safety Act"),
        ("a rival lowballs his invoices, who at cbp should hear about it", "Trade Violations Reporting"),
        ("our competitor undervalues on his invoices, where do I report him", "Trade Violations Reporting"),
        ("can we get money back because we shipped the goods out again", "when the goods are exported or destroyed"),
        ("from what day was ieepa duty no longer taken", "24 February 2026"),
        ("longest length of a section 122 surcharge", "150 days"),
        ("for how many days is the section 122 surcharge", "150 days"),
        ("the africa duty free thing, which part of africa is it for", "sub-Saharan Africa"),
        ("after the tax agency, does customs bring in the most money for the government", "second largest source"),
    ],
)
def test_everyday_words_reach_what_the_content_says_in_those_of_cbp(asked: str, said: str) -> None:
    assert said in on_top(asked)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("what kinds of quota are there", "three kinds of quota"),
        ("how do I report an unsafe toy", "immediate threat, call 1-800-BE-ALERT"),
        ("what is AGOA", "African Growth and Opportunity Act"),
        ("which law allows the surcharge of 10 percent", "international payments"),
    ],
)
def test_its_neighbors_keep_their_answers(asked: str, said: str) -> None:
    assert said in on_top(asked)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("who handles counterfeit handbags", "Protecting American intellectual property"),
        ("who looks after knockoff shoes", "Protecting American intellectual property"),
        ("who deals with dumped steel", "cases of injury to domestic industry"),
        ("who handles fake medicine", "Protecting American intellectual property"),
        ("who handles cotton shirts", "textiles and clothing comply"),
    ],
)
def test_what_is_wrong_with_goods_names_the_issue_that_handles_them(asked: str, said: str) -> None:
    assert said in on_top(asked)


@pytest.mark.parametrize("asked", ["who handles fake news", "who handles counterfeit money", "who supervises a brand new policy"])
def test_what_is_wrong_with_other_things_names_no_issue(asked: str) -> None:
    assert not any(subject.startswith("pti:") for subject in ask(f"/trade {asked}", context=SHIPPED).subjects)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("who classifies merchandise at CBP", "how imports are classified"),
        ("which role classifies imports", "how imports are classified"),
        ("who do I call when ACE is not working", "ACE.Support@cbp.dhs.gov"),
        ("whom should I phone if ACE is broken", "ACE.Support@cbp.dhs.gov"),
        ("is the de minimis exemption gone", "suspended for all countries since 29 August 2025"),
        ("are packages under $800 still duty free", "suspended for all countries since 29 August 2025"),
        ("is de minimis gone for good", "from 1 July 2027"),
        ("which center is for a dresser", "Consumer Products & Mass Merchandising"),
        ("which center takes an armoire", "Consumer Products & Mass Merchandising"),
        ("which center is for a dress", "Apparel, Footwear & Textiles"),
        ("what came out of the july 2026 joint review of usmca", "did not renew USMCA in its current form"),
        ("can cbp just raise the sugar limit", "cannot change it"),
    ],
)
def test_what_users_typed_gets_the_statement_that_answers_it(asked: str, said: str) -> None:
    reply = ask(f"/trade {asked}", context=SHIPPED)
    assert said in on_top(asked)
    assert "Closest match" not in reply.text


@pytest.mark.parametrize(
    "asked",
    [
        "how do I get a refund",
        "how do I get my duties back",
        "refund of overpaid duty",
        "how do importers get overpaid duties back",
        "how do I get a refund of antidumping duty",
    ],
)
def test_a_refund_of_no_certain_kind_gets_every_way_to_one(asked: str) -> None:
    for way in ("CAPE", "drawback", "post summary correction", "protest"):
        assert way in on_top(asked)


@pytest.mark.parametrize("asked", ["how do I get ieepa money back", "how to get a refund of tariffs", "who can file for an IEEPA refund"])
def test_a_refund_of_ieepa_duty_gets_its_own_answer(asked: str) -> None:
    assert on_top(asked).startswith("For IEEPA duty, file a CAPE declaration")


@pytest.mark.parametrize(
    "asked",
    [
        *("do I need a broker to import", "can I import without a customs broker", "what is a first sale", "what is transaction value"),
        *("deadline for reconciliation", "how long do I have to file a reconciliation entry", "what does reconciliation mean"),
    ],
)
def test_rules_that_the_content_lacks_are_declined_with_where_to_look(asked: str) -> None:
    reply = ask(f"/trade {asked}", context=SHIPPED)
    assert "This bot's content has nothing on" in reply.text
    assert "basic-import-export" in render(reply)
    assert not reply.subjects


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("how do I become a customs broker", "office:office-of-trade"),
        ("when is the broker exam", "office:office-of-trade"),
        ("does CAPE take reconciliation entries", "pti:revenue"),
    ],
)
def test_what_the_content_has_on_brokers_and_reconciliation_is_not_declined(asked: str, subject: str) -> None:
    assert ask(f"/trade {asked}", context=SHIPPED).subjects[:1] == (subject,)


@pytest.mark.parametrize("asked", ["10 digit code for wooden dog crates", "what is the HTS classification of a dresser"])
def test_a_code_for_goods_is_declined(asked: str) -> None:
    assert "does not give classifications" in on_top(asked)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("show me everything about forced labor", "topic forced-labor"),
        ("everything about de minimis please", "topic de-minimis"),
        ("tell me everything about quota", "quota"),
        ("show me all about drawback", "topic drawback"),
        ("everything about USMCA", "USMCA"),
        ("everything about the WRO", "WRO"),
        ("everything you have on the revenue issue", "the revenue issue"),
    ],
)
def test_everything_about_a_thing_is_its_card(asked: str, name: str) -> None:
    whole, bare = ask(f"/trade {asked}", context=SHIPPED), ask(f"/trade {name}", context=SHIPPED)
    assert (whole.text, whole.subjects) == (bare.text, bare.subjects)


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("give me the phone number for quota", "HQQUOTA@cbp.dhs.gov"),
        ("phone number for USMCA", "usmca@cbp.dhs.gov"),
        ("telephone number of the forced labor people", "ForcedLabor@cbp.dhs.gov"),
        ("phone for drawback questions", "OTDRAWBACK@cbp.dhs.gov"),
    ],
)
def test_who_asks_for_a_telephone_number_that_is_not_known_gets_the_mailbox_as_the_closest_match(asked: str, reached: str) -> None:
    reply = ask(f"/trade {asked}", context=SHIPPED)
    assert reply.text.startswith("Closest match")
    assert reached in reply.text


@pytest.mark.parametrize(
    ("asked", "number"), [("phone number for AD/CVD", "(317) 715-6736"), ("ACE help desk phone number", "1-866-530-4172")]
)
def test_a_telephone_number_that_is_known_answers(asked: str, number: str) -> None:
    assert number in on_top(asked)
    assert "Closest match" not in ask(f"/trade {asked}", context=SHIPPED).text


def test_a_guest_who_asks_for_a_telephone_number_gets_no_internal_mailbox() -> None:
    assert "HQQUOTA" not in render(ask("/trade phone number for quota", PARTNER, context=SHIPPED))


@pytest.mark.parametrize("asked", ["show me all contacts", "give me all contacts"])
def test_all_contacts_are_their_list(asked: str) -> None:
    assert ask(f"/trade {asked}", context=SHIPPED).text == ask("/trade list all contacts", context=SHIPPED).text


@pytest.mark.parametrize("asked", ["show me all messages about steel", "is everything about quota on CBP.gov"])
def test_all_the_messages_or_a_question_about_everything_are_no_card(asked: str) -> None:
    assert not any(isinstance(block, Header) for block in ask(f"/trade {asked}", context=SHIPPED).blocks)


def test_under_the_command_for_roles_the_role_answers_who_does_a_task() -> None:
    assert ask("/role who administers ITC exclusion orders", context=SHIPPED).subjects[:1] == ("role:attorney-advisor",)


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("what is this CROSS thing", "term:cross"),
        ("explain this wro thing", "term:wro"),
        ("what is this whole drawback business", "term:drawback"),
        ("everyone tells me to use cape, what is it", "term:cape"),
        ("remind me again what drawback is", "term:drawback"),
        ("what does the office of trade do, short version for my mom", "office:office-of-trade"),
        ("drawback, short answer for my grandpa", "term:drawback"),
        ("which page lists the seven PTIs", "resource:priority-trade-issues"),
        ("link with all seven priority issues", "resource:priority-trade-issues"),
    ],
)
def test_what_stands_around_a_name_does_not_hide_it(asked: str, subject: str) -> None:
    assert ask(f"/trade {asked}", context=SHIPPED).subjects[:1] == (subject,)


@pytest.mark.parametrize(
    "asked",
    [
        "remind me pls how many of these priority issue thingies there are, 6 or 8?",
        "how many priority issues in total, six or seven",
    ],
)
def test_a_guess_of_the_number_and_a_reminder_leave_the_count(asked: str) -> None:
    assert "7 Priority Trade Issues: Agriculture and Quota;" in ask(f"/trade {asked}", context=SHIPPED).text


@pytest.mark.parametrize("asked", ["remind me when the sugar quota opens", "remind me to file my entry"])
def test_a_reminder_of_a_time_is_an_errand(asked: str) -> None:
    assert "it cannot file, pay" in ask(f"/trade {asked}", context=SHIPPED).text


@pytest.mark.parametrize("asked", ["who was the officer at JFK last night, he was rude", "who is that agent who opened my box"])
def test_who_somebody_met_at_the_border_is_not_told(asked: str) -> None:
    assert "does not hold names" in ask(f"/trade {asked}", context=SHIPPED).text


@pytest.mark.parametrize("asked", ["who is the import specialist for steel", "who is an auditor"])
def test_a_role_is_not_taken_for_a_person(asked: str) -> None:
    assert "does not hold names" not in ask(f"/trade {asked}", context=SHIPPED).text


@pytest.mark.parametrize(
    ("asked", "gives_rate"),
    [
        ("what day did the emergency tariff on new entries stop", False),
        ("what is the tariff on steel today", True),
    ],
)
def test_the_day_of_a_duty_is_no_question_for_its_rate(asked: str, gives_rate: bool) -> None:
    assert ("does not give duty rates" in ask(f"/trade {asked}", context=SHIPPED).text) is gives_rate


@pytest.mark.parametrize("asked", ["is csms.cbp.gov still up", "does https://csms.cbp.gov still work?", "what happened to csms.cbp.gov"])
def test_whether_an_old_site_still_works_is_told(asked: str) -> None:
    assert "switched off on 1 September 2020" in on_top(asked)


@pytest.mark.parametrize("asked", ["is iprr.cbp.gov up", "is ace.cbp.gov down", "is cbp.gov up", "is cbp.gov/trade still up"])
def test_whether_a_present_site_works_is_a_question_for_the_messages(asked: str) -> None:
    text = ask(f"/trade {asked}", context=SHIPPED).text
    assert "moved" not in text
    assert "switched off" not in text


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("the link to the forced labor page on our old brochure is off, what is the right one", "resource:forced-labor"),
        ("the address of the rulings page in our flyer is wrong, what is the correct link", "resource:rulings"),
        ("this slide has an outdated link for forced labor, what's the current address", "resource:forced-labor"),
    ],
)
def test_an_outdated_link_asks_for_the_page_of_today(asked: str, subject: str) -> None:
    assert ask(f"/trade {asked}", context=SHIPPED).subjects[:1] == (subject,)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("what is the right address for drawback questions", "OTDRAWBACK@cbp.dhs.gov"),
        ("which link has the current weekly quota report", "commodity status report"),
        ("which of the ten centers would do steel pipe and coils", "Base Metals"),
        ("which of your centers would do oil", "Petroleum, Natural Gas"),
        ("who do the ten centers belong to", "Office of Field Operations"),
    ],
)
def test_a_current_page_and_a_center_are_told_as_before(asked: str, said: str) -> None:
    assert said in on_top(asked)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("a guy at my office says you can get duty back cause you destroyed the goods. what is that called", "exported or destroyed"),
        ("sombody said we get the duty back cause we shipped it out again, what is it", "exported or destroyed"),
        ("news said usmca was not extended in july 2026. is it dead now", "the agreement stays in force"),
        ("the news says the usmca review went badly, is it still in force", "it stays in force"),
        ("what is the info message about a missing companion case", "when the matching AD or CVD case is missing"),
        ("something is now a priority trade issue, what does cbp do with it in practice", "steers CBP's effort by risk"),
        ("what does cbp do in practice with a priority issue", "steers CBP's effort by risk"),
    ],
)
def test_what_somebody_claims_before_a_question_does_not_change_it(asked: str, said: str) -> None:
    text = " ".join(
        plain(line) for block in ask(f"/trade {asked}", context=SHIPPED).blocks if isinstance(block, Section) for line in block.lines
    )
    assert said in text


@pytest.mark.parametrize("asked", ["news on usmca", "any news", "what did the news say about steel", "messages about usmca"])
def test_news_of_cbp_is_asked_of_the_messages(asked: str) -> None:
    assert "question about CBP's messages" in ask(f"/trade {asked}", context=SHIPPED).text


@pytest.mark.parametrize(("asked", "said"), [("how do priority trade issues change", "may add, merge or drop"), ("what is a PTI", "seven")])
def test_a_change_of_the_issues_themselves_is_told(asked: str, said: str) -> None:
    assert said in ask(f"/trade {asked}", context=SHIPPED).text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("how do I calculate my MPF", "0.3464 percent"),
        ("how long must I keep reconciliation records", "keeping records"),
        ("who is hired as an import specialist", "Import Specialist"),
        ("how do I get a drawback refund", "routed to the Petroleum, Natural Gas and Minerals Center"),
    ],
)
def test_what_the_bot_declines_and_the_ways_to_a_refund_hide_no_answer(asked: str, said: str) -> None:
    assert said in ask(f"/trade {asked}", context=SHIPPED).text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("MPF rate", "0.3464 percent"),
        ("average duty rate of textiles in 2013", "16 percent"),
        ("error code 333", "IMPORTER OF RECORD INACTIVE"),
        ("processing time for a ruling", "within 30 days"),
    ],
)
def test_a_rate_or_time_that_the_content_has_is_told(asked: str, said: str) -> None:
    assert said in ask(f"/trade {asked}", context=SHIPPED).text


@pytest.mark.parametrize("asked", ["error rate of entries", "acceptance rate for attorney advisors", "is there a pass rate for the exam"])
def test_a_share_that_the_content_lacks_brings_no_card(asked: str) -> None:
    assert "No results" in ask(f"/trade {asked}", context=SHIPPED).text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("a man rang and says he speeds up my IEEPA refund if I pay him", "CBP expects scammers"),
        ("someone rang about a quick tariff refund and wants a fee up front, did customs say anything about that", "CBP expects scammers"),
        ("should I trust an email that offers a refund for a fee", "CBP expects scammers"),
        ("how do I get my IEEPA refund fast", "file a CAPE declaration"),
        ("do I have to pass a drug screening for weed to work at the office of trade", "drug testing"),
        ("would an old arrest be looked into before I get a job there", "background investigation"),
        ("do they run a background check on new hires", "background investigation"),
        ("who must pay customs duty, legally", "Importer of record"),
        ("which party is legally on the hook for import duty", "Importer of record"),
        ("what is the party called who owes the duty", "Importer of record"),
        ("who can file a protest, legally", "an attorney can file it"),
        ("which law is EAPA based on, legally", "19 U.S.C. 1517"),
        ("I have to tip off customs about a firm that declares too low a price", "e-Allegations"),
        ("which campaign warns buyers about knockoffs", "Truth Behind Counterfeits"),
        ("what is the public law number of the trade enforcement act", "Public Law 114-125"),
        ("which body decides that american makers were harmed by dumping", "International Trade Commission"),
        ("maximum section 122 surcharge", "at most 15 percent"),
        ("how high was the section 122 surcharge", "10 percent was collected"),
        ("where do I submit a ruling request online", "eRulings"),
        ("my daughter nearly choked on a toy, where do I report it", "SaferProducts.gov"),
    ],
)
def test_more_of_what_people_ask_in_their_own_words_is_answered(asked: str, said: str) -> None:
    assert said in ask(f"/trade {asked}", context=SHIPPED).text


def test_an_economist_must_be_good_at_statistics() -> None:
    assert "statistical techniques" in ask("/role how good at math must an economist be", context=SHIPPED).text


@pytest.mark.parametrize("asked", ["has cbp said anything about this", "did cbp send anything about steel", "any message about that"])
def test_a_short_question_for_something_said_stays_one_for_messages(asked: str) -> None:
    assert "question about CBP's messages" in ask(f"/trade {asked}", context=SHIPPED).text


def test_what_to_do_about_a_case_stays_advice() -> None:
    assert "does not give legal advice" in ask("/trade should I accept the offer of CBP", context=SHIPPED).text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("who filed the EAPA allegation against us", "cannot look into a case"),
        ("give me a filled out 5106", "cannot file"),
        ("are duties gonna fall next year", "does not give duty rates"),
        ("what does France charge on bourbon from the US", "other countries"),
        ("what is CBP Form 5106", "importer's identity"),
        ("how do I file an EAPA allegation against a competitor", "EAPA portal"),
        ("when did the section 122 surcharge end", "24 July 2026"),
        ("is there a duty on goods of Brazil", "Brazil"),
    ],
)
def test_what_is_declined_hides_nothing_that_looks_like_it(asked: str, said: str) -> None:
    assert said in ask(f"/trade {asked}", context=SHIPPED).text


@pytest.mark.parametrize(
    "asked",
    ["is the broker exam hard", "is it worth becoming a customs broker", "top importers by duty", "which company got the biggest refund"],
)
def test_a_judgment_or_record_that_the_content_lacks_brings_no_card(asked: str) -> None:
    assert "No results" in ask(f"/trade {asked}", context=SHIPPED).text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("is quota shared out fairly", "fairly"),
        ("which broker can file a protest", "an attorney can file it"),
        ("is a parcel worth 500 dollars free of duty", "$800"),
        ("how useful is CROSS", "Past and Present Rulings"),
    ],
)
def test_a_judgment_or_record_that_the_content_has_is_told(asked: str, said: str) -> None:
    assert said in ask(f"/trade {asked}", context=SHIPPED).text
