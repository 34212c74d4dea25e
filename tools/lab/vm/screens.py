# SPDX-License-Identifier: GPL-2.0
"""Pictures of guests' screens, taken by their QEMUs where a guest asks for them.

A guest puts a file gN.NAME.want into /share. It holds one of WISHES below, or a command for its QEMU's
monitor. The last picture is left in gN.NAME.ppm, the counters of its vGPU before and after in
gN.NAME.before and .after; gN.NAME.done says that all is there, how long it took, and what QEMU said.

    NUMBER                  so many pictures
    quiet NUMBER            the same, again if the guest was at work meanwhile
    colour RRGGBB PERCENT   pictures until so much of one has this colour
    resize WIDTHxHEIGHT     another monitor
    vnc                     a picture by VNC
    spice                   a picture by SPICE
"""

import os
import re
import socket
import subprocess
import threading
import time

import drivers
import vnc

SHARE = "/share"
POLL_SECONDS = 0.2
MONITOR_SECONDS = 60
COLOUR_SECONDS = 60
QUIET_TRIES, QUIET_TRAPS = 6, 20
PROMPT = b"(qemu) "
VNC, SPICE = "vnc.sock", "spice.sock"   # beside the monitor's
SPICE_TRIES = 6


def monitor(path, command):
    """One command for a QEMU, and what it says: after the line that it echoes, before the prompt."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(MONITOR_SECONDS)
        client.connect(path)
        until_prompt(client)
        client.sendall(command.encode() + b"\n")
        return until_prompt(client).partition("\n")[2].partition(PROMPT.decode())[0].strip()


def until_prompt(client):
    """Everything up to a prompt that nothing follows."""
    data = b""
    while not data.endswith(PROMPT):
        more = client.recv(65536)
        if not more:
            break
        data += more
    return data.decode(errors="replace")


def share(path, colour):
    """How many percent of a PPM's pixels (of every seventh) have a colour."""
    with open(path, "rb") as stream:
        for _ in range(3):
            stream.readline()
        data = stream.read()
    pixels = [data[at:at + 3] for at in range(0, len(data) - 2, 21)]
    return 100 * pixels.count(colour) / len(pixels)


class Screens(threading.Thread):
    """Serves all guests until told to stop."""

    def __init__(self, guests):
        super().__init__(daemon=True)
        self.guests = {"g%d" % g.number: g for g in guests}
        self.over = threading.Event()

    def run(self):
        """Look for wishes."""
        while not self.over.is_set():
            for name in sorted(os.listdir(SHARE)):
                tag, _, rest = name.partition(".")
                if tag in self.guests and rest.endswith(".want"):
                    self.serve(self.guests[tag], os.path.join(SHARE, name))
            time.sleep(POLL_SECONDS)

    def serve(self, guest, wish):
        """One wish; what goes wrong is said in the file that ends it."""
        stem = wish[:-len(".want")]
        text = (drivers.read(wish) or "1").strip()
        os.unlink(wish)
        said = ""
        stats(guest, stem + ".before")
        started = time.monotonic()
        try:
            word = text.split()[0]
            said = WISHES[word](guest, stem, *text.split()[1:]) if word in WISHES else \
                pictures(guest, stem, text) if text.isdigit() else monitor(guest.monitor, text)
        except (OSError, subprocess.SubprocessError) as error:
            said = str(error)
        seconds = time.monotonic() - started
        stats(guest, stem + ".after")
        with open(stem + ".done.new", "w", encoding="utf-8") as stream:
            stream.write("%.3f\n%s\n" % (seconds, said))
        os.rename(stem + ".done.new", stem + ".done")

    def stop(self):
        """No more wishes."""
        self.over.set()
        self.join(MONITOR_SECONDS)


def stats(guest, path):
    """The counters of a guest's vGPU into a file, and as text."""
    source = "/sys/kernel/debug/ivgpu/%s/%s/stats" % (guest.vgpu.bdf, guest.vgpu.uuid)
    text = drivers.read(source) or ""
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("%.6f\n%s\n" % (time.monotonic(), text))
    return text


def pictures(guest, stem, number):
    """So many; the last one's answer."""
    return [monitor(guest.monitor, "screendump %s.ppm" % stem) for _ in range(int(number))][-1]


def traps(text):
    """Of the counters."""
    found = re.search(r"^traps (\d+)$", text, re.M)
    return int(found.group(1)) if found else 0


def quiet(guest, stem, number):
    """Pictures while the guest does nothing: some kernel thread of its may come in between."""
    for _ in range(QUIET_TRIES):
        before = traps(stats(guest, stem + ".before"))
        said = pictures(guest, stem, number)
        if traps(stats(guest, stem + ".after")) - before <= QUIET_TRAPS:
            break
    return said


def colour(guest, stem, wanted, percent):
    """The first picture that has enough of a colour; the last one if none has."""
    end = time.monotonic() + COLOUR_SECONDS
    while True:
        said = pictures(guest, stem, 1)
        if said or share(stem + ".ppm", bytes.fromhex(wanted)) >= float(percent) or \
                time.monotonic() > end:
            return said
        time.sleep(POLL_SECONDS)


def resize(guest, _stem, size):
    """Another monitor."""
    drivers.write(guest.vgpu.path + "/ivgpu/monitor", size)
    return ""


def by_vnc(guest, stem):
    """A picture as a viewer gets it."""
    vnc.save(os.path.join(os.path.dirname(guest.monitor), VNC), stem + ".ppm")
    return ""


def by_spice(guest, stem):
    """A picture as a viewer gets it: spice-gtk's program takes the first one that comes, which may be a
    part of it; so until two are the same."""
    uri = "spice+unix://" + os.path.join(os.path.dirname(guest.monitor), SPICE)
    last, said = None, ""
    for _ in range(SPICE_TRIES):
        result = subprocess.run(["spicy-screenshot", "--uri=" + uri, "--out-file=%s.ppm" % stem],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                                stderr=subprocess.STDOUT, timeout=MONITOR_SECONDS, check=False)
        said = result.stdout
        with open(stem + ".ppm", "rb") as stream:
            now = stream.read()
        if now == last:
            break
        last = now
    return said


WISHES = {"quiet": quiet, "colour": colour, "resize": resize, "vnc": by_vnc, "spice": by_spice}
