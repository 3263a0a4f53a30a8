"""Items of the content are named as staff name them."""

import pytest

from content.loading.item_names import MAX_NAME, count, name_path, ordinal

DATA = {
    "ptis": {"revenue": {"name": "Revenue", "facts": [{}, {}, {"source": "x"}], "summary": {"text": ""}}, "ipr": {"name": ["x"]}},
    "office": {"name": "Office of Trade", "mission": [{}]},
    "terms": {"wro": {"term": "WRO", "see": ["a"]}},
    "topics": {"x": {"name": "Tariffs", "rules": [{"unless": ["a"]}]}, "long": {"name": "n" * 500}},
}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ((), ""),
        (("ptis",), "ptis"),
        (("ptis", "revenue"), "Revenue"),
        (("ptis", "revenue", "facts", 2, "source"), "Revenue, 3rd fact, source"),
        (("ptis", "revenue", "summary", "text"), "Revenue, summary, text"),
        (("ptis", "revenue", "sorce"), "Revenue, sorce"),
        (("ptis", "ipr", "name"), "ipr, name"),
        (("ptis", "absent", "facts", 0), "absent, 1st fact"),
        (("office", "mission", 0), "Office of Trade, 1st mission statement"),
        (("terms", "wro", "see", 0), "WRO, 1st reference"),
        (("topics", "x", "rules", 0, "unless", 10), "Tariffs, 1st rule, 11th exception"),
        (("topics", "long", "rules", 0), "n" * MAX_NAME + ", 1st rule"),
        (("a", 1), "2nd a"),
        ((0,), "1st entry"),
    ],
)
def test_a_place_is_named_by_its_item(path: tuple[str | int, ...], words: str) -> None:
    assert name_path(path, DATA) == words


@pytest.mark.parametrize("data", [None, "text", [], {"ptis": 1}, {"ptis": {"revenue": []}}])
def test_data_of_any_shape_is_named(data: object) -> None:
    assert name_path(("ptis", "revenue", "facts", 0), data) == "revenue, 1st fact"


def test_numbers_and_nouns() -> None:
    assert " ".join(map(ordinal, (1, 2, 3, 4, 11, 12, 13, 21, 101, 111))) == "1st 2nd 3rd 4th 11th 12th 13th 21st 101st 111th"
    assert (count("authority", 2), count("stats", 1), count("facts", 2)) == ("authorities", "figure", "facts")
