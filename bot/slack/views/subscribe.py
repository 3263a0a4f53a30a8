"""The modal that subscribes a channel or changes a subscription. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.slack.incoming import PLATFORM
from bot.slack.text import Json
from bot.slack.views.fields import channel_field, draw_field, preview_button
from bot.slack.views.view import ViewState, field_value, modal, plain_blocks
from content.catalog import Catalog
from handlers.forms import subscription
from handlers.forms.subscription import CADENCE_LABELS, CSMS, Form
from handlers.replies import entries
from handlers.replies.cards import separated_line
from handlers.replies.reply import Block, Bullets, Section, SmallPrint, Span, line
from handlers.subscriptions import wording
from jobs.matching import matches
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry
from jobs.models.subscriptions import SubscriptionSpec
from jobs.states import CadenceKind

NAME, CHANNEL = "subscribe", "channel"

MAX_TITLES = 3
"""Maximum titles in the preview."""


def read_form(view: ViewState) -> Form:
    """Read the form. A field that is not shown keeps its value in the private metadata."""
    data = view.data

    def word(name: str) -> str:
        return str(data.get(name) or "")

    chosen = field_value(view.values, CHANNEL)
    channel = ChannelRef(PLATFORM, word("workspace"), chosen if isinstance(chosen, str) else word(CHANNEL), word("name"))
    number, when = data.get("subscription"), word("when")
    kept = Form(
        channel,
        word("usual"),
        verb="trade" if data.get("verb") == "trade" else "csms",
        subscription=number if isinstance(number, int) else 0,
        feeds=CSMS,
        when=CadenceKind(when) if when in CADENCE_LABELS else CadenceKind.WEEKDAYS,
        day=int(word("day")) if word("day") in tuple("0123456") else 0,
        at=word("at"),
        zone=word("zone"),
        urgent=data.get("urgent") is True,
        system=data.get("system") is True,
        deadlines=data.get("deadlines") is True,
        home=data.get("home") is True,
    )
    values: dict[str, tuple[str, ...]] = {}
    for name in view.values:
        value = field_value(view.values, name)
        lines = value.splitlines() if isinstance(value, str) and name in ("phrases", "never") else (value,)
        if value is not None:
            values[name] = value if isinstance(value, tuple) else tuple(map(str, lines))
    return subscription.fill(kept, values)


def view(form: Form, catalog: Catalog, preview: tuple[Block, ...]) -> Json:
    shown = subscription.view(form, catalog)
    intro = SmallPrint(tuple(line(words) for words in shown.intro))
    blocks = [
        *plain_blocks((intro,)),
        *((channel_field(CHANNEL, "Channel", form.channel.id),) if subscription.chooses_channel(form) else ()),
        *(draw_field(field) for field in shown.fields if not field.only or form.when in field.only),
        {"type": "actions", "block_id": "again", "elements": [preview_button()]},
        *plain_blocks(preview),
    ]
    return modal(NAME, shown.title, blocks, _metadata(form), shown.submit)


def _metadata(form: Form) -> dict[str, Any]:
    channel = {"workspace": form.channel.workspace, "channel": form.channel.id, "name": form.channel.name[:80]}
    fields = {"usual": form.default_zone, "zone": form.zone, "at": form.at, "day": str(form.day)}
    checks = {"urgent": form.urgent, "system": form.system, "deadlines": form.deadlines, "home": form.home}
    return channel | fields | checks | {"when": form.when, "verb": form.verb, "subscription": form.subscription}


def preview(
    spec: SubscriptionSpec | Mapping[str, str], recent: list[Entry], catalog: Catalog, now: datetime, zone: str
) -> tuple[Block, ...]:
    if not isinstance(spec, SubscriptionSpec):
        return (Section((line(Span("Please check: ", bold=True), next(iter(spec.values()))),)),)
    matching = [entry for entry in recent if matches(spec.filters, PLATFORM, entry) is not None]
    count = wording.match_count(spec.filters, PLATFORM, recent)
    routine = wording.left_out(spec.filters, PLATFORM, recent)
    bullets = tuple(entries.bullet(entry, entries.sent_day(entry, now, zone)) for entry in matching[:MAX_TITLES])
    return (
        Section(
            (
                line(Span(f"{count[:1].upper()}{count[1:]}.", bold=True)),
                *(line(note) for note in (f"{routine}." if routine else "", *spec.notes) if note),
            )
        ),
        *((Bullets(bullets),) if bullets else ()),
        SmallPrint((separated_line(wording.title(spec.filters, catalog)), line(wording.timing(spec, now)))),
    )
