"""Made-up documents of the JSON formats, as the Federal Register, CROSS and the USITC write them."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

from content.catalog import Feed, Source
from tests.support.feed_server import FeedServer

FIRST_DAY = date(2026, 1, 5)
AGENCY = {
    "raw_name": "OFFICE OF THE UNITED STATES TRADE REPRESENTATIVE",
    "name": "Trade Representative, Office of United States",
    "id": 491,
    "url": "https://www.federalregister.gov/agencies/trade-representative-office-of-united-states",
    "json_url": "https://www.federalregister.gov/api/v1/agencies/491",
    "parent_id": 538,
    "slug": "trade-representative-office-of-united-states",
}


def document(n: int, **changed: object) -> dict[str, object]:
    day = FIRST_DAY + timedelta(days=n)
    number = f"2026-{n:05}"
    return {
        "document_number": number,
        "title": f"Notice of Action {n}: Section 301",
        "type": "Notice",
        "abstract": f"The Trade Representative has decided matter {n}.",
        "html_url": f"https://www.federalregister.gov/documents/{day:%Y/%m/%d}/{number}/notice-of-action-{n}",
        "publication_date": f"{day}",
        "agencies": [AGENCY, {"raw_name": "Section 301 Committee"}],
        **changed,
    }


def register(rows: Sequence[object]) -> str:
    head = {"count": len(rows), "description": "Documents from the Trade Representative", "total_pages": 1}
    return json.dumps({**head, "results": rows, "next_page_url": None})


def ruling(n: int, **changed: object) -> dict[str, object]:
    day = FIRST_DAY + timedelta(days=n)
    return {
        "id": 700_000 + n,
        "rulingNumber": f"N{350_000 + n}",
        "subject": f"The tariff classification of footwear number {n} from Vietnam",
        "categories": "Classification",
        "rulingDate": f"{day}T00:00:00",
        "isUsmca": False,
        "isNafta": False,
        "relatedRulings": [],
        "modifiedBy": [],
        "modifies": [],
        "revokedBy": [],
        "revokes": [],
        "url": f"ny/2026/n{350_000 + n}.doc",
        "collection": "ny",
        "commodityGrouping": "Footwear",
        "tariffs": ["6402.99.3165", "9903.01.25"],
        "operationallyRevoked": False,
        **changed,
    }


def rulings(rows: Sequence[object]) -> str:
    return json.dumps({"rulings": rows, "totalHits": 220_000 + len(rows)})


def release(n: int, **changed: object) -> dict[str, object]:
    day = f"{FIRST_DAY + timedelta(days=14 * n):%m/%d/%Y}"
    return {
        "id": {"timestamp": 1_767_600_000 + n, "date": 1_767_600_000_000 + n},
        "name": f"2026HTSRev{n}",
        "description": f"2026 HTS Revision {n}",
        "date": day,
        "time": "12:00:53",
        "title": f"Revision {n} (2026)",
        "creator": "A. Person",
        "status": "archive",
        "target": day,
        "releaseStartDate": day,
        "releaseEndDate": None,
        "mergedRevisions": None,
        **changed,
    }


def releases(rows: Sequence[object]) -> str:
    return json.dumps(rows)


FORMATS = {"federal-register": (document, register), "cross-rulings": (ruling, rulings), "hts-releases": (release, releases)}
"""Kind -> what makes a row, and what makes a document of rows."""


def newest_first(kind: str, *numbers: int) -> str:
    make, whole = FORMATS[kind]
    return whole([make(n) for n in sorted(numbers, reverse=True)])


def feed(server: FeedServer, kind: str, slug: str = "other") -> Feed:
    """Return a feed that reads the server's raw document."""
    return Feed(slug, "Other", (Source(kind, server.url("/raw.rss")),), 1, "all", False, (), by_name_only=True)
