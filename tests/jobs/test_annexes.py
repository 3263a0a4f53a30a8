"""Which links of a message are annexes: attached files and documents, at official hosts alone."""

import json

import pytest

from jobs.annexes import MAX_ANNEXES, MAX_NAME, annexes
from jobs.models.entries import Link
from tests.support.real_data import real_data

FILES = "https://content.govdelivery.com/attachments/USDHSCBP/2026/07/21/file_attachments/3333000"
NOTICE = "https://www.federalregister.gov/d/2026-09429"


@pytest.mark.parametrize(
    ("text", "url", "name", "attached"),
    [
        ("Steel HTS list", f"{FILES}/Steel.pdf", "Steel HTS list", True),
        ("click here", f"{FILES}/Annex%20I%20HTS_codes.xlsx", "Annex I HTS_codes.xlsx", True),
        ("", f"{FILES.replace('USDHSCBP', 'usdhscbp')}/list.docx", "list.docx", True),
        ("Attachment", "https://www.cbp.gov/sites/default/files/2026-07/list.pdf", "list.pdf", True),
        ("List of codes", "https://www.cbp.gov/sites/default/files/2026-07/list.pdf", "List of codes", False),
        ("this document", "https://www.cbp.gov/document/guidance/appendix-u", "cbp.gov/…/appendix-u", False),
        ("Quota Bulletin 26-407", "https://www.cbp.gov/trade/quota/bulletins/qb-26-407-2026", "Quota Bulletin 26-407", False),
        (NOTICE, NOTICE, "Federal Register 2026-09429", False),
        ("91 FR 1234", "https://www.federalregister.gov/citation/91-FR-1234", "91 FR 1234", False),
        ("Annex II of the proclamation", "https://hts.usitc.gov/some/page", "Annex II of the proclamation", False),
        ("Proclamation", "https://www.whitehouse.gov/presidential-actions/2026/02/beef/", "Proclamation", False),
        ("https://www.cbp.gov/list.pdf", "https://www.fda.gov/media/1/other.pdf", "other.pdf", False),
        ("www.cbp.gov", f"{FILES}/a.pdf", "a.pdf", True),
    ],
)
def test_an_attached_file_or_a_document_is_an_annex(text: str, url: str, name: str, attached: bool) -> None:
    (annex,) = annexes([Link(text, url)], None)
    assert (annex.name, annex.url, annex.attached) == (name, url, attached)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("ACE", "https://www.cbp.gov/trade/automated/catair"),
        ("eCBP", "https://e.cbp.dhs.gov/ecbp/#/main"),
        ("CBP.gov", "https://www.cbp.gov/"),
        ("attached", "https://www.cbp.gov/"),
        ("all documents", "https://www.cbp.gov/document/guidance/"),
        ("survey", "https://www.surveymonkey.com/r/2VKXJJW"),
        ("CSMS # 67647279", "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/4083b33"),
        ("Attachment: manage your subscription", "https://public.govdelivery.com/accounts/USDHSCBP/subscriber/edit"),
        ("QR code", f"{FILES}/code.pdf"),
        ("photo", f"{FILES}/photo.png"),
        ("CSMS archive", "https://www.cbp.gov/document/publications/csms-archive"),
        ("here", "https://www.cbp.gov/document/guidance/ace-help-desk"),
        ("Privacy policy", "https://www.dhs.gov/privacy.pdf"),
        ("Annex", "https://evil.example/annex.pdf"),
        ("Annex", "https://content.govdelivery.com.evil.example/attachments/USDHSCBP/annex.pdf"),
        ("Annex", "https://content.govdelivery.com/attachments/OTHER/annex.pdf"),
        ("Annex", "https://evil.example/content.govdelivery.com/attachments/USDHSCBP/annex.pdf"),
        ("Annex", "https://www.cbp.gov@evil.example/annex.pdf"),
        ("Annex", "https://www.cbp.gov:8443/annex.pdf"),
        ("Annex", "https://www.сbp.gov/annex.pdf"),
        ("Annex", "javascript:alert('https://www.cbp.gov/annex.pdf')"),
        ("Annex", "ftp://www.cbp.gov/annex.pdf"),
        ("Annex", "https://[::1/annex.pdf"),
        ("Annex", "https://www.cbp.gov/" + "a" * 600 + ".pdf"),
        ("Annex", ""),
    ],
)
def test_boilerplate_and_other_hosts_are_none(text: str, url: str) -> None:
    assert annexes([Link(text, url)], None) == ()


def test_addresses_in_the_text_count_each_once_and_after_the_links() -> None:
    body = f"See the notice ({NOTICE}). Attachment: http://www.cbp.gov/sites/default/files/list.pdf. Also {FILES}/A.pdf, and https://x.example/b.pdf"
    found = annexes([Link("List A", f"{FILES}/A.pdf#page=2")], body)
    assert [(each.name, each.url, each.attached) for each in found] == [
        ("List A", f"{FILES}/A.pdf", True),
        ("Federal Register 2026-09429", NOTICE, False),
        ("list.pdf", "https://www.cbp.gov/sites/default/files/list.pdf", True),
    ]


def test_they_are_limited() -> None:
    many = annexes([Link("A " * 200, f"{FILES}/{number}.pdf") for number in range(60)], None)
    assert len(many) == MAX_ANNEXES
    assert all(len(each.name) <= MAX_NAME for each in many)


def test_those_of_real_messages_are_quota_bulletins_notices_and_documents() -> None:
    found = {}
    for name in ("csms_feed_items.jsonl", "csms_feed_items_later.jsonl"):
        for line in real_data(name).read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            found[item["guid"]] = [each.url for each in annexes((), item["text"])]
    assert found["67630220"] == ["https://www.cbp.gov/trade/quota/bulletins/qb-26-407-2026"]
    assert found["68914006"] == ["https://www.federalregister.gov/d/2026-09429"]
    assert found["67698864"] == []
    assert all("/catair" not in url and "surveymonkey" not in url for several in found.values() for url in several)
