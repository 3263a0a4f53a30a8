"""What a platform adds to an answer that only the asker sees."""

from dataclasses import replace

from handlers.replies.cards import MAX_BUTTONS
from handlers.replies.reply import Block, Button, Buttons, Reply, SmallPrint

SHARE = "share "
"""What a "Share in channel" button carries in front of the command that it shares."""


def offered(reply: Reply, command: str) -> Reply:
    """With "Share in channel" as the first button, where sharing makes sense."""
    if not reply.shareable or reply.public:
        return reply
    share = Button("Share in channel", f"{SHARE}{command}")
    blocks = list(reply.blocks)
    for place, block in enumerate(blocks):
        if isinstance(block, Buttons) and len(block.buttons) < MAX_BUTTONS:
            blocks[place] = Buttons((share, *block.buttons))
            return replace(reply, blocks=tuple(blocks))
    # before the small print at the end
    return replace(reply, blocks=(*blocks[:-1], Buttons((share,)), *blocks[-1:]))


def with_way_back(reply: Reply, command: str) -> Reply:
    """With the button that shows again what the answer covers: the last of all, and above the small print at the end."""
    end = len(reply.blocks)
    while end and isinstance(reply.blocks[end - 1], SmallPrint):
        end -= 1
    back = Button("Back to the message", command)
    row: Block = reply.blocks[end - 1] if end else Buttons(())
    if isinstance(row, Buttons) and len(row.buttons) < MAX_BUTTONS:
        return replace(reply, blocks=(*reply.blocks[: max(end - 1, 0)], Buttons((*row.buttons, back)), *reply.blocks[end:]))
    return replace(reply, blocks=(*reply.blocks[:end], Buttons((back,)), *reply.blocks[end:]))
