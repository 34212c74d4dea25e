# SPDX-License-Identifier: GPL-2.0
"""How the agent in the virtual host talks: the control port, and pumps from pipes to ports."""

import json
import os
import threading
import time

ALIVE_SECONDS = 3


class LabError(Exception):
    """The lab failed, with the reason."""


class Broken(Exception):
    """The emulator failed under a guest."""


class Control:
    """The control port: one JSON object per line to the lab outside."""

    def __init__(self, path="/run/lab.ctl"):
        self.fd = os.open(path, os.O_RDWR)
        self.lock = threading.Lock()
        threading.Thread(target=self.alive, daemon=True).start()

    def send(self, event, **more):
        """One message."""
        data = json.dumps(dict(more, event=event)).encode() + b"\n"
        with self.lock:
            while data:
                data = data[os.write(self.fd, data):]

    def alive(self):
        """Signs of life, from a thread of its own."""
        while True:
            self.send("alive")
            time.sleep(ALIVE_SECONDS)

    def say(self, text):
        """A line for the person who runs the lab."""
        self.send("say", text=text)


class Port:
    """An output port, shared by threads."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_WRONLY)
        self.lock = threading.Lock()

    def write(self, data):
        """All of data, not mixed with another thread's."""
        with self.lock:
            while data:
                data = data[os.write(self.fd, data):]


def pump(read, port, prefix=b""):
    """Copy until the end: as it comes, or by whole lines where they get a prefix."""
    rest = b""
    while True:
        data = read()
        if not data:
            break
        if not prefix:
            port.write(data)
            continue
        *lines, rest = (rest + data).split(b"\n")
        if lines:
            port.write(b"".join(prefix + line + b"\n" for line in lines))
    if rest:
        port.write(prefix + rest + b"\n")


def start_pump(read, port, prefix=b""):
    """pump() in a thread."""
    thread = threading.Thread(target=pump, args=(read, port, prefix), daemon=True)
    thread.start()
    return thread
