"""Every statement of a catalog."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from content.catalog import Catalog, Question, Statement


def parts(item: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every dataclass inside this one, with its path."""
    if isinstance(item, tuple):
        for index, value in enumerate(item):
            yield from parts(value, f"{where}[{index}]")
    elif is_dataclass(item):
        yield where, item
        for field in fields(item):
            yield from parts(getattr(item, field.name), f"{where}.{field.name}")


def shown_texts(catalog: Catalog) -> list[str]:
    """Return the texts of all statements and questions that are shown."""
    texts = []
    for _, part in parts(catalog):
        if isinstance(part, Statement) and part.shown:
            texts.append(part.text)
        elif isinstance(part, Question) and part.shown:
            texts.append(f"{part.q} {part.a}")
    return texts
