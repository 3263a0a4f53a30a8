"""The icons meet Teams' requirements: sizes, safe area, transparency."""

import re
import struct
import zlib

from bot.teams import icons
from tests.support.paths import ROOT

Pixels = dict[tuple[int, int], tuple[int, ...]]


def read(data: bytes) -> tuple[int, int, Pixels]:
    """(width, height, the pixels by place) of a PNG without filters, with every checksum checked."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    place, chunks = 8, {}
    while place < len(data):
        (length,), name = struct.unpack(">I", data[place : place + 4]), data[place + 4 : place + 8]
        content = data[place + 8 : place + 8 + length]
        (sum_,) = struct.unpack(">I", data[place + 8 + length : place + 12 + length])
        assert sum_ == zlib.crc32(name + content)
        chunks[name] = content
        place += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, depth, kind, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, rest) == (8, [0, 0, 0])
    each = {2: 3, 6: 4}[kind]
    rows, length = zlib.decompress(chunks[b"IDAT"]), width * each + 1
    assert len(rows) == height * length
    assert all(rows[y * length] == 0 for y in range(height))
    places = {(x, y): y * length + 1 + x * each for y in range(height) for x in range(width)}
    return width, height, {where: tuple(rows[at : at + each]) for where, at in places.items()}


def test_the_color_icon_fills_its_square_around_a_centered_letter() -> None:
    width, height, pixels = read(icons.color())
    assert (width, height) == (192, 192)
    drawn = [where for where, pixel in pixels.items() if pixel != icons.BACKGROUND]
    assert {each for where in drawn for each in where} <= set(range(48, 144))
    assert len(drawn) > 1_500
    assert pixels[96, 72] == icons.WHITE


def test_the_color_is_the_playgrounds() -> None:
    svg = (ROOT / "bot/playground/static/icon.svg").read_text()
    assert re.findall(r'fill="(#[0-9a-f]{6})"', svg) == ["#{:02x}{:02x}{:02x}".format(*icons.BACKGROUND)]


def test_the_outline_icon_is_white_on_transparent() -> None:
    width, height, pixels = read(icons.outline())
    assert (width, height) == (32, 32)
    assert {pixel[:3] for pixel in pixels.values()} == {icons.WHITE}
    seen = [where for where, pixel in pixels.items() if pixel[3] == 255]
    assert pixels[0, 0][3] == pixels[8, 24][3] == 0
    assert (16, 11) in seen
    assert 150 < len(seen) < 400


def test_edges_are_smooth_and_the_letter_is_symmetric() -> None:
    for data in (icons.color(), icons.outline()):
        width, _, pixels = read(data)
        assert len(set(pixels.values())) > 5
        assert all(pixel == pixels[width - 1 - x, y] for (x, y), pixel in pixels.items())
