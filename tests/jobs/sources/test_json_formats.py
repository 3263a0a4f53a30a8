"""Parsing the JSON of the Federal Register, CROSS and the USITC, also when it is broken or hostile."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from jobs.effective_dates import effective_dates
from jobs.sources import cross_rulings, federal_register, hts_releases
from jobs.sources.document import Document, Found, NotAFeed
from jobs.states import DateKind
from tests.support.json_feeds import FORMATS, document, newest_first, register, release, ruling, rulings
from tests.support.shipped_catalog import shipped_catalog

READERS: dict[str, Callable[[bytes, str, str], Document]] = {
    "federal-register": federal_register.read,
    "cross-rulings": cross_rulings.read,
    "hts-releases": hts_releases.read,
}
KINDS = list(READERS)


def read(kind: str, text: str) -> Document:
    return READERS[kind](text.encode(), "application/json", "")


def only(kind: str, row: dict[str, object]) -> Found:
    (found,) = read(kind, FORMATS[kind][1]([row])).entries
    return found


def test_a_ruling_gives_number_subject_link_day_category_and_tariff_numbers() -> None:
    assert only("cross-rulings", ruling(12)) == Found(
        "N350012",
        "The tariff classification of footwear number 12 from Vietnam",
        "https://rulings.cbp.gov/ruling/N350012",
        datetime(2026, 1, 17, 5, tzinfo=UTC),
        "Classification.\nTariff numbers: 6402.99.3165, 9903.01.25.",
        "N350012",
    )


def test_a_ruling_says_which_rulings_it_changes_and_which_change_it() -> None:
    changed = ruling(1, tariffs="6402.99.3165, ", revokes=["N100001", "N100002"], revokedBy=["H300001"], operationallyRevoked=True)
    assert (only("cross-rulings", changed).body or "").split("\n") == [
        "Classification.",
        "Tariff numbers: 6402.99.3165.",
        "Revoked by operation of law.",
        "Revoked by H300001.",
        "Revokes N100001, N100002.",
    ]


def test_a_revision_gives_name_description_day_and_its_change_record() -> None:
    assert only("hts-releases", release(7)) == Found(
        "2026HTSRev7",
        "2026 HTS Revision 7",
        "https://hts.usitc.gov/reststop/file?release=2026HTSRev7&filename=Change%20Record",
        datetime(2026, 4, 13, 4, tzinfo=UTC),
        None,
        "2026HTSRev7",
    )


@pytest.mark.parametrize("name", ["2019HTSABASICA", "2018HTSARevision14_1", "2026HTSBasic"])
def test_older_names_of_revisions_are_understood(name: str) -> None:
    assert only("hts-releases", release(1, name=name)).guid == name


def test_a_document_of_the_register_without_its_number_has_that_of_its_page() -> None:
    assert only("federal-register", document(3, document_number=None)) == only("federal-register", document(3))


def test_the_days_of_a_document_are_sentences_that_give_its_dates() -> None:
    row = document(3, effective_on="2026-07-01", comments_close_on="2026-03-09")
    found = only("federal-register", row)
    assert (found.body or "").split("\n") == [
        "The Trade Representative has decided matter 3.",
        "Effective on July 1, 2026.",
        "Comments close on March 9, 2026.",
    ]
    dates = effective_dates(found.title, found.body, date(2026, 1, 8))
    assert [(each.date, each.kind) for each in dates] == [
        (date(2026, 7, 1), DateKind.EFFECTIVE),
        (date(2026, 3, 9), DateKind.DEADLINE),
    ]
    assert only("federal-register", row | {"abstract": None}).body == "Effective on July 1, 2026.\nComments close on March 9, 2026."


@pytest.mark.parametrize("odd", [None, "", 5, "soon", "2026-13-01", "٢٠٢٦-07-01", ["2026-07-01"], "2026-07-01 and <b>more</b>"])
def test_what_is_no_day_is_left_out_of_a_document(odd: object) -> None:
    assert only("federal-register", document(3, effective_on=odd, comments_close_on=odd)) == only("federal-register", document(3))


def test_the_shipped_feed_of_the_register_asks_for_the_days_that_are_read() -> None:
    (feed,) = [each for each in shipped_catalog().feeds if each.slug == "federal-register"]
    assert all(name in feed.sources[0].url for name in ("effective_on", "comments_close_on"))


@pytest.mark.parametrize(
    ("kind", "without"),
    [
        ("federal-register", {"document_number": None, "html_url": None}),
        ("federal-register", {"document_number": 5, "html_url": "https://evil.example/documents/2026/01/05/2026-1/x"}),
        ("cross-rulings", {"rulingNumber": None}),
        ("cross-rulings", {"rulingNumber": "../../admin"}),
        ("cross-rulings", {"rulingNumber": ["N350001"]}),
        ("hts-releases", {"name": ""}),
        ("hts-releases", {"name": "2026HTSRev1&filename=x"}),
    ],
)
def test_an_entry_without_its_number_is_left_out_and_told(kind: str, without: dict[str, object]) -> None:
    make, whole = FORMATS[kind]
    found = read(kind, whole([make(2), make(1, **without)]))
    assert [each.guid for each in found.entries] == [only(kind, make(2)).guid]
    assert found.warnings == ("entries left out, because they have no number: 1",)


@pytest.mark.parametrize(
    ("kind", "dates"),
    [
        ("federal-register", {"publication_date": "2026-13-45"}),
        ("cross-rulings", {"rulingDate": {"year": 2026}}),
        ("hts-releases", {"releaseStartDate": "soon", "date": "99/99/2026"}),
    ],
)
def test_a_wrong_date_is_missing_and_told(kind: str, dates: dict[str, object]) -> None:
    make, whole = FORMATS[kind]
    found = read(kind, whole([make(2), make(1, **dates)]))
    assert [each.published is None for each in found.entries] == [False, True]
    assert found.warnings == ("entries without a date that can be read: 1",)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.71, 0.9, 0.98])
def test_of_a_page_that_is_cut_only_whole_entries_are_kept(kind: str, share: float) -> None:
    text = newest_first(kind, *range(1, 21))
    found = read(kind, text[: int(len(text) * share)])
    assert not found.whole
    assert 0 < len(found.entries) <= 20
    assert found.entries == read(kind, text).entries[: len(found.entries)]


def test_an_entry_that_is_cut_behind_a_list_of_its_own_is_no_end() -> None:
    text = register([document(2), document(1)])
    cut = text[: text.rindex('{"raw_name": "Section 301 Committee"}') + len('{"raw_name": "Section 301 Committee"}]')]
    found = read("federal-register", cut)
    assert [each.guid for each in found.entries] == ["2026-00002"]
    assert not found.whole


@pytest.mark.parametrize("kind", KINDS)
def test_a_malformed_entry_costs_itself_and_is_told(kind: str) -> None:
    make, whole = FORMATS[kind]
    title = read(kind, whole([make(2)])).entries[0].title
    found = read(kind, newest_first(kind, 1, 2, 3).replace(f'"{title}"', f'x"{title}"'))
    assert [each.guid[-1] for each in found.entries] == ["3", "1"]
    assert (found.whole, found.sound, found.warnings) == (True, False, ("entries that cannot be read: 1",))


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_list_has_no_entries(kind: str) -> None:
    assert read(kind, FORMATS[kind][1]([])) == Document(())


def test_a_search_of_rulings_without_hits_may_lack_its_list() -> None:
    assert read("cross-rulings", '{"totalHits": 0}').entries == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_web_page_is_told_from_json(kind: str) -> None:
    with pytest.raises(NotAFeed, match="a web page"):
        read(kind, '<!doctype html><html lang="en"><head><title>CROSS</title></head><body><app-root></app-root></body></html>')


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", "5", "null", '"text"', "{", "[" * 100_000, '{"error": "no"}', '{"rulings": 5, "results": {}}', "[{"])
def test_other_json_is_refused(kind: str, text: str) -> None:
    with pytest.raises(NotAFeed):
        read(kind, text)


@pytest.mark.parametrize("kind", KINDS)
def test_odd_rows_are_passed_over(kind: str) -> None:
    make, whole = FORMATS[kind]
    odd: list[object] = [1, None, "text", [], {}, make(1)]
    assert [each.guid for each in read(kind, whole(odd)).entries] == [only(kind, make(1)).guid]


@pytest.mark.parametrize("kind", KINDS)
def test_of_too_many_entries_the_newest_are_kept(kind: str) -> None:
    found = read(kind, newest_first(kind, *range(1, 621)))
    assert len(found.entries) == 500
    assert found.entries[0].guid.endswith("620")
    assert found.warnings == ("entries left out, the oldest beyond 500: 120",)


def test_hostile_text_is_plain_and_links_lead_to_the_source() -> None:
    hostile = "safe\u202egpj.exe\u200b <b>&amp;</b> <!channel>"
    assert only("cross-rulings", ruling(1, subject=hostile)).title == "safegpj.exe <b>&amp;</b> <!channel>"
    assert only("federal-register", document(1, html_url="javascript:alert(1)")).url == ""
    many = ruling(1, tariffs=["6402.99.3165"] * 5_000, revokes=[{"a": 1}, 5, None])
    assert len(only("cross-rulings", many).body or "") < 1_000


def test_numbers_of_thousands_of_digits_are_read() -> None:
    text = rulings([ruling(1)]).replace("700001", "7" * 10_000)
    assert [each.guid for each in read("cross-rulings", text).entries] == ["N350001"]
