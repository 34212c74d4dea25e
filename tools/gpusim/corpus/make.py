#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Writes the fuzzers' first inputs, each into the folder of its fuzzer, beside this file.

The forms of the inputs are told at the top of fuzz_regs.c, fuzz_ring.c and fuzz_socket.c; addresses
are those of test_util.h.
"""

import os
import struct

HERE = os.path.dirname(os.path.realpath(__file__))
PP_DATA, PP_BATCH = 0x10000, 0x20000
AT_DATA, AT_RING, AT_CONTEXT, AT_CONTEXT2 = 0x170000, 0x150000, 0x110000, 0x130000


def save(fuzzer, name, data):
    """One input."""
    folder = os.path.join(HERE, fuzzer)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as stream:
        stream.write(data)


def dwords(*values):
    """Little-endian."""
    return struct.pack("<%dI" % len(values), *(v & 0xffffffff for v in values))


BBE = 0x05000000
START = (0x18800101, PP_BATCH, 0)
RINGS = {
    "stores": (1, (0x10000002, PP_DATA, 0, 5, 0x10200003, PP_DATA + 8, 0, 1, 2, BBE)),
    "registers": (0, (0x11000003, 0x2600, 5, 0x2604, 6, 0x12000002, 0x2600, PP_DATA, 0,
                      0x14800002, 0x2608, PP_DATA, 0, 0x15000001, 0x2600, 0x2610, BBE)),
    "math": (0, (0x0d000003, 0x08008000, 0x08008401, 0x10000000, 0x18001031, BBE)),
    "semaphore": (0, (0x0e40c002, 1, PP_DATA, 0, 0x02800000, BBE)),
    "atomic": (3, (0x17840501, PP_DATA, 0, 0x17000003, PP_DATA, 0, PP_DATA + 64, 0, BBE)),
    "predicate": (0, (0x06000082, 0x18808101, PP_BATCH + 256, 0, 0x00800001, 0, 0x00800000, BBE)),
    "loop": (0, (0x02800000, 0x18800101, PP_BATCH, 0)),
    "second": (0, (0x18c00101, PP_BATCH + 64, 0, BBE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, BBE)),
    "conditional": (0, (0x1b200002, 3, PP_DATA, 0, 0x04000000, 0x04000001, 0x02800000, BBE)),
    "pipe-control": (0, (0x7a000004, 0x00104400, PP_DATA, 0, 7, 8, 0x7b000005, 0, 0, 0, 0, 0, 0,
                         BBE)),
    "flush": (2, (0x13004003, PP_DATA, 0, 7, 8, BBE)),
    "fill": (1, (0x54300005, 0x03f00100, 0, 0x00080008, PP_DATA, 0, 0x55, BBE)),
    "copy": (1, (0x54f00008, 0x03cc0100, 0, 0x00080008, PP_DATA, 0, 0, 0x100, PP_DATA + 0x1000, 0,
                 BBE)),
    "tiled": (1, (0x54f08808, 0x03cc0080, 0, 0x00080008, PP_DATA, 0, 0, 0x80, PP_DATA + 0x4000, 0,
                  BBE)),
    "fast-copy": (1, (0x50800008, 0x03000100, 0, 0x00080008, PP_DATA, 0, 0, 0x100,
                      PP_DATA + 0x1000, 0, BBE)),
    "mono": (1, (0x54b00006, 0x03cc0100, 0, 0x00080008, PP_DATA, 0, PP_DATA + 0x800, 0, 1, 2,
                 BBE)),
    "pattern": (1, (0x54900008, 0x03f00100, 0, 0x00080008, PP_DATA, 0, 1, 2, 0x55aa55aa, 3, BBE)),
    "text": (1, (0x40700008, 0x03cc0100, 0, 0x00200020, PP_DATA, 0, 1, 2, 0, 0, 0x4c400003, 0,
                 0x00080008, 0xff, 0xaa, BBE)),
}


def piece(where, at, *values):
    """Of fuzz_ring: at in units of 16 bytes."""
    return bytes((where, at, len(values))) + dwords(*values)


def rings():
    """A ring that starts a batch, by engine and options; an image with batch state; tables."""
    start = piece(0, 0, *START)
    for name, (engine, batch) in RINGS.items():
        for options in (0, 32, 128):
            data = bytes((engine | options, 1, 0)) + start + piece(1, 0, *batch) + bytes((1, 0, 0))
            save("fuzz_ring", "%s-%d" % (name, options), data)
    image = piece(2, 0, 0, 0x1100101b, 0x2244, 0x00090008, 0x2034, 0, 0x2030, 16, 0x2038, AT_RING,
                  0x203c, 1, 0x2168, 0, 0x2140, PP_BATCH | 1, 0x2110, 0x20, 0x211c, 0, 0x2114, 0,
                  0x2118, 0, 0x21c0, 0, 0x21c4, AT_DATA | 1, 0x21c8, 0)
    save("fuzz_ring", "resume", bytes((0, 1, 0)) + piece(1, 0, 0x10000002, PP_DATA, 0, 5, BBE) +
         image + piece(5, 0, 0x02800000, BBE) + bytes((0x21, 0, 0)))
    save("fuzz_ring", "preempt", bytes((0, 1, 1)) + start + piece(1, 0, *RINGS["semaphore"][1]) +
         bytes((1, 0, 0)) + piece(6, 0, 0x10400002, AT_DATA, 0, 1) + bytes((0xe2, 0, 0)))


def regs():
    """Operations of fuzz_regs."""
    def write(off, val):
        return bytes((0,)) + dwords(off, val)

    submit = bytes((7, 1, 9))
    save("fuzz_regs", "submit", bytes(1) + submit + write(0x2080, 0x100000) + bytes((7, 3, 9)))
    save("fuzz_regs", "reset", bytes((2,)) + write(0x20d0, 0x00010001) + bytes((1,)) +
         dwords(0x20d0) + write(0x941c, 2) + bytes((1,)) + dwords(0x941c) + submit)
    save("fuzz_regs", "interrupts", bytes(1) + write(0x44304, 0) + write(0x4430c, 0xffffffff) +
         write(0x20a8, 0) + write(0x44200, 0x80000000) + submit + write(0x44308, 0xffffffff))
    save("fuzz_regs", "fences", bytes(1) + write(0x100000, 0x00001001) + write(0x100004, 0x001ff01f) +
         bytes((4,)) + dwords(0x1004) + bytes((0x48,)) + bytes(8) + bytes((4,)) + dwords(0x1ffc) +
         bytes((0x10,)))
    save("fuzz_regs", "faults", bytes(1) + bytes((8, 6)) + submit + bytes((8, 4)) +
         write(0x941c, 1) + bytes((8, 2)) + submit + bytes((8, 7)))
    save("fuzz_regs", "ports", bytes(1) + bytes((0x8f,)) + dwords(0) + bytes((0x44,)) +
         dwords(0x2030) + bytes((0x8f,)) + dwords(4) + bytes((4,)) + bytes((5,)) + dwords(4) +
         bytes((0x42, 6, 0)))
    save("fuzz_regs", "gtt", bytes(1) + bytes((6,)) + dwords(0x150) + dwords(0x150001) + bytes(1) +
         bytes((3,)) + dwords(0x800a80) + bytes((8,)) + submit)


def message(command, payload, flags=1):
    """Of fuzz_socket; its size is made right."""
    data = struct.pack("<HHIII", 1, command, 0, 0, 0) + payload
    return bytes((flags, len(data))) + data


def access(command, off, region, count, data=b""):
    """A region read or write."""
    return message(command, struct.pack("<QII", off, region, count) + data)


def sockets():
    """Messages as a client sends them, and some that it should not."""
    hello = message(1, struct.pack("<HH", 0, 0) + b'{"capabilities":{}}\0')
    mapped = struct.pack("<IIQQQ", 32, 3, 0, 0x10000000, 0x10000)
    save("fuzz_socket", "start", bytes(1) + hello + message(4, bytes(16)) + b"".join(
        message(5, struct.pack("<IIIIQQ", 256, 0, n, 0, 0, 0)) for n in (0, 2, 7, 9)) +
        message(7, struct.pack("<IIII", 16, 0, 1, 0)))
    save("fuzz_socket", "map", bytes(1) + hello + message(2, mapped, 3) + message(2, mapped, 1) +
         message(3, struct.pack("<IIQQ", 24, 0, 0x10000000, 0x10000)) + message(2, mapped, 9) +
         message(3, struct.pack("<IIQQ", 24, 0, 0x100000, 0x1000000)))
    save("fuzz_socket", "irq", bytes(1) + hello + message(8, struct.pack("<IIIII", 20, 0x24, 1, 0, 1), 5) +
         access(10, 0x44200, 0, 4, dwords(0x80000000)) + message(13, b"") +
         message(8, struct.pack("<IIIII", 20, 0x21, 1, 0, 0)))
    submit = b"".join(access(10, 0x2230, 0, 4, dwords(v)) for v in (0, 0, 1, AT_CONTEXT | 0x119))
    save("fuzz_socket", "submit", bytes(1) + hello + submit + access(9, 0x2034, 0, 4) +
         access(9, 0x800000, 0, 64) + access(9, 0, 7, 255) + access(9, 0xfffffff0, 2, 64))
    save("fuzz_socket", "multi", bytes(1) + message(15, struct.pack("<QQIIQ", 1, 0x2030, 0, 4, 8)))
    save("fuzz_socket", "broken", bytes(1) + message(77, b"") + message(9, b"") +
         message(10, struct.pack("<QII", 0, 0, 100)) + bytes((0, 16)) + bytes(16))


def packet(kind, *values):
    """Of an AUB file."""
    return dwords(0xf7000000 | kind << 16 | len(values), *values)


def memory(space, addr, *values):
    """A memory write of dwords."""
    return packet(6, addr & 0xffffffff, addr >> 32, space << 28, 4 * len(values), *values)


def register(off, value):
    """A register write."""
    return packet(3, off, 0x20000, 0xffffffff, 0, value)


def aubs():
    """A context at GGTT 0 (pages 1 to 24 of memory), its tables at page 32, batch at 40."""
    entries = [v for n in range(26) for v in ((n + 1) << 12 | 1, 0)]
    image = [0, 0x11001009, 0x2244, 0x00090009, 0x2034, 0, 0x2030, 16, 0x2038, 0x18000, 0x203c, 1]
    pdps = [v for off in (0x23a8, 0x228c, 0x2288, 0x2284, 0x2280, 0x227c, 0x2278, 0x2274)
            for v in (off, 0)] + [0x2270, 0x20000]
    tables = memory(2, 0x20000, 0x21003, 0) + memory(2, 0x21000, 0x22003, 0) + \
        memory(2, 0x22000, 0x23003, 0) + memory(2, 0x23000, 0x28003, 0, 0x29003, 0)
    submit = b"".join(register(0x2230, v) for v in (0, 0, 0, 0x119))
    poll = packet(2, 0x2234, 0x20000, 0x10, 0, 0)
    head = packet(0x0e, 1, 0xc00, 0, 0, 0x2d494350, 0x303d4449, 0x31393178, 0x00000032)
    start = head + memory(4, 0, *entries) + register(0x229c, 0x80008000) + tables + \
        memory(0, 0x1000, *image) + \
        memory(0, 0x1084, 0x11001011, *pdps) + \
        memory(0, 0x18000, 0x18800101, 0, 0, 0) + memory(2, 0x29000, 0)
    for name, batch in (("store", (0x10000002, 0x1000, 0, 5, BBE)),
                        ("draw", (0x7b000005, 0, 0, 0, 0, 0, 0, 0x7a000004, 0x4000, 0x1000, 0, 1,
                                  2, BBE)),
                        ("loop", (0x18800101, 0, 0)), ("unknown", (0x1f800000,))):
        save("fuzz_aub", name, start + memory(2, 0x28000, *batch) + register(0x2080, 0x19000) +
             submit + poll)


rings()
regs()
sockets()
aubs()
