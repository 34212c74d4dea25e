# SPDX-License-Identifier: GPL-2.0
"""Pictures: what a guest's ivgpu-show should have on its screen, and what a screendump has."""

import struct
import zlib

CURSOR, CURSOR_SIZE = (100, 60), 64
SPRITE, SPRITE_SIZE, SPRITE_SEED = (200, 300), (128, 64), 77


def pattern(x, y, seed):
    """A pixel; tools/guest/ivgpu-show.c has the same."""
    return ((x + seed) & 255, (y * 3 + seed) & 255, ((x ^ y) + seed) & 255)


def plain(seed):
    """The whole screen in one pattern."""
    return lambda x, y: pattern(x, y, seed)


def rgb565(seed):
    """The same with what is left of it in 16 bits."""
    def pixel(x, y):
        r, g, b = pattern(x, y, seed)
        return (r & 0xf8 | r >> 5, g & 0xfc | g >> 6, b & 0xf8 | b >> 5)
    return pixel


def inside(x, y, where, size):
    """Whether a pixel lies in a rectangle."""
    return where[0] <= x < where[0] + size[0] and where[1] <= y < where[1] + size[1]


def cursor(seed):
    """Half-red over the pattern where the cursor is."""
    def pixel(x, y):
        below = pattern(x, y, seed)
        if not inside(x, y, CURSOR, (CURSOR_SIZE, CURSOR_SIZE)):
            return below
        kept = [(c * 127 + 127) // 255 for c in below]
        return (min(kept[0] + 128, 255), kept[1], kept[2])
    return pixel


# Counter-clockwise, as DRM counts: the pixel of the sprite that is seen at a place.
ROTATED = {
    0: lambda x, y: (x, y),
    90: lambda x, y: (SPRITE_SIZE[0] - 1 - y, x),
    180: lambda x, y: (SPRITE_SIZE[0] - 1 - x, SPRITE_SIZE[1] - 1 - y),
    270: lambda x, y: (y, SPRITE_SIZE[1] - 1 - x),
}


def sprite(seed, times=1, degrees=0, convert=lambda pixel: pixel):
    """Another pattern where the sprite is: so many times as large, rotated, its pixels converted."""
    size = [n * times for n in (SPRITE_SIZE if degrees % 180 == 0 else SPRITE_SIZE[::-1])]

    def pixel(x, y):
        if not inside(x, y, SPRITE, size):
            return pattern(x, y, seed)
        x, y = ROTATED[degrees]((x - SPRITE[0]) // times, (y - SPRITE[1]) // times)
        return convert(pattern(x, y, SPRITE_SEED))
    return pixel


def from_yuv(pixel):
    """ITU-R BT.709 (i915's default), limited range, in 65536ths as the module has it (display/pixels.c)."""
    luma, u, v = (pixel[0] - 16) * 76309 + 32768, pixel[1] - 128, pixel[2] - 128
    return tuple(min(max(c >> 16, 0), 255) for c in (
        luma + 117489 * v, luma - 13975 * u - 34925 * v, luma + 138438 * u))


# By the name that ivgpu-show gives to a picture.
EXPECTED = {
    "linear": plain(1), "x": plain(2), "y": plain(3), "yf": plain(6), "rgb565": rgb565(4), "xbgr": plain(5),
    "cursor": cursor(0), "sprite": sprite(0), "scaled": sprite(0, times=2),
    "turned": sprite(0, degrees=180), "left": sprite(0, degrees=90),
    "right": sprite(0, degrees=270), "yuv": sprite(0, convert=from_yuv),
    "vnc": plain(60), "spice": plain(61),
    "unseen": plain(50), "static": plain(50), "flips": plain(90),
}


def read_ppm(path):
    """(width, height, bytes) of a binary PPM with 8 bits per colour."""
    with open(path, "rb") as stream:
        data = stream.read()
    fields, at = [], 0
    while len(fields) < 4:
        end = at
        while data[end:end + 1] not in (b" ", b"\n"):
            end += 1
        fields.append(data[at:end])
        at = end + 1
    if fields[0] != b"P6" or fields[3] != b"255":
        raise ValueError("%s is not a PPM of 8 bits" % path)
    return int(fields[1]), int(fields[2]), data[at:]


def compare(path, expected, size):
    """None when all pixels are right, else what is wrong."""
    width, height, data = read_ppm(path)
    if (width, height) != size:
        return "%dx%d, not %dx%d" % (width, height, size[0], size[1])
    wrong, first = 0, None
    for y in range(height):
        row = bytes(c for x in range(width) for c in expected(x, y))
        own = data[3 * width * y:3 * width * (y + 1)]
        if row == own:
            continue
        for x in range(width):
            if row[3 * x:3 * x + 3] != own[3 * x:3 * x + 3]:
                wrong += 1
                first = first or "at %d, %d: %s, not %s" % (
                    x, y, own[3 * x:3 * x + 3].hex(), row[3 * x:3 * x + 3].hex())
    return "%d pixels are wrong, the first %s" % (wrong, first) if wrong else None


def write_png(path, width, height, data):
    """RGB bytes as a PNG."""
    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body
                + struct.pack(">I", zlib.crc32(kind + body)))
    rows = b"".join(b"\0" + data[3 * width * y:3 * width * (y + 1)] for y in range(height))
    with open(path, "wb") as stream:
        stream.write(b"\x89PNG\r\n\x1a\n"
                     + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
