"""The changes that a reload reports."""

from content.loading.diff import FileChange, ItemChange, compare, describe, missing
from content.loading.loader import load_files
from tests.support.sample_content import files, with_feeds

FACT = "    facts:\n      - text: A fact.\n        source: flyer\n        as_of: 2026\n"


def changes(name: str, old: str, new: str, before: dict[str, str] | None = None) -> tuple[str, ...]:
    texts = before or files()
    assert old in texts[name]
    return describe(load_files(texts), load_files(texts | {name: texts[name].replace(old, new, 1)}))


def with_fact() -> dict[str, str]:
    return files() | {"ptis.yaml": files()["ptis.yaml"] + FACT}


def test_an_added_fact_is_counted_under_its_entry() -> None:
    assert describe(load_files(files()), load_files(with_fact())) == ("ptis.yaml (Textiles: 1 fact added)",)


def test_removed_and_changed_facts_are_distinguished() -> None:
    assert changes("ptis.yaml", FACT, "", with_fact()) == ("ptis.yaml (Textiles: 1 fact removed)",)
    assert changes("ptis.yaml", "A fact.", "Another.", with_fact()) == ("ptis.yaml (Textiles: 1 fact changed)",)


def test_a_changed_field_is_named() -> None:
    assert changes("resources.yaml", "https://www.cbp.gov/rulings", "https://rulings.cbp.gov") == ("resources.yaml (Rulings: url)",)
    assert changes("feeds.yaml", "every: 5m", "every: 10m") == ("feeds.yaml (CSMS: interval)",)
    assert changes("office.yaml", "Facilitate.", "Ease.") == ("office.yaml (Office of Trade: motto)",)


def test_a_changed_text_is_shown_before_and_after() -> None:
    before = load_files(with_fact())
    texts = with_fact()
    texts["ptis.yaml"] = texts["ptis.yaml"].replace("A fact.", "Another.")
    changed = ("A fact.", "Another.")
    assert compare(before, load_files(texts)) == (FileChange("ptis.yaml", (ItemChange("Textiles", "1 fact changed", (changed,)),)),)
    (file,) = compare(before, load_files(files()))
    assert file.items == (ItemChange("Textiles", "1 fact removed", (("A fact. (flyer, as of 2026)", ""),)),)


def test_of_a_changed_statement_only_what_differs_is_shown_beside_its_text() -> None:
    more = with_fact()["ptis.yaml"] + "        also: [Is there a fact?]\n"
    dated = more.replace("2026\n        also: [Is there a fact?]", "2027\n        also: [Is there a fact?, Which one?]")
    (file,) = compare(load_files(files() | {"ptis.yaml": more}), load_files(files() | {"ptis.yaml": dated}))
    assert file.items[0].texts == (("A fact. (as of 2026)", "A fact. (as of 2027, also: Which one?)"),)


def test_added_removed_and_reordered_entries_are_reported() -> None:
    terms = files()["glossary.yaml"]
    more = terms + terms.replace("terms:\n", "").replace("  ace:", "  abi:").replace("ACE", "ABI")
    both = files() | {"glossary.yaml": more}
    assert describe(load_files(files()), load_files(both)) == ("glossary.yaml (ABI added)",)
    assert describe(load_files(both), load_files(files())) == ("glossary.yaml (ABI removed)",)
    turned = files() | {"glossary.yaml": "terms:\n" + more.removeprefix(terms) + terms.removeprefix("terms:\n")}
    assert describe(load_files(both), load_files(turned)) == ("glossary.yaml (terms in a different order)",)


def test_each_file_has_a_line_and_a_long_list_is_cut() -> None:
    texts = files()
    texts["ptis.yaml"] = texts["ptis.yaml"].replace("About", "On")
    texts["roles.yaml"] = texts["roles.yaml"].replace("Writes clearly", "Writes well", 1)
    lines = describe(load_files(files()), load_files(texts))
    assert lines[0].startswith("ptis.yaml (Agriculture quota: summary; Ad cvd: summary; ")
    assert lines[0].endswith("; and 1 more)")
    assert lines[1] == "roles.yaml (Attorney advisor: 1 skill changed)"


def test_comments_and_layout_change_nothing() -> None:
    assert changes("ptis.yaml", "ptis:\n", "# a note\nptis:\n\n") == ()


def test_the_first_revision_counts_everything() -> None:
    assert describe(None, load_files(files()))[:2] == ("office.yaml (the office; 1 Center)", "ptis.yaml (7 PTIs)")


def test_fewer_feeds_are_missing_whichever_they_are() -> None:
    three, old = load_files(with_feeds("account", "pages")), load_files(with_feeds("account", "pages", "register"))
    assert missing(old, three) == ("feeds.yaml (register)",)
    assert missing(old, load_files(with_feeds("pages"))) == ("feeds.yaml (account, register)",)
    assert missing(three, old) == missing(old, old) == ()


def test_a_renamed_feed_is_not_missing() -> None:
    assert missing(load_files(with_feeds("account")), load_files(with_feeds("bulletins"))) == ()


def test_a_list_that_ends_early_is_missing_its_last_entries() -> None:
    texts = files()
    start = texts["topics.yaml"].index("  ace:")
    cut = load_files(texts | {"topics.yaml": texts["topics.yaml"][:start]})
    assert missing(load_files(texts), cut) == ("topics.yaml (ace, other)",)


def test_a_removed_entry_in_the_middle_of_a_list_is_only_a_change() -> None:
    texts = files()
    topics = texts["topics.yaml"]
    removed = topics[: topics.index("  ace:")] + topics[topics.index("  other:") :]
    assert missing(load_files(texts), load_files(texts | {"topics.yaml": removed})) == ()


def test_a_new_owner_is_a_change() -> None:
    texts = files()
    owned = load_files(texts | {"roles.yaml": "owner: Outreach\n" + texts["roles.yaml"]})
    assert describe(load_files(texts), owned) == ("roles.yaml (owner)",)


TOPIC = """  beef:
    name: Beef
    summary:
      text: Messages about beef.
      source: flyer
      read: 2026-11
    synonyms: [beef topic]
    rules:
      - phrases: [beef, tuna]
        unless: [quota]
        title_only: true
"""


def test_a_new_entry_is_shown_in_words_field_by_field() -> None:
    before = files()
    after = before | {"topics.yaml": before["topics.yaml"].replace("topics:\n", f"topics:\n{TOPIC}", 1)}
    (file,) = compare(load_files(before), load_files(after))
    texts = (
        "summary: Messages about beef. (flyer, read 2026-11)",
        "synonyms: beef topic",
        "rule: beef, tuna (unless: quota, title only)",
    )
    assert file.items == (ItemChange("Beef", "added", tuple(("", text) for text in texts)),)
    (file,) = compare(load_files(after), load_files(before))
    assert file.items == (ItemChange("Beef", "removed", tuple((text, "") for text in texts)),)


def test_a_changed_number_or_flag_is_shown_in_words() -> None:
    before = load_files(files())
    texts = files()
    texts["feeds.yaml"] = texts["feeds.yaml"].replace("every: 5m", "every: 10m", 1)
    (file,) = compare(before, load_files(texts))
    assert file.items[0].texts == (("every 300 seconds", "every 600 seconds"),)
    texts = files()
    texts["topics.yaml"] = texts["topics.yaml"].replace("topics:\n", f"topics:\n{TOPIC}", 1)
    flagged = texts | {"topics.yaml": texts["topics.yaml"].replace("title_only: true", "title_only: false")}
    (file,) = compare(load_files(texts), load_files(flagged))
    assert file.items[0].texts == (("beef, tuna (title only)", "beef, tuna"),)


def test_a_change_of_the_wording_is_shown_by_groups_and_sayings() -> None:
    assert changes("wording.yaml", "boat\n", "boat\n    - truck, lorry\n") == ("wording.yaml (wording: 1 synonym added)",)
    assert changes("wording.yaml", "Gladly.", "You are welcome.") == ("wording.yaml (thanks: answer)",)
    texts = files()
    texts["wording.yaml"] = texts["wording.yaml"].replace("vessel, boat", "vessel")
    (file,) = compare(load_files(files()), load_files(texts))
    assert file.items[0].texts == (("ship, vessel, boat", "ship, vessel"),)
    assert "wording.yaml (the wording; 5 sayings)" in describe(None, load_files(files()))
