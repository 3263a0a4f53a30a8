"""A small, valid set of content: every required slug and little else."""

from textwrap import indent

from content.loading.references import REQUIRED

STATEMENT = """\
text: In our words.
source: https://www.dhs.gov/trade
as_of: 2026-02-06
"""


def _statement(name: str, text: str) -> str:
    return f"{name}:\n" + indent(STATEMENT.replace("In our words.", text), "  ")


def _section(name: str, entries: dict[str, str]) -> str:
    return f"{name}:\n" + "".join(f"  {key}:\n" + indent(body, "    ") for key, body in entries.items())


def _name(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


def _pti(slug: str) -> str:
    return (
        f"name: {_name(slug)}\ncbp_name: {_name(slug)}\nstatute_name: {_name(slug)}\nurl: https://www.cbp.gov/trade/{slug}\n"
        + _statement("summary", f"About {slug}.")
        + f"synonyms:\n  - {slug} questions\n"
    )


def _role(slug: str) -> str:
    return (
        f"name: {_name(slug)}\n"
        + _statement("summary", f"About the {slug}.")
        + f"assignments:\n  - Does the work of the {slug}\nskills:\n  - Writes clearly\nsource: careers page, {slug}\nas_of: 2026\n"
    )


def _resource(slug: str) -> str:
    return f"title: {_name(slug)}\nurl: https://www.cbp.gov/{slug}\nstate: current\n" + _statement("summary", f"A page about {slug}.")


def _topic(slug: str) -> str:
    rules = f"rules:\n  - phrases:\n      - {slug.replace('-', ' ')}\n"
    is_pti = "is_pti: true\n" if slug in REQUIRED["ptis"] else ""
    return f"name: {_name(slug)}\n{is_pti}" + _statement("summary", f"Entries about {slug}.") + rules


_ELSEWHERE = (
    "name: Travel\n"
    + _statement("answer", "This bot does not answer questions about travel.")
    + "link:\n  title: Travel\n  url: https://www.cbp.gov/travel\nphrases:\n  - passport*\n"
    + "means:\n  - How do I renew my passport?\nnot:\n  - Who travels abroad?\n"
)


_WORDING = """\
wording:
  synonyms:
    - ship, vessel, boat
    - refund, money back, get back
  paraphrases:
    - look, search, find
"""

_SMALL_TALK = {
    "greeting": "phrases: [hello, hi]\nopens: true\n",
    "thanks": "phrases: [thanks, thank you]\nanswer: Gladly.\nopens: true\n",
    "help": "phrases: [help, what can you do]\n",
    "more": "phrases: [tell me more]\n",
    "why": "phrases: [why this]\n",
}


def files() -> dict[str, str]:
    """Return the text of each file by its name. Change a copy to make it invalid."""
    office = "name: Office of Trade\nmotto: Facilitate. Enforce. Protect.\nmission:\n  - " + indent(STATEMENT, "    ").lstrip()
    return {
        "office.yaml": "office:\n"
        + indent(office, "  ")
        + _section("centers", {"004": "name: Apparel\ncity: San Francisco\nsource: https://www.dhs.gov/\nas_of: 2013-06-03\n"}),
        "ptis.yaml": _section("ptis", {slug: _pti(slug) for slug in REQUIRED["ptis"]}),
        "roles.yaml": _section("roles", {slug: _role(slug) for slug in REQUIRED["roles"]}),
        "resources.yaml": _section("resources", {slug: _resource(slug) for slug in REQUIRED["resources"]}),
        "glossary.yaml": _section("terms", {"ace": "term: ACE\n" + _statement("definition", "One system.") + "see:\n  - resource:ace\n"}),
        "topics.yaml": _section("topics", {slug: _topic(slug) for slug in (*REQUIRED["ptis"], "ace", "other")}),
        "feeds.yaml": _section(
            "feeds",
            {
                "csms": "name: CSMS\nsources:\n  - kind: rss\n    url: https://public.govdelivery.com/topics/USDHSCBP_136/feed.rss\n"
                "every: 5m\npublishes: csms\n"
            },
        ),
        "elsewhere.yaml": _section("elsewhere", {"travel": _ELSEWHERE}),
        "wording.yaml": _WORDING + _section("small_talk", _SMALL_TALK),
    }


def with_feeds(*slugs: str) -> dict[str, str]:
    """Return the files with more feeds after "csms"."""
    more = "".join(
        f"  {slug}:\n    name: {_name(slug)}\n    sources:\n      - kind: rss\n        url: https://www.cbp.gov/{slug}\n"
        "    every: 1h\n    publishes: all\n"
        for slug in slugs
    )
    return files() | {"feeds.yaml": files()["feeds.yaml"] + more}
