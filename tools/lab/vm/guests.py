# SPDX-License-Identifier: GPL-2.0
"""Guests of the virtual host: makes their vGPUs through sysfs and runs QEMU for each."""

import json
import os
import shlex
import socket
import subprocess
import threading
import time
import uuid

import diagnose
import drivers
import screens
from agent_io import Broken, LabError, start_pump

PREFIX = {"ivgpu": "ivgpu-", "kvmgt": "i915-"}
BOOT_SECONDS = 90     # until the guest's agent speaks
UP_SECONDS = 150      # until its i915 is up
BESIDE_SECONDS = 15   # more of both for each guest that is up already and shares the CPU
SILENCE_SECONDS = 75  # between two signs of life; a 6.1 guest fills its GGTT for 15 to 40 s
GUEST_CPU = "1"       # CPU of the virtual host that all guests' QEMUs are pinned to
PORTS = ("out", "err", "ctl")
PANIC = ("Kernel panic", "corrupted stack end", "BUG: unable to handle", "general protection",
         "stack guard page was hit", "double fault")
PANIC_SECONDS = 60    # for the whole trace to get through the console
WORK_SECONDS = 4      # that a guest has worked for when its machine is reset
BOOKS = ("pinned_pages", "ppgtt_pages")  # counters that a reset must bring back to their base


class Vgpu:
    """A mediated device, made by echoing a UUID."""

    def __init__(self, driver, slot, name):
        self.uuid = str(uuid.uuid4())
        self.path = "/sys/bus/mdev/devices/" + self.uuid
        self.bdf = drivers.bdf(slot)
        parent = "/sys/bus/pci/devices/%s/mdev_supported_types" % self.bdf
        folder = os.path.join(parent, PREFIX[driver] + name)
        self.create = os.path.join(folder, "create")
        if not os.path.isdir(folder):
            have = os.listdir(parent) if os.path.isdir(parent) else []
            raise LabError("%s has no vGPU type %s (it has: %s)" % (
                drivers.bdf(slot), PREFIX[driver] + name, " ".join(sorted(have)) or "none"))
        try:
            drivers.write(self.create, self.uuid)
        except OSError as error:
            raise LabError("creating a vGPU %s failed: %s; see dmesg" % (
                name, error.strerror)) from error

    def save_debugfs(self, folder):
        """Copy what the driver tells of it (counters, registers) into a folder."""
        source = "/sys/kernel/debug/ivgpu/%s/%s" % (self.bdf, self.uuid)
        for name in os.listdir(source) if os.path.isdir(source) else ():
            text = drivers.read(os.path.join(source, name))
            if text is not None:
                with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
                    stream.write(text + "\n")

    def stats(self, names):
        """Counters of the driver by name."""
        text = drivers.read("/sys/kernel/debug/ivgpu/%s/%s/stats" % (self.bdf, self.uuid)) or ""
        lines = (line.split() for line in text.splitlines())
        return {words[0]: int(words[1]) for words in lines if words[0] in names}

    def remove(self):
        """Through sysfs."""
        drivers.write(os.path.join(self.path, "remove"), "1")


class Guest:
    """One guest: its QEMU, its ports and what its agent said."""

    def __init__(self, number, job, vgpu, out, err):
        self.number, self.job, self.vgpu = number, job, vgpu
        self.ports = {"out": out, "err": err}
        self.folder = "/lab/g%d" % number
        self.monitor = "/run/g%d/monitor.sock" % number
        self.qemu = self.control = None
        self.said = []
        self.status = None
        self.ups = self.goes = 0  # how often it came up, how often it was told to go
        self.books = None
        self.noted = []  # books at the times that the command chose
        self.heard = self.booted = 0.0
        self.changed = threading.Condition()
        self.pumps = []

    def command(self, servers):
        """The guest's QEMU command line."""
        job = self.job
        argv = ["taskset", "-c", GUEST_CPU, "qemu-system-x86_64", "-nodefaults",
                "-no-user-config", "-display", "none",
                "-action", "reboot=" + ("reset" if job["resets"] else "shutdown"),
                "-name", "ivgpu-lab-g%d" % self.number,
                "-machine", "q35", "-accel", "kvm", "-cpu", "host", "-smp", "1",
                "-m", "%dM" % job["guest_memory"], "-kernel", "/pristine" + job["guest_vmlinux"],
                "-initrd", "/pristine" + job["guest_initrd"], "-append", job["guest_append"],
                "-serial", "file:%s/console.log" % self.folder,
                "-monitor", "unix:%s,server=on,wait=off" % self.monitor,
                "-device", "virtio-serial-pci,id=serial,addr=10.0"]
        for port in PORTS:
            argv += ["-chardev", "socket,id=%s,path=%s" % (port, servers[port]),
                     "-device", "virtserialport,chardev=%s,name=lab.%s" % (port, port)]
        for slot, (tag, path, more) in enumerate((
                ("root", "/pristine", ",readonly=on"), ("repo", "/repo", ""),
                ("lab", self.folder, ""), ("share", "/share", "")), 0x11):
            argv += ["-fsdev", "local,id=%s,path=%s,security_model=none,multidevs=remap%s"
                     % (tag, path, more),
                     "-device", "virtio-9p-pci,fsdev=%s,mount_tag=%s,addr=%x.0" % (tag, tag, slot)]
        argv += shlex.split(job["guest_qemu_args"])  # an IOMMU has to stand before what is behind it
        if self.vgpu:
            device = "vfio-pci,sysfsdev=%s,addr=02.0" % self.vgpu.path
            if job["vgpu_device_args"]:
                device += "," + job["vgpu_device_args"]
            argv += ["-device", device]
        return argv

    def start(self):
        """Start QEMU and the threads that serve its ports."""
        self.said, self.status, self.pumps = [], None, []
        self.ups = self.goes = 0
        self.heard = time.monotonic()
        os.makedirs("/run/g%d" % self.number, exist_ok=True)
        with open("/lab/g%d/cmd" % self.number, "wb") as target, open("/lab/cmd", "rb") as source:
            target.write(source.read())
        with open("/lab/g%d/env" % self.number, "w", encoding="utf-8") as stream:
            stream.write("IVGPU_GUEST=%d\nIVGPU_GUESTS=%d\nIVGPU_UUID=%s\nLAB_GPU=%d\nLAB_INITRD=%s\n" % (
                self.number, self.job["vgpus"], self.vgpu.uuid if self.vgpu else "",
                1 if self.vgpu else 0, self.job["guest_initrd"]))
        paths = {}
        for port in PORTS:
            paths[port] = "/run/g%d/%s.sock" % (self.number, port)
            if os.path.exists(paths[port]):
                os.unlink(paths[port])
            server = socket.socket(socket.AF_UNIX)
            server.bind(paths[port])
            server.listen(1)
            threading.Thread(target=self.serve, args=(port, server), daemon=True).start()
        log = open("%s/qemu.log" % self.folder, "ab")  # stays open as long as QEMU
        self.qemu = subprocess.Popen(self.command(paths), stdin=subprocess.DEVNULL,
                                     stdout=log, stderr=log)
        log.close()

    def serve(self, port, server):
        """A port, from QEMU's connection to its end."""
        connection, _ = server.accept()
        server.close()
        if port == "ctl":
            self.control = connection
            for line in connection.makefile("rb"):
                self.event(line.decode().strip())
            return
        pump = start_pump(lambda: connection.recv(65536), self.ports[port],
                          b"[g%d] " % self.number)
        self.pumps.append(pump)

    def event(self, line):
        """One line from the guest's agent: alive, up, failed REASON, status N, books."""
        with self.changed:
            self.heard = time.monotonic()
            word, _, rest = line.partition(" ")
            if word == "status":
                self.status = int(rest)
            self.ups += word == "up"
            if word == "booted":
                self.booted = self.heard
            if word == "books" and self.vgpu:
                self.noted.append((self.heard - self.booted, self.vgpu.stats(BOOKS)))
            if word != "alive":
                self.said.append(line)
            self.changed.notify_all()

    def console(self):
        """Its console so far."""
        return drivers.read("%s/console.log" % self.folder) or ""

    def whole_panic(self):
        """Its console when nothing more comes."""
        end, text = time.monotonic() + PANIC_SECONDS, ""
        while time.monotonic() < end and "---[ end Kernel panic" not in text:
            old, text = text, self.console()
            if old == text:
                break
            time.sleep(3)
        return text

    def check_life(self, started):
        """Raise when it is dead or stands still."""
        status = self.qemu.poll()
        if status is not None:
            raise LabError("guest %d: QEMU ended with status %d: %s" % (
                self.number, status, (drivers.read(self.folder + "/qemu.log") or "")[-600:]))
        text = self.console()
        if any(p in text for p in PANIC):
            text = self.whole_panic()
            if "[i915]" in text:
                raise LabError("guest %d: kernel panic with i915 in the trace" % self.number)
            raise Broken("guest %d: its kernel panicked" % self.number)
        now = time.monotonic()
        beside = BESIDE_SECONDS * (self.number - 1)
        if not self.said and now - started > BOOT_SECONDS + beside:
            diagnose.stopped_machine(self.qemu.pid, self.monitor, self.folder)
            raise Broken("guest %d did not boot in %d s" % (self.number, BOOT_SECONDS + beside))
        if self.said and now - self.heard > SILENCE_SECONDS:
            report = diagnose.stopped_machine(self.qemu.pid, self.monitor, self.folder)
            why = diagnose.cause(report)
            if why:
                raise LabError("guest %d stands still for %d s: %s; see g%d/stopped.txt" % (
                    self.number, SILENCE_SECONDS, why, self.number))
            raise Broken("guest %d stands still for %d s" % (self.number, SILENCE_SECONDS))

    def wait(self, done, seconds):
        """Until done(), or raise."""
        started = time.monotonic()
        while not done():
            with self.changed:
                self.changed.wait(1)
            if done():
                break
            self.check_life(started)
            if time.monotonic() - started > seconds:
                return False
        return True

    def wait_up(self):
        """Until its i915 is up."""
        def done():
            return any(s == "up" or s.startswith("failed") for s in self.said)
        seconds = UP_SECONDS + BESIDE_SECONDS * (self.number - 1)
        if not self.wait(done, seconds):
            raise LabError("guest %d: i915 is not up after %d s" % (self.number, seconds))
        for line in self.said:
            if line.startswith("failed"):
                raise LabError("guest %d: %s" % (self.number, line[7:]))

    def processor_seconds(self):
        """What its QEMU has used, all threads."""
        fields = (drivers.read("/proc/%d/stat" % self.qemu.pid) or ") " + "0 " * 20)
        user, system = fields.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def go(self):
        """Let it run the command."""
        self.goes += 1
        self.control.sendall(b"go\n")

    def finish(self):
        """Wait for the command's end; a guest that comes up again by itself (kexec) runs it again."""
        while self.status is None:
            self.wait(lambda: self.status is not None or self.ups > self.goes, float("inf"))
            if self.status is None:
                self.go()
        for seconds, books in self.noted:
            self.compare(self.noted[0][1], books, "%.1f s after its boot" % seconds)

    def reset(self):
        """Press its machine's reset button while it works, and wait until it is up again."""
        self.go()
        time.sleep(WORK_SECONDS)
        with self.changed:
            self.said = []
        diagnose.order(self.monitor, "system_reset")
        self.wait_up()
        self.status = None

    def check_books(self):
        """What a guest that has just come up has of the host's memory, against the first time."""
        books = self.vgpu.stats(BOOKS) if self.vgpu else {}
        if self.books is None:
            self.books = books
        self.compare(self.books, books, "after a reset")

    def compare(self, first, books, when):
        """Raise when it has more than at first."""
        for name, value in books.items():
            if value > first[name] * 1.25 + 64:
                raise LabError("guest %d: %s is %d %s, it was %d at first" % (
                    self.number, name, value, when, first[name]))

    def stop(self):
        """End QEMU; what is in the ports is passed on."""
        if self.qemu and self.qemu.poll() is None:
            self.qemu.terminate()
            try:
                self.qemu.wait(10)
            except subprocess.TimeoutExpired:
                self.qemu.kill()
                self.qemu.wait()
        for pump in self.pumps:
            pump.join(5)


class Guests:
    """All guests of a run."""

    def __init__(self, job, control, out, err):
        self.job, self.control = job, control
        self.repeats = 0
        self.guests = []
        self.started = time.monotonic()
        slots = job["gpus"]
        for number in range(1, job["vgpus"] + 1):
            vgpu = None
            if job["driver"] in PREFIX:
                vgpu = Vgpu(job["driver"], slots[(number - 1) % len(slots)],
                            job["types"][number - 1])
                control.say("echo %s > %s" % (vgpu.uuid, vgpu.create))
            self.guests.append(Guest(number, job, vgpu, out, err))

    def boot(self):
        """One after another; a guest under which the emulator failed once more."""
        with open("/lab/vgpus.json", "w", encoding="utf-8") as stream:
            json.dump({g.number: g.vgpu.uuid for g in self.guests if g.vgpu}, stream)
        for guest in self.guests:
            started = time.monotonic()
            try:
                guest.start()
                guest.wait_up()
            except Broken as error:
                self.repeats += 1
                self.control.say("emulator: %s; booting it once more" % error)
                guest.stop()
                os.rename(guest.folder + "/console.log", guest.folder + "/console-1.log")
                guest.start()
                guest.wait_up()
            self.control.say("guest %d is up (%.1f s, its first process after %.1f; %.1f s of the "
                             "virtual host's processor)" % (
                                 guest.number, time.monotonic() - started,
                                 guest.booted - started, guest.processor_seconds()))

    def run(self):
        """The command in all; the status of the first that fails."""
        service = screens.Screens([g for g in self.guests if g.vgpu])
        service.start()
        for number in range(self.job["resets"]):
            for guest in self.guests:
                guest.check_books()
                guest.reset()
                guest.check_books()
                self.control.say("guest %d is up again after reset %d, %s" % (
                    guest.number, number + 1, guest.books))
        for guest in self.guests:
            guest.go()
        for guest in self.guests:
            guest.finish()
            for seconds, books in guest.noted:
                self.control.say("guest %d had %.1f s after its boot: %s" % (
                    guest.number, seconds, books))
        service.stop()
        return next((g.status for g in self.guests if g.status), 0)

    def save_debugfs(self):
        """The driver's files about the vGPUs into the logs, while they are in use."""
        for guest in self.guests:
            if guest.vgpu:
                os.makedirs(guest.folder + "/debugfs", exist_ok=True)
                guest.vgpu.save_debugfs(guest.folder + "/debugfs")

    def stop(self):
        """End all guests and remove their vGPUs; the reason why not, or None."""
        for guest in self.guests:
            guest.stop()
        for guest in self.guests:
            if guest.vgpu:
                try:
                    guest.vgpu.remove()
                except OSError as error:
                    return "removing the vGPU of guest %d failed: %s" % (
                        guest.number, error.strerror)
        return None
