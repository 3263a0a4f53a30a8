"""What a platform adds to an answer that only the asker sees."""

from dataclasses import replace

from handlers.cards import MOST_BUTTONS
from handlers.reply import Button, Buttons, Reply

SHARE = "share "
"""What a "Share in channel" button carries in front of the command that it shares."""


def offered(reply: Reply, command: str) -> Reply:
    """With "Share in channel" as the first button, where sharing makes sense."""
    if not reply.shareable or reply.public:
        return reply
    share = Button("Share in channel", f"{SHARE}{command}")
    blocks = list(reply.blocks)
    for place, block in enumerate(blocks):
        if isinstance(block, Buttons) and len(block.buttons) < MOST_BUTTONS:
            blocks[place] = Buttons((share, *block.buttons))
            return replace(reply, blocks=tuple(blocks))
    # before the small print at the end
    return replace(reply, blocks=(*blocks[:-1], Buttons((share,)), *blocks[-1:]))
