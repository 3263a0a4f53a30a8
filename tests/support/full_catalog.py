"""A catalog with one or two of everything that cards must handle: secondary statements, internal contacts, moved and archived pages."""

from dataclasses import replace

from content.catalog import (
    Catalog,
    Center,
    Contact,
    Link,
    Office,
    Pti,
    Question,
    Resource,
    Role,
    Statement,
    Term,
    Topic,
)
from content.wording import SmallTalk
from handlers.command import Command, Context, Person
from handlers.replies.reply import Reply, buttons_of
from handlers.router import dispatch, parse_line, resolve
from tests.support.small_catalog import NEW_YORK, NOW, duties

PAGE = "https://www.cbp.gov/trade/priority-issues"


def said(text: str, source: str = PAGE, as_of: str = "2026-02-06", status: str = "official") -> Statement:
    return Statement(text, source, as_of, status)


REVENUE = Pti(
    slug="revenue",
    name="Revenue",
    cbp_name="Revenue",
    statute_name="Revenue",
    url=PAGE,
    summary=said("Collecting what is owed.", "flyer", "2026-01"),
    authority=(said("Drawback: 19 U.S.C. 1313."),),
    facts=(
        said("Refunds are electronic.", "CSMS 68179006", "2026-03-27"),
        said("The press says so.", "https://news.example/x", "2026-09", "secondary"),
        *(said(f"Fact {number}.") for number in range(2, 8)),
    ),
    stats=(said("$41.6 billion in 2018.", "https://www.cbp.gov/newsroom/stats/trade", "2018"),),
    questions=(
        Question("When is it due?", "See the yearly message.", "CSMS 67236626", "2025-12-29"),
        Question("What does the press say?", "Rumors.", "https://news.example/y", "2026", "secondary"),
    ),
    tools=("CAPE", "eBond"),
    contacts=(
        Contact("OTDRAWBACK@cbp.dhs.gov", "drawback", PAGE, "2020"),
        Contact("desk@internal.example", "our own desk", PAGE, "2020", "internal"),
        Contact("press@news.example", "rumors", "https://news.example", "2020", "public", "secondary"),
        Contact("202-555-0100", "the third desk", PAGE, "2020"),
    ),
    centers=("006",),
    ptis=("textiles",),
    roles=("auditor",),
    resources=("csms", "gone"),
    synonyms=("duties", "drawback"),
)

TEXTILES = replace(
    REVENUE,
    slug="textiles",
    name="Textiles and Wearing Apparel (TWA)",
    cbp_name="Textiles",
    statute_name="Textiles and wearing apparel",
    url=f"{PAGE}/textiles",
    summary=said("Clothes and cloth.", "flyer", "2026-01"),
    facts=(),
    questions=(),
    contacts=(),
    ptis=(),
    roles=(),
    resources=(),
    synonyms=("apparel",),
)

AUDITOR = Role(
    slug="auditor",
    name="Auditor",
    summary=said("Audits importers.", "careers page"),
    assignments=duties("Plans audits", "Examines financial records", "Writes parts of reports", "Checks compliance", "Secures cooperation"),
    skills=duties("Accounting", "Clear writing"),
    source="careers page",
    as_of="2026-11",
    facts=(said("A notice was open in March 2025.", "https://www.usajobs.gov/x", "2025-03"),),
    ptis=("revenue",),
    resources=(),
    synonyms=("auditing",),
)

ECONOMIST = replace(
    AUDITOR, slug="economist", name="Economist", summary=said("Counts."), assignments=duties("Measures effects of rulings"), synonyms=()
)

CSMS = Resource("csms", "Receive News and Updates", f"{PAGE}/csms", "current", said("Messages."), None, "", (), ("revenue",), (), ())
LABOR = replace(
    CSMS,
    slug="forced-labor",
    title="Learn How CBP Combats Forced Labor",
    url="https://www.cbp.gov/trade/programs-administration/forced-labor",
    state="moved",
    successor=Link("Forced Labor on CBP.gov", "https://www.cbp.gov/trade/forced-labor"),
)
RULINGS = replace(CSMS, slug="rulings", title="Past and Present Rulings", url="https://www.cbp.gov/trade/rulings", state="unverified")
COVID = replace(
    CSMS,
    slug="covid-19",
    title="COVID-19 Updates",
    url="https://www.cbp.gov/newsroom/coronavirus",
    state="archived",
    note="Last seen 2022.",
)

ACE = Term("ace", "ACE", "Automated Commercial Environment", said("One system."), "https://www.cbp.gov/ace", (), ("pti:revenue",))
HSU = Term("hsu", "HSU", "Harmonized System Update", said("From the press.", status="secondary"), "", (), ())

FORCED = Topic(
    slug="forced-labor",
    name="Forced labor",
    is_pti=False,
    summary=said("Goods made by force are barred."),
    facts=(said("A portal opened.", "CSMS 67466320", "2026-01"),),
    contacts=(Contact("ForcedLabor@cbp.dhs.gov", "anything about it", PAGE, "2024-12-13"),),
    links=(Link("Forced Labor on CBP.gov", "https://www.cbp.gov/trade/forced-labor"), Link("UFLPA", "https://www.cbp.gov/uflpa")),
    ptis=("revenue",),
    synonyms=("uflpa",),
    rules=(),
)
REVENUE_TOPIC = replace(FORCED, slug="revenue", name="Revenue", is_pti=True, synonyms=())

OFFICE = Office(
    slug="office-of-trade",
    name="Office of Trade",
    motto="Facilitate. Enforce. Protect.",
    mission=(said("It helps lawful trade along.", "flyer"),),
    facts=tuple(said(f"Office fact {number}.") for number in range(1, 6)),
    questions=(Question("Is it large?", "Yes.", PAGE, "2024"),),
    links=(Link("Trade on CBP.gov", "https://www.cbp.gov/trade"),),
    contacts=(Contact("1-800-BE-ALERT", "a threat", PAGE, "2024"),),
    synonyms=("motto",),
)

CATALOG = Catalog(
    digest="rich",
    office=OFFICE,
    centers=(Center("006", "Petroleum, Natural Gas & Minerals", "Houston", PAGE, "2013"),),
    ptis=(REVENUE, TEXTILES),
    roles=(AUDITOR, ECONOMIST),
    resources=(CSMS, LABOR, RULINGS, COVID),
    terms=(HSU, ACE),
    topics=(REVENUE_TOPIC, FORCED),
    feeds=(),
    synonyms=("car, auto, automobile, automotive, vehicle",),
    paraphrases=("audit, auditor, check", "book, record, ledger, account"),
    small_talk=(
        SmallTalk("greeting", ("hello", "hi"), opens=True),
        SmallTalk("thanks", ("thanks", "thank you"), answer="You’re welcome.", opens=True),
        SmallTalk("help", ("help", "what can you do")),
        SmallTalk("more", ("tell me more", "more")),
        SmallTalk("why", ("why this",)),
    ),
)

STAFF = Person("slack", "T1", "U1", "Maria")
PARTNER = replace(STAFF, id="U9", name="Paul", external=True)
ADMIN = replace(STAFF, id="U2", name="Ada", admin=True)

CONTEXT = Context(CATALOG, NOW, NEW_YORK)


def ask(typed: str, person: Person = STAFF, context: Context = CONTEXT) -> Reply:
    """Return the bot's answer to a typed line."""
    return dispatch(resolve(Command(*parse_line(typed), person, None)), context)


def commands(reply: Reply) -> list[str]:
    """Return the commands of the reply's buttons and menus."""
    return [button.command for block in reply.blocks for button in buttons_of(block)]
