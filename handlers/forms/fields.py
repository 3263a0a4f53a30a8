"""Fields of a form, for each platform to draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    MANY = "many"  #: Any number of the options.
    ONE = "one"  #: One of the options, in a menu.
    RADIO = "radio"  #: One of the options, all of them shown.
    CHECK = "check"  #: Yes or no.
    TIME = "time"  #: A time of day.
    LINES = "lines"  #: Text of several lines.


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """Its value is one string, or for MANY and LINES several. A CHECK is checked if it has a value."""

    kind: FieldKind
    name: str
    title: str
    values: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    hint: str = ""
    """Hint in an empty field, or the text of a CHECK."""
    only: tuple[str, ...] = ()
    """The values of the field "when" with which it counts; () for all."""
    required: bool = False

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


Values = Mapping[str, tuple[str, ...]]
"""Values that people filled in, by the fields' names. A field that was not shown is missing."""


@dataclass(frozen=True, slots=True)
class FormView:
    """A form as it is shown."""

    title: str
    intro: tuple[str, ...]
    fields: tuple[Field, ...]
    submit: str
