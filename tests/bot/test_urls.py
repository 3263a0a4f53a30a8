"""A link's words never hide where it leads, and ordinary titles stay as they are."""

import pytest

from bot.urls import is_misleading

EVIL = "https://evil.example/x"
CBP = "https://www.cbp.gov/trade"
CSMS = "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/4083a1f"

MISLEADING = (
    "https://www.cbp.gov/trade",
    "www.cbp.gov",
    "cbp.gov/login",
    "https://www.cbp.gov – official",
    "cbp.gov official page",
    "Read https://cbp.gov/x",
    "(cbp.gov)",
    "https://cbp.gov.",
    "https://cbp.gov@evil.example",
    "cbp.gov\u200b",
    "cbp\u200b.gov",
    "cbp\uff0egov and cbp\u3002gov",
    "c\u0431p.gov",
    "evil.example, that is cbp.gov",
    "https://localhost",
    "Guidance on sugar",
    "Quota opens",
)
"""Texts that must not link to `EVIL` without its host beside them."""


@pytest.mark.parametrize("words", MISLEADING)
def test_words_that_are_not_the_address_of_a_host_that_nobody_vouches_for_mislead(words: str) -> None:
    assert is_misleading(words, EVIL)


@pytest.mark.parametrize("words", ["evil.example", "https://evil.example/x", "www.evil.example/y", "EVIL.EXAMPLE (2)"])
def test_a_host_that_is_said_misleads_nobody(words: str) -> None:
    assert not is_misleading(words, EVIL)


@pytest.mark.parametrize("link", [CBP, CSMS, "https://www.federalregister.gov/d/2026-1"])
@pytest.mark.parametrize(
    "words",
    [
        "Guidance on AGOA; see CBP.gov",
        "CSMS 67647279",
        "Updates at https://www.cbp.gov/trade and www.ustr.gov",
        "ACE 2.0, Release 3.1.a, e.g. Form 7501.",
        "Filing reminders.New flags",
        "",
    ],
)
def test_titles_of_the_governments_pages_stay_as_they_are(words: str, link: str) -> None:
    assert not is_misleading(words, link)


@pytest.mark.parametrize(
    "words", ["https://evil.example", "see www.evil.example", "cbp.gov.evil.example", "sugar.com", "https://localhost/x"]
)
def test_what_names_another_site_shows_the_governments_host(words: str) -> None:
    assert is_misleading(words, CBP)


@pytest.mark.parametrize(
    "link", ["https://gov", "https://cbp.gov.evil.example/", "https://evilgovdelivery.com/", "https://cbp-gov.example"]
)
def test_nobody_vouches_for_hosts_that_only_look_like_the_governments(link: str) -> None:
    assert is_misleading("CBP", link)
