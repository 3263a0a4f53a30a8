"""An ordinary edit of the shipped content, as staff make it: one more entry of everything, an owner, a date of review."""

_NEW = {
    "glossary.yaml": """
  zzz-new-term:
    term: "ZZZ"
    definition:
      text: "A word that the trade began to use."
      source: "https://www.cbp.gov/trade"
      read: "2026-11"
      review_by: "2027-05"
    see:
      - pti:revenue
""",
    "resources.yaml": """
  new-page:
    title: "A New Page of CBP"
    url: https://www.cbp.gov/trade/new-page
    state: current
    summary:
      text: "A page that CBP opened."
      source: "https://www.cbp.gov/trade/new-page"
      read: "2026-11"
""",
    "feeds.yaml": """
  new-feed:
    name: "A new feed"
    sources:
      - kind: rss
        url: https://www.cbp.gov/rss/new-feed
    every: 2h
    publishes: all
    may_be_empty: true
""",
    "elsewhere.yaml": """
  new-subject:
    name: "Ferry timetables"
    answer:
      text: "This bot does not know the timetables of ferries. Ask the ferry line."
      source: "https://www.cbp.gov/travel"
      read: "2026-11"
    link:
      title: "Travel on CBP.gov"
      url: https://www.cbp.gov/travel
    phrases:
      - ferry timetable*
    means:
      - "Where do I find the ferry timetable?"
""",
    "wording.yaml": """
  applause:
    answer: "Thank you."
    phrases:
      - bravo
""",
}
"""File -> an entry for its end."""

_TOPIC = """  new-topic:
    name: "Vessel repair"
    summary:
      text: "Updates on repairs of vessels abroad."
      source: "https://www.cbp.gov/trade"
      read: "2026-11"
    rules:
      - phrases:
          - vessel repair*
        title_only: true

"""

_QUESTION = """    questions:
      - q: "Is this a question that staff added today?"
        a: "Yes, it is."
        source: "https://www.cbp.gov/trade"
        read: "2026-11"
"""

_CONTACT = """    contacts:
      - value: "new-desk@cbp.dhs.gov"
        for: "a new desk, for staff only"
        audience: internal
        source: "https://www.cbp.gov/trade"
        read: "2026-11"
"""


def edit(files: dict[str, str]) -> dict[str, str]:
    """Return the files with one more of everything. Raises ValueError if a place is not found."""
    edited = {name: text.rstrip("\n") + "\n" + _NEW.get(name, "") for name, text in files.items()}
    edited["topics.yaml"] = _before(edited["topics.yaml"], "  other:\n", _TOPIC)
    ptis = _replace(edited["ptis.yaml"], "    questions:\n", _QUESTION)
    ptis = _replace(ptis, "    contacts:\n", _CONTACT)
    edited["ptis.yaml"] = _replace(ptis, "    synonyms:\n", "    synonyms:\n      - garments of sugar\n      - revenue\n")
    edited["roles.yaml"] = _replace(edited["roles.yaml"], "    skills:\n", '    skills:\n      - "Learns a new system quickly."\n')
    edited["wording.yaml"] = _replace(edited["wording.yaml"], "  synonyms:\n", "  synonyms:\n    - ferry, ferryboat\n")
    return {name: _owned(text) for name, text in edited.items()}


def _owned(text: str) -> str:
    """Put an owner after the notes at the top."""
    notes, gap, rest = text.partition("\n\n")
    return f'{notes}{gap}owner: "Trade outreach"\n\n{rest}'


def _before(text: str, line: str, added: str) -> str:
    at = text.index(f"\n{line}") + 1
    return text[:at] + added + text[at:]


def _replace(text: str, line: str, added: str) -> str:
    at = text.index(line)
    return text[:at] + added + text[at + len(line) :]
