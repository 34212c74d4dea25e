#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""vc1.py FILE: two frames of VC-1's simple profile in an RCV file, for `make record-streams`.

Nothing free packs VC-1. A decoder in hardware is given the headers in its commands and reads the rest by
itself, so headers are all that a driver needs to write them: behind those there are zeros. Form of the file and
order of the fields: SMPTE 421M annexes J and L, as libavformat/vc1test.c and libavcodec/vc1.c read them.
"""

import struct
import sys

WIDTH, HEIGHT = 192, 128
BYTES = 512


class Bits:
    """Fields, first bit first."""

    def __init__(self):
        self.bits = ""

    def put(self, **fields):
        """Each field as (value, bits)."""
        for value, width in fields.values():
            self.bits += format(value, "0%db" % width)

    def bytes(self, size):
        """With zeros behind."""
        bits = self.bits.ljust(8 * size, "0")
        return bytes(int(bits[i:i + 8], 2) for i in range(0, 8 * size, 8))


def sequence():
    """What holds for all frames (STRUCT_C)."""
    bits = Bits()
    bits.put(profile=(0, 4), frame_rate=(7, 3), bit_rate=(31, 5), loop_filter=(0, 1),
             reserved_0=(0, 1), multires=(0, 1), reserved_1=(1, 1), fast_uvmc=(1, 1),
             extended_mv=(0, 1), dquant=(0, 2), vs_transform=(0, 1), reserved_2=(0, 1),
             overlap=(0, 1), sync_marker=(0, 1), range_reduction=(0, 1), b_frames=(0, 3),
             quantizer=(3, 2), interpolated=(0, 1), reserved_3=(1, 1))
    return bits.bytes(4)


def frame(predicted):
    """A frame's header, and zeros."""
    bits = Bits()
    bits.put(number=(0, 2), kind=(int(predicted), 1))
    if predicted:
        # one motion vector each; no block is left out
        bits.put(pquant=(16, 5), mv_mode=(1, 1), invert=(0, 1), raw=(0, 4))
    else:
        bits.put(fullness=(0, 7), pquant=(16, 5))
    return bits.bytes(BYTES)


def main(path):
    """The file."""
    frames = [frame(False), frame(True)]
    with open(path, "wb") as stream:
        stream.write(struct.pack("<HBB", len(frames), 0, 0xc5))
        stream.write(struct.pack("<I", 4) + sequence())
        stream.write(struct.pack("<II", HEIGHT, WIDTH))
        stream.write(struct.pack("<III", 12, 0, 0) + struct.pack("<I", 5))
        for number, data in enumerate(frames):
            stream.write(struct.pack("<II", len(data) | 0x80000000 * (number == 0), 200 * number))
            stream.write(data)


main(sys.argv[1])
