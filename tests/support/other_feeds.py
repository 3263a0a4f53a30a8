"""Entries of feeds that are no CSMS messages."""

from datetime import timedelta

from tests.support.small_catalog import NOW, entry

RULING = entry(
    "1",
    "The tariff classification of footwear from Vietnam",
    feed="cross-rulings",
    key="cross-rulings:N350001",
    number="N350001",
    url="https://rulings.cbp.gov/ruling/N350001",
    body="Classification.\nTariff numbers: 6402.99.3165.",
    published=NOW - timedelta(days=9, hours=9),
    kind="other",
)
DOCUMENT = entry(
    "2",
    "Notice of Action: Section 301, Footwear",
    "tariffs",
    feed="federal-register-ustr",
    key="federal-register-ustr:2026-01234",
    number="2026-01234",
    url="https://www.federalregister.gov/documents/2026/02/06/2026-01234/notice-of-action",
    body="The Trade Representative has decided.",
    published=NOW - timedelta(days=3, hours=9),
    kind="other",
)
REVISION = entry(
    "3",
    "2026 HTS Revision 3",
    feed="hts-revisions",
    key="hts-revisions:2026HTSRev3",
    number="2026HTSRev3",
    url="https://hts.usitc.gov/reststop/file?release=2026HTSRev3&filename=Change%20Record",
    published=NOW - timedelta(days=2, hours=9),
    kind="other",
)
NEWS = entry(
    "4",
    "Ambassador announces framework on footwear",
    feed="ustr-news",
    key="ustr-news:1",
    number="",
    url="https://ustr.gov/about/policy-offices/press-office/press-releases/2026/february/framework",
    body="The United States and a partner have agreed.",
    published=NOW - timedelta(days=1),
    kind="other",
)
ALL = (RULING, DOCUMENT, REVISION, NEWS)
