"""Whatever sequence of documents a feed shows, every entry is posted at most once, and every really new one at least once."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from jobs.publish import end_hold
from jobs.sources.document import Found
from jobs.store import schema
from jobs.store.database import Database
from tests.support.documents import DAY, Documents

IDENTITIES = ("own guid", "N/A", "one guid", "no guid", "no guid and one link", "one guid and one link", "neither")
SCHEMES = 6  #: The last one changes guids and hosts, so that only titles and dates are left.
POLLS = 20


def shown(identity: str, number: int, scheme: int, *, dated: bool) -> Found:
    """Return the feed's n-th entry as it looks under a scheme of addresses. If it is dated, every third is a report with the same title."""
    host = (
        "http://www.cbp.gov",
        "https://www.cbp.gov",
        "https://cbp.gov",
        "https://WWW.CBP.GOV",
        "https://www.cbp.gov",
        "https://new.cbp.gov",
    )
    path = f"/trade/{number}" + ("/" if scheme == 3 else f";jsessionid=x{number * 7 + scheme}" if scheme == 4 else "")
    link = {"one link": f"{host[scheme]}/trade", "neither": ""}.get(identity.rpartition("and ")[2], host[scheme] + path)
    guids = {"own guid": f"{number} at {host[scheme]}" if scheme < 5 else f"urn:uuid:{number}", "N/A": "N/A", "one guid": "CBP-1"}
    weekly = dated and number % 3 == 0 and identity != "one guid and one link"  # nothing would tell its issues apart
    title = "Quota status report" if weekly else f"Page {number}"
    return Found(guids.get(identity.partition(" and")[0], ""), title, link, date_of(number) if dated else None, f"Text {number}.")


def date_of(number: int) -> datetime:
    return DAY - timedelta(days=300) + timedelta(hours=20 * number)


def document(rng: random.Random, newest: int) -> list[int]:
    """Return the numbers that a poll sees: a window, with gaps, in any order, some of it twice."""
    window = list(range(max(0, newest - rng.choice((2, 5, 14, 25))), newest + 1))
    gaps = {number for number in window[:-2] if rng.random() < 0.2}
    numbers = [number for number in window if number not in gaps]
    numbers += [number for number in numbers if rng.random() < 0.15]
    order = rng.choice((sorted, lambda several: sorted(several, reverse=True), lambda several: rng.sample(several, len(several))))
    return list(order(numbers))


@pytest.mark.slow
@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("identity", IDENTITIES)
def test_every_entry_is_posted_once_whatever_the_feed_shows(sqlite_db: Database, identity: str, dated: bool) -> None:
    run(sqlite_db, identity, dated=dated)


@pytest.mark.slow
def test_every_entry_is_posted_once_on_postgresql_too(postgres_url: str) -> None:
    db = Database(postgres_url)
    run(db, "no guid and one link", dated=True)
    db.close()


def run(db: Database, identity: str, *, dated: bool) -> None:
    rng = random.Random(identity)  # noqa: S311 -- the same sequences in every run
    feed, scheme, newest = Documents(db), 0, rng.choice((3, 30))
    old: set[int] = set()
    seen: set[int] = set()
    for poll in range(POLLS):
        if rng.random() < 0.2:
            scheme = rng.randrange(SCHEMES if dated else SCHEMES - 1)
        numbers = document(rng, newest)
        feed.poll([shown(identity, number, scheme, dated=dated) for number in numbers], minutes=rng.choice((30, 900)))
        seen |= set(numbers)
        if poll == 0:
            old = set(seen)
        newest += rng.choice((0, 0, 1, 1, 2, 12))
    end_hold(db, feed.feed.slug, "someone", post=True)
    with db.read() as conn:
        query = select(schema.entry.c.body).join(schema.delivery, schema.delivery.c.entry_id == schema.entry.c.id)
        posted = Counter(conn.execute(query).scalars())
    expected = Counter(f"Text {number}." for number in seen - old)
    assert (posted - expected, expected - posted) == (Counter(), Counter())
