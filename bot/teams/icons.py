"""Draw the app's icons: the T of the playground's icon, with nothing that looks official.

Teams' requirements: https://learn.microsoft.com/microsoftteams/platform/concepts/design/design-teams-app-icon-store-appbar
"""

import math
import struct
import zlib
from collections.abc import Callable

COLOR_SIZE = 192
OUTLINE_SIZE = 32
"""Pixels per side."""

BACKGROUND = (0x16, 0x55, 0x6B)
WHITE = (255, 255, 255)

Shape = Callable[[float, float], float]
"""A signed distance function: pixels from a point to the shape, negative inside."""


def color() -> bytes:
    """Return an opaque PNG with the T in its middle half: clients crop the corners."""
    shape = letter(96, 97, 39, 50, 18)

    def pixel(x: int, y: int) -> bytes:
        part = coverage(shape, x, y)
        return bytes(round(back + (white - back) * part) for back, white in zip(BACKGROUND, WHITE, strict=True))

    return png(COLOR_SIZE, 2, pixel)


def outline() -> bytes:
    inside, frame = letter(16, 16.5, 6, 11, 2), ring(16, 16, 13, 6, 2)

    def pixel(x: int, y: int) -> bytes:
        return bytes((*WHITE, round(255 * max(coverage(inside, x, y), coverage(frame, x, y)))))

    return png(OUTLINE_SIZE, 6, pixel)


def letter(x: float, y: float, half: float, height: float, width: float) -> Shape:
    """`half` is half the bar's length; `height` is measured along the middle of the stroke."""
    top, bottom = y - height / 2, y + height / 2
    bar, stem = stroke(x - half, top, x + half, top, width), stroke(x, top, x, bottom, width)
    return lambda px, py: min(bar(px, py), stem(px, py))


def stroke(x1: float, y1: float, x2: float, y2: float, width: float) -> Shape:
    dx, dy = x2 - x1, y2 - y1

    def distance(x: float, y: float) -> float:
        along = min(max(((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy), 0.0), 1.0)
        return math.hypot(x - x1 - along * dx, y - y1 - along * dy) - width / 2

    return distance


def ring(x: float, y: float, half: float, radius: float, width: float) -> Shape:
    """Return a rounded square's border; `half` is half a side, to the middle of the stroke."""

    def distance(px: float, py: float) -> float:
        across, down = abs(px - x) - half + radius, abs(py - y) - half + radius
        edge = math.hypot(max(across, 0.0), max(down, 0.0)) + min(max(across, down), 0.0) - radius
        return abs(edge) - width / 2

    return distance


def coverage(shape: Shape, x: int, y: int) -> float:
    """Return the covered share of a pixel, from 0 to 1."""
    return min(max(0.5 - shape(x + 0.5, y + 0.5), 0.0), 1.0)


def png(size: int, kind: int, pixel: Callable[[int, int], bytes]) -> bytes:
    """Return a square PNG. `kind` is 2 for RGB, 6 for RGBA (https://www.w3.org/TR/png/#11IHDR)."""
    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(size)) for y in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, kind, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
