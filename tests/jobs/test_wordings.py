"""Wordings: what a message says that it does to another one, and what it does not say."""

import pytest

from jobs.states import Relation
from tests.jobs.test_references import N, kinds

WORDINGS = {
    Relation.REPLACES: """
        This message replaces what we posted this morning (CSMS # 67647279).
        This notice takes the place of CSMS # 67647279.
        The guidance below supersedes the guidance on melted steel that CBP issued on April 4 in CSMS # 67647279.
        Please discard CSMS # 67647279 and follow this message.
        This notice supersedes all of the following: CSMS # 67647279 (April 3)
        CSMS # 67647279 gave the rates for May. This message replaces that message in full.
        Please disregard CSMS # 67647279 and use this message instead.
        Filers should ignore CSMS # 67647279, and follow the instructions below.
        Please disregard CSMS # 67647279. Please use this notice in its place.
        CSMS # 67647279 should be disregarded; use this updated message instead.
        These instructions supersede the notice of May 5 (CSMS # 67647279).
        This message replaces “Guidance on Zeppelin Duties” (CSMS # 67647279).
        Follow the steps below. CSMS # 67647279 is superseded by this message.
        This is a replacement message for CSMS # 67647279.
        This message replaces CSMS 67647279 published on February 6, 2026.
        This CSMS supersedes CSMS # 67647279.
        This notice replaces the guidance issued in CSMS #67647279.
        This message is intended to supersede CSMS message 67647279.
        Replacement of CSMS # 67647279
        This is a replacement for CSMS No. 67647279.
        The guidance below replaces and supersedes the information provided in CSMS # 67647279.
        CSMS # 67647279 is hereby superseded.
        The instructions in CSMS # 67647279 have been replaced by this message.
        CBP is replacing the previously published CSMS # 67647279 to add the tariff numbers.
        REPLACED: CSMS # 67647279 - Quota Bulletin 26-223
        Guidance issued via CSMS # 67647279 has been superseded.
        The following guidance supersedes all prior guidance, including CSMS # 67647279.
        This is to replace the message previously sent as CSMS # 67647279.
        Please use this message in place of CSMS # 67647279.
        This message is in lieu of CSMS # 67647279.
        This message, CSMS # 68987884, replaces CSMS # 67647279.
        This CSMS message 68987884 supersedes CSMS # 67647279.
        Effective immediately, this guidance supersedes and replaces the guidance in CSMS # 67647279.
        This message replaces, in its entirety, CSMS # 67647279.
        This message replaces in its entirety the guidance issued on May 5, 2026, in CSMS # 67647279.
        This message revises and replaces the guidance provided on May 5 in CSMS # 67647279.
        CSMS # 67647279, dated May 5, 2026, has been superseded by this message.
        Please use this message instead of CSMS # 67647279.
        U.S. Customs and Border Protection (CBP) is replacing CSMS # 67647279 in full.
        This message supersedes and replaces CSMS # 67647279 in its entirety.
        Filers should use this message in place of CSMS # 67647279.
        The guidance below replaces the guidance previously issued through CSMS # 67647279.
        CSMS # 67647279 has been superseded by this message.
        This supersedes the notice sent under CSMS # 67647279.
        CSMS # 67647279 is replaced in its entirety by the guidance below.
    """,
    Relation.CORRECTS: """
        This message corrects the rate that we have listed in CSMS # 67647279.
        The list in CSMS # 67647279 is corrected by adding two numbers.
        This message corrects what CBP has sent on May 5 (CSMS # 67647279).
        The rate for zeppelins was printed incorrectly in CSMS # 67647279.
        Tariff number 9903.01.25 was incorrectly listed in CSMS # 67647279.
        The opening hours were stated in error in CSMS # 67647279 and are 8 to 4.
        The date of the test published in CSMS # 67647279 was incorrect.
        This message corrects the effective date that appeared in CSMS # 67647279.
        This message corrects the list that CBP provided in CSMS # 67647279.
        This is a correction notice to CSMS # 67647279.
        CORRECTION to CSMS 67647279
        Please note that this message is a correction to CSMS #67647279.
        CORRECTION: CSMS # 67647279 - AGOA
        Corrected: CSMS # 67647279 AGOA
        Correction/Clarification of CSMS #67647279
        This message corrects CSMS # 67647279.
        This message corrects the effective date provided in CSMS # 67647279.
        This message corrects an error in CSMS # 67647279.
        This CSMS corrects the HTS number that was incorrectly listed in CSMS # 67647279.
        This is a corrected version of CSMS # 67647279.
        The date given in CSMS # 67647279 has been corrected.
        This message is being sent to correct the guidance in CSMS # 67647279.
        There was an error in CSMS # 67647279.
        This message is to correct the HTS number in CSMS # 67647279.
        CSMS # 67647279 contained an incorrect date.
        CSMS # 67647279 contained an error. The correct date is March 1.
        CBP is issuing a correction to CSMS # 67647279.
        Technical Correction to CSMS # 67647279
        The HTS number listed in CSMS # 67647279 was incorrect.
        The effective date in CSMS # 67647279 was stated in error.
        In CSMS # 67647279, the date was listed incorrectly.
        CSMS # 67647279 incorrectly stated that the date was May 5.
        CSMS # 67647279 listed the wrong rate.
        CORRECTION: CSMS # 67647279 inadvertently omitted a port.
        The link in CSMS # 67647279 was incorrect.
        An error was found in CSMS # 67647279. The HTS number is 9903.01.25.
        CSMS # 67647279 listed an incorrect HTS number; the correct number is 9903.81.91.
        This message corrects the effective date given in CSMS # 67647279.
        Please note a correction to CSMS # 67647279: the rate is 25 percent.
        The telephone number published in CSMS # 67647279 was wrong.
        Due to a typographical error, CSMS # 67647279 showed the wrong quota opening date.
        CBP has identified an error in CSMS # 67647279.
        We found an error in CSMS # 67647279: the port code is 2704.
        CSMS # 67647279 gave the wrong deadline.
        This message corrects a typographical error in CSMS # 67647279.
        There were two errors in CSMS # 67647279.
        The footnote in CSMS # 67647279 cited the wrong order.
        CBP incorrectly stated in CSMS # 67647279 that the duty applies to goods in transit.
        CBP erroneously listed October 13 as a workday in CSMS # 67647279.
        This message fixes a typo in the heading of CSMS # 67647279.
        CSMS # 67647279 stated that the quota opens on June 3. That date is wrong; it opens on June 5.
        The email address we gave in CSMS # 67647279 has a misprint.
        The list that appears in CSMS # 67647279 has two mistakes and is corrected below.
        In CSMS # 67647279, CBP erroneously listed October 13 as a workday.
        In CSMS # 67647279, we gave the wrong port code.
        CSMS # 67647279 omitted two ports. This message corrects that omission.
        The list in CSMS # 67647279 had several mistakes. This notice is issued to correct those mistakes.
        Filers reported that a port is missing, and this message corrects CSMS # 67647279.
    """,
    Relation.CANCELS: """
        No test will be held for now. CSMS # 67647279 is withdrawn.
        CSMS # 67647279 is withdrawn. That statement is final.
        CBP has called off the downtime announced in CSMS # 67647279.
        CBP will not hold the webinar announced in CSMS # 67647279.
        The planned maintenance, announced in CSMS # 67647279, has been canceled.
        CBP issued CSMS # 67647279 on May 5. That message is hereby withdrawn.
        CSMS # 67647279 announced a webinar on May 5. The webinar has been canceled.
        CBP announced a support call in CSMS # 67647279. CBP is canceling that call.
        Please disregard CSMS # 67647279 and use your own records.
        Please disregard CSMS # 67647279. Use this message to train new staff.
        Please disregard CSMS # 67647279 and see this page for hours.
        Please see CSMS # 67647279. The webinar announced there has been canceled.
        This is a cancellation notice for CSMS # 67647279.
        CANCELED: CSMS # 67647279 - ACE Portal Webinar
        RESCINDED: CSMS # 67647279
        This message rescinds CSMS # 67647279.
        CBP hereby withdraws CSMS message 67647279.
        Please disregard CSMS # 67647279.
        Please disregard the message sent in CSMS # 67647279.
        Cancellation of CSMS # 67647279
        CSMS # 67647279 is rescinded.
        CSMS # 67647279 has been cancelled.
        CSMS # 67647279 is no longer in effect.
        The webinar announced in CSMS # 67647279 has been canceled.
        This message cancels the maintenance announced in CSMS # 67647279.
        CSMS # 67647279 (Tariff Rate Quota) was sent in error.
        Withdrawal of CSMS # 67647279
        This message revokes the guidance issued in CSMS # 67647279.
        CBP has withdrawn CSMS # 67647279.
        Due to low registration, CBP is canceling the webinar announced in CSMS # 67647279.
        CSMS # 67647279, issued May 5, 2026, is hereby rescinded.
        CSMS # 67647279 dated May 5, 2026 has been rescinded.
        CSMS # 67647279 should be disregarded.
        The deployment announced in CSMS # 67647279 will not take place.
        The purpose of this message is to rescind CSMS # 67647279.
        UPDATE: CSMS # 67647279 has been canceled.
        Please be advised that CSMS # 67647279 is canceled.
        The ACE maintenance announced in CSMS # 67647279 for May 5 has been canceled.
        CBP has decided to cancel CSMS # 67647279.
        This message serves as notice of the cancellation of CSMS # 67647279.
        CBP has made the decision to rescind CSMS # 67647279, effective immediately.
        CSMS # 67647279 is no longer in effect as of today.
        Please disregard the previous message, CSMS # 67647279.
        Trade users should disregard CSMS # 67647279, which was sent in error.
        CSMS # 67647279 was published in error and is hereby withdrawn.
        Effective today, CBP is withdrawing CSMS # 67647279.
        This is to notify the trade that CSMS # 67647279 has been canceled.
        The requirements announced in CSMS # 67647279 will not be implemented.
        The guidance in CSMS # 67647279 is hereby rescinded in full.
        Notice is hereby given that CBP has revoked CSMS # 67647279.
        Please ignore the message sent earlier today (CSMS # 67647279).
        Cancellation of CSMS # 67647279 - Section 232 Inclusions Window
        CBP announces its decision to withdraw CSMS # 67647279.
        Please disregard our message from this morning, CSMS # 67647279.
        This notice cancels the previous message, CSMS # 67647279.
        CBP has elected to withdraw CSMS # 67647279 after consulting with the trade.
        CSMS # 67647279 was released in error and should not be used.
        Kindly disregard CSMS # 67647279.
        CSMS # 67647279 is void.
        CBP is rescinding the guidance issued in CSMS # 67647279, effective today.
        The meeting announced in CSMS # 67647279 has been canceled.
        CSMS # 67647279 has been withdrawn and no action is required.
    """,
    Relation.RESOLVES: """
        See CSMS # 67647279. The problem reported there has been fixed.
        The ACE outage (CSMS # 67647279) has been resolved.
        The incident described in CSMS # 67647279 is closed.
        CBP has corrected the condition that caused the rejects described in CSMS # 67647279, and filers may resubmit.
        The slowness in ACE Reports that we reported in CSMS # 67647279 has cleared.
        The delays with rail manifests noted in CSMS # 67647279 have subsided.
        CSMS # 67647279 reported an outage of the ACE Portal. That outage is over.
        The false rejections described in CSMS # 67647279 no longer occur.
        The slow responses outage that CBP announced in CSMS # 67647279 has ended and filers may transmit.
        The disruption noted in CSMS # 67647279 ended on Monday at noon.
        The delays reported in CSMS # 67647279 are over as of 9:00 a.m. ET.
        The duplicate notices problem in CSMS # 67647279 is no longer occurring.
        CBP reported the outage on May 5; the outage reported in CSMS # 67647279 is over.
        The backlog reported in CSMS # 67647279 has been cleared.
        RESOLVED: CSMS # 67647279 - ACE Reports Delay
        Resolved - CSMS 67647279 Cargo Release Delays
        The issue reported in CSMS # 67647279 has been resolved.
        The outage described in CSMS # 67647279 is now resolved.
        The problem identified in CSMS # 67647279 has been fixed.
        This message resolves the issue reported in CSMS # 67647279.
        Resolution of the issue announced in CSMS # 67647279
        CSMS # 67647279 has been resolved.
        Resolution to CSMS # 67647279
        The ABI delays noted in CSMS # 67647279 were resolved at 3:00 p.m. ET.
        The issue reported in CSMS # 67647279 has been addressed.
        Please be advised that the issue reported in CSMS # 67647279 has been resolved.
        As of 3:00 p.m. ET, the outage reported in CSMS # 67647279 has been resolved in production.
        The outage announced in CSMS # 67647279 is over.
        The issue reported in CSMS # 67647279 has been fixed.
        The issue described in CSMS # 67647279 has been corrected and processing is back to normal.
        The problem identified in CSMS # 67647279 was addressed with last night's deployment.
        As of 3:15 p.m. ET, the outage reported in CSMS # 67647279 is resolved.
        The ACE Portal access problems referenced in CSMS # 67647279 are now resolved.
        A fix for the issue in CSMS # 67647279 was deployed to production on June 3.
        Service has been restored following the outage announced in CSMS # 67647279.
        Resolved: CSMS # 67647279 ACE Cargo Release Delays
        CBP has resolved the drawback claim rejections reported in CSMS # 67647279.
        CBP corrected the issue reported in CSMS # 67647279 at 3:00 p.m. ET.
        A permanent fix for the outage reported in CSMS # 67647279 has been implemented.
        The ABI query problem reported in CSMS # 67647279 has been repaired.
        CBP has fixed the statement printing issue described in CSMS # 67647279.
        The latency noted in CSMS # 67647279 has been resolved and all queues are clear.
        Processing was restored after the outage reported in CSMS # 67647279.
        The correction for the issue in CSMS # 67647279 has been implemented in production.
    """,
    Relation.EXTENDS: """
        The waiver announced in CSMS # 67647279, which would end in May, has been extended until July 1.
        The deadline set in CSMS # 67647279 has been pushed back by 30 days.
        This message extends by two weeks the comment period in CSMS # 67647279.
        CBP is extending for another 30 days the test described in CSMS # 67647279.
        The window announced in CSMS # 67647279 closes on May 1. CBP is extending that window to May 15.
        CSMS # 67647279 set a deadline of May 1. That deadline has been extended to May 15.
        This message announces a 30-day extension of the comment period described in CSMS # 67647279.
        CBP is granting a two-week extension to the period in CSMS # 67647279.
        This message extends the deadline announced in CSMS # 67647279 to May 1, 2026.
        CBP is extending the comment period given in CSMS # 67647279.
        Extension of the deadline in CSMS # 67647279
        EXTENDED: CSMS # 67647279 - Grace Period
        EXTENSION: CSMS # 67647279
        Extension to CSMS # 67647279
        The deadline announced in CSMS # 67647279 has been extended.
        The test period described in CSMS # 67647279 is extended through June 30.
        CBP will extend the transition period outlined in CSMS # 67647279.
        This message extends CSMS # 67647279.
        The grace period provided in CSMS # 67647279 was extended until July 1.
        CBP has extended the deadline in CSMS # 67647279.
        The pilot described in CSMS # 67647279 will be extended through June.
        The comment period announced in CSMS # 67647279 has been extended to June 5.
        CBP is extending the deadline in CSMS # 67647279 to Friday, June 5.
        The deadline provided in CSMS # 67647279 has been extended by 30 days.
        CBP is granting an extension of the deadline in CSMS # 67647279.
        CBP is extending the comment deadline announced in CSMS # 67647279 through August 15, 2026.
        The flexibility provided in CSMS # 67647279 has been extended for an additional 60 days.
        The registration deadline in CSMS # 67647279 is extended to July 31, 2026.
        CBP will extend the deadline announced in CSMS # 67647279 until September 30, 2026.
        The transition period in CSMS # 67647279 has been extended by 90 days.
    """,
    Relation.UPDATES: """
        This message updates the guidance that U.S. Customs and Border Protection (CBP) issued in CSMS # 67647279.
        This window is a change from the one announced in CSMS # 67647279.
        The grace period described in CSMS # 67647279 now ends on October 1 instead of September 1.
        This message revises the list of ports that was sent with CSMS # 67647279.
        This message adds two ports to the list published in CSMS # 67647279.
        This notice removes one code from the list provided in CSMS # 67647279.
        This message updates the price list that we sent in the spring (CSMS # 67647279).
        CBP is updating the instructions that appear in CSMS # 67647279 as follows:
        This message revises and reissues CSMS # 67647279.
        CBP is reissuing CSMS # 67647279 with the attachment.
        The registration window announced in CSMS # 67647279 has been reopened and will now close on March 20, 2026.
        This is an update message to CSMS # 67647279.
        This message updates CSMS # 67647279.
        UPDATE to CSMS # 67647279: Cargo Release Delays
        UPDATE: CSMS # 67647279 Liquidation Posting
        UPDATE 2: CSMS # 67647279 Liquidation Posting
        This message updates guidance issued in CSMS 67647279.
        CBP is providing updated guidance to CSMS 67647279.
        Clarification related to CSMS #67647279
        This message amends CSMS # 67647279.
        This message modifies the instructions provided in CSMS # 67647279.
        The guidance in CSMS # 67647279 has been revised.
        This date is a change from the date given in CSMS 67647279.
        Updating CSMS# 67647279 - Database Issue
        One update to the ACE deployment on Tuesday, from 5:00 a.m. to 7:00 a.m. ET Re: CSMS # 67647279
        The deployment announced in CSMS # 67647279 has been postponed to March 1.
        CBP has updated the guidance in CSMS # 67647279.
        This message replaces the tariff number listed in CSMS # 67647279.
        UPDATE: The webinar announced in CSMS # 67647279 has been rescheduled to May 5.
        This message provides an update to CSMS # 67647279.
        Below is an update to CSMS # 67647279.
        This guidance extends the relief provided in CSMS # 67647279 to aluminum.
        The test described in CSMS # 67647279 has been extended to all ports.
        As an update to CSMS # 67647279, CBP has added a code.
        Update #2 to CSMS # 67647279
        The following updates CSMS # 67647279.
        The deployment announced in CSMS # 67647279 has been moved to Saturday, June 20.
        CBP is revising the instructions provided in CSMS # 67647279.
        The release described in CSMS # 67647279 has been moved from June 3 to June 10, 2026.
    """,
    Relation.FOLLOWS_UP: """
        This is a follow up message to CSMS # 67647279.
        This notice is a follow-up communication to CSMS # 67647279.
        This message serves as a follow-up to CSMS # 67647279, with more on the forms.
        Follow up to 67647279, for entries with EPA data
        Additional Information Related to CSMS #67647279
        This message follows up on CSMS # 67647279.
        Further to CSMS # 67647279, filers may transmit.
        This message supplements CSMS # 67647279.
        FOLLOW-UP: CSMS # 67647279
        This is a follow-up to CSMS # 67647279.
    """,
    Relation.REFERS: """
        For more information, please see CSMS # 67647279.
        As a reminder, per CSMS #67647279 issued October 22, participants must pay.
        RESOLVED: Issue with HTS 9903.01.25 as advised in CSMS # 67647279
        CBP launched the survey and announced the launch with CSMS # 67647279.
        Drawback Errors When Processing Claims (CSMS # 67647279)
        Related Message Number(s): 67647279
        Related CSMS No. 67647279
        This guide replaces version 2.7 dated January 5. Related Message Number(s): 67647279
        The implementation guide announced in CSMS # 67647279 was updated.
        This message corrects Annex II of the proclamation announced in CSMS # 67647279.
        This message does not replace CSMS # 67647279.
        There is no change to CSMS # 67647279.
        CBP will issue an update to CSMS # 67647279 next week.
        CSMS # 67647279 is still in effect.
        CSMS # 67647279 remains valid.
        See the update to CSMS # 67647279.
        The proclamation replaces the annex; see CSMS # 67647279.
        The webinar is cancelled. CSMS # 67647279 has the slides.
        REMINDER: CSMS # 67647279 Support Call
        As stated in CSMS # 67647279, the fee is extended to all ports.
        In accordance with the guidance in CSMS # 67647279, filers must correct the entry.
        CORRECTION: The annex named in the notice (see CSMS # 67647279) has an error.
        Filers who cancel an entry should follow CSMS # 67647279.
        To correct a rejected summary, refer to CSMS # 67647279.
        Importers may request an extension as described in CSMS # 67647279.
        https://content.govdelivery.com/accounts/usdhscbp/bulletins/408372F has it.
        As previously announced in CSMS # 67647279, the change takes effect March 1.
        Filers should refer to CSMS # 67647279 for the updated guide.
        For information on corrections, see CSMS # 67647279.
        This webinar will cover the changes announced in CSMS # 67647279.
        The update described in CSMS # 67647279 was deployed.
        The guidance in CSMS # 67647279 remains in effect.
        Entries that were canceled under CSMS # 67647279 may be refiled.
        This proclamation amends Annex II; guidance is in CSMS # 67647279.
        The extension announced in CSMS # 67647279 ends March 1.
        The correction announced in CSMS # 67647279 is now in production.
        The fix for the issue reported in CSMS # 67647279 will be deployed on March 1.
        The issue reported in CSMS # 67647279 has not been resolved.
        CBP has updated the guide announced in CSMS # 67647279.
        The deadline has been extended, as announced in CSMS # 67647279.
        Importers who have replaced a filer should follow CSMS # 67647279.
        Filers have corrected entries under CSMS # 67647279.
        CBP has updated ACE; see CSMS # 67647279.
        The codes have been updated per CSMS # 67647279.
        See CSMS # 67647279, which contained the error codes.
        The rates in CSMS # 67647279 apply.
    """,
}
CASES = [(kind, line.strip()) for kind, lines in WORDINGS.items() for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("kind", "wording"), CASES, ids=[f"{kind}: {line[:60]}" for kind, line in CASES])
def test_the_phrase_that_governs_the_number_decides(kind: Relation, wording: str) -> None:
    assert kinds("Quota", wording) == {N: kind}
    if not wording.endswith("."):
        assert kinds(wording) == ({} if "https" in wording else {N: kind})


NOT_ASSERTED = {
    Relation.REPLACES: """
        Prior to replacing CSMS # 67647279, CBP sought comments.
        This message in no way replaces CSMS # 67647279.
        No part of this message supersedes CSMS # 67647279.
        This message replaces part of the guidance in CSMS # 67647279.
        CBP expects to replace CSMS # 67647279 in May.
        Replacing CSMS # 67647279 is under review.
        The rule, when final, replaces CSMS # 67647279.
        Proclamation 10908 replaces the guidance in CSMS # 67647279.
        This notice replaces the quota bulletin listed in CSMS # 67647279.
        This message explains how an importer cancels and replaces the entry in CSMS # 67647279.
        CBP denies that this message replaces CSMS # 67647279.
        Do not use this message instead of CSMS # 67647279.
        CSMS # 67647279 has not been superseded.
    """,
    Relation.CORRECTS: """
        The correction in CSMS # 67647279 does not apply to drawback.
        The correction of CSMS # 67647279 is posted on CBP.gov.
        A correction to CSMS # 67647279 will be issued.
        Errors in CSMS # 67647279 should be reported to the help desk.
        Corrections to CSMS # 67647279 may be sent to us.
        In order to correct the date in CSMS # 67647279, write to us.
        Please correct the codes provided in CSMS # 67647279 in your system.
        The filer corrects the error in CSMS # 67647279 by resubmitting.
        The Federal Register notice corrects the date listed in CSMS # 67647279.
        Some of the errors in CSMS # 67647279 have been corrected.
        CSMS # 67647279 did not contain an error.
        CORRECTION: CSMS # 67647279 remains in effect.
        One of the errors in CSMS # 67647279 was fixed.
        Proposed Correction to CSMS # 67647279
        Questions and Answers: Corrections to CSMS # 67647279
        REMINDER: Correction to CSMS # 67647279
    """,
    Relation.CANCELS: """
        To cancel the registration mentioned in CSMS # 67647279, email us.
        CBP intends to rescind CSMS # 67647279 once the rule is final.
        CBP may cancel CSMS # 67647279.
        If CBP cancels CSMS # 67647279, filers will be told.
        Filers asked CBP to rescind CSMS # 67647279.
        Nothing in this message cancels CSMS # 67647279.
        CSMS # 67647279 is not applicable to goods of Canada.
        The rate in CSMS # 67647279 is no longer applicable to goods of Canada.
        CBP cancels CSMS # 67647279 only for goods of Canada.
        CSMS # 67647279 is rescinded in part.
        CSMS # 67647279 is canceled for entries filed after May 5.
        The entries listed in CSMS # 67647279 were canceled.
        The webinar announced in CSMS # 67647279 may be canceled.
        Please do not disregard CSMS # 67647279.
        Please disregard the error message described in CSMS # 67647279.
        Cancellation of the entries described in CSMS # 67647279 requires a form.
        Requests for cancellation of the bond described in CSMS # 67647279 go to the port.
        Withdrawal of goods described in CSMS # 67647279 from a foreign-trade zone is allowed.
        Question 4 in CSMS # 67647279 is withdrawn.
        The duty suspension described in CSMS # 67647279 was revoked by the President.
    """,
    Relation.RESOLVES: """
        To resolve the issue in CSMS # 67647279, filers should resubmit.
        CBP is working to resolve the issue reported in CSMS # 67647279.
        CBP continues resolving the problem reported in CSMS # 67647279.
        Until CBP resolves the issue in CSMS # 67647279, use the workaround.
        The issue reported in CSMS # 67647279 is being resolved.
        The issue reported in CSMS # 67647279 is expected to be resolved today.
        The issue reported in CSMS # 67647279 has been partially resolved.
        Once the issue reported in CSMS # 67647279 is resolved, filers may resubmit.
        CBP will notify the trade when the issue reported in CSMS # 67647279 has been resolved.
        The issue in CSMS # 67647279 is resolved by resubmitting the entry.
        The issue in CSMS # 67647279 has been resolved in CERT.
        The issue in CSMS # 67647279 has been resolved for ocean filers.
        The rate in CSMS # 67647279 is fixed at 5 percent.
        Filers whose issue in CSMS # 67647279 is resolved may refile.
        Resolution of the issue reported in CSMS # 67647279 is expected Friday.
        The issue reported in CSMS # 67647279 was resolved for Air but continues for Ocean.
    """,
    Relation.EXTENDS: """
        Unless CBP extends CSMS # 67647279, the test ends in May.
        CBP is considering whether to extend the deadline in CSMS # 67647279.
        If the deadline in CSMS # 67647279 is extended, CBP will post a message.
        CBP has not extended the deadline in CSMS # 67647279.
        CBP could extend the deadline in CSMS # 67647279.
        CBP will extend the deadline in CSMS # 67647279 if requested.
        CBP will decide in May to extend the deadline in CSMS # 67647279.
        Filers may request an extension of the deadline in CSMS # 67647279.
        The extension of the deadline in CSMS # 67647279 has expired.
        Brokers have extended the power of attorney described in CSMS # 67647279.
        Contrary to rumors, the deadline in CSMS # 67647279 has not been extended.
        CBP is considering an extension of the deadline in CSMS # 67647279.
        Extension of liquidation described in CSMS # 67647279
    """,
    Relation.UPDATES: """
        CBP plans to update CSMS # 67647279 at a later date.
        To update the account listed in CSMS # 67647279, log in to ACE.
        Users who need to update information provided in CSMS # 67647279 may email.
        The Executive Order amends the rates listed in CSMS # 67647279.
        The update to CSMS # 67647279 announced that the portal would be down.
        The codes in CSMS # 67647279 are updated weekly.
        Webinar on updates to CSMS # 67647279
        Upcoming Update to CSMS # 67647279
    """,
}
DENIALS = [(kind, line.strip()) for kind, lines in NOT_ASSERTED.items() for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("kind", "wording"), DENIALS, ids=[f"{kind}: {line[:60]}" for kind, line in DENIALS])
def test_nothing_counts_that_is_denied_open_limited_or_done_by_others(kind: Relation, wording: str) -> None:
    assert kinds("Quota", wording) == {N: Relation.REFERS}, f"not {kind}"
    if not wording.endswith("."):
        assert kinds(wording) == {N: Relation.REFERS}


NOT_SAID = """
    A 30-day extension of a bond described in CSMS # 67647279 is granted by the surety.
    Licenses that appear in CSMS # 67647279 were cancelled by the Department of Commerce.
    The list that appears in CSMS # 67647279 will be updated when the notice is published.
    A correction notice to the entry that appears in CSMS # 67647279 must be filed by the importer.
    The cancellation notice for bonds that we described in CSMS # 67647279 is sent to the surety.
    The investigation announced in CSMS # 67647279 has not been reopened.
    Importers whose protests were reopened under CSMS # 67647279 must refile.
    Filers must correct the errors that appear in CSMS # 67647279 reports.
    If the window announced in CSMS # 67647279 is reopened, CBP will send a message.
    CBP will not reissue CSMS # 67647279.
    CBP has not decided whether to cancel CSMS # 67647279.
    CBP will decide by Friday whether to rescind CSMS # 67647279.
    Notice of the cancellation of entries covered by CSMS # 67647279 will be sent to filers.
    A notice of cancellation of the bond described in CSMS # 67647279 must be filed by the surety.
    CSMS # 67647279 remains in effect and is not canceled.
    CSMS # 67647279 is no longer in effect as of today for goods of Canada only.
    Please disregard the reject message 'CSMS # 67647279 not on file'.
    Do not disregard CSMS # 67647279.
    If you received CSMS # 67647279 in error, please disregard it.
    Please disregard the attachment to the email that announced CSMS # 67647279.
    Brokers should disregard duplicate statements produced by the issue in CSMS # 67647279.
    The issue reported in CSMS # 67647279 has not been fixed.
    The issue reported in CSMS # 67647279 has been partially fixed.
    The issue reported in CSMS # 67647279 has been escalated and will be corrected in the next release.
    The issue reported in CSMS # 67647279 has been fixed in CERT; production is still affected.
    CBP expects the issue in CSMS # 67647279 to be resolved by Monday.
    The issue reported in CSMS # 67647279 should be resolved by 5 p.m. ET.
    Has the issue in CSMS # 67647279 been resolved? Contact your client representative if not.
    Filers whose issue in CSMS # 67647279 has not been resolved should open a ticket.
    Issue in CSMS # 67647279 Not Yet Resolved
    Status of Issue in CSMS # 67647279
    Steps to Take Until Issue in CSMS # 67647279 Is Resolved
    An error was found in the entry summary filed under CSMS # 67647279 procedures.
    If an error is found in CSMS # 67647279, email the mailbox.
    No errors were found in CSMS # 67647279.
    Filers reported that an error message mentioned in CSMS # 67647279 still appears.
    Errors found in the line release data listed in CSMS # 67647279 must be corrected by the filer.
    This rule would supersede CSMS # 67647279 if adopted.
    The proclamation cancels the exclusions; see CSMS # 67647279 for filing instructions.
    Entries canceled under CSMS # 67647279 must be refiled.
    The importer has decided to cancel the entry as instructed in CSMS # 67647279.
    CBP has decided to cancel the outstanding bonds listed in CSMS # 67647279.
    The deadline in CSMS # 67647279 has not been extended.
    Requests to extend the period described in CSMS # 67647279 will be denied.
    The drawback office will correct claims affected by CSMS # 67647279.
    Participants who registered under CSMS # 67647279 need not register again; this webinar replaces the in-person session.
    The filer must replace the statement described in CSMS # 67647279 with a corrected one.
    CBP did not cancel CSMS # 67647279 and filers must continue to comply.
    Version 4.2 of the CATAIR chapter replaces version 4.1; CSMS # 67647279 announced version 4.1.
    Rumors that CBP has rescinded CSMS # 67647279 are incorrect.
    CBP has decided not to cancel CSMS # 67647279.
    CBP has not yet decided to rescind CSMS # 67647279.
    Should CBP decide to cancel CSMS # 67647279, a message will follow.
    The court decided to cancel the duty described in CSMS # 67647279.
    Please disregard the previous message; CSMS # 67647279 is correct.
    Please disregard the previous message, CSMS # 67647279 has the correct date.
    Please ignore the warning described in CSMS # 67647279.
    Filers may ignore the quantity fields listed in CSMS # 67647279.
    An error was found in the importer's entry listed in CSMS # 67647279.
    An error was found in some transmissions reported in CSMS # 67647279.
    CBP found several errors in entries filed under CSMS # 67647279.
    The issue described in CSMS # 67647279 was corrected by the filer.
    The delays described in CSMS # 67647279 will be corrected.
    The delays reported in CSMS # 67647279 have been corrected for Air only.
    A fix for the issue in CSMS # 67647279 was deployed to CERT on June 3.
    A fix for the issue in CSMS # 67647279 has not been deployed.
    A workaround for the issue in CSMS # 67647279 was deployed.
    A partial fix for the issue in CSMS # 67647279 was deployed to production.
    Service has not been restored following the outage announced in CSMS # 67647279.
    Service will be restored following the outage announced in CSMS # 67647279.
    Some services have been restored following the outage announced in CSMS # 67647279.
    The page described in CSMS # 67647279 has been moved to CBP.gov.
    CBP resolved some of the issues reported in CSMS # 67647279.
    CBP has resolved most issues reported in CSMS # 67647279.
    CBP resolved the issue, reported on Monday, that CSMS # 67647279 did not mention.
    Rumors that CSMS # 67647279 has been rescinded are false.
    It is not true that CSMS # 67647279 is canceled.
    Was CSMS # 67647279 canceled? No.
    Did CBP rescind CSMS # 67647279?
    The access described in CSMS # 67647279 has been restored to brokers only.
    CBP announced its decision to cancel the entries listed in CSMS # 67647279.
    Notice of correction of the rate listed in CSMS # 67647279 will be sent to importers.
    The requirements announced in CSMS # 67647279 will not be implemented until July 1.
    CSMS # 67647279 was sent in error to a few users.
    A notice of extension of the period described in CSMS # 67647279 is issued by Form 4333.
    CBP is giving notice of cancellation of the bond listed in CSMS # 67647279.
    No decision to cancel CSMS # 67647279 has been made.
    Liquidation was resolved following the outage reported in CSMS # 67647279.
    The protest in CSMS # 67647279 has been corrected.
    Processing of entries has been restored as described in CSMS # 67647279.
    Issue in CSMS # 67647279 Not Resolved
    When Issue in CSMS # 67647279 Resolved, Resubmit
    Is the Issue in CSMS # 67647279 Resolved?
    Issue in CSMS # 67647279 Resolved in CERT
    Issue in CSMS # 67647279 Partially Resolved
    Entries in CSMS # 67647279 Canceled
    Webinar on Issue in CSMS # 67647279 Resolved
    Issue in CSMS # 67647279 to Be Resolved
    Entries Affected by CSMS # 67647279 Corrected
    What to Do if Issue in CSMS # 67647279 Resolved
    Workaround for Issue in CSMS # 67647279 Updated
    FAQ on CSMS # 67647279 Updated
    Importer's Bond in CSMS # 67647279 Extended
    Draft Notice in CSMS # 67647279 Withdrawn
    CBP has been asked to rescind CSMS # 67647279.
    CBP declined to cancel CSMS # 67647279.
    A decision to withdraw CSMS # 67647279 is pending.
    Protests of decisions to cancel drawback under CSMS # 67647279 go to the Center.
    Filers should ignore error code 771 while the issue in CSMS # 67647279 is open.
    The problem in CSMS # 67647279 has reportedly been fixed; CBP is verifying.
    CBP believed the issue in CSMS # 67647279 had been resolved, but it has recurred.
    The fix for the issue in CSMS # 67647279 was rolled back.
    The issue reported in CSMS # 67647279 was resolved on Monday and returned on Tuesday.
    CBP hopes that the problem in CSMS # 67647279 is resolved.
    An error was found by filers who used CSMS # 67647279.
    Statements corrected after CSMS # 67647279 are listed below.
    CSMS # 67647279 contains no errors.
    The surety canceled the bond named in CSMS # 67647279.
    The extension in CSMS # 67647279 has not been granted to all.
    Entries replaced under CSMS # 67647279 keep their numbers.
    Importers cannot extend the period in CSMS # 67647279.
    The court has revoked the exclusion described in CSMS # 67647279.
    CBP has not withdrawn CSMS # 67647279.
    CSMS # 67647279 would have been canceled had the rule taken effect.
    Service was restored before the outage reported in CSMS # 67647279 began.
    The workaround in CSMS # 67647279 was updated for rail only.
    Claims that CSMS # 67647279 is no longer valid are false.
    CSMS # 67647279 is no longer in effect as of today, except for rail.
    Only the second table in CSMS # 67647279 has been corrected.
    These instructions do not replace the notice of May 5 (CSMS # 67647279).
    This message does not update what we sent on May 5 (CSMS # 67647279).
    This list replaces the annex that was sent in the spring (see CSMS # 67647279).
    This message corrects the annex (CSMS # 67647279).
    This message replaces the quota guide (CSMS # 67647279).
    This message replaces version 2 of the CATAIR that we sent on May 5 (CSMS # 67647279).
    The importer's rate was not printed incorrectly in CSMS # 67647279.
    If the rate was printed incorrectly in CSMS # 67647279, a correction will follow.
    Filers asked whether the rate was incorrectly listed in CSMS # 67647279.
    The rate was incorrectly listed in entries filed under CSMS # 67647279.
    The issue in CSMS # 67647279 is resolved by resubmitting the entry.
    The error in CSMS # 67647279 is fixed by removing the line.
    The waiver announced in CSMS # 67647279, which has been extended twice, ends on May 1.
    The waiver announced in CSMS # 67647279, which CBP extended in May, remains.
    See CSMS # 67647279. The problem reported there has not been fixed.
    See CSMS # 67647279. If the problem reported there is fixed, resubmit.
    See CSMS # 67647279 on duties. CBP is extending that deadline to May 15.
    CSMS # 67647279 set a deadline of May 1. That deadline stands.
    CSMS # 67647279 set a deadline of May 1. CBP may extend that deadline.
    CSMS # 67647279 set a deadline of May 1. That deadline has been extended by the court.
    CSMS # 67647279 set a deadline of May 1. CBP will not extend that deadline.
    CSMS # 67647279 set a deadline of May 1. Is CBP extending that deadline?
    CSMS # 67647279 set a deadline of May 1. Has that deadline been extended?
    The webinar in CSMS # 67647279 is due on May 1. This date has been canceled by the presenter.
    The guidance in CSMS # 67647279 and by phone has been canceled by importers.
    The backlog of protests in CSMS # 67647279 will be cleared.
    Goods held under CSMS # 67647279 have been cleared.
    Shipments in CSMS # 67647279 have been cleared.
    The queue described in CSMS # 67647279 was cleared for Air only.
    These entries replace the entries listed in CSMS # 67647279.
    CSMS # 67647279 links to the FAQ page on CBP.gov. The questions posted there have been updated.
    See CSMS # 67647279 and the IRS page. The forms provided there have been replaced.
    CSMS # 67647279 gives the address of the EPA portal. The service described there has been restored.
    CSMS # 67648888 reports the outage and CSMS # 67647279 a way around it. The outage reported there is resolved.
    The deadline for protests is 180 days, see CSMS # 67647279. CBP is extending this deadline in Guam.
    Protests are due within 180 days (CSMS # 67647279). CBP has extended that period for Guam.
    An importer claimed that the rate was incorrectly listed in CSMS # 67647279.
    The trade press reported the rate was incorrectly stated in CSMS # 67647279, but it was right.
    Filers may think the code was listed in error in CSMS # 67647279.
    Where a code was incorrectly listed in CSMS # 67647279, use the tariff.
    This message replaces “Annex II to the Federal Register Notice” (CSMS # 67647279).
    This message corrects “Entry Type Code List” (CSMS # 67647279).
    The new rules amend the notice of May 5 (CSMS # 67647279).
    Brokers who update the list that we sent in May (CSMS # 67647279) need no form.
    CBP will update the list that was sent in the spring (CSMS # 67647279).
    The final rule is superseded. CSMS # 67647279 explains it.
    The order is rescinded. CSMS # 67647279 gave the rate.
    CSMS # 67647279 was not withdrawn. The form described there is rescinded by USDA.
    CSMS # 67647279 quotes the order. The duties announced there have been extended by the President.
    CSMS # 67647279 has examples. Entries described there have been canceled.
    CSMS # 67647279 has examples. The bond described there is extended.
    RESOLVED: Issue with HTS 9903.01.25 as advised in CSMS # 67647279
    CANCELED: Webinar on Guidance Issued in CSMS # 67647279
    EXTENDED: Hours for Questions on Guidance in CSMS # 67647279
    RESOLVED: Entries with the Error in CSMS # 67647279
    CORRECTED: Entries Listed in CSMS # 67647279
    CORRECTION: Annex to Proclamation Mentioned in CSMS # 67647279
    CORRECTION: Guide Published in CSMS # 67647279
    CANCELED: Bond Announced in CSMS # 67647279
    EXTENDED: Entry Period in CSMS # 67647279 Is Not Available
    RESOLVED: Some Issues in CSMS # 67647279
    RESOLVED: Outage Reported in CSMS # 67647279 for Some Filers
    EXTENDED: Webinar on the Deadline in CSMS # 67647279
    REMINDER: Extended Deadline in CSMS # 67647279
    UPDATE: Protest Reported in CSMS # 67647279 of an Importer
    Do not disregard CSMS # 67647279; use this message as well.
    If you disregard CSMS # 67647279, use this message instead.
    The weekly letter of a trade group states that the deadline in CSMS # 67647279 has been extended.
    This message adds a link to CSMS # 67647279.
    This message adds background information to CSMS # 67647279.
    This message does not add ports to the list published in CSMS # 67647279.
    This message removes no code from the list in CSMS # 67647279.
    This form takes the place of the form in CSMS # 67647279.
    This message does not take the place of CSMS # 67647279.
    CBP has not called off the downtime announced in CSMS # 67647279.
    Shipments with delays noted in CSMS # 67647279 have cleared customs.
    The slowness in ACE Reports that we reported in CSMS # 67647279 has not cleared.
    The filer pushed back the date set in CSMS # 67647279.
    The deadline set in CSMS # 67647279 has been pushed back by the court.
    The entry that we described in CSMS # 67647279 has a mistake.
    Filers told us that CSMS # 67647279 gave the date. That date is wrong on their side.
    CSMS # 67647279 stated the date of the test. That date is right.
    The guidance on entries that USDA issued in CSMS # 67647279 was not superseded.
    Please do not discard CSMS # 67647279 and follow this message.
    CBP incorrectly rejected entries described in CSMS # 67647279.
    Filers say CBP incorrectly stated in CSMS # 67647279 that the duty applies.
    This release fixes a typo in the heading of CSMS # 67647279.
    CBP will not hold the webinar announced in CSMS # 67647279 until June.
    CBP will not hold the webinar announced in CSMS # 67647279, but a call.
    CBP will not hold shipments described in CSMS # 67647279.
    For the webinar, announced in CSMS # 67647279, a link has been canceled.
    The ACE outage (see CSMS # 67647279) has been resolved.
    The problem with tariff number 9903.01.25 (CSMS # 67647279) has been resolved.
    CBP has corrected the entries with rejects described in CSMS # 67647279.
    The grace period described in CSMS # 67647279 ends on October 1.
    This message revises the list of entries that was sent with CSMS # 67647279.
    The registration window announced in CSMS # 67647279 is closed.
    The problem queue described in CSMS # 67647279 is closed to new tickets.
    Members discussed a story that CBP has withdrawn CSMS # 67647279.
    CSMS # 67647279 announced a pilot. The pilot program of Canada has been extended.
    CSMS # 67647279 described a problem with fees. That problem is not over.
    This message adds a section to the handbook that is named in CSMS # 67647279.
    CSMS # 67647279 listed the ports. That list is wrong on the website of a vendor.
    CBP has called off the search for the goods described in CSMS # 67647279.
    The test described in CSMS # 67647279 has ended.
    In CSMS # 67647279, CBP listed the ports. This message lists the errors.
    Entries with the wrong code were listed (see CSMS # 67647279). This message corrects that error.
    CSMS # 67647279 lists the ports. This message corrects that error.
    In CSMS # 67647279, filers erroneously saw a page of USDA.
    CSMS # 67647279 omitted two ports. This message does not correct that omission.
    CSMS # 67647279 gave the rates. USDA also sent a message. That message is withdrawn.
    CSMS # 67647279 explains the FDA notice of May 5. That notice is withdrawn.
    CSMS # 67647279 gave the rates. That message is not withdrawn.
    CSMS # 67647279 gave the rates. That message was withdrawn by CSMS # 67648888.
    CSMS # 67647279 announced a webinar on May 5. The webinar on drawback has been canceled.
    CSMS # 67647279 announced a webinar on May 5. Another webinar has been canceled.
    CSMS # 67647279 announced a webinar and a second webinar. That webinar has been canceled.
    CSMS # 67647279 has the slides of a webinar. The webinar has been canceled.
    USDA reported an outage; see CSMS # 67647279. That outage is over.
    CSMS # 67647279 reported an outage. If that outage is over, transmit.
    The comment period announced in CSMS # 67647279 ended on May 5.
    The outage reported in CSMS # 67647279 ended for Air only.
    The outage reported in CSMS # 67647279 ended up in a long queue.
    The service described in CSMS # 67647279 no longer exists.
    The problem described in CSMS # 67647279 no longer occurs for rail but continues for ocean.
    The delay reported in CSMS # 67647279 has not ended.
    The processing described in CSMS # 67647279 ended on Friday.
    Two newspapers reported last week that CBP has rescinded CSMS # 67647279.
    Some brokers say the webinar announced in CSMS # 67647279 has been canceled.
    According to a trade newsletter, CBP has withdrawn CSMS # 67647279.
    CSMS # 67647279 has been canceled, several importers believe.
    CBP has extended the deadline in CSMS # 67647279. This rumor is false.
    The outage reported in CSMS # 67647279 is over. That is not the case.
"""


@pytest.mark.parametrize("wording", [line.strip() for line in NOT_SAID.strip().splitlines()])
def test_nothing_counts_that_is_asked_decided_otherwise_partly_done_or_about_something_else(wording: str) -> None:
    assert set(kinds("Quota", wording).values()) <= {Relation.REFERS}
    if not wording.endswith("."):
        assert set(kinds(wording).values()) <= {Relation.REFERS}


@pytest.mark.parametrize(
    "wording",
    [
        "This message corrects the rate in CSMS # 67648888, and in CSMS # 67647279 you find the guide.",
        "This message updates the dates given in CSMS # 67648888 and later in CSMS # 67647279 CBP will publish the rates.",
    ],
)
def test_what_is_said_of_one_message_is_not_said_of_one_with_which_the_sentence_goes_on(wording: str) -> None:
    assert {number for number, kind in kinds("Quota", wording).items() if kind is not Relation.REFERS} == {"67648888"}


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Error in CSMS # 67647279 Corrected", Relation.CORRECTS),
        ("CSMS # 67647279 Rescinded: Quota Bulletin", Relation.CANCELS),
        ("Issue in CSMS # 67647279 Resolved", Relation.RESOLVES),
        ("Deadline in CSMS # 67647279 Extended", Relation.EXTENDS),
        ("CSMS # 67647279 Canceled", Relation.CANCELS),
        ("UPDATE: Outage Reported in CSMS # 67647279 Resolved", Relation.RESOLVES),
        ("EXTENDED: Comment Period in CSMS # 67647279", Relation.EXTENDS),
        ("RESOLVED: ABI Outage Reported in CSMS # 67647279", Relation.RESOLVES),
        ("CORRECTION: Effective Date in CSMS # 67647279", Relation.CORRECTS),
        ("CANCELED: Webinar Announced in CSMS # 67647279", Relation.CANCELS),
        ("UPDATE: Deployment Date Announced in CSMS # 67647279", Relation.UPDATES),
    ],
)
def test_a_title_may_leave_out_the_verb_or_begin_with_it(title: str, kind: Relation) -> None:
    assert kinds(title) == {N: kind}
