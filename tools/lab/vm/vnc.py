# SPDX-License-Identifier: GPL-2.0
"""A picture by VNC, as a viewer gets it: RFC 6143, without security, raw pixels."""

import socket
import struct

SECONDS = 60
VERSION = b"RFB 003.008\n"
NO_SECURITY = 1
SET_PIXEL_FORMAT, SET_ENCODINGS, UPDATE_REQUEST = 0, 2, 3
UPDATE = 0
# 32 bits, 24 of them used, little endian, true colour, 8 bits of red, green and blue.
PIXELS = struct.pack(">BBBBHHHBBB3x", 32, 24, 0, 1, 255, 255, 255, 16, 8, 0)


class Client:
    """A connection that has shaken hands."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(SECONDS)
        self.socket.connect(path)
        self.receive(len(VERSION))
        self.socket.sendall(VERSION)
        if NO_SECURITY not in self.receive(self.receive(1)[0]):
            raise OSError("the VNC server wants a password")
        self.socket.sendall(bytes([NO_SECURITY]))
        if self.receive(4) != bytes(4):
            raise OSError("the VNC server refuses")
        self.socket.sendall(b"\1")      # others may look too
        self.width, self.height = struct.unpack(">HH", self.receive(4))
        self.receive(16)                # its own pixel format
        self.receive(struct.unpack(">I", self.receive(4))[0])

    def receive(self, count):
        """So many bytes."""
        data = bytearray()
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise OSError("the VNC server has closed the connection")
            data += more
        return bytes(data)

    def picture(self):
        """All of the screen, 3 bytes per pixel."""
        self.socket.sendall(
            struct.pack(">B3x", SET_PIXEL_FORMAT) + PIXELS +
            struct.pack(">BxHi", SET_ENCODINGS, 1, 0) +
            struct.pack(">BBHHHH", UPDATE_REQUEST, 0, 0, 0, self.width, self.height))
        rows = bytearray(3 * self.width * self.height)
        missing = self.width * self.height
        while missing > 0:
            kind, count = struct.unpack(">BxH", self.receive(4))
            if kind != UPDATE:
                raise OSError("the VNC server says %d, and no picture" % kind)
            for _ in range(count):
                missing -= self.rectangle(rows)
        return bytes(rows)

    def rectangle(self, rows):
        """One part of the picture; how many pixels."""
        left, top, width, height, encoding = struct.unpack(">HHHHi", self.receive(12))
        if encoding:
            raise OSError("the VNC server sends encoding %d" % encoding)
        for y in range(top, top + height):
            line = self.receive(4 * width)
            at = 3 * (y * self.width + left)
            for colour, offset in ((0, 2), (1, 1), (2, 0)):
                rows[at + colour:at + 3 * width:3] = line[offset::4]
        return width * height


def save(path, target):
    """What a VNC server shows as a PPM."""
    client = Client(path)
    data = client.picture()
    client.socket.close()
    with open(target, "wb") as stream:
        stream.write(b"P6\n%d %d\n255\n" % (client.width, client.height) + data)
