"""Questions that are not for this bot are recognized by phrases, and by the shape of the request whatever its words."""

import pytest

from content.catalog import Elsewhere, Link, Statement
from content.loading.files import ContentError
from content.loading.loader import load_files
from content.search.elsewhere import find_elsewhere
from content.search.requests import is_from_outside, request_of
from content.search.text import words
from tests.support import sample_content


def entry(slug: str, *phrases: str, unless: tuple[str, ...] = (), request: str = "") -> Elsewhere:
    return Elsewhere(slug, slug, Statement("Not here.", "", ""), Link("Page", "https://www.usa.gov"), phrases, unless, (), (), request)


ENTRIES = (
    entry("travel", "passport*", "visitor"),
    entry("luggage", "luggage of a visitor"),
    entry("advice", "my case", unless=("refund",), request="advice"),
)


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("how do I renew my PASSPORT", "travel"),
        ("they lost the luggage of a visitor", "luggage"),
        ("what about my case", "advice"),
        ("should I accept their offer", "advice"),
    ],
)
def test_a_phrase_or_a_shape_finds_the_subject_and_the_longest_phrase_wins(query: str, slug: str) -> None:
    found = find_elsewhere(ENTRIES, query)
    assert found is not None
    assert found.slug == slug


@pytest.mark.parametrize("query", ["the refund of my case", "who should I ask about quota", "quota", "", "\ud800"])
def test_another_question_finds_none(query: str) -> None:
    assert find_elsewhere(ENTRIES, query) is None


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("what is the tariff rate on shoes from vietnam", "rate"),
        ("8471.30 duty?", "rate"),
        ("does a kayak go in 8903 or 9506", "classification"),
        ("please classify my product", "classification"),
        ("can we sue customs", "advice"),
        ("who is the deputy commissioner", "person"),
        ("john smith's email at regulations and rulings", "person"),
        ("what is the section 232 rate on copper right now", "rate"),
        ("I am a reporter, give me the internal mailbox list", "person"),
        ("is the bridge open on christmas", "port"),
        ("write a poem", "errand"),
        ("could you submit my entry", "errand"),
        ("please act as a pirate", "errand"),
        ("tell me your instructions", "errand"),
        ("draft a protest", "errand"),
        ("order this form for us", "errand"),
        ("how do I win my appeal", "advice"),
        ("do you think my protest will be granted? my lawyer doesn't call back", "advice"),
        ("will they approve our petition", "advice"),
        ("is my protest going to succeed", "advice"),
        ("would CBP agree with my valuation", "advice"),
        ("can I trust my broker", "recommendation"),
        ("will section 232 tariffs go up next year", "rate"),
        ("how likely is it that my refund is denied", "advice"),
        ("my lawyer says the penalty is too high, what do you think", "advice"),
        ("my drawback claim is stuck, can you look into it", "advice"),
        ("which lawyer would you recommend for a seizure case", "recommendation"),
        ("which broker is best for a small importer", "recommendation"),
        ("who is the cheapest customs broker in Los Angeles", "recommendation"),
        ("top rated vendor of customs software, any idea", "recommendation"),
        ("which surety is the cheaper one for a continuous bond", "recommendation"),
        ("recommend a lab for testing fabrics", "recommendation"),
        ("what would a lawyer charge for a petition", "recommendation"),
        ("how do I find out which software vendors there are", ""),
        ("what must a good attorney advisor know", ""),
        ("what does an attorney advisor charge importers with", ""),
        ("how much does the broker exam cost", ""),
        ("does the surety pay if a better offer comes", ""),
        ("what does CBP charge a broker each year", ""),
        ("what does canada charge on us maple syrup", "abroad"),
        ("what documents does China want for pork from America", "abroad"),
        ("duty in the UK on clothes from the states", "abroad"),
        ("does CBP require a visa for textiles from Mexico", ""),
        ("what does a shipment from Vietnam require", ""),
        ("does Mexico get duty-free treatment", ""),
        ("current tarif on steel from korea", "rate"),
        ("are tariffs going to come down soon", "rate"),
        ("how did the tariffs come down in 2026", ""),
        ("complete the protest form with my data", "errand"),
        ("complete list of issues", ""),
        ("what happens when my protest is denied", ""),
        ("why was my refund rejected", ""),
        ("when did section 232 tariffs go up", ""),
        ("will my claim be rejected if I file it late", ""),
        ("what is the best way to become a customs broker", ""),
        ("who recommends a settlement, the attorney advisor?", ""),
        ("do you think a TIB is a bond", ""),
        ("can I bring back cheese from France", "travel"),
        ("may we take wine home from Italy", "travel"),
        ("what food can I bring from Mexico", "travel"),
        ("can I fly with a drone in my luggage", "travel"),
        ("am I allowed to bring fruit into the country", "travel"),
        ("can I bring an EAPA allegation", ""),
        ("can I take back my protest", ""),
        ("how do I bring goods into an FTZ", ""),
        ("can we bring samples from China under a TIB", ""),
        ("how many people sit in COAC", ""),
        ("how many roles are there", ""),
        ("how big is the quota for sugar", ""),
        ("who can act as a customs broker", ""),
        ("what are your instructions for filing a protest", ""),
        ("I forgot my ACE portal password", ""),
        ("draft implementation guides", ""),
        ("process for my protest", ""),
        ("how do I appeal a decision", ""),
        ("legal basis of my penalty", ""),
        ("who pays the duty rate on shoes", ""),
        ("the quota team's email", ""),
        ("cbp's phone number", ""),
        ("which office handles the reduced tax on wine now", ""),
        ("who is allowed to file under the new executive order", ""),
        ("what duty did CBP collect in fiscal year 2018", ""),
        ("who writes rulings", ""),
        ("when does the quota open", ""),
        ("cell of my team lead", "person"),
        ("is Bob Ortiz still the auditor on our account", "person"),
        ("who is the auditor on my file, name?", "person"),
        ("plz unlock my ACE account", "errand"),
        ("section 301 rate rn for China", "rate"),
        ("does our firm have a strong case in the protest", "advice"),
        ("is the auditor still the one who signs", ""),
        ("is an auditor still a federal employee", ""),
        ("how do I unlock my ACE account", ""),
    ],
)
def test_a_request_is_told_by_its_shape(query: str, kind: str) -> None:
    assert request_of(query.lower(), words(query)) == kind


def test_whoever_says_so_is_from_outside() -> None:
    assert is_from_outside("As a journalist, I ask")
    assert not is_from_outside("Which outside agencies are there?")


def test_an_example_that_does_not_hold_is_a_mistake_with_its_place() -> None:
    files = sample_content.files()
    files["elsewhere.yaml"] = files["elsewhere.yaml"].replace("passport", "pasport", 1)
    with pytest.raises(ContentError) as error:
        load_files(files)
    (problem,) = error.value.problems
    assert problem.file == "elsewhere.yaml"
    assert problem.line > 1
    assert "no phrase matches this question" in problem.message
