"""Warnings of what is valid but likely wrong."""

import time
from textwrap import indent

import pytest

from content.loading.files import read_files
from content.loading.lint import MAX_WARNINGS, lint
from content.loading.loader import load_files
from tests.support.paths import CONTENT
from tests.support.sample_content import files

TODAY = "2026-11-29"


def warnings(text: str, name: str = "ptis.yaml", old: str = "About revenue.") -> list[str]:
    texts = files()
    assert old in texts[name]
    texts[name] = texts[name].replace(old, text, 1)
    load_files(texts)
    return [str(warning) for warning in lint(texts, TODAY)]


def test_the_shipped_content_gives_no_warnings_but_of_what_is_due() -> None:
    assert [str(each) for each in lint(read_files(CONTENT), TODAY) if "review_by: " not in str(each)] == []


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("A <b>bold</b> word.", "“<b>” is an HTML tag"),
        ("One<br/>two", "“<br/>” is an HTML tag"),
        ('See <a href="https://x.example/">it</a>.', "is an HTML tag"),
        ("Fees &amp; duties", "“&amp;” is HTML for a character"),
        ("No&nbsp;break", "“&nbsp;” is HTML"),
        ("Dear {{name}}, hello", "“{{name}}” looks like a place in a template"),
        ("Dear [NAME]", "“[NAME]” looks like"),
        ("On [INSERT DATE] it", "“[INSERT DATE]” looks like"),
        ("Dear «First name»", "looks like"),
        ("The ${office}", "looks like"),
        ("Lorem ipsum dolor", "“Lorem ipsum” is a filler text"),
        ("TODO write this", "“TODO” says that something is still to be done"),
        ("The fee is TBD.", "“TBD” says"),
        ("Ask <!channel> now", "“<!channel>” is a mention of a chat"),
        ("Ask <@U012AB3CD>", "“<@U012AB3CD>” is a mention"),
        ("In <#C012AB3CD|trade>", "is a mention"),
        ("It is **very** new", "“**very**” is Markdown"),
        ("See [the page](https://www.cbp.gov/trade)", "is Markdown"),
        ("“The whole text is quoted.”", "has curly quotation marks around it"),
        ('The opening mark is lost."', "has a quotation mark that no other one opens"),
        ("Ask @here", "“@here” is a mention"),
        ("Hello @channel.", "“@channel” is a mention"),
    ],
)
def test_a_text_that_is_likely_wrong_is_named_with_its_place(text: str, sign: str) -> None:
    (found,) = warnings(f"'{text}'")
    assert found.startswith("ptis.yaml:63:13: Revenue, summary, text: ")
    assert sign in found


@pytest.mark.parametrize(
    "text",
    [
        "Fees < 5 and > 3, duties & taxes; 50 % of < value >",
        "Write to trade@cbp.dhs.gov or here@cbp.dhs.gov.",
        "AT&T; the ACE [Automated Commercial Environment] of {2026}",
        "A todo list of the port of TBDale",
        "<5 days, then 3>2",
    ],
)
def test_an_ordinary_text_gives_no_warning(text: str) -> None:
    assert warnings(f"'{text}'") == []


@pytest.mark.parametrize("date", ["2026-12", "2027", "2026-11-30"])
def test_a_date_to_come_is_a_warning(date: str) -> None:
    (found,) = warnings(date, "office.yaml", "2026-02-06")
    assert (
        found == f"office.yaml:7:14: Office of Trade, 1st mission statement, as_of: {date} is still to come: write the date of the source"
    )


def test_a_source_read_in_the_future_is_a_warning() -> None:
    (found,) = warnings("2026-02-06\n      read: 2026-12", "office.yaml", "2026-02-06")
    assert found.endswith("read: 2026-12 is still to come: write the day on which you looked at the source")


@pytest.mark.parametrize("date", ["2026", "2026-11", "2026-11-29"])
def test_today_is_not_to_come(date: str) -> None:
    assert warnings(date, "office.yaml", "2026-02-06") == []


PAGE = "https://www.cbp.gov/trade/remedies"


def dated(revenue: str, textiles: str, text: str = "About textiles.", pages: tuple[str, str] = (PAGE, PAGE)) -> list[str]:
    """Return the warnings for two summaries with these dates."""
    texts = files()
    for old, new, page, dates in (("revenue", "About revenue.", pages[0], revenue), ("textiles", text, pages[1], textiles)):
        before = f"text: About {old}.\n      source: https://www.dhs.gov/trade\n      as_of: 2026-02-06\n"
        assert before in texts["ptis.yaml"]
        texts["ptis.yaml"] = texts["ptis.yaml"].replace(before, f"text: {new}\n      source: {page}\n" + indent(dates, "      "))
    load_files(texts)
    return [str(warning) for warning in lint(texts, TODAY)]


READ = "read: 2026-11\n"
OLD = f"as_of: 2019-04\n{READ}"
NEW = f"as_of: 2023\n{READ}"


def test_a_page_that_does_not_say_when_it_was_read_is_a_warning() -> None:
    (found,) = dated(READ, "as_of: 2026-11\n")
    assert "Textiles, summary, source: is a page, which can change: add read" in found
    assert dated(READ, "as_of: 2026-11\n", pages=(PAGE, "CSMS 68179006")) == []


@pytest.mark.parametrize(("revenue", "other"), [(NEW, "2023"), (READ, "no date")])
@pytest.mark.parametrize("page", [PAGE, "http://cbp.gov/trade/remedies"])
def test_two_dates_of_one_page_are_a_warning_at_the_older(revenue: str, other: str, page: str) -> None:
    (found,) = dated(revenue, OLD, pages=(PAGE, page))
    assert f"Textiles, summary, as_of: another statement gives this page {other}: correct one" in found


def test_one_page_may_have_an_older_form_if_the_text_says_its_year() -> None:
    assert dated(NEW, OLD, "The page of 2019 says so.") == []
    assert dated(NEW, NEW) == dated(READ, READ) == []
    assert dated(NEW, OLD, pages=(PAGE, f"{PAGE}/301")) == []


def test_phrases_of_rules_are_no_texts() -> None:
    assert warnings("- 'TODO'", "topics.yaml", "- agriculture quota") == []


def test_hostile_texts_cost_little_and_warnings_end() -> None:
    texts = {"ptis.yaml": "ptis:\n  a:\n" + "".join(f"    k{n}: '{'<a ' * 100}{'{{' * 50}TODO'\n" for n in range(400))}
    began = time.process_time()
    assert len(lint(texts, TODAY)) == MAX_WARNINGS
    assert time.process_time() - began < 5


def test_broken_and_missing_files_give_no_warnings() -> None:
    assert lint({"ptis.yaml": "a: [", "roles.yaml": "x"}, TODAY) == ()


@pytest.mark.parametrize(
    "text", ['A pipe of 12"', 'The "second" one, or "third"', "“One” and “two”", "5 ** 3", "a[1] (see there)", "snake__case__name"]
)
def test_an_ordinary_quotation_or_sign_gives_no_warning(text: str) -> None:
    assert warnings(f"'{text}'") == []


def test_a_review_that_is_past_is_a_warning() -> None:
    dated = "    summary:\n      text: About revenue.\n      review_by: {}\n"
    old = "    summary:\n      text: About revenue.\n"
    (found,) = warnings(dated.format("2026-10"), old=old)
    assert found.endswith("Revenue, summary, review_by: 2026-10 is past: look at the source again, then write a later day")
    assert warnings(dated.format("2026-11"), old=old) == []
    assert warnings(dated.format("2027"), old=old) == []


@pytest.mark.parametrize(
    ("kind", "address", "usual"),
    [
        (
            "federal-register",
            "https://www.federalregister.gov/documents/search?term=a",
            "www.federalregister.gov/api/v1/documents.json",
        ),
        ("cross-rulings", "https://rulings.cbp.gov/search?term=footwear", "rulings.cbp.gov/api/search"),
        ("hts-releases", "https://hts.usitc.gov/", "hts.usitc.gov/reststop/releaseList"),
    ],
)
def test_an_address_of_a_page_for_people_is_a_warning(kind: str, address: str, usual: str) -> None:
    old = "kind: rss\n        url: https://public.govdelivery.com/topics/USDHSCBP_136/feed.rss"
    (found,) = warnings(f"kind: {kind}\n        url: {address}", "feeds.yaml", old)
    expected = f"is not an address of kind {kind}, which begins with https://{usual}: copy it from another feed of this kind"
    assert found.endswith(expected)
    assert warnings(f"kind: {kind}\n        url: https://{usual}?a=b", "feeds.yaml", old) == []
    assert warnings(f"kind: {kind}\n        url: http://127.0.0.1:8900/raw", "feeds.yaml", old) == []


def test_a_wording_that_another_question_has_is_a_warning() -> None:
    question = "    questions:\n      - q: {}\n        also: [{}]\n        a: Yes.\n        source: flyer\n        as_of: 2026\n"
    texts = files()
    texts["ptis.yaml"] += question.format("Is it open?", "Is it closed?") + question.format("x", "y").partition("\n")[2].replace(
        "q: x", "q: What now?"
    ).replace("[y]", '["Is it OPEN", "What now?"]')
    load_files(texts)
    (found,) = lint(texts, TODAY)
    place = f"ptis.yaml:{_line(texts, 'Is it open?')}"
    shown = f"is also a question of Textiles, 1st question ({place}): the bot can give only one answer to it"
    assert str(found).endswith(f"Textiles, 2nd question, 1st other wording: {shown}")


def _line(texts: dict[str, str], words: str) -> int:
    return next(number for number, line in enumerate(texts["ptis.yaml"].split("\n"), 1) if words in line)
