# SPDX-License-Identifier: GPL-2.0
"""Plain QEMU, not as root: device_add, device_del, and a vGPU that is removed while in use."""

import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import uuid

from .base import MDEVS, PARENT, PATIENCE, check, exists, initrd, kernel, read, run, until, write

USER = ("setpriv", "--reuid=libvirt-qemu", "--regid=kvm", "--clear-groups", "--")
QMP = "/run/ivgpu-qemu/qmp"
SERIAL = "/run/ivgpu-qemu/serial.log"
BOOT_SECONDS = 60
UNPLUG_SECONDS = 30


class Qmp:
    """A connection to QEMU."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(path)
        self.stream = self.socket.makefile("r")
        self.events = []
        self.answer()
        self.do("qmp_capabilities")

    def answer(self):
        """The next message that is no event."""
        while True:
            message = json.loads(self.stream.readline())
            if "event" not in message:
                return message
            self.events.append(message)

    def do(self, command, **arguments):
        """None when it succeeded, or what it said."""
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        message = self.answer()
        return message.get("error", {}).get("desc")

    def deleted(self, name, seconds):
        """Whether the device went."""
        def gone():
            self.do("query-status")
            return any(e["event"] == "DEVICE_DELETED" and e["data"].get("device") == name
                       for e in self.events)
        return until(gone, seconds)


def start():
    """QEMU as libvirt-qemu:kvm, with a guest that tells of its devices."""
    os.makedirs(os.path.dirname(QMP), exist_ok=True)
    shutil.chown(os.path.dirname(QMP), "libvirt-qemu", "kvm")
    return subprocess.Popen(USER + (
        "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none",
        "-machine", "q35", "-accel", "kvm", "-cpu", "host", "-m", "256M",
        "-kernel", kernel(), "-initrd", initrd(), "-append", "console=ttyS0 mitigations=off quiet",
        "-serial", "file:" + SERIAL, "-qmp", "unix:%s,server=on,wait=off" % QMP,
        "-device", "pcie-root-port,id=port1,chassis=1"))


def guest_sees(text):
    """Whether the guest's last word on its vGPUs is this."""
    return text in ((read(SERIAL) or "").splitlines() or [""])[-1]


def removal(qmp, name):
    """Remove a vGPU that QEMU holds; seconds until sysfs is done, or None."""
    started = time.monotonic()
    thread = threading.Thread(target=write, args=("1", MDEVS, name, "remove"), daemon=True)
    thread.start()
    gone = qmp.deleted("second", UNPLUG_SECONDS)
    thread.join(PATIENCE * UNPLUG_SECONDS)
    return time.monotonic() - started if gone and not thread.is_alive() else None


def main():
    """All of it."""
    name = str(uuid.uuid4())
    write(name, PARENT, "mdev_supported_types/ivgpu-GVTg_V5_8/create")
    # QEMU 11.1.3 crashes when a VGA device of this kind is plugged in while the guest runs.
    said = write("none", MDEVS, name, "ivgpu/monitor")
    check("qemu: the vGPU's monitor can be taken away", said is None, said)
    run("udevadm", "settle", "-t", "10")
    group = "/dev/vfio/" + os.path.basename(os.readlink(os.path.join(MDEVS, name, "iommu_group")))
    who = run("stat", "-c", "%G %a", group)[1].strip()
    check("qemu: udev's rule gives the group's node to kvm", who == "kvm 660", who)
    process = start()
    check("qemu: not as root", until(lambda: os.path.exists(QMP), BOOT_SECONDS))
    qmp = Qmp(QMP)
    check("qemu: the guest is up", until(lambda: "guest is up" in (read(SERIAL) or ""),
                                         BOOT_SECONDS), read(SERIAL))
    device = {"driver": "vfio-pci", "bus": "port1", "sysfsdev": os.path.join(MDEVS, name)}
    said = qmp.do("device_add", id="first", **device)
    check("qemu: device_add, by group permissions", said is None, said)
    check("qemu: the guest sees the vGPU", until(lambda: guest_sees("vGPUs: "), 20), read(SERIAL))
    check("qemu: device_del", qmp.do("device_del", id="first") is None and
          qmp.deleted("first", UNPLUG_SECONDS), qmp.events)
    check("qemu: the guest sees it go", until(lambda: guest_sees("vGPUs:."), 20), read(SERIAL))
    said = qmp.do("device_add", id="second", **device)
    check("qemu: device_add again", said is None and until(lambda: guest_sees("vGPUs: "), 20),
          said or read(SERIAL))
    seconds = removal(qmp, name)
    check("qemu: a vGPU in use is removed: QEMU is asked and lets go",
          seconds is not None and not exists(name), "%s s" % seconds)
    log = run("dmesg")[1]
    check("qemu: the kernel says who held it", re.search(
        r"vGPU is to be removed but qemu-system-\S* \(pid \d+\) holds it", log), log[-600:])
    check("qemu: the guest goes on without", until(lambda: guest_sees("vGPUs:."), 20),
          read(SERIAL))
    process.terminate()
    process.wait(PATIENCE * 20)
