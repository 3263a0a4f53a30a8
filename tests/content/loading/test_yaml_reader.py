"""The YAML that is accepted, and the problems that hostile or careless YAML causes."""

import time

import pytest

from content.loading.yaml_reader import MAX_EVENTS, MAX_LEVELS, Tree, parse


def data(text: str) -> object:
    tree, problems = parse("x.yaml", text)
    assert problems == ()
    assert tree is not None
    return tree.data


def problems(text: str) -> list[str]:
    return [str(problem) for problem in parse("x.yaml", text)[1]]


def tree(text: str) -> Tree:
    found = parse("x.yaml", text)[0]
    assert found is not None
    return found


def test_scalars_stay_text_whatever_they_look_like() -> None:
    assert data("a: NO\nb: 2024\nc: 2026-02-06\nd: ~\ne: 0x1F\nf: 1_000\ng: null\nh:\n") == {
        "a": "NO",
        "b": "2024",
        "c": "2026-02-06",
        "d": "~",
        "e": "0x1F",
        "f": "1_000",
        "g": "null",
        "h": "",
    }


def test_folded_text_is_one_line() -> None:
    assert data("a: >\n  one\n  two\n\n  three\nb: |\n  x\n  y\n") == {"a": "one two three", "b": "x y"}


def test_keys_and_values_have_their_line_and_column() -> None:
    found = tree("# head\nptis:\n  revenue:\n    links:\n      - url: x\n        title: é ü\n      - url: y\n")
    assert found.key_mark(("ptis", "revenue")) == (3, 3)
    assert found.value_mark(("ptis", "revenue", "links", 1, "url")) == (7, 14)
    assert found.key_mark(("ptis", "revenue", "links", 0, "title")) == (6, 9)
    assert found.key_mark(("ptis", "revenue", "links", 0, "nothing", "here")) == (5, 9)


def test_a_duplicate_key_is_refused_and_the_line_of_the_first_is_given() -> None:
    assert problems("a: 1\nb: 2\na: 3\n") == ["x.yaml:3:1: a: appears here a second time; the first is on line 1"]


def test_every_anchor_alias_and_tag_is_refused_at_once() -> None:
    found = problems("a: &x 1\nb: *x\nc: !!python/object:os.system ls\nd: [&y 2, *y]\n")
    assert [line.split(":", 3)[1:3] for line in found] == [["1", "4"], ["2", "4"], ["3", "4"], ["4", "5"], ["4", "11"]]
    for line, letter in zip(found, "&*!", strict=False):
        assert line.endswith(f"put quotes around a text that begins with {letter}")


def test_a_merge_bomb_is_refused_before_it_costs_anything() -> None:
    bomb = "a0: &a0 {x: y}\n" + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 9))
    began = time.process_time()
    assert any("begins with &" in line for line in problems(bomb))
    assert time.process_time() - began < 1


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 60_000, "- " * 100_000, "? " * 100_000])
def test_deep_nesting_is_refused(text: str) -> None:
    assert problems(text)[-1].endswith(f"nested deeper than {MAX_LEVELS} levels") or "key must be plain" in problems(text)[-1]


def test_twenty_levels_are_accepted() -> None:
    assert problems("[" * MAX_LEVELS + "]" * MAX_LEVELS) == []


def test_too_many_events_are_refused() -> None:
    assert "more than 50,000 parts" in problems("- a\n" * (MAX_EVENTS + 1))[0]


def test_a_file_that_is_too_large_is_not_parsed() -> None:
    assert problems("a: " + "é" * 200_000) == ["x.yaml:1:1: the file is larger than 256 KB: split or shorten it"]


ALIGN = "lines that belong together start in the same column"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a:\n  b: x\n    c: y\n", f"3:6: Line 3 begins further right than line 2: {ALIGN}"),
        ("a:\n  - b: x\n\n\n      c: y\n", f"5:8: Line 5 begins further right than line 2: {ALIGN}"),
        ('a:\n  - b: "x"\n      c: y\n', f"3:7: Line 3 begins further right than line 2: {ALIGN}"),
        ("a:\n    b: 1\n   c: 2\n", f"3:4: Line 3 begins further left than line 2, but not where a line above it begins: {ALIGN}"),
        (
            "a:\n  - b: 1\n    c: 2\nd:\n  e:\n     f: 3\n    g: 4\n",
            f"7:5: Line 7 begins further left than line 6, but not where a line above it begins: {ALIGN}",
        ),
        (" a: 1\nb: 2\n", f"2:1: Line 2 begins further left than line 1, but not where a line above it begins: {ALIGN}"),
        ("a:\n  - x\n  b: y\n", "3:3: Line 3 must begin with a dash, as line 2 does, or further right"),
        ("a:\n  b: 1\n  no colon\n  c: 1\n", "3:3: Line 3 is neither a field, such as 'name: value', nor an entry that begins with a dash"),
        ("a:\n  b:1\n  c: 2\n", "3:4: Line 2 needs a space after the colon"),
        ("a: Note: this\n", "1:8: put quotes around a text that contains ': '"),
        ("a:\n\tb: 1\n", "2:1: indent with spaces, not with tabs"),
        ("a:\n  b: 1\n\tc: 1\n", "3:1: indent with spaces, not with tabs"),
        ('a:\n  - "open\n', "2:5: the quotation mark here is never closed"),
        ('a:\n  b: "open\n  c: "x"\n', "2:6: the quotation mark here is never closed"),
        ('a: "b "c" d"\n', '1:8: the text ended at the quotation mark before this: inside a text, write \\" for a quotation mark'),
        ("a: 'it's'\n", "1:8: the text ended at the quotation mark before this: use double quotes around a text with an apostrophe"),
        ("a: @here\n", "1:4: put quotes around a text that begins with @"),
        ("a: [x\nb: 1\n", "1:4: put quotes around a text that begins with [ or {"),
        ("a: {b}} c\n", "1:7: put quotes around this text"),
        ("a: - b\n", "1:4: put quotes around a text that begins with a dash; a list begins on a line of its own"),
        ("a: > 5 days\n", "1:6: put quotes around a text that begins with > or |"),
        ('a: "C:\\q"\n', "1:7: write a backslash twice (\\\\) in a text in double quotes"),
    ],
)
@pytest.mark.parametrize("parser", ["CSafeLoader", "SafeLoader"])
def test_a_mistake_of_form_is_told_without_the_parsers_words(text: str, problem: str, parser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if parser == "SafeLoader":
        monkeypatch.delattr("yaml.CSafeLoader")
    (found,) = problems(text)
    assert found.partition(": ")[2] == problem.partition(": ")[2]
    assert parser == "SafeLoader" or found == f"x.yaml:{problem}"


@pytest.mark.parametrize(
    ("line", "place", "rest"),
    [
        ("text: CBP Form 7501 # 2 is due", "1:21", "“# 2 is due”"),
        ("text: Fühler # a note of more than twenty letters", "1:14", "“# a note of more th…”"),
        ("text:\n  - one # two", "2:9", "“# two”"),
        ("text: over\n  two lines # and more", "2:13", "“# and more”"),
    ],
)
def test_a_text_that_a_number_sign_cuts_off_is_an_error(line: str, place: str, rest: str) -> None:
    (found,) = problems(f"{line}\nnext: 1\n")
    assert found.startswith(f"x.yaml:{place}: ")
    assert f"text: everything from {rest} on is left out: put quotes around a text with #" in found


def test_notes_of_their_own_and_behind_quoted_texts_are_no_error() -> None:
    assert data('# note\na: "b # c" # note\nd: # note\n  - e#f\n  # note\n  - "g"\n') == {"a": "b # c", "d": ["e#f", "g"]}


def test_invisible_and_direction_turning_characters_are_each_reported() -> None:
    found = problems('a: x\u202ey\nb: "\\u2066z"\nc: zero\u200bwidth\n')
    assert [line.split(": ")[0] for line in found] == ["x.yaml:1:5", "x.yaml:3:8", "x.yaml:2:4"]
    assert "U+202E" in found[0]


def test_a_second_document_an_empty_file_and_odd_keys_are_refused() -> None:
    assert "second document" in problems("a: 1\n---\nb: 2\n")[0]
    assert problems("# only a comment\n") == ["x.yaml:1:1: the file is empty"]
    assert "key must be plain text" in problems("? [a, b]\n: c\n")[0]


def test_windows_line_endings_and_an_end_marker_are_accepted() -> None:
    assert data("---\r\na: 1\r\nb:\r\n  - 2\r\n...\r\n") == {"a": "1", "b": ["2"]}


_LIST = "facts:\n  - text: one\n    read: 2026\n  - text: two\n    read: 2026\n  - text: three\n    read: 2026\n"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  - text: one", "    text: one", "2:5: Line 2 must begin with a dash, as line 4 does"),
        ("  - text: two", "    text: two", "4:5: facts: Line 4 must begin with a dash, as line 2 does: 'text' stands there already"),
        ("  - text: one", "  -text: one", "2:3: Line 2 needs a space after the dash"),
        ("  - text: two", "  -text: two", "4:3: Line 4 needs a space after the dash"),
        (
            "one",
            r'"C:\full"',
            "2:11: 1st fact, text: \\f does not stand for itself: write a backslash twice (\\\\) in a text in double quotes",
        ),
        (
            "one",
            r'"C:\new"',
            "2:11: 1st fact, text: \\n does not stand for itself: write a backslash twice (\\\\) in a text in double quotes",
        ),
        ("one", "!important", "2:11: 1st fact, text: put quotes around a text that begins with !"),
        ("  - text: one", "\xa0 - text: one", "2:1: this space is a special one (U+00A0): delete it and type an ordinary space"),
        ("- text: one", "-\xa0text: one", "2:4: this space is a special one (U+00A0): delete it and type an ordinary space"),
        ("text: one", "text:\xa0one", "2:10: this space is a special one (U+00A0): delete it and type an ordinary space"),
    ],
)
def test_what_editors_get_wrong_is_named_where_it_is(old: str, new: str, problem: str) -> None:
    assert old in _LIST
    assert problems(_LIST.replace(old, new, 1)) == [f"x.yaml:{problem}"]


def test_an_entry_of_a_list_that_is_indented_differently_is_not_read_as_a_part_of_the_one_above() -> None:
    align = "lines that belong together start in the same column"
    assert problems("roles:\n  - one\n    - two\n") == [
        f"x.yaml:3:5: roles: Line 3 begins further right than line 2, so both would be one text: {align}"
    ]
    assert problems("a:\n  roles:\n    - one\n  - two\n") == [f"x.yaml:4:3: Line 4 begins further left than line 3: {align}"]
    assert data("a: one\n  and - two\n") == {"a": "one and - two"}


def test_marks_of_a_merge_conflict_are_named_alone() -> None:
    (found,) = problems("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> main\n")
    assert found.startswith("x.yaml:2:1: <<<<<<< is where git put two versions of the same lines: keep one")


def test_a_special_space_within_a_text_is_no_mistake() -> None:
    assert data("a: one\xa0two\nb: 'x\xa0y'\n") == {"a": "one two", "b": "x y"}
