"""A small catalog and a few entries, for tests that need no YAML."""

from datetime import UTC, datetime

from content.catalog import Catalog, Duty, Feed, Office, Pti, Statement, Topic
from jobs.classify import rules_digest
from jobs.models.channels import ChannelRef
from jobs.models.entries import Classified, Entry, NewEntry, Parsed, TopicHit

NOW = datetime(2026, 2, 9, 14, 0, tzinfo=UTC)
"""Mon 9 Feb 2026, 09:00 ET."""

NEW_YORK = "America/New_York"

CHANNEL = ChannelRef("slack", "T1", "C1", "trade-updates")

_SAID = Statement("In our words.", "https://www.cbp.gov/trade", "2026")


def topic(slug: str, name: str, *synonyms: str, is_pti: bool = False) -> Topic:
    return Topic(slug, name, is_pti, _SAID, (), (), (), (), synonyms, ())


def pti(slug: str, name: str, cbp: str, *synonyms: str) -> Pti:
    return Pti(slug, name, cbp, cbp, "https://www.cbp.gov/trade", _SAID, (), (), (), (), (), (), (), (), (), (), synonyms)


def duties(*texts: str) -> tuple[Duty, ...]:
    return tuple(map(Duty, texts))


def feed(slug: str, name: str) -> Feed:
    return Feed(slug, name, (), 300, "all", True, ())


CATALOG = Catalog(
    "small",
    Office("office-of-trade", "Office of Trade", "", (), (), (), (), (), ()),
    (),
    (
        pti("agriculture-quota", "Agriculture and Quota", "Agriculture and Quota", "sugar", "beef", "agriculture"),
        pti("trade-agreements", "Free Trade Agreements (FTA)", "Trade Agreements", "help"),
        pti("ad-cvd", "Anti-dumping and Countervailing Duties (AD/CVD)", "Antidumping and Countervailing Duties", "byrd amendment"),
    ),
    (),
    (),
    (),
    (
        topic("agriculture-quota", "Agriculture and Quota", "quota", "absolute quota", is_pti=True),
        topic("ad-cvd", "Anti-dumping and Countervailing Duties (AD/CVD)", "eapa", is_pti=True),
        topic("trade-agreements", "Free Trade Agreements (FTA)", is_pti=True),
        topic("revenue", "Revenue", "duty", is_pti=True),
        topic("textiles", "Textiles and Wearing Apparel", is_pti=True),
        topic("forced-labor", "Forced labor", "uflpa"),
        topic("tariffs", "Tariffs", "section 301", "section 232", "duty"),
        topic("outage", "Outages"),
        topic("other", "Other"),
    ),
    (
        feed("csms", "CSMS"),
        feed("cbp-trade", "CBP trade pages"),
        feed("cbp-forced-labor", "CBP forced labor pages"),
        feed("federal-register", "Federal Register"),
    ),
)


def entry(number: str, title: str, /, *topics: str, published: datetime = NOW, **more: object) -> Entry:
    """Return a stored entry of the CSMS feed; `more` are other fields of Entry."""
    fields: dict[str, object] = {
        "id": int(number),
        "key": f"csms:{number}",
        "feed": "csms",
        "number": number,
        "title": title,
        "url": f"https://content.govdelivery.com/accounts/USDHSCBP/bulletins/{int(number):x}",
        "published": published,
        "first_seen": published,
        "body": None,
        "kind": "information",
        "lead": "",
        "routine": False,
        "topics": tuple(TopicHit(slug, f"title: {slug}") for slug in topics),
    }
    return Entry(**{**fields, **more})  # type: ignore[arg-type]


def new(of: Entry) -> NewEntry:
    """Return the entry as it is before it is published."""
    parsed = Parsed(of.key, of.feed, of.number, of.title, of.url, of.published, of.body, links=of.links)
    return NewEntry(parsed, Classified(of.topics, of.kind, of.lead, of.routine, rules_digest(CATALOG.topics)))
