"""Which commands open a form when a button types them. Apart from the form itself, so that drawing a card loads little."""

import re

_OPENS = re.compile(r"/(?:csms|trade) subscribe(?: instead of [0-9]{1,18})?")


def opens_form(command: str) -> bool:
    return _OPENS.fullmatch(command.strip()) is not None
