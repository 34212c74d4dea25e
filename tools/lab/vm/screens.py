# SPDX-License-Identifier: GPL-2.0
"""Pictures of guests' screens, taken by their QEMUs where a guest asks for them.

A guest puts a file gN.NAME.want into /share; it holds how many pictures to take, or a command for
its QEMU's monitor instead, whose answer is then in gN.NAME.done. The last picture is left in gN.NAME.ppm, the counters of its vGPU before and after in gN.NAME.before and .after, and
gN.NAME.done says that all is there.
"""

import os
import socket
import threading
import time

import drivers

SHARE = "/share"
POLL_SECONDS = 0.2
MONITOR_SECONDS = 60
PROMPT = b"(qemu) "


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
            if text.isdigit():
                for _ in range(int(text)):
                    said = monitor(guest.monitor, "screendump %s.ppm" % stem)
            else:
                said = monitor(guest.monitor, text)
        except OSError as error:
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
    """The counters of a guest's vGPU into a file."""
    source = "/sys/kernel/debug/ivgpu/%s/%s/stats" % (guest.vgpu.bdf, guest.vgpu.uuid)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("%.6f\n%s\n" % (time.monotonic(), drivers.read(source) or ""))
