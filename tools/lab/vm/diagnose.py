# SPDX-License-Identifier: GPL-2.0
"""What a guest that stands still is doing: stacks of its QEMU's threads, and its processor's state."""

import glob
import re
import socket
import time

import drivers

QUESTIONS = ("info status", "info registers", "info lapic", "info irq", "info pic")


def threads(pid):
    """Name, state and kernel stack of each thread."""
    lines = []
    for task in sorted(glob.glob("/proc/%d/task/*" % pid)):
        stat = (drivers.read(task + "/stat") or "?").rsplit(")", 1)[-1].split()
        lines.append("%s %s state %s, user %s, system %s ticks" % (
            task, drivers.read(task + "/comm"), stat[0], *(stat[11:13] or ("?", "?"))))
        lines.append(drivers.read(task + "/stack") or "  no stack")
    return "\n".join(lines)


def order(path, command):
    """One command to the monitor, whose answer does not matter."""
    with socket.socket(socket.AF_UNIX) as monitor:
        monitor.settimeout(3)
        monitor.connect(path)
        monitor.recv(65536)
        monitor.sendall(command.encode() + b"\n")
        time.sleep(0.2)


def ask(path):
    """The monitor's answers."""
    with socket.socket(socket.AF_UNIX) as monitor:
        monitor.settimeout(3)
        monitor.connect(path)
        answer = b""
        for question in QUESTIONS:
            monitor.sendall(question.encode() + b"\n")
            time.sleep(0.2)
        try:
            while True:
                data = monitor.recv(65536)
                if not data:
                    break
                answer += data
        except TimeoutError:
            pass
    return answer.decode(errors="replace")


def stopped_machine(pid, monitor, folder):
    """Write all that to FOLDER/stopped.txt; returns it."""
    stacks = threads(pid)
    try:
        answers = ask(monitor)
    except OSError as error:
        answers = "the monitor does not answer: %s" % error
    later = threads(pid)
    with open(folder + "/stopped.txt", "w", encoding="utf-8") as stream:
        stream.write("\n\n".join((stacks, answers, later)))
    return stacks + answers


def cause(report):
    """Why a driver, and not the emulator, holds the guest; or None."""
    match = re.search(r"\[(ivgpu|kvmgt|i915)\]", report)
    if match:
        return "a thread of its QEMU waits in " + match.group(1)
    match = re.search(r"RIP=(ffffffffc[0-9a-f]{7})", report)  # where a kernel's modules are
    if match:
        return "its kernel runs in a module, at " + match.group(1)
    return None
