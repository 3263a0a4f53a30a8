"""The app's icons for a platform's console, drawn here: the T of the playground's icon, and nothing that looks official.

What Teams asks for: https://learn.microsoft.com/microsoftteams/platform/concepts/design/design-teams-app-icon-store-appbar
"""

import math
import struct
import zlib
from collections.abc import Callable

COLOR_SIZE = 192
OUTLINE_SIZE = 32
"""Pixels a side."""

BACKGROUND = (0x16, 0x55, 0x6B)
WHITE = (255, 255, 255)

Shape = Callable[[float, float], float]
"""How far a point is outside, in pixels; inside it is negative."""


def color() -> bytes:
    """A PNG of 192 × 192 without transparency, the T in the middle half: a client cuts the corners as it likes."""
    shape = letter(96, 97, 39, 50, 18)

    def pixel(x: int, y: int) -> bytes:
        part = covered(shape, x, y)
        return bytes(round(back + (white - back) * part) for back, white in zip(BACKGROUND, WHITE, strict=True))

    return png(COLOR_SIZE, 2, pixel)


def outline() -> bytes:
    """A PNG of 32 × 32, white on nothing: the T in a frame."""
    inside, frame = letter(16, 16.5, 6, 11, 2), ring(16, 16, 13, 6, 2)

    def pixel(x: int, y: int) -> bytes:
        return bytes((*WHITE, round(255 * max(covered(inside, x, y), covered(frame, x, y)))))

    return png(OUTLINE_SIZE, 6, pixel)


def letter(x: float, y: float, half: float, height: float, width: float) -> Shape:
    """A T with round ends: `half` of its bar to either side of `x`, the middle of its `height` at `y` (both along the middle of the
    stroke), drawn `width` thick."""
    top, bottom = y - height / 2, y + height / 2
    bar, stem = stroke(x - half, top, x + half, top, width), stroke(x, top, x, bottom, width)
    return lambda px, py: min(bar(px, py), stem(px, py))


def stroke(x1: float, y1: float, x2: float, y2: float, width: float) -> Shape:
    """A line with round ends."""
    dx, dy = x2 - x1, y2 - y1

    def distance(x: float, y: float) -> float:
        along = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)
        along = min(max(along, 0.0), 1.0)
        return math.hypot(x - x1 - along * dx, y - y1 - along * dy) - width / 2

    return distance


def ring(x: float, y: float, half: float, radius: float, width: float) -> Shape:
    """The border of a square with round corners, `half` of a side from its centre to the middle of the stroke."""

    def distance(px: float, py: float) -> float:
        across, down = abs(px - x) - half + radius, abs(py - y) - half + radius
        edge = math.hypot(max(across, 0.0), max(down, 0.0)) + min(max(across, down), 0.0) - radius
        return abs(edge) - width / 2

    return distance


def covered(shape: Shape, x: int, y: int) -> float:
    """How much of a pixel a shape covers, from 0 to 1."""
    return min(max(0.5 - shape(x + 0.5, y + 0.5), 0.0), 1.0)


def png(size: int, kind: int, pixel: Callable[[int, int], bytes]) -> bytes:
    """A square picture as a PNG. `kind`: 2 without, 6 with transparency (https://www.w3.org/TR/png/#11IHDR)."""
    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(size)) for y in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, kind, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
