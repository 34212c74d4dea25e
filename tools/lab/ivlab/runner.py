# SPDX-License-Identifier: GPL-2.0
"""One run of the lab: boots the virtual host, passes output on, watches it, and judges the end."""

import json
import os
import re
import selectors
import shutil
import socket
import sys
import time

from . import build, initrd, inside, kmsg, machine, sanitize
from .base import BUILD, LabError, ROOTFS, read_file, say

BOOT_SECONDS = 90       # until the agent in the virtual host speaks
SLOW_BOOT_SECONDS = 240  # the same of the sanitizer kernel, on a busy machine
SILENCE_SECONDS = 60    # between two signs of life of the agent
TIMEOUT, FAILURE = 124, 125


AGAIN = "booting the virtual host once more"
# What the virtual host's kernel complained of where a driver under test has a part in it: no repeat.
UNDER_TEST = re.compile(r"virtual host: .*(vfio|ivgpu)")


def is_again(line):
    """Whether a line of the lab's says that all before it came from a machine that broke down."""
    return line.startswith("lab:") and AGAIN in line


class Broken(Exception):
    """The emulator panicked or stood still with no driver of ours involved."""


class Run:
    """State of one boot of the virtual host."""

    def __init__(self, options, folder, deadline):
        self.options = options
        self.folder = folder
        self.deadline = deadline
        self.end = None
        self.heard = None
        self.started = time.monotonic()
        self.selector = selectors.DefaultSelector()
        self.control = b""

    def listen(self):
        """Sockets for the ports of the virtual host."""
        for port in machine.PORTS:
            path = os.path.join(self.folder, port + ".sock")
            server = socket.socket(socket.AF_UNIX)
            here = os.open(self.folder, os.O_PATH)
            server.bind("/proc/self/fd/%d/%s.sock" % (here, port))  # paths may be long
            os.close(here)
            server.listen(1)
            self.selector.register(server, selectors.EVENT_READ, ("accept", port))
            assert os.path.exists(path)

    def event(self, line):
        """One line from the agent."""
        self.heard = time.monotonic()
        message = json.loads(line)
        if message["event"] == "say":
            say(message["text"])
        elif message["event"] == "end":
            self.end = message

    def readable(self, stream, kind, port):
        """Something came from the virtual host."""
        if kind == "accept":
            connection, _ = stream.accept()
            self.selector.unregister(stream)
            stream.close()
            self.selector.register(connection, selectors.EVENT_READ, ("data", port))
            return
        data = stream.recv(65536)
        if not data:
            self.selector.unregister(stream)
            stream.close()
        elif port == "ctl":
            self.control += data
            *lines, self.control = self.control.split(b"\n")
            for line in lines:
                self.event(line)
        else:
            out = sys.stdout.buffer if port == "out" else sys.stderr.buffer
            out.write(data)
            out.flush()

    def console(self):
        """The virtual host's console so far."""
        return read_file(os.path.join(self.folder, "host-console.log"), "")

    def check_life(self, vm):
        """Raise when the machine is dead, stands still, or the time is over."""
        now = time.monotonic()
        if now > self.deadline:
            raise TimeoutError
        status = vm.qemu.poll()
        if status is not None:
            raise LabError("QEMU ended by itself with status %d: %s" % (
                status, read_file(os.path.join(self.folder, "qemu.log"), "").strip()[-800:]))
        text = self.console()
        if "Kernel panic" in text:
            time.sleep(1)
            text = self.console()
            if kmsg.is_emulator_panic(text):
                raise Broken("the virtual host's kernel panicked")
            raise LabError("the virtual host's kernel panicked, and not by the emulator's fault")
        boot = SLOW_BOOT_SECONDS if self.options.kernel == sanitize.NAME else BOOT_SECONDS
        if self.heard is None and now - self.started > boot:
            raise Broken("the virtual host did not come up in %d s" % boot)
        if self.heard is not None and now - self.heard > SILENCE_SECONDS:
            raise Broken("the virtual host stands still for %d s" % SILENCE_SECONDS)

    def pump(self, vm):
        """Pass data on until the agent has said the end."""
        looked = 0
        while self.end is None:
            for key, _ in self.selector.select(0.5):
                self.readable(key.fileobj, *key.data)
            if time.monotonic() - looked > 1:
                looked = time.monotonic()
                if self.end is None:
                    self.check_life(vm)

    def drain(self):
        """What is still in the sockets when QEMU is gone."""
        while any(key.data[0] == "data" for key in self.selector.get_map().values()):
            events = self.selector.select(1)
            if not events:
                break
            for key, _ in events:
                self.readable(key.fileobj, *key.data)

    def go(self):
        """Boot, run, stop; returns the agent's last message."""
        self.listen()
        vm = machine.Machine(self.folder, self.options)
        problems = []
        try:
            self.pump(vm)
        finally:
            problems = vm.stop()
            self.drain()
        if problems:
            raise LabError("; ".join(problems))
        return self.end


def guest_image(options):
    """Path inside of the kernel that guests boot: unpacked, which is quicker, unless they are to sleep.

    An ELF file is a ROM to QEMU (hw/i386/x86-common.c, load_elfboot), which it copies into memory at
    each reset (hw/core/loader.c, rom_reset), and to wake is one: a kernel that sleeps would find
    itself as it was before its first instruction.
    """
    if options.guest_packed:
        return initrd.compressed_image(options.guest_kernel)[len(ROOTFS):]
    return initrd.ensure_image(options.guest_kernel)


def prepare(options, folder, argv):
    """Write the job for the agents."""
    os.makedirs(folder)
    with open(os.path.join(folder, "cmd"), "wb") as stream:
        stream.write(b"".join(os.fsencode(a) + b"\0" for a in argv))
    job = {name: getattr(options, name) for name in (
        "role", "kernel", "driver", "resets", "vgpus", "types", "guest_append", "guest_memory",
        "guest_qemu_args", "vgpu_device_args", "before")}
    job["gpus"] = [] if options.gpu == "none" else machine.GPU_SLOTS[:len(options.gpu.split(","))]
    if options.role == "guest":
        job["guest_append"] = " ".join((machine.COMMON_APPEND, machine.GUEST_APPEND,
                                        "lab.role=guest", options.guest_append))
        job["guest_vmlinux"] = guest_image(options)
        job["guest_initrd"] = initrd.ensure(options.guest_kernel, "guest")
        for number in range(1, options.vgpus + 1):
            os.makedirs(os.path.join(folder, "g%d" % number))
    with open(os.path.join(folder, "job.json"), "w", encoding="utf-8") as stream:
        json.dump(job, stream)
    os.makedirs(os.path.join(folder, "share"))
    if not options.share:
        options.share = os.path.join(folder, "share")


def warnings(folder, options):
    """Kernel messages at any level that fail the run, as lines for people."""
    found = []
    levels = [("virtual host", folder)]
    if options.role == "guest":
        levels += [("guest %d" % n, os.path.join(folder, "g%d" % n))
                   for n in range(1, options.vgpus + 1)]
    for name, where in levels:
        for line in kmsg.bad_lines(kmsg.dmesg(os.path.join(where, "kmsg")),
                                   options.driver):
            found.append("%s: %s" % (name, line))
    return found


def complaints(folder, options, most):
    """The same as reasons of a failure, not more than `most`."""
    bad = warnings(folder, options)
    reasons = ["new kernel warning, " + line for line in bad[:most]]
    if len(bad) > most:
        reasons.append("and %d more such lines" % (len(bad) - most))
    return reasons


def attempt(options, folder, deadline, argv):
    """One boot and its judgement: (status, reasons)."""
    prepare(options, folder, argv)
    try:
        end = Run(options, folder, deadline).go()
    except TimeoutError:
        return TIMEOUT, ["timeout: %d s are over" % options.timeout] + complaints(folder, options, 5)
    except LabError as error:
        return FAILURE, [str(error)] + complaints(folder, options, 5)
    if end.get("broken"):
        raise Broken(end["reason"])
    reasons = [end["reason"]] if end.get("reason") else []
    reasons += complaints(folder, options, 8)
    if end.get("repeats"):
        say("repeats after a failure of the emulator: %d" % end["repeats"])
    status = end["status"]
    return (FAILURE if status == 0 and reasons else status), reasons


def make_gpusim():
    """Build the simulator when its sources changed."""
    result = inside.run(["make", "-s", "-C", "tools/gpusim"], check=False,
                        stdout=sys.stderr, stderr=sys.stderr)
    if result.returncode:
        raise LabError("`make gpusim` failed with status %d" % result.returncode)


def keep_logs(options, folder, status):
    """Copy the logs where the user wants them, or say where they are."""
    for name in os.listdir(folder):
        if name.endswith(".sock"):
            os.unlink(os.path.join(folder, name))
    if options.keep_logs:
        shutil.copytree(folder, options.keep_logs, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("share"))
    if status == 0:
        shutil.rmtree(folder)
        return
    where = options.keep_logs or folder
    names = sorted(os.path.relpath(os.path.join(d, f), where)
                   for d, _, files in os.walk(where) for f in files
                   if re.search(r"\.(log|txt|stderr)$", f))
    say("logs: %s: %s" % (where, " ".join(names)))


def run(options, argv):
    """Everything `lab host` and `lab guest` do; returns the exit status."""
    if options.driver == "ivgpu":
        build.ensure(options.kernel)
    if options.gpu != "none":
        make_gpusim()
    top = os.path.join(BUILD, "lab")
    os.makedirs(top, exist_ok=True)
    for boot in (1, 2):
        deadline = time.monotonic() + options.timeout
        folder = os.path.join(top, "%d-%d" % (os.getpid(), boot))
        shutil.rmtree(folder, ignore_errors=True)
        try:
            status, reasons = attempt(options, folder, deadline, argv)
        except Broken as error:
            say("emulator: %s" % error)
            why = complaints(folder, options, 5)
            if boot == 1 and not any(UNDER_TEST.search(line) for line in why):
                say(AGAIN + "; repeats after a failure of the emulator: 1")
                keep_logs(options, folder, FAILURE)
                if options.share == os.path.join(folder, "share"):
                    options.share = None
                continue
            status, reasons = FAILURE, [
                "%s%s" % (error, ", also the second time" if boot == 2 else "")] + why
        break
    for reason in reasons:
        say(reason)
    keep_logs(options, folder, status)
    return status
