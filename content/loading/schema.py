"""Pydantic models of the YAML. Each makes a dataclass of `content.catalog`; unknown fields are errors."""

from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.fields import FieldInfo

from content import catalog, wording
from content.loading.fields import (
    AsOf,
    ContactValue,
    Every,
    FeedUrl,
    Flag,
    Groups,
    Hostname,
    Many,
    Name,
    Phrase,
    Sayings,
    Slugs,
    Source,
    Status,
    Text,
    Texts,
    Title,
    Titles,
    Url,
    UrlOrNothing,
    Words,
    is_note,
    unique,
)


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, loc_by_alias=True)
    makes: ClassVar[type]


class SourcedPart(Part):
    source: Source
    as_of: AsOf = ""
    read: AsOf = ""

    @model_validator(mode="after")
    def _is_dated(self) -> Self:
        if not self.as_of and not self.read:
            raise ValueError("needs as_of, the date of the source, or, if the source shows no date, read, the month in which you read it")
        if self.as_of and self.read and self.read < self.as_of[: len(self.read)]:
            raise ValueError(f"was read ({self.read}) before the date of its source ({self.as_of}): correct one of them")
        return self

    @model_validator(mode="after")
    def _can_be_looked_up(self) -> Self:
        if is_note(self.source) and getattr(self, "status", "") != "secondary":
            raise ValueError("a team note is no source that people can open: write the official source, or status: secondary")
        return self


class StatementPart(SourcedPart):
    makes = catalog.Statement
    text: Text
    also: Titles = ()
    status: Status = "official"
    review_by: AsOf = ""


class ShownStatementPart(StatementPart):
    """A statement that no card does without."""

    @model_validator(mode="after")
    def _is_shown(self) -> Self:
        if self.status == "secondary":
            raise ValueError("is always shown, so it cannot be secondary: write what an official source says")
        return self


class QuestionPart(SourcedPart):
    makes = catalog.Question
    q: Title
    also: Titles = ()
    a: Text
    status: Status = "official"
    review_by: AsOf = ""


class LinkPart(Part):
    makes = catalog.Link
    title: Title
    url: Url


class ContactPart(SourcedPart):
    makes = catalog.Contact
    value: ContactValue
    purpose: Annotated[Title, Field(alias="for")]
    also: Titles = ()
    audience: Literal["public", "internal"] = "public"
    status: Status = "official"
    review_by: AsOf = ""


class CenterPart(SourcedPart):
    makes = catalog.Center
    name: Name
    city: Name
    also: Titles = ()


class OfficePart(Part):
    makes = catalog.Office
    slug: Literal["office-of-trade"] = "office-of-trade"
    name: Name
    motto: Title
    mission: Many[ShownStatementPart]
    facts: Many[StatementPart] = ()
    questions: Many[QuestionPart] = ()
    links: Many[LinkPart] = ()
    contacts: Many[ContactPart] = ()
    synonyms: Words = ()


class PtiPart(Part):
    makes = catalog.Pti
    name: Name
    cbp_name: Name
    statute_name: Name
    url: Url
    summary: ShownStatementPart
    authority: Many[StatementPart] = ()
    facts: Many[StatementPart] = ()
    stats: Many[StatementPart] = ()
    questions: Many[QuestionPart] = ()
    tools: Texts = ()
    contacts: Many[ContactPart] = ()
    centers: Slugs = ()
    ptis: Slugs = ()
    roles: Slugs = ()
    resources: Slugs = ()
    synonyms: Words = ()


class DutyPart(Part):
    makes = catalog.Duty
    text: Text
    also: Titles = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


def _unlike(duties: tuple[DutyPart, ...]) -> tuple[DutyPart, ...]:
    unique(tuple(duty.text for duty in duties))
    return duties


Duties = Annotated[Many[DutyPart], AfterValidator(_unlike)]


class RolePart(SourcedPart):
    makes = catalog.Role
    name: Name
    summary: ShownStatementPart
    assignments: Duties
    skills: Duties
    facts: Many[StatementPart] = ()
    ptis: Slugs = ()
    resources: Slugs = ()
    synonyms: Words = ()


class ResourcePart(Part):
    makes = catalog.Resource
    title: Title
    url: Url
    state: Literal["current", "moved", "unverified", "archived"]
    summary: StatementPart
    successor: LinkPart | None = None
    note: Annotated[str, StringConstraints(max_length=600)] = ""
    links: Many[LinkPart] = ()
    ptis: Slugs = ()
    roles: Slugs = ()
    synonyms: Words = ()

    @model_validator(mode="after")
    def _says_where_it_moved(self) -> Self:
        if self.state == "moved" and self.successor is None:
            raise ValueError("needs successor, the new address, because state is 'moved'")
        return self


class TermPart(Part):
    makes = catalog.Term
    term: Name
    expansion: Annotated[str, StringConstraints(max_length=150)] = ""
    definition: StatementPart
    link: UrlOrNothing = ""
    aliases: Words = ()
    see: Slugs = ()


class RulePart(Part):
    makes = catalog.Rule
    phrases: Many[Phrase] = ()
    also: Many[Phrase] = ()
    unless: Many[Phrase] = ()
    kinds: Slugs = ()
    topics: Slugs = ()
    unless_topics: Slugs = ()
    title_only: Flag = False
    alone: Flag = False
    because: Annotated[str, StringConstraints(max_length=150)] = ""

    @model_validator(mode="after")
    def _has_a_condition(self) -> Self:
        if not (self.phrases or self.kinds or self.topics):
            raise ValueError("a rule needs phrases, kinds or topics")
        return self


class TopicPart(Part):
    makes = catalog.Topic
    name: Name
    is_pti: Flag = False
    summary: ShownStatementPart
    facts: Many[StatementPart] = ()
    contacts: Many[ContactPart] = ()
    links: Many[LinkPart] = ()
    ptis: Slugs = ()
    synonyms: Words = ()
    rules: Many[RulePart] = ()
    catches: Titles = ()
    ignores: Titles = ()


class SourcePart(Part):
    makes = catalog.Source
    kind: Literal["rss", "drupal", "jsonp", "federal-register", "cross-rulings", "hts-releases"]
    url: FeedUrl


class FeedPart(Part):
    makes = catalog.Feed
    name: Name
    sources: Annotated[Many[SourcePart], Field(min_length=1)]
    every: Every
    publishes: Literal["csms", "account", "all"]
    may_be_empty: Flag = False
    hosts: Many[Hostname] = ()
    by_name_only: Flag = False


class ElsewherePart(Part):
    makes = catalog.Elsewhere
    name: Name
    answer: ShownStatementPart
    link: LinkPart
    phrases: Annotated[Many[Phrase], Field(min_length=1)]
    unless: Many[Phrase] = ()
    means: Annotated[Titles, Field(min_length=1)]
    means_not: Annotated[Titles, Field(alias="not")] = ()
    request: Literal["", "abroad", "rate", "classification", "recommendation", "advice", "person", "port", "travel", "errand"] = ""


class WordingPart(Part):
    makes = dict
    synonyms: Groups = ()
    paraphrases: Groups = ()


class SmallTalkPart(Part):
    makes = wording.SmallTalk
    phrases: Annotated[Sayings, Field(min_length=1)]
    contains: Many[Phrase] = ()
    answer: Annotated[str, StringConstraints(max_length=300)] = ""
    opens: Flag = False


def make(value: Any, **key: str) -> Any:
    """Build a part's dataclass. `key` is an entry's key in the YAML."""
    if isinstance(value, Part):
        values = {name: make(getattr(value, name)) for name in type(value).model_fields}
        if isinstance(value, SourcedPart):
            values["as_of"] = value.as_of or value.read
        return value.makes(**values, **key)
    return tuple(map(make, value)) if isinstance(value, tuple) else value


def part_at(model: type[Part], path: tuple[str | int, ...]) -> type[Part]:
    for step in path:
        if isinstance(step, str):
            model = _part_in(fields(model)[step].annotation) or model
    return model


def fields(model: type[Part]) -> dict[str, FieldInfo]:
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _part_in(annotation: Any) -> type[Part] | None:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next((found for found in map(_part_in, get_args(annotation)) if found), None)


SECTIONS: dict[str, tuple[type[Part], str]] = {
    "office": (OfficePart, ""),
    "centers": (CenterPart, "code"),
    "ptis": (PtiPart, "slug"),
    "roles": (RolePart, "slug"),
    "resources": (ResourcePart, "slug"),
    "terms": (TermPart, "slug"),
    "topics": (TopicPart, "slug"),
    "feeds": (FeedPart, "slug"),
    "elsewhere": (ElsewherePart, "slug"),
    "wording": (WordingPart, ""),
    "small_talk": (SmallTalkPart, "slug"),
}
"""Section -> its model, and the field for an entry's key ("" for `files.SINGLE`)."""
