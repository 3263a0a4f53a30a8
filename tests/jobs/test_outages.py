"""Open outages: what CBP reported and no later message ended."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from jobs.models.entries import Entry
from jobs.models.readings import Reference
from jobs.outages import MAX_LISTED, MAX_SILENCE, Outages, open_outages
from jobs.states import EntryKind, Lead, Relation
from tests.support.small_catalog import entry

START = datetime(2026, 1, 23, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)


def message(number: int, title: str, hours: float = 0, kind: EntryKind | None = None, **more: object) -> Entry:
    ended = any(word in title.casefold() for word in ("resolved", "operational", "cleared", "completed"))
    kind = kind or (EntryKind.RESOLVED if ended else EntryKind.OUTAGE)
    return entry(str(67_000_000 + number), title, published=START + hours * HOUR, kind=kind, lead=Lead.NONE, **more)


def names(later: Entry, earlier: Entry, kind: Relation) -> Mapping[int, Sequence[Reference]]:
    return {later.id: (Reference(earlier.number, kind, f"CSMS # {earlier.number}", "It says so."),)}


def found(*messages: Entry, named: Mapping[int, Sequence[Reference]] | None = None, hours: float = 48) -> Outages:
    return open_outages(messages, named or {}, START + hours * HOUR)


def numbers(outages: Outages) -> list[list[int]]:
    return [[each.id - 67_000_000 for each in outage.chain] for outage in outages.open]


SLOW = message(1, "ACE Air EDI and Entry Summary EDI Experiencing Slow Processing")


def test_an_outage_is_open_since_its_first_message_and_has_its_updates_in_its_chain() -> None:
    update = message(2, "UPDATE: ACE Air EDI and Entry Summary EDI Experiencing Slow Processing", 3)
    (outage,) = found(update, SLOW).open
    assert (outage.since, outage.last, outage.chain) == (START, update, (SLOW, update))


@pytest.mark.parametrize(
    ("reported", "ended"),
    [
        ("ACE Reports Degradation", "Resolved: ACE Reports Degradation"),
        ("ACE Cargo Release Delays", "Resolved ACE Cargo Release Delays"),
        ("PGA Processing Issues", "PGA Processing Issues - RESOLVED"),
        ("EDI Slow Processing", "EDI Slow Processing (RESOLVED)"),
        ("Truck Manifest Processing Delays", "**RESOLVED** Truck Manifest Processing Delays"),
        ("ACE Truck Manifest Delays", "Resolved Truck Manifest Delays"),
        ("ACE portal slowdown", "Resolved - ACE portal slowdown"),
        ("Delays with all EDI processing", "Resolved -Delays with all EDI processing"),
        ("Issue with AD/CVD Application", "RESOLVED: Issue with AD/CVD Application"),
        ("FDA Processing Delays", "FDA Processing Delays RESOLVED"),
        ("Missing Notifications for New Truck E-Manifest", "esolved-Missing Notifications for New Truck E-Manifest"),
        ("Delay of Liquidation Courtesy Notices for February 9, 2025", "RESOLVED: Liquidation Courtesy Notices for February 9, 2025"),
        ("ACE Certification Environment is down and unavailable.", "ACE Certification Environment is back up and Operational."),
        ("ACE Ocean Manifest Delayed Notifications", "Backlog Cleared - Ocean Manifest Notifications"),
        ("Delays of ISF Responses", "Fixed: Delays of ISF Responses"),
        ("ACE Portal Outage", "ACE Portal is Working Again"),
        ("Please be advised that the Protest Module is down", "The Protest Module is Back to Normal"),
        ("ACE Air Manifest Delayed Outbound Notifications", "RESOLVED ACE Air and Ocean Manifest Outbound Notification Delays"),
        ("USDA APHIS LACEY ACT REJECTIONS IN ACE", "RESOLVED - USDA APHIS LACEY ACT REJECTIONS IN ACE reported earlier has been resolved."),
    ],
)
def test_a_resolved_message_with_the_same_title_ends_it(reported: str, ended: str) -> None:
    outages = found(message(1, reported), message(2, ended, 2))
    assert (outages.open, outages.not_closed) == ((), ())
    assert found(message(1, reported), message(2, ended, 2), hours=3).ended[0].ended_by is not None


@pytest.mark.parametrize(
    ("reported", "other"),
    [
        ("ACE Truck Manifest Delays", "Resolved: ACE Ocean Manifest Delays"),
        ("ACE Reports Degradation", "Resolved: FDA Processing Delays"),
        ("ACE EDI Delays", "Resolved - Cargo Release EDI Message Issues for Steel"),
        ("Delays in Processing FDA Entries", "Completed: ACE PRODUCTION Maintenance"),
        ("Delays in EDI Processing", "Completed - Emergency Maintenance Affecting ACE Portal and EDI Processing"),
        ("ACE Air Manifest and Ocean Manifest Delayed Notifications", "Resolved - ACE Portal Login Issues"),
    ],
)
def test_another_problem_that_is_resolved_ends_nothing(reported: str, other: str) -> None:
    outages = found(message(1, reported), message(2, other, 2))
    assert [outage.ended_by for outage in (*outages.open, *outages.not_closed)] == [None]


def test_one_message_may_end_several_outages() -> None:
    first, second = message(1, "ACE Air Manifest Delayed Notifications"), message(2, "ACE Ocean Manifest Delayed Notifications", 1)
    assert numbers(found(first, second)) == [[2], [1]]
    assert found(first, second, message(3, "RESOLVED: ACE Air Manifest and Ocean Manifest Delayed Notifications", 5)).open == ()


def test_what_returns_after_its_end_is_open_again() -> None:
    ended = message(2, "Resolved - ACE Portal Login Issues", 2)
    again = message(3, "ACE Portal Login Issues", 5)
    assert numbers(found(message(1, "ACE Portal Login Issues"), ended, again)) == [[3]]


def test_the_end_before_the_report_ends_nothing() -> None:
    assert numbers(found(message(1, "RESOLVED: ACE Reports Outage", -5), message(2, "ACE Reports Outage"))) == [[2]]


def test_a_stored_relation_ends_it_whatever_the_titles_say() -> None:
    over = message(2, "The system works again", 2, EntryKind.OTHER)
    assert found(SLOW, over, named=names(over, SLOW, Relation.RESOLVES)).open == ()
    assert found(SLOW, over, named=names(over, SLOW, Relation.REFERS)).open != ()
    resolved = message(3, "RESOLVED: What CBP reported yesterday", 3)
    assert found(SLOW, resolved, named=names(resolved, SLOW, Relation.REFERS)).open == ()


def test_a_resolved_message_that_refers_to_other_guidance_ends_no_outage() -> None:
    """ "RESOLVED: Issue with HTS 9903.01.25 as advised in CSMS # 64680374": that message is guidance."""
    guidance = message(5, "GUIDANCE: Reciprocal Tariffs", 0, EntryKind.GUIDANCE)
    resolved = message(6, "RESOLVED: Issue with HTS 9903.01.25 as advised in CSMS # 67000005", 2)
    assert numbers(found(SLOW, guidance, resolved, named=names(resolved, guidance, Relation.REFERS))) == [[1]]


def test_an_update_by_relation_joins_the_chain() -> None:
    other_words = message(2, "Update to CSMS # 67000001: Cargo Release Affected", 3)
    assert numbers(found(SLOW, other_words, named=names(other_words, SLOW, Relation.UPDATES))) == [[1, 2]]


@pytest.mark.parametrize(
    "title",
    [
        "Truck Manifest outage starting 5:00 AM on Thursday, June 15, 2023",
        "Brief ACE Portal Outage Planned for May 16",
        "Truck Manifest Outage between 5:00 a.m. and 7:00 a.m. ET on Thursday, November 30, 2023",
        "FDA Outages Up To 3 Hours Sunday Morning August 25, 2024",
        "Emergency ACE outage tomorrow 1/14/2021 between 4 AM and 8 AM ET.",
    ],
)
def test_a_planned_outage_is_not_open(title: str) -> None:
    assert found(message(1, title)) == Outages((), ())


@pytest.mark.parametrize(
    "title",
    [
        "ACE Portal Unavailable during Upgrade on January 24, 2026, 8:00 p.m. ET",
        "ACE Portal Outage on Saturday, January 24, at 10 p.m. ET",
        "FDA Systems Unavailable on Sunday, February 1, 2026",
        "8 p.m. ET January 25 - ACE Reports Unavailable",
    ],
)
def test_an_outage_of_a_later_day_is_not_open(title: str) -> None:
    assert found(message(1, title), hours=1) == Outages((), ())


@pytest.mark.parametrize("title", ["Truck Manifest Delays 01/20/26 - 01/21/26", "ACE EDI Delays from January 19 to January 21, 2026"])
def test_an_outage_of_days_before_is_not_open(title: str) -> None:
    assert found(message(1, title), hours=1) == Outages((), ())


@pytest.mark.parametrize(
    "title",
    [
        "Truck Manifest Delays 01/22/26 - 01/23/26",
        "ACE Portal Outage since January 22, 2026, 8:00 p.m. ET",
        "Missing Status Notifications for Rail Manifest 01/22/26",
        "ACE Reports Outage: Service Will Be Restored Soon",
        "FDA Processing Delays Not Yet Resolved",
        "ACE Reports Partially Restored, Statements Unavailable",
        "Quota Delays Until Resolved",
        "ACE Portal Access Restored for Most Users",
        "ACE Reports Unavailable until January 25, 2026, 8:00 p.m. ET",
        "Quota Rejections for Entries on or after January 25, 2026",
    ],
)
def test_an_outage_that_lasts_is_open(title: str) -> None:
    assert numbers(found(message(1, title), hours=1)) == [[1]]
    assert numbers(found(message(1, title, 0, EntryKind.OUTAGE), hours=1)) == [[1]]


def test_an_outage_without_an_end_is_listed_for_thirty_days() -> None:
    outage = message(1, "ACE Truck Manifest Outage")
    assert [each.last for each in found(outage, hours=30 * 24).not_closed] == [outage]
    assert found(outage, hours=30 * 24 + 1).not_closed == ()


def test_an_outage_of_today_is_over_tomorrow() -> None:
    today = message(1, "Delay of Final Daily Statements for TODAY")
    assert numbers(found(today, hours=9)) == [[1]]
    late = found(today, hours=25)
    assert (late.open, [outage.last for outage in late.not_closed]) == ((), [today])


@pytest.mark.parametrize(
    "title",
    ["Delayed Daily Statements in ACE January 23, 2026", "Statements Not Generated on January 22, 2026", "ISF System Failure 1/23/26"],
)
def test_an_outage_of_a_day_that_it_names_is_over_tomorrow(title: str) -> None:
    dated = message(1, title)
    assert numbers(found(dated, hours=20)) == [[1]]
    assert found(dated, hours=30).open == ()


@pytest.mark.parametrize("title", ["ACE Reports Outage since January 22, 2026", "UPDATE of January 23, 2026: ACE Reports Outage"])
def test_an_outage_since_a_day_lasts(title: str) -> None:
    assert numbers(found(message(1, title), hours=30)) == [[1]]


def test_an_end_with_the_same_words_makes_a_cut_report_doubtful() -> None:
    delays = message(1, "ACE Delays", cut=True)
    outages = found(delays, message(2, "Resolved - ACE Delays", 2))
    assert outages.open == ()
    assert [each.doubt and each.doubt.id for each in outages.not_closed] == [67_000_002]


def test_an_end_that_words_the_same_things_otherwise_makes_it_doubtful() -> None:
    asked = message(1, "MID Create/Query Issues")
    assert found(asked, message(2, "Resolved - MID Creation/Update EDI Response Issue", 3)).open == ()
    assert numbers(found(asked, message(3, "Resolved - Bond Query Issue", 3))) == [[1]]


def test_a_restored_title_ends_it_and_opens_nothing() -> None:
    restored = message(2, "Missing Entry Data Restored in ACE Reports", 5, EntryKind.OUTAGE)
    (ended,) = found(message(1, "Missing Entry Data in ACE Reports"), restored, hours=6).ended
    assert ended.ended_by == restored
    assert found(restored).open == ()


def test_an_announced_fix_opens_nothing_and_makes_what_it_belongs_to_doubtful() -> None:
    fix = message(2, "Fix for Entry Summary Query Errors", 5)
    assert found(fix).open == ()
    outages = found(message(1, "Entry Summary Query Errors"), fix)
    assert (outages.open, [outage.doubt for outage in outages.not_closed]) == ((), [fix])
    assert (
        found(message(1, "Issue with Entry Summary Query Responses for Rail"), message(2, "Fix for Rail Entry Summary Queries", 5)).open
        == ()
    )


def test_a_request_to_readers_is_no_part_of_the_subject() -> None:
    over = message(2, "Delays in processing FDA entries RESOLVED", 3)
    assert found(message(1, "Delays in ACE processing of FDA entries, PLEASE DO NOT RESUBMIT"), over).open == ()


def test_the_application_ace_reports_is_a_part_of_ace() -> None:
    """The end of a "report" of an outage is another thing."""
    assert numbers(found(message(1, "ACE Reports Outage"), message(2, "Resolved: ACE Outage", 5))) == [[1]]


def test_an_end_of_one_makes_what_is_near_doubtful() -> None:
    network = message(1, "Potential ACE EDI Message Delays due to Network Outage")
    edi, over = message(2, "ACE EDI Message Delays", 1), message(3, "Resolved - ACE EDI Message Delays", 5)
    outages = found(network, edi, over)
    assert (outages.open, [(outage.last, outage.doubt) for outage in outages.not_closed]) == ((), [(network, over)])


def test_an_end_of_one_leaves_another_mode_of_transport_open() -> None:
    air, ocean = (
        message(1, "ACE Air Manifest Delayed Outbound Notifications"),
        message(2, "ACE Ocean Manifest Delayed Outbound Notifications"),
    )
    assert numbers(found(air, ocean, message(3, "RESOLVED: ACE Ocean Manifest Delayed Outbound Notifications", 5))) == [[1]]


def test_a_system_that_is_up_makes_doubtful_what_shares_a_thing_or_names_none() -> None:
    network, ace = message(1, "Network Outage at the Data Center"), message(2, "ACE Outage", 1)
    rates = message(3, "Currency Rates Issue", 2)
    up = message(4, "Resolved - Network connection issues reported earlier have been resolved and ACE system is up now.", 5)
    outages = found(network, ace, rates, up)
    assert (numbers(outages), [outage.doubt for outage in outages.not_closed]) == ([[3]], [up, up])


def test_a_month_in_both_titles_is_chance() -> None:
    over = message(2, "RESOLVED: Truck Manifest Delays January 22, 2026", 5)
    assert numbers(found(message(1, "Delayed Statements January 22, 2026"), over, hours=20)) == [[1]]


def test_a_follow_up_joins_the_chain_and_revives_nothing() -> None:
    late = message(2, "Follow Up to CSMS # 67000001: Slow Processing", MAX_SILENCE / HOUR + 24)
    outages = found(SLOW, late, named=names(late, SLOW, Relation.UPDATES), hours=MAX_SILENCE / HOUR + 25)
    assert (outages.open, [outage.chain for outage in outages.not_closed]) == ((), [(SLOW, late)])
    assert found(late).open == ()


def test_an_old_one_without_an_end_ages_out_as_not_closed_and_is_forgotten_later() -> None:
    hours = MAX_SILENCE / HOUR
    assert numbers(found(SLOW, hours=hours)) == [[1]]
    late = found(SLOW, hours=hours + 1)
    assert (late.open, [outage.last for outage in late.not_closed]) == ((), [SLOW])
    assert found(SLOW, hours=MAX_LISTED / HOUR + 1) == Outages((), ())


def test_a_late_end_still_ends_what_has_aged_out() -> None:
    assert found(message(1, "ACE Reports Outage"), message(2, "RESOLVED: ACE Reports Outage", 24 * 20), hours=24 * 22) == Outages((), ())


def test_a_cut_title_is_never_evidence_but_makes_it_doubtful() -> None:
    cut = message(2, "Resolved", 2, cut=True)
    outages = found(SLOW, cut)
    assert outages.open == ()
    assert [(outage.last, outage.ended_by, outage.doubt) for outage in outages.not_closed] == [(SLOW, None, cut)]
    same_cut = [message(3, "Delays with Truck E", cut=True), message(4, "Delays with Truck E", 1, cut=True)]
    assert numbers(found(*same_cut)) == [[4], [3]]
    assert numbers(found(message(3, "Delays with Truck E"), same_cut[1])) == [[4], [3]]


def test_an_end_of_something_alike_makes_it_doubtful() -> None:
    alike = message(2, "RESOLVED: Delays in ACE Ocean Import Manifest processing", 2)
    outages = found(message(1, "Status Notification delay for ACE Ocean Manifest"), alike)
    assert (outages.open, [outage.doubt for outage in outages.not_closed]) == ((), [alike])


def test_after_a_doubt_the_same_title_is_a_new_outage() -> None:
    first, again = message(1, "ACE Ocean Manifest Delays"), message(3, "ACE Ocean Manifest Delays", 30)
    outages = found(first, message(2, "Resolved", 5, cut=True), again)
    assert [outage.chain for outage in outages.open] == [(again,)]
    assert [outage.chain for outage in outages.not_closed] == [(first,)]


def test_messages_after_the_moment_do_not_count() -> None:
    assert numbers(found(SLOW, message(2, "RESOLVED: ACE Air EDI and Entry Summary EDI Experiencing Slow Processing", 30), hours=29)) == [
        [1]
    ]


def test_the_order_of_the_messages_does_not_matter() -> None:
    several = [SLOW, message(2, "ACE Reports Outage", 1), message(3, "Resolved: ACE Reports Outage", 2), message(4, "FDA Delays", 3)]
    assert found(*several) == found(*reversed(several))
