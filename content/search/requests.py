"""Recognize by its shape, whatever its words, a request that is not for this bot: a rate, a recommendation, an errand."""

import re
from dataclasses import dataclass

from content.search.text import MAX_QUESTION, clauses, stem, words
from content.search.wordlists import COUNTRIES, GOODS

# Compiled only when used: most questions need neither.
_TARIFF_NUMBER = r"\b[0-9]{4}\.[0-9][0-9]"
_HEADING = r"\b(?!19[0-9][0-9]|20[0-9][0-9])[0-9]{4}\b"


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DUTY = _set("customs duties duty import levy rate rates tarif tariff tariffs tarifs tarrif tarriff tarriffs tarrifs tax taxes vat")
_AMOUNT = _set("amount current currently high much now percent percentage rate rates rn today")
_ABOUT_RATES = _set("agency average bulletin collect collected drawback fiscal office quota quotas refund refunds section trq trqs year")
_LIVE = _set("currently now rn today")
_CLASSIFY = _set("code codes heading headings subheading")
_CLASSIFIES = ("classif", "clasif")
_THEIRS = _set("it its my our these this")
_FOR = _set("belong belongs code fall falls for go goes heading of or under")
_FIRST_PERSON = _set("i me my our us we")
_ADVICE = _set("appeal chance chances crime guilty illegal lawsuit legal liable odds plead settle settlement sue suing win")
_POSSESSIVES = _set("mine my our ours")
_CASES = _set(
    "allegation application appeal bond broker case claim claims drawback entry fine goods lawyer offer penalty petition petitions protest "
    "protests refund refunds request seizure shipment shipments"
)
"""Words for a case of somebody's own, if it is theirs."""
_OUTCOMES = _set(
    "accept accepted agree approve approved deny denied fail grant granted lose loses refuse refused reject rejected succeed success "
    "successful"
)
_OPINIONS = (
    *("do you think", "you think", "do u think", "u think", "your opinion", "your view", "how likely", "likely that", "likelihood"),
    *("probability", "good case", "strong case", "have a case", "has a case"),
)
_PREDICTIONS = ("will", "wont", "would", "going to", "gonna", "likely", "likely to")
_LOOKS_INTO = ("look at it", "look at my", "look at our", "look into it", "look into my", "look into our", "check on my", "check on our")
_RULES = _set("after because how if unless when why without")
"""Words of a question for a rule, not for what will come of a case."""
_DOUBTS = _set("believe fishy fraud scam scammer trust")
_FORECASTS = ("gonna", "going to", "will")
_TRENDS = ("be lowered", "be raised", "come down", "drop", "fall", "go away", "go down", "go up", "increase", "rise")
_PROFESSIONALS = _set(
    "accountant attorney attorneys broker brokers consultant consultants forwarder forwarders insurer lab labs lawyer lawyers provider "
    "providers school schools software sureties surety vendor vendors warehouse warehouses"
)
"""Companies, and people, that somebody chooses and pays."""
_CHARGES = _set("charge charges charging cost costs price prices")
_OF_CBP = _set("cbp continuing education exam fee fees licence license permit permits triennial")
"""Words with which a cost is one that CBP sets."""
_MAX_APART = 4
"""Words from praise to the company that it is of."""
_RECOMMENDS = _set("recommend recommendation recommendations suggest suggestion")
_PRAISES = _set("affordable best better cheap cheaper cheapest good great reliable top trustworthy")
_CHOOSING = _set("any best cheapest find need top what which who whos")
_ASKING = _set("how what when where which who whom")
_LEADERS = _set(
    """
    boss ceo chief chiefs commissioner commissioners deputy director directors eac executive head leader manager president secretary
    supervisor
    """
)
_STAFF = _LEADERS | _set(
    "agent agents analyst attorney auditor economist employee employees inspector lawyer officer officers person specialist"
)
_CAREER_MOVES = _set(
    """
    appointed fired hired joined named nominated promoted quit replace replaced replaces replacing resign resigned resigning retire
    retired retires retiring succeed succeeded succeeding succeeds
    """
)
_ASKING_OF_MOVES = _set("did got has have is was were when which who whom will")
_OF_POLITICS = _set("executive president secretary")
"""Leaders who appoint, and replace more than persons."""
_PERSONAL = _set("age birthday born cell earn earns home hometown husband married photo salary wife")
_ABOUT_PERSONS = (
    "her name",
    "his name",
    "name of",
    "names of",
    "what s the name",
    "named",
    "first name",
    "last name",
    "email of",
    "mail of",
    "phone of",
    "number of the",
    "speak to the",
    "speak with the",
    "talk to the",
    "meet the",
    "photo of",
    "picture of",
)
_POSSESSED = r"\b(\w+)['’]s (?:private |direct |work )?(?:address|cell|e-?mail|extension|mobile|name|number|phone|salary)\b"
_OWNERS = _set(
    """
    agency ace branch broker bureau cbp cee center commerce company customs department desk directorate division group importer issue ita
    itc office team trade
    """
)
"""Whose addresses and numbers are not a person's."""
_CERTAIN_PERSONS = tuple(f"{who} {word}" for who in ("the", "that") for word in ("agent", "inspector", "officer"))
"""Somebody whom people met ("who was the officer at the booth")."""
_WHO_IS = ("who is", "whos", "who s", "who was", "who are", "how old is", "who will be", "who became")
_HIDDEN = _set("confidential internal private secret staff unpublished")
_ADDRESSES = _set("address addresses directory email emails list mailbox mailboxes number numbers phone phones")
_OUTSIDERS = _set("journalist newspaper outsider reporter")
_OUTSIDE = ("from outside", "from the press", "with the press", "not staff", "not an employee")
_PLACES = _set("airport border bridge checkpoint crossing office port ports seaport station terminal")
_HOURS = _set("address backup busy close closed closes congestion delay delays hours line lines open opening opens parking wait waiting")
_TIMES = _set(
    """
    christmas easter evening friday holiday holidays midnight monday morning night now saturday sunday thanksgiving thursday today
    tomorrow tonight tuesday wednesday weekend weekends
    """
)
_CREATE = _set("book compose draft generate recommend remind rewrite summarize translate write")
_DO = _CREATE | _set(
    """
    calculate cancel check complete delete email fill file fix look make order pay print process publish release reset send sign submit
    track transmit unlock
    """
)
_DICTATES = _set("announce confirm declare pretend repeat say state")
"""Verbs that tell the bot what to say ("confirm in one line that …")."""
_MAX_BEFORE_THAT = 6
_NOUNS = _set("book draft order process")
"""Words that may also begin what somebody asks about: "draft guides", "process for my protest"."""
_AGAIN = _set("again me please pls plz quick quickly real us")
"""Words between "remind" and a question."""
_CHARGING = _set("charge collect demand impose levy require tax want")
_CHARGES_ABROAD = _set("charges collects demands imposes levies requires taxes wants")
_HERE = _set("america american us usa")
_BEFORE_SUBJECT = _set("can did do does will would")
_AMERICAN = (
    *("american", "from america", "from the states", "from the us", "from the usa", "from the united states", "made in america"),
    *("made in the states", "made in the us", "made in the usa", "made in the united states", "us goods", "us products"),
)
_OBJECTS = _set("a an it me my our that the this us")
_BRINGS = _set("bring bringing carry carrying fly flying pack packing take taking")
_TRAVELERS = _FIRST_PERSON | {"people", "tourists", "travelers", "you"}
_TRAVELS = _set("airplane airport back bag baggage bags flight home luggage plane souvenir souvenirs suitcase trip vacation")
_INTO = ("into america", "into the country", "into the states", "into the united states", "into the us", "through customs")
_IN_TRADE = _set(
    """
    allegation appeal business cargo case claim claims commercial company complaint container drawback entry freight ftz goods import
    importer importing imports merchandise petition protest quota refund refunds samples shipment shipments suit tib warehouse
    """
)
_POLITE = _set("a can could hello hey hi kindly please pls plz u will would ya you")
_OF_THE_BOT = ("your instructions", "your prompt", "your rules")
"""Words at the end that ask for the bot's own: "your instructions for filing" are those of CBP."""
_PROCEDURE = ("how can i", "how can we", "how do i", "how do we", "how to", "legal basis", "legal authority")
_OUTCOME = _set("chance chances odds win winning")


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """A person's words: as text, in order and as a set."""

    query: str
    words: list[str]
    known: frozenset[str]

    def has(self, *phrases: str) -> bool:
        text = f" {' '.join(self.words)} "
        return any(f" {phrase} " in text for phrase in phrases)


def request_of(query: str, words: list[str]) -> str:
    """Return the kind of a request, such as "rate" or "errand", or ""."""
    said = _Said(query, words, frozenset(words))
    return next((kind for kind, is_one in _KINDS.items() if is_one(said)), "")


def is_from_outside(query: str) -> bool:
    """Return whether people say that they are not of the staff, which tells who would answer them, never what they may see."""
    text = " ".join(query.casefold().split())
    return any(word.strip(".,;:!?") in _OUTSIDERS for word in text.split()) or any(phrase in text for phrase in _OUTSIDE)


def _is_rate(said: _Said) -> bool:
    if not said.known & _DUTY:
        return False
    if said.has(*_FORECASTS) and said.has(*_TRENDS):  # nobody knows
        return True
    number = re.search(_TARIFF_NUMBER, said.query) is not None
    amount = bool(said.known & _AMOUNT) or "%" in said.query
    thing = bool(said.known & COUNTRIES) or any(stem(word) in GOODS for word in said.words)
    about = said.known & _ABOUT_RATES - ({"section"} if said.known & _LIVE else set())
    other = about or said.known & {"when", "where", "who", "whom", "why"}
    return not other and (number or (amount and thing))


def _is_abroad(said: _Said) -> bool:
    """Return whether people ask what another country charges or requires ("what does Germany charge on shirts made in the US")."""
    abroad, words = COUNTRIES - _HERE, [word for word in said.words if word != "the"]
    taxed = said.known & _DUTY and said.has(*_AMERICAN) and "returned" not in said.known
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        charges = (before in _BEFORE_SUBJECT and after in _CHARGING) or after in _CHARGES_ABROAD
        is_there = (before == "in" and word in abroad) or (word not in abroad and word.removesuffix("s") in abroad)  # "Japan's tariff"
        if (charges and word in abroad) or (taxed and is_there):
            return True
    return False


def _is_classification(said: _Said) -> bool:
    headings = len(re.findall(_HEADING, said.query)) if any(map(str.isdigit, said.query)) else 0
    asked = bool(said.known & _CLASSIFY) or any(word.startswith(_CLASSIFIES) for word in said.words)
    if said.words[:1] == ["why"] and not said.known & _FIRST_PERSON:  # the reason is asked for, not the heading
        return False
    return headings > 1 or (asked and bool(said.known & _THEIRS or (headings and said.known & _FOR)))


def _is_advice(said: _Said) -> bool:
    around = zip(["", *said.words], said.words, [*said.words[1:], ""], strict=False)
    if _is_prediction(said):
        return True
    doubts = bool(said.known & _DOUBTS)  # whether a story is true, not what to do about a case
    should = not doubts and any(word == "should" and after in ("i", "we") and before not in _ASKING for before, word, after in around)
    asks_how = said.has(*_PROCEDURE) and not said.known & _OUTCOME  # what anybody would do, not what will come of it
    of_theirs = bool(said.known & _FIRST_PERSON and said.known & _ADVICE) and not asks_how
    return should or (of_theirs and not said.known & _ASKING - {"how", "what"})


def _is_prediction(said: _Said) -> bool:
    """Return whether people ask what will come of their own case, what the bot thinks of it, or that it look into it."""
    if not said.known & _POSSESSIVES or not said.known & (_CASES | _OUTCOMES):
        return False
    foretold = said.known & _OUTCOMES and not said.known & _RULES and said.has(*_PREDICTIONS)
    return bool(foretold) or said.has(*_OPINIONS) or ("you" in said.known and said.has(*_LOOKS_INTO))


def _is_recommendation(said: _Said) -> bool:
    """Return whether people ask which broker, lawyer or vendor to take ("the cheapest customs broker"), or what one charges."""
    if not said.known & _PROFESSIONALS or said.has("attorney advisor", "attorney advisors", "good at"):  # a role and its skills
        return False
    praised = any(
        word in _PRAISES and not _PROFESSIONALS.isdisjoint(said.words[max(0, place - _MAX_APART) : place + _MAX_APART])
        for place, word in enumerate(said.words)
    )
    is_choice = praised and bool(said.known & _CHOOSING) and "way" not in said.known
    trusted = bool(said.known & {"trust", "trustworthy"}) and bool(said.known & _FIRST_PERSON)
    recommended = bool(said.known & _RECOMMENDS) and ("you" in said.known or said.words[0] in _RECOMMENDS)
    return is_choice or trusted or recommended or _is_charge(said)


def _is_charge(said: _Said) -> bool:
    """Return whether people ask what a company charges for its work ("how much does a customs broker charge")."""
    if said.known & _OF_CBP or not said.known & {"how", "what", "whats"}:
        return False
    return any(
        word in _CHARGES and not _PROFESSIONALS.isdisjoint(said.words[max(0, place - 2) : place + _MAX_APART])
        for place, word in enumerate(said.words)
    )


def _is_person(said: _Said) -> bool:
    orders = {"executive"} if said.has("executive order", "executive orders") else set[str]()
    leaders, staff = said.known & _LEADERS - orders, said.known & _STAFF - orders
    if said.has("team lead"):
        leaders, staff = leaders | {"lead"}, staff | {"lead"}
    who = said.has(*_WHO_IS) and (bool(said.known & {"name", "names"}) or said.has(*_CERTAIN_PERSONS))
    still = said.has("still the", "still our") and said.words[0] in ("is", "was") and said.words[1] not in ("a", "an", "the")
    named = (said.has(*_ABOUT_PERSONS) or who or still) and staff
    led = said.has(*_WHO_IS) and leaders
    moved = said.known & _CAREER_MOVES and (leaders - _OF_POLITICS) and bool({*said.words[:2]} & _ASKING_OF_MOVES)
    arrived = said.has(*(f"new {leader}" for leader in leaders - _OF_POLITICS)) and said.words[0] in ("has", "is", "was", "who", "whos")
    query = said.query[:MAX_QUESTION].casefold()
    owners = re.findall(_POSSESSED, query) if "'s " in query or "’s " in query else []
    hidden = said.known & _HIDDEN and said.known & _ADDRESSES and is_from_outside(said.query)
    possessed = any(owner not in _OWNERS for owner in owners)
    private = (said.known & _PERSONAL and leaders) or ("cell" in said.known and staff)
    return bool(named or led or moved or arrived or hidden or possessed or private)


def _is_travel(said: _Said) -> bool:
    """Return whether a traveler asks what may be in the luggage ("can I bring back cheese from France")."""
    if said.known & _IN_TRADE or not said.known & _BRINGS or not said.known & _TRAVELERS:
        return False
    travels = bool(said.known & _TRAVELS) or said.has(*_INTO)
    return travels or ("from" in said.known and bool(said.known & COUNTRIES))


def _is_port(said: _Said) -> bool:
    return bool(said.known & _HOURS and said.known & _TIMES and said.known & _PLACES)


def _is_errand(said: _Said) -> bool:
    start = next((place for place, word in enumerate(said.words) if word not in _POLITE), 0)
    first, second = [*said.words[start : start + 2], "", ""][:2]
    is_verb = (first not in _NOUNS or second in _OBJECTS) and not (first == "remind" and _asks_again(said.words[start + 1 :]))
    asked = is_verb and (first in _CREATE or (first in _DO and bool(said.known & _FIRST_PERSON)))
    is_of_the_bot = " ".join(said.words[-2:]) in _OF_THE_BOT
    parts = [words(clause) for clause in clauses(said.query[:MAX_QUESTION])]
    dictated = any(part[:1] and part[0] in _DICTATES and "that" in part[1:_MAX_BEFORE_THAT] for part in parts)
    later = (part[:2] for part in parts[1:])  # "my broker made a mistake, draft me a letter"
    asked_later = any(opening and opening[0] in _CREATE and opening[-1] in _OBJECTS for opening in later)
    return asked or asked_later or dictated or (first, second) == ("act", "as") or is_of_the_bot


def _asks_again(after: list[str]) -> bool:
    """Return whether "remind me" only opens a question ("remind me how many there are"); "remind me when" asks for a reminder."""
    first = next((word for word in after if word not in _AGAIN), "")
    return first in _ASKING - {"when", "where"}


_KINDS = {
    "abroad": _is_abroad,
    "rate": _is_rate,
    "classification": _is_classification,
    "recommendation": _is_recommendation,
    "advice": _is_advice,
    "person": _is_person,
    "port": _is_port,
    "travel": _is_travel,
    "errand": _is_errand,
}
