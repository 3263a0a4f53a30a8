"""Content is loaded completely or not at all, and all problems are reported at once with their place."""

import os
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from content.catalog import Duty
from content.loading.files import SECTIONS, ContentError, digest, read_files
from content.loading.loader import load, load_files
from content.loading.references import REQUIRED
from jobs.fetch import refusal
from tests.support.edited_content import edit
from tests.support.paths import CONTENT
from tests.support.sample_content import files


def problems(content: dict[str, str]) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_files(content)
    return [str(problem) for problem in caught.value.problems]


def with_change(name: str, old: str, new: str) -> dict[str, str]:
    """Return the sample content with one change."""
    texts = files()
    assert old in texts[name]
    return texts | {name: texts[name].replace(old, new, 1)}


def test_the_sample_becomes_a_catalog() -> None:
    catalog = load_files(files())
    assert [pti.slug for pti in catalog.ptis] == list(REQUIRED["ptis"])
    assert catalog.office.slug == "office-of-trade"
    assert catalog.centers[0].code == "004"
    assert catalog.feeds[0].every == 300
    assert catalog.roles[0].assignments == (Duty("Does the work of the attorney-advisor"),)
    assert {topic.slug for topic in catalog.topics if topic.is_pti} == set(REQUIRED["ptis"])
    assert catalog.digest == digest(files())


def test_places_name_the_line_of_every_subject() -> None:
    places = load_files(files()).places
    assert places["pti:ad-cvd"] == "ptis.yaml:13"
    assert places["term:ace"] == "glossary.yaml:2"
    assert places["office:office-of-trade"] == "office.yaml:1"


def test_the_digest_tells_names_and_texts_apart() -> None:
    assert digest({"a": "bc", "d": ""}) != digest({"a": "b", "cd": ""})
    assert digest({"a": "1", "b": "2"}) == digest({"b": "2", "a": "1"})


def test_all_problems_of_all_files_are_reported_at_once() -> None:
    texts = with_change("ptis.yaml", "url: https://www.cbp.gov/trade/ipr", "url: http://www.cbp.gov/trade/ipr")
    texts["roles.yaml"] = texts["roles.yaml"].replace("name: Auditor", "nam: Auditor") + "    ptis:\n      - revnue\n"
    texts["glossary.yaml"] = "terms: [unclosed\n"
    assert problems(texts)[:3] == [
        "ptis.yaml:50:10: Ipr, url: must start with https://",
        "roles.yaml:15:5: auditor, nam: unknown field 'nam'; did you mean 'name'?",
        "roles.yaml:75:9: Management and program analyst, 1st related PTI: no such PTI 'revnue'; did you mean 'revenue'?",
    ]
    assert problems(texts)[3] == "glossary.yaml:1:8: put quotes around a text that begins with [ or {"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    cbp_name: Revenue\n", "", "ptis.yaml:57:3: Revenue: the required field 'cbp_name' is missing"),
        ("name: Revenue", "name:", "ptis.yaml:58:10: revenue, name: must not be empty"),
        ("name: Revenue", "name: [a]", "ptis.yaml:58:11: revenue, name: must be text"),
        ("  - revenue questions", "  - fees\n      - Fees", "'Fees' is in this list twice"),
        ("  - revenue questions", "  - ''", "ptis.yaml:67:9: Revenue, 1st synonym: must not be empty"),
        (
            "synonyms:\n      - revenue questions",
            "synonyms: fees",
            "synonyms: must be a list, with each item on its own line beginning with '- '",
        ),
        ("text: About revenue.", "text: " + "x" * 601, "Revenue, summary, text: is too long: 601 characters; the limit is 600"),
        ("  revenue:\n", "  Revenue!:\n", "must be lowercase letters, digits and single hyphens"),
        ("    name: Revenue", "    colour: red\n    name: Revenue", "unknown field 'colour'; the known fields are name, cbp_name"),
        ("url: https://www.cbp.gov/trade/revenue", "url: https://cbp.gov@evil.example/", "is not a plain web address"),
        ("url: https://www.cbp.gov/trade/revenue", "url: javascript:alert(1)", "must start with https://"),
        ("url: https://www.cbp.gov/trade/revenue", "url: https://[::1", "is not a web address"),
        ("url: https://www.cbp.gov/trade/revenue", "url: https://www.cbр.gov/", "is not a plain web address"),
    ],
)
def test_a_mistake_is_reported_in_plain_words(old: str, new: str, message: str) -> None:
    assert message in "\n".join(problems(with_change("ptis.yaml", old, new)))


def fact(**fields: str) -> dict[str, str]:
    """Return the sample content with one fact in the last PTI."""
    body = {"text": "A fact.", "source": "https://www.cbp.gov/", "as_of": "2026"} | fields
    lines = "".join(f"        {name}: {value}\n" for name, value in body.items())
    return files() | {"ptis.yaml": files()["ptis.yaml"] + "    facts:\n      - " + lines.lstrip()}


@pytest.mark.parametrize("as_of", ["2026", "2026-02", "2026-02-28", "2024-02-29"])
def test_a_year_a_month_or_a_day_is_accepted_as_a_date(as_of: str) -> None:
    assert load_files(fact(as_of=as_of)).ptis[-1].facts[0].as_of == as_of


@pytest.mark.parametrize("as_of", ["2026-02-30", "2025-13", "26", "2023 or later", "2026-2-6", "2026-02-06T00:00", "''"])
def test_an_invalid_date_is_refused(as_of: str) -> None:
    assert "must be a year, a month or a day" in problems(fact(as_of=as_of))[0]


def test_the_status_not_seen_is_refused() -> None:
    assert "does not show unverified facts" in problems(fact(status="not_seen"))[0]
    assert "must be one of: official, derived, secondary" in problems(fact(status="true"))[0]


@pytest.mark.parametrize(
    "source",
    [
        "http://www.cbp.gov/trade",
        "CSMS 68179006",
        "CSMS 67270895, CSMS 68179006",
        "CSMS 67834313, 67844987",
        "CSMS 68396594 ; https://www.cbp.gov/trade",
        "CSMS 18-000296",
        "CSMS 69056621 (2026-06-26)",
        "flyer",
        "flyer, Revenue",
        "careers page, Auditor, typical assignments",
        "https://www.federalregister.gov:443/a?b=c,d",
    ],
)
def test_a_source_is_an_address_a_message_or_a_known_page(source: str) -> None:
    assert load_files(fact(source=source)).ptis[-1].facts[0].source == source


@pytest.mark.parametrize("source", ["hearsay", "CSMS", "CSMS 123", "ftp://cbp.gov/", "https://", "http://localhost/x", "''", "null"])
def test_an_invalid_source_is_refused(source: str) -> None:
    assert "Textiles, 1st fact, source: " in problems(fact(source=source))[0]


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("ptis.yaml", "summary"),
        ("roles.yaml", "summary"),
        ("topics.yaml", "summary"),
        ("office.yaml", "mission"),
        ("elsewhere.yaml", "answer"),
    ],
)
def test_what_is_always_shown_cannot_be_secondary(file: str, part: str) -> None:
    text = files()[file]
    begin = text.index(f"{part}:")
    at = text.index("text:", begin)
    indent = " " * (at - text.rindex("\n", 0, at) - 1)
    changed = {**files(), file: f"{text[:at]}status: secondary\n{indent}{text[at:]}"}
    assert "is always shown, so it cannot be secondary" in problems(changed)[0]


def test_a_team_note_is_a_source_of_what_is_not_shown() -> None:
    note = "team note of 29 November 2026"
    (said,) = load_files(fact(source=note, status="secondary")).ptis[-1].facts
    assert (said.source, said.shown) == (note, False)
    for status in ("official", "derived"):
        assert "Textiles, 1st fact: a team note is no source that people can open" in problems(fact(source=note, status=status))[0]
    assert "ACE, definition: a team note" in problems(with_change("glossary.yaml", "https://www.dhs.gov/trade", note))[0]
    assert "a team note is no source" in problems(with_change("office.yaml", "https://www.dhs.gov/\n", f"{note}\n"))[0]


def contact(value: str, more: str = "") -> dict[str, str]:
    entry = f"    contacts:\n      - value: {value}\n        for: questions\n        source: flyer\n        as_of: 2026\n{more}"
    return files() | {"ptis.yaml": files()["ptis.yaml"] + entry}


@pytest.mark.parametrize("value", ["usmca@cbp.dhs.gov", "(317) 715-6736", "1-800-BE-ALERT", "202-482-0984"])
def test_a_contact_is_an_email_address_or_a_telephone_number(value: str) -> None:
    found = load_files(contact(value)).ptis[-1].contacts[0]
    assert (found.value, found.purpose, found.audience) == (value, "questions", "public")


@pytest.mark.parametrize("value", ["the port", "a@b", "x y@cbp.dhs.gov", "12345", "https://cbp.gov"])
def test_an_invalid_contact_is_refused(value: str) -> None:
    assert "must be an email address or a telephone number" in problems(contact(value))[0]


def test_an_audience_is_public_or_internal() -> None:
    assert load_files(contact("a@cbp.dhs.gov", "        audience: internal\n")).ptis[-1].contacts[0].audience == "internal"
    assert "must be one of: public, internal" in problems(contact("a@cbp.dhs.gov", "        audience: all\n"))[0]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "glossary.yaml",
            "resource:ace",
            "resource:acr",
            "glossary.yaml:9:9: ACE, 1st reference: no such resource 'acr'; did you mean 'ace'?",
        ),
        ("glossary.yaml", "resource:ace", "resource: ace", "must be text: write resource:ace without a space, or put quotes around"),
        ("glossary.yaml", "resource:ace", "page:ace", "must be a kind and a key, such as pti:revenue"),
        ("glossary.yaml", "resource:ace", "office:elsewhere", "the only office is office:office-of-trade"),
        ("topics.yaml", "is_pti: true\n", "is_pti: false\n", "Agriculture quota: is a PTI: add 'is_pti: true'"),
        ("topics.yaml", "name: Other\n", "name: Other\n    is_pti: true\n", "there is no PTI 'other' in ptis.yaml"),
        ("topics.yaml", "  ipr:", "  ipr-x:", "every PTI must also be a topic: 'ipr' is missing"),
        ("topics.yaml", "      - phrases:\n          - other", "      - title_only: true", "a rule needs phrases, kinds or topics"),
        ("topics.yaml", "          - other", "          - oth*er", "'*' is allowed only at the end of a word"),
        (
            "topics.yaml",
            "          - other",
            "          - other\n        kinds:\n          - qota",
            "no such kind of entry 'qota'; did you mean 'quota'?",
        ),
        (
            "topics.yaml",
            "          - other",
            "          - other\n        unless_topics:\n          - ip",
            "no such topic 'ip'; did you mean 'ipr'?",
        ),
        ("roles.yaml", "  economist:", "  economists:", "roles.yaml:1:1: roles: the role 'economist' is missing"),
        ("resources.yaml", "state: current", "state: moved", "needs successor, the new address, because state is 'moved'"),
        ("resources.yaml", "state: current", "state: stale", "must be one of: current, moved, unverified, archived"),
        ("office.yaml", "004", "4", "three-digit code"),
        ("office.yaml", "office:", "ofice:", "office.yaml:1:1: the section 'office:' is missing"),
        (
            "office.yaml",
            "office:",
            "ofice:",
            "office.yaml:1:1: ofice: unknown section; this file may contain only 'office:' and 'centers:'",
        ),
    ],
)
def test_a_broken_reference_is_reported(name: str, old: str, new: str, message: str) -> None:
    assert message in "\n".join(problems(with_change(name, old, new)))


def test_a_pti_that_refers_to_itself_is_refused() -> None:
    texts = files() | {"ptis.yaml": files()["ptis.yaml"] + "    ptis:\n      - textiles\n"}
    assert "refers to itself" in problems(texts)[0]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "https://public.govdelivery.com",
            "http://public.govdelivery.com",
            "must start with https:// (http:// only on this machine: 127.0.0.1)",
        ),
        (
            "https://public.govdelivery.com",
            "http://127.0.0.1.evil.example",
            "must start with https:// (http:// only on this machine: 127.0.0.1)",
        ),
        ("every: 5m", "every: 0s", 'must be a time from 1s to 24h, such as "30s", "5m" or "1h"'),
        ("every: 5m", "every: 5", "must be a time from 1s to 24h"),
        ("publishes: csms", "publishes: some", "must be one of: csms, account, all"),
        ("  csms:", "  sample:", "the playground's own feed"),
        ("kind: rss", "kind: atom", "must be one of: rss, drupal, jsonp, federal-register"),
        ("publishes: csms", "publishes: csms\n    hosts:\n      - https://x", "CSMS, 1st host: must be a host name"),
        ("publishes: csms", "publishes: csms\n    may_be_empty: maybe", "CSMS, may_be_empty: must be true or false"),
    ],
)
def test_an_invalid_feed_is_refused(old: str, new: str, message: str) -> None:
    assert message in "\n".join(problems(with_change("feeds.yaml", old, new)))


@pytest.mark.parametrize(
    "host",
    [
        *("10.0.0.1", "192.168.1.20", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1"),
        *("127.1", "0x7f.1", "0x7f.0x1", "0177.0.0.1", "2130706433", "0x7f000001", "10.0.0.1.", "localhost."),
        *("[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[::10.0.0.1]", "[2002:a00:1::]", "[fec0::1]"),
        *("intranet", "feeds.local", "feeds.internal", "feeds.LAN", "feeds.corp", "feeds.home.arpa", "feeds.localhost"),
    ],
)
def test_a_feed_of_a_private_network_is_refused_as_the_fetch_refuses_it(host: str) -> None:
    found = "\n".join(problems(with_change("feeds.yaml", "https://public.govdelivery.com", f"https://{host}")))
    assert "is an internal address, which the bot does not read" in found
    with suppress(httpx.InvalidURL):  # which the fetch refuses too
        source = httpx.URL(f"https://{host}/feed.rss")
        assert refusal(source, source, ()) is not None
    if host[0] != "[":
        found = "\n".join(problems(with_change("feeds.yaml", "publishes: csms", f"publishes: csms\n    hosts:\n      - {host!r}")))
        assert "CSMS, 1st host: " in found


@pytest.mark.parametrize("host", ["http://127.0.0.1:8099", "http://localhost:8099", "http://[::1]:8099"])
def test_a_feed_on_this_machine_may_use_http(host: str) -> None:
    texts = with_change("feeds.yaml", "https://public.govdelivery.com", host)
    texts["feeds.yaml"] = texts["feeds.yaml"].replace("5m", "1s")
    assert load_files(texts).feeds[0].every == 1


def test_a_missing_file_and_an_unknown_one_are_reported_together() -> None:
    texts = files()
    texts["pti.yaml"] = texts.pop("ptis.yaml")
    found = problems(texts)
    assert "ptis.yaml:1:1: the file is missing; it must contain ptis" in found
    assert any(line.startswith("pti.yaml:1:1: is not a content file; the content files are office.yaml") for line in found)


@pytest.mark.parametrize("text", ["", "- a\n", "just words\n", "ptis:\n", "ptis: []\n", "ptis: {}\n", "ptis:\n  revenue: words\n"])
def test_a_file_of_another_shape_is_a_problem(text: str) -> None:
    assert all(line.startswith("ptis.yaml:") for line in problems(files() | {"ptis.yaml": text}) if "topics" not in line)


def test_unreadable_files_are_reported_with_the_other_problems(tmp_path: Path) -> None:
    for name, text in with_change("roles.yaml", "name: Auditor", "nam: Auditor").items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "ptis.yaml").write_bytes("ptis:\n  name: Büro".encode("utf-16"))
    (tmp_path / "glossary.yaml").unlink()
    (tmp_path / "glossary.yaml").symlink_to("glossary.yaml")
    (tmp_path / "feeds.yaml").unlink()
    os.mkfifo(tmp_path / "feeds.yaml")
    (tmp_path / "topics.yaml").write_bytes(b"topics:\n" + b" " * 300_000)
    (tmp_path / "resources.yaml").unlink()
    (tmp_path / "resources.yaml").mkdir()
    (tmp_path / ".#roles.yaml").symlink_to("nowhere")
    with pytest.raises(ContentError) as caught:
        load(tmp_path)
    messages = [str(problem) for problem in caught.value.problems]
    assert [line.split(": ", 2)[0].split(":")[0] for line in messages] == [
        "ptis.yaml",
        "roles.yaml",
        "resources.yaml",
        "glossary.yaml",
        "topics.yaml",
        "feeds.yaml",
    ]
    assert "save the file with UTF-8 encoding" in messages[0]
    assert "larger than 256 KB" in messages[4]
    with pytest.raises(ContentError):
        read_files(tmp_path)


def test_a_missing_directory_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "topics.yaml").write_text("topics: {}")
    for name, says in (("nowhere", "there is no such folder; give the folder"), ("topics.yaml", "this is a file; give the folder")):
        with pytest.raises(ContentError) as raised:
            load(tmp_path / name)
        (problem,) = raised.value.problems
        assert str(problem).startswith(f"{tmp_path / name}: {says} that has the YAML files")


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    for name, text in files().items():
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load(tmp_path).digest == load_files(files()).digest


def test_the_shipped_content_is_valid_before_and_after_an_ordinary_edit() -> None:
    shipped = load(CONTENT)
    edited = load_files(edit(read_files(CONTENT)))
    assert {topic.slug for topic in shipped.topics} >= {pti.slug for pti in shipped.ptis} | {"forced-labor", "tariffs", "ace", "other"}
    for section in ("terms", "resources", "topics", "feeds", "elsewhere", "small_talk"):
        assert len(getattr(edited, section)) == len(getattr(shipped, section)) + 1, section
    assert len(edited.synonyms) == len(shipped.synonyms) + 1
    assert edited.owners.keys() == set(SECTIONS)
    assert "new-desk@cbp.dhs.gov" in {contact.value for pti in edited.ptis for contact in pti.contacts}
    assert edited.topics[-1].slug == "other"


def test_a_source_without_a_date_has_the_date_on_which_it_was_read() -> None:
    texts = with_change("glossary.yaml", "      as_of: 2026-02-06\n", "      read: 2026-11\n")
    (term,) = load_files(texts).terms
    assert (term.definition.as_of, term.definition.read) == ("2026-11", "2026-11")


def test_a_statement_without_any_date_is_refused() -> None:
    texts = with_change("glossary.yaml", "      as_of: 2026-02-06\n", "")
    (found,) = problems(texts)
    assert found.startswith("glossary.yaml:5:7: ACE, definition: needs as_of, the date of the source, or")


def test_a_source_is_not_read_before_its_date() -> None:
    (found,) = problems(with_change("glossary.yaml", "as_of: 2026-02-06\n", "as_of: 2026-02-06\n      read: 2025-11\n"))
    assert "was read (2025-11) before the date of its source (2026-02-06)" in found
    assert load_files(with_change("glossary.yaml", "as_of: 2026-02-06\n", "as_of: 2026-02-06\n      read: 2026-02\n"))


def test_statements_say_when_staff_look_again() -> None:
    (term,) = load_files(with_change("glossary.yaml", "as_of: 2026-02-06\n", "as_of: 2026-02-06\n      review_by: 2026-12-31\n")).terms
    assert term.definition.review_by == "2026-12-31"


def test_a_question_has_other_wordings() -> None:
    answer = "      a: Look.\n      source: flyer\n      read: 2026-11\n"
    question = f"questions:\n    - q: Is it full?\n      also:\n        - How full is it?\n{answer}"
    texts = files()
    texts["office.yaml"] = texts["office.yaml"].replace("  motto:", f"  {question}  motto:", 1)
    assert load_files(texts).office.questions[0].also == ("How full is it?",)
    texts["office.yaml"] = texts["office.yaml"].replace("How full is it?", "x" * 151)
    (found,) = problems(texts)
    assert "Office of Trade, 1st question, 1st other wording: is too long: 151 characters; the limit is 150" in found


def test_a_contact_and_a_center_have_the_questions_that_they_answer() -> None:
    also = "        also:\n          - Who answers about shirts?\n"
    assert load_files(contact("a@cbp.dhs.gov", also)).ptis[-1].contacts[0].also == ("Who answers about shirts?",)
    city = "    city: San Francisco\n"
    edited = load_files(with_change("office.yaml", city, f"{city}    also:\n      - Which Center takes hats?\n"))
    assert edited.centers[0].also == ("Which Center takes hats?",)


def test_an_assignment_is_a_text_or_has_the_questions_that_it_answers() -> None:
    texts = files()
    plain = "- Does the work of the auditor"
    indent = texts["roles.yaml"].split(plain)[0].rpartition("\n")[2]
    with_questions = f"- text: Does the work of the auditor\n{indent}  also:\n{indent}    - Who audits?"
    texts["roles.yaml"] = texts["roles.yaml"].replace(plain, with_questions)
    auditor = next(role for role in load_files(texts).roles if role.slug == "auditor")
    assert auditor.assignments == (Duty("Does the work of the auditor", ("Who audits?",)),)
    texts["roles.yaml"] = texts["roles.yaml"].replace(with_questions, f"{plain}\n{indent}{with_questions}")
    assert "is in this list twice" in problems(texts)[0]


def test_a_file_names_its_owner() -> None:
    texts = files()
    owned = load_files(texts | {"ptis.yaml": "owner: Outreach, outreach@cbp.dhs.gov\n" + texts["ptis.yaml"]})
    assert owned.owners == {"ptis.yaml": "Outreach, outreach@cbp.dhs.gov"}
    assert problems(texts | {"ptis.yaml": "owner:\n  - Outreach\n" + texts["ptis.yaml"]}) == [
        "ptis.yaml:1:1: owner: must be a name or a mailbox, at most 100 characters"
    ]


def test_content_of_an_earlier_release_has_no_file_elsewhere() -> None:
    texts = files()
    assert load_files(texts).elsewhere
    del texts["elsewhere.yaml"]
    assert load_files(texts).elsewhere == ()


def test_a_subject_elsewhere_has_phrases_examples_and_a_place() -> None:
    catalog = load_files(files())
    (travel,) = catalog.elsewhere
    assert (travel.slug, travel.phrases, travel.means, travel.means_not) == (
        "travel",
        ("passport*",),
        ("How do I renew my passport?",),
        ("Who travels abroad?",),
    )
    assert catalog.places["elsewhere:travel"] == "elsewhere.yaml:2"
    (found,) = problems(with_change("elsewhere.yaml", "- passport*", "- pass*port"))
    assert "'*' is allowed only at the end of a word" in found


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("ship, vessel, boat", "ship", "3:7: 1st synonym: must be two words or more, with commas between them"),
        ("ship, vessel, boat", "ship, , boat", "3:7: 1st synonym: must be two words or more, with commas between them"),
        ("ship, vessel, boat", "ship, Vessel", "3:7: 1st synonym: must be in lower case"),
        ("ship, vessel, boat", "ship, vessel, ship", "3:7: 1st synonym: 'ship' is in this list twice"),
        (
            "refund, money back",
            "money back, refund",
            "4:7: 2nd synonym: must begin with a single word: the bot reads 'money back' as that word",
        ),
        ("ship, vessel, boat", "ship, get back", "4:7: 2nd synonym: 'get back' is read as 'ship' already: leave it out here or there"),
        ("look, search, find", "look; search; find", "6:7: 1st paraphrase: must be two words or more, with commas between them"),
        ("[hello, hi]", "[hello*]", "9:15: greeting, 1st phrase: must be the words that people say, in full and without *"),
        ("[hello, hi]", "[hello, help]", "16:15: help, 1st phrase: is also a phrase of 'greeting': the bot can give only one answer to it"),
        ("answer: Gladly.\n    opens", "opens", "11:3: thanks: needs an answer, the sentence that the bot says"),
        ("[hello, hi]\n", "[hello]\n    answer: Hi.\n", "10:13: greeting, answer: the bot answers this itself: leave the answer out"),
        ("  why:\n    phrases: [why this]\n", "", "7:1: small_talk: the saying 'why' is missing"),
    ],
)
def test_a_mistake_in_the_wording_has_its_place_and_what_to_do(old: str, new: str, problem: str) -> None:
    assert problems(with_change("wording.yaml", old, new)) == [f"wording.yaml:{problem}"]


def test_content_of_an_earlier_release_has_the_wording_of_this_one() -> None:
    texts = files()
    assert load_files(texts).paraphrases == ("look, search, find",)
    del texts["wording.yaml"]
    older, shipped = load_files(texts), load(CONTENT)
    assert (older.synonyms, older.paraphrases, older.small_talk) == (shipped.synonyms, shipped.paraphrases, shipped.small_talk)
    assert older.digest == digest(texts)
