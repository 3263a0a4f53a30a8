"""Numbers, pages and titles of CBP's bulletins."""

import pytest

from jobs.csms import Heading, heading, hex_url, number_of, without_banner


@pytest.mark.parametrize(
    ("number", "page"),
    [
        ("67395160", "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/4045e58"),
        (
            "42231420",
            "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/284667c",
        ),  # the oldest pair that was checked, of March 2020
        ("66448963", "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/3f5ee43"),  # a TIN follows the rule too
    ],
)
def test_a_number_and_its_page_tell_each_other(number: str, page: str) -> None:
    assert hex_url(number) == page
    assert number_of(page) == number


@pytest.mark.parametrize("number", ["19-000252", "", "6739516O", "１２３４５６７８", "-67395160", "1234567890"])
def test_a_number_of_another_kind_has_no_page(number: str) -> None:
    with pytest.raises(ValueError, match="no page can be derived"):
        hex_url(number)


@pytest.mark.parametrize(
    "url",
    [
        "https://content.govdelivery.com/bulletins/gd/USDHSCBP-4045e58?wgt_ref=USDHSCBP_WIDGET_2",
        "https://content.govdelivery.com/accounts/usdhscbp/bulletins/4045E58",
        "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/4045e58/#top",
        "https://public.govdelivery.com/bulletins/4045e58",
        "/bulletins/4045e58",
    ],
)
def test_every_way_of_linking_a_bulletin_is_understood(url: str) -> None:
    assert number_of(url) == "67395160"


@pytest.mark.parametrize(
    "url",
    [
        "https://content.govdelivery.com/accounts/USFDA/bulletins/4045e58",
        "https://govdelivery.com.evil.example/accounts/USDHSCBP/bulletins/4045e58",
        "https://content.govdelivery.com/attachments/USDHSCBP/2026/01/02/file_attachments/4045e58/x.pdf",
        "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/ffffffff",
        "https://www.cbp.gov/trade",
        "https://[broken",
    ],
)
def test_other_links_are_no_bulletins_of_cbp(url: str) -> None:
    assert number_of(url) is None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("CSMS # 69302472 - GUIDANCE: Tariffs", Heading("csms", "69302472", "GUIDANCE: Tariffs")),
        ("CSMS # 69302472 – GUIDANCE: Tariffs", Heading("csms", "69302472", "GUIDANCE: Tariffs")),
        (" csms #69302472-Tariffs ", Heading("csms", "69302472", "Tariffs")),
        ("CSMS 64896520 Update to CSMS # 64895505", Heading("csms", "64896520", "Update to CSMS # 64895505")),
        ("CSMS # 19-000252 - Old", Heading("csms", "19-000252", "Old")),
        ("CAMS # 69523442 - Quota Bulletin 26-502", Heading("cams", "69523442", "Quota Bulletin 26-502")),
        ("TIN # 67154332 - Manifests", Heading("tin", "67154332", "Manifests")),
        ("CSMS # 69302472", Heading("csms", "69302472", "")),
        ("CAMS # [[BULLETIN_IDENTIFIER]]", Heading("", "", "CAMS # [[BULLETIN_IDENTIFIER]]")),
        ("Update to CSMS # 64895505", Heading("", "", "Update to CSMS # 64895505")),
        ("CSMS # 693024721234 - Too long", Heading("", "", "CSMS # 693024721234 - Too long")),
        ("CSMS # ٦٧٠٠٠٠٠١ - Other digits", Heading("", "", "CSMS # ٦٧٠٠٠٠٠١ - Other digits")),
        ("", Heading("", "", "")),
    ],
)
def test_a_title_opens_with_its_family_and_number(title: str, expected: Heading) -> None:
    assert heading(title) == expected


@pytest.mark.parametrize(
    ("number", "body", "left"),
    [
        ("67395160", "Cargo Systems Messaging Service CSMS # 67395160 - Refunds (see TIN # 66448963) CBP will pay.", "CBP will pay."),
        ("67395160", "Cargo Systems Messaging Service\nCSMS # 67395160 – Refunds, (see  TIN # 66448963)\nCBP will pay.", "CBP will pay."),
        ("67395160", "Cargo Systems Messaging Service CSMS # 67395160 - Another title. CBP will pay.", "Another title. CBP will pay."),
        ("67395160", "CSMS # 67395160 - Refunds (see TIN # 66448963)", ""),
        ("69999999", "This message updates CSMS # 67395160.", "This message updates CSMS # 67395160."),
        ("69999999", "Cargo Systems Messaging Service CSMS # 67395160 - x", "Cargo Systems Messaging Service CSMS # 67395160 - x"),
    ],
)
def test_only_the_banner_of_the_message_itself_is_cut(number: str, body: str, left: str) -> None:
    assert without_banner(body, number, "Refunds (see TIN # 66448963)") == left
