"""Words that show how a question about CBP's messages is meant. What is in no set is what the question is about."""

from content.search.wordlists import STOP_WORDS


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


GREETING = _set("and but hello hey hi ok okay please pls so well")
POLITE = GREETING | _set(
    "a all an any are bot can could do else everything for get give has have i is just list me my need now of our show tell thanks the "
    "there these those us was want we were what whats with you"
)
"""Words that may stand before "latest" or "new"."""

ASKS_CONTENT = _set("define describe explain how hows when whens where wheres who whom whos whose why whys")
"""First words of a question that is not about messages, even with "this week"."""

NOUNS = _set("csms message messages msg msgs news")
REPORTS = _set("advisories advisory announcement announcements bulletin bulletins notice notices update updates")
LOOSE_NOUNS = _set("alert alerts change changes guidance post posts")
ALL_NOUNS = NOUNS | REPORTS | LOOSE_NOUNS
"""Nouns of messages: what means little else, what may be an official notice, and what is a message only if it is new."""
COMPOUND_BEFORE = _set(
    "abi acceptance ams edi error federal import info informational isf liquidation penalty pga phishing query reject rejection response "
    "status text"
)
COMPOUND_AFTER = _set(
    "account address archive board box center code codes feed format formats form page pages release releases room service set sets site "
    "system to type types"
)
"""Beside a noun: "error messages", "message set", "news page"."""

VAGUE = _set("anything something nothing")
ABOUT = _set("about concerning covering mentioning on re regarding")
LINKING = ABOUT | _set("containing dated from since that which with")
NEW = _set("additional further latest more most new newer newest other recent")
RECENTLY = _set("lately nowadays recently today tonight yesterday")
BEGINS_PERIOD = _set("last past previous since this yesterday")
"""One of these is in every period until now."""
TIMES = RECENTLY | _set("again current day days last month months morning now past previous right this week weekend weeks year yet")

AUXILIARIES = _set("did didnt had has hasnt have havent was wasnt were werent")
SENDERS = _set("agency cbp customs hq office they you")
SAYING = _set(
    """
    announce announced announcing came come comes communicate communicated discuss discussed discusses distributed gone issue issued
    issues issuing mention mentioned mentioning mentions post posted posting posts publish published publishes publishing put release
    released releases releasing said say saying says send sending sends sent share shared talk talked talking talks tell telling told
    went write writes writing written wrote
    """
)
HEARING = _set("get gotten hear heard read receive received saw see seen")
SHOWING = _set("bring display fetch find forward get give list look need open pull search see send share show want")
SENDING = _set("bring fetch forward give send share")

TROUBLE = _set("downtime glitch glitches interruption interruptions maintenance outage outages")
SYSTEM_TROUBLE = _set("delay delays error errors issue issues problem problems trouble")
SYSTEM_NAMES = _set("abi ace aes ams cape portal")
SYSTEM = SYSTEM_NAMES | _set("system systems")
WORKING = _set("broken crashed crashing down fixed offline slow unavailable unresponsive up working")
DIRECTIONS = _set("down slow up")
"""Words of `WORKING` that say something else of what is no system: "coming up", "are imports down"."""
IT_WORDS = SYSTEM | _set("api app application login module server servers site website")
RUNNING = _set("billing filing processing recordation reporting running")
PARTICIPLES = _set("brought cut held kept made put sent set written")
"""Before a direction: "drawback filing is down" is trouble, "held up" is not."""
QUANTITIES = _set("cost costs deadline deadlines exports fee fees imports price prices rate rates tariffs time trade volume volumes")
"""Quantities go up and down without any trouble."""
LISTING = _set("list name show what which")
CALENDARS = _set("calendar calendars ical icalendar ics outlook")
CALENDAR_DATES = _set("date dates deadline deadlines events them these those")
REPORTED = _set("canceled cancelled corrected extended replaced rescinded resolved superseded updated withdrawn")
"""How a message is said to have changed an earlier one."""
PAGES = _set("link page site url website")
LISTED = _set("announced calendar find list listed look posted published see shown")
BEING = _set("are arent is isnt was were")

CHANGED = _set("amended changed changing modified revised updated")
HAPPENED = _set("happened happening")
NEXT = _set("next soonest upcoming")
SOON = _set("ahead shortly soon upcoming")
SOON_PAIRS = frozenset({("coming", "up"), ("next", "week"), ("next", "month"), ("this", "week"), ("this", "month")})
"""Words of a question for an event to come, such as "is there a webinar soon"."""
DATE_WORDS = _set("ahead coming dates deadlines due effect effective force upcoming")
FIRST_PERSON = _set("i me mine my our ours we")
MAX_TIMED = 4
"""Words of a question about messages that has nothing but its time to show it: "steel this week"."""
MONTHS = _set("january february march april may june july august september october november december")

SMALL_WORDS = STOP_WORDS.union(
    *(NOUNS, VAGUE, ABOUT, RECENTLY, HAPPENED),
    _set(
        """
        actually ago already asked because came cbp cbps currently during explained issued latest most newest posted published put recent
        related released soon stopped there tell told tomorrow upon whats while yet
        """
    ),
)
"""Words of any question that do not tell what it is about."""

FUNCTION_WORDS = SMALL_WORDS.union(
    *(ALL_NOUNS, LINKING, NEW, AUXILIARIES, SAYING, HEARING, SHOWING, CHANGED, NEXT),
    _set("agency dated different ever going guys hows list many number office shown stored total whens word wrong"),
)
"""More such words, of a question about messages. Behind "about" or the like, only the small words are dropped."""

STATE_WORDS = TIMES | TROUBLE | SYSTEM_TROUBLE | WORKING | _set("go goes system systems")
"""Words that ask about a system without naming it."""

PREPOSITIONS = ABOUT | _set("for in to with")
"""Words before the subject of a question."""
