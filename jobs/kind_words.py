"""The words by which kinds of entries are told apart: phrases as `content.rules` reads them, divided by |.

Collected from 4,000 titles of CSMS messages of 2020 to 2026. `jobs.kinds` says in which order they are tried.
"""


def _table(words: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in words.split("|"))


RESOLVED = _table("""
    resolved | backlog cleared | has been restored | have been restored | service restored | back online | has been fixed | up and
    operational | is operational | operable | is up
""")
"""A problem or a maintenance is over."""

MAINTENANCE = _table("""
    maintenance | network change | network engineering | network migration | downtime | down time | scheduled updates | planned
    outage | scheduled outage | software upgrade | system upgrade | server migration
""")

NO_MAINTENANCE = _table("""
    harbor maintenance | maintenance fee*
""")
"""It is a fee."""

OUTAGE = _table("""
    outage* | degradation | degraded | slowness | slowdown | unable to | not being sent | not being received | not receiving | not
    received | not sent | not working | not processing | not displaying | experiencing | technical difficult* | system error* |
    receiving error* | receiving ... reject* | receiving ... error* | receiving 199 | filers receiving | incorrect reject* |
    erroneous* | rejections in | missing ... notification* | missing ... response* | missing ... message* | intermittent* |
    unavailable | unavailability | offline | inaccessible | problem with | problems with | processing problem* | programming
    issue* | malfunction* | error ... mismatch | mismatch | not functioning | known issue* | inoperable | not generat* | not able
    to | improperly | rejecting in error | sporadic* | late final* | not present
""")

TROUBLE = _table("""
    delay | delays | delayed | slow | down | issue | issues | not available | failure | failures | disabled | interruption* |
    stopped | circuit | backlog | cannot | incorrectly | in error | causing | affected | is aware of | are aware of
""")
"""Trouble with a system, when a system is named beside it."""

SYSTEM = _table("""
    ACE | ABI | AES | EDI | FDA | PGA* | MQ* | HTS | MID | DIS | ITACS | portal* | system* | processing | process | manifest* |
    entry | entries | query | queries | network* | module* | report | reports | login | log in | logging | accessing | database* |
    phone* | telephone* | transmission* | transaction* | statement* | tariff schedule | claim* | drawback | application* | upload*
    | notice* | notification* | response* | message* | messaging | data | user* | account* | protest* | cargo release | release* |
    connection* | connectivity | server* | website* | web | email* | filer* | quota | code* | error* | programming | programing |
    issuance | courtesy | truck* | rail | ocean | air | collection* | refund* | payment* | exchange rate* | interface* | screen |
    function* | feature* | file | files | posting | eCERT | AD/CVD | CBP | status | resolution | bond* | flag* | lookup |
    environment | updates | filing | classification* | validation* | arrival* | in-bond*
""")

NO_OUTAGE = _table("""
    protest issue* | new ... issue* | issue type* | delay* ... compliance | delay* ... requirement* | delay* ... scheduled |
    delay* ... date | will be disabled | trade interruption* | avoid delay* | functionality delayed | issues ... rule | issues ...
    license | issues ... guidance | issues notice* | issues ... notice of | issues ... order | issues ... finding | issues ...
    determination* | issues proposed | issues final | delay* ... enforcement | delay* ... implementation | implementation ...
    delayed | implementation delay* | deployment ... delayed | deployment delay* | delay* ... deployment | delay* ... effective
    date | outage procedures | outage policy | slow steaming | priority trade issue*
""")
""""CBP issues a rule", and delays of rules and deployments, are no trouble with a system."""

QUOTA = _table("""
    QB | quota* | TRQ | TRQs | tariff rate quota* | TPL | tariff preference level* | opening moment | specialty sugar* | steel ...
    bulletin* | AGOA ... limits
""")

TRAINING = _table("""
    webinar* | forum | support call* | trade call* | user call* | conference call* | biweekly call* | office hours | town hall* |
    save the date | symposium* | summit | workshop* | training | demo | demos | demonstration* | open house | roadshow* |
    conference | instructional video* | video | meeting | trade day | information session* | outreach session* | q&a session*
""")

DOCUMENT = _table("""
    CATAIR* | reference guide* | product code* | license code* | CAMIR* | AESTIR* | implementation guide* | implementation
    guideline* | supplemental guide* | supplemental trade guide* | supplemental guidelines | technical guide* | IG | IGs |
    appendix | appendices | error dictionar* | error code dictionar* | error codes document* | implementation documents | samples
    | updated ... status notification* | code table* | codes document* | valid codes | HSU | harmonized system update* | vendor*
    list | development and deployment schedule* | deployment schedule* | business rules | process document* | status notification
    codes | condition codes | notification document* | control document* | trade interface requirements | flag enforcement table |
    flag table* | message set guide* | message implementation guideline* | specification* | technical document* | CATAIR chapter*
    | updated ... chapter* | schedule k | output record | test data | XML | schema* | validation list | disclaimer codes | camir
    document* | document posted | document updated | updated document* | updated draft | draft ... posted
""")
"""Guides, tables and schedules for those who write software."""

ORDER = _table("""
    guidance | withhold release order* | WRO | finding on | import restrictions | restricts | import prohibition* | deadline*
""")
"""What recipients must do, in so many words."""

NEWS = _table("""
    initiation of | survey | proposed rule | proposes | exam | examination | interest rates | archive | report now available |
    reports for | FAQs | FAQ | launch | launches | judgment | account application | video
""")
"""An announcement, whatever it is about."""

TECHNICAL = _table("""
    deploy* | CERT | PROD | in production | to production | production environment | certification environment | production date |
    EDI | message set* | message* | validation* | product code* | codes flagged | PGA flag* | tariff flags | release | releases |
    modernization | modernized | feature* | enhancement* | functionality | data element* | data universe* | universe* |
    programming | response code* | notification code* | status notification* | electronic export manifest | EEM | document image
    system | DIS | user interface | query | manifest* | ABI | AES | AESDirect | portal | upgrade* | software | transmission* |
    transmit* | filing code* | license type* | license code* | port code* | sunset* | retire* | retirement | migrat* | processing
    | record* | field* | XML | web service* | login | multi factor | cargo release | entry summary | HTS update* | HTS codes |
    HTSUS codes | error code* | error message* | TLS | SFTP | VPN | MQ | ITACS
""")

GUIDANCE = _table("""
    guidance | withhold release order* | WRO | WROs | finding on | import restriction* | lifts | section 232 | section 301 |
    section 201 | section 122 | section 338 | IEEPA | additional dut* | import duties | reciprocal tariff* | tariff* | exclusion*
    | requirement* | required | requires | mandatory | must | termination of | extension of | suspension of | suspending |
    suspends | continuing the suspension | reauthorization | procedures | instructions | policy | enforcement of | enforcement
    discretion | prohibit* | ban | executive order | proclamation | interim final rule | final rule | compliance | reporting |
    ending collection | duty free | bond* | de minimis | free trade agreement* | trade agreement | certification of | certificate
    of | third country | country of origin | marking | waiver* | deadline* | effective | submit | submission | submitting | filing
    | claim* | entries of | entry of | reject* | clarif*
""")

INFORMATION = _table("""
    information | initiation of | now available | available | announce* | notice | survey* | report | reports | interest rate* |
    fee | fees | launch* | publish* | publication | proposed rule | proposes | posted | FAQ | FAQs | frequently asked | request
    for | fact sheet | exam | examination | license | phone* | telephone | address | hours | holiday* | application | registration
    | schedule* | approved | update on | status of | tips | reminds | encourages | recommends | website | web page | mailbox |
    email | new | changes | change | update* | expands | center*
""")
