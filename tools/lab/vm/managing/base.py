# SPDX-License-Identifier: GPL-2.0
"""What the parts share: TAP, commands, sysfs, and a guest that says which PCI devices it has."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time

BDF = "0000:00:02.0"
PARENT = "/sys/bus/pci/devices/" + BDF
MDEVS = "/sys/bus/mdev/devices"
EXAMPLES = "/repo/Documentation/examples"
# A vGPU, as the guest's sysfs names it.
VGPU_ID = "8086:1912"

GUEST_INIT = r"""#!/bin/busybox sh
b=/bin/busybox
$b mount -t devtmpfs dev /dev
$b mount -t sysfs sys /sys
exec >/dev/ttyS0
echo "guest is up"
last=
while :; do
	now=
	for d in /sys/bus/pci/devices/*; do
		read -r vendor <$d/vendor
		read -r device <$d/device
		[ "$vendor" = 0x8086 ] && [ "$device" = 0x1912 ] && now="$now ${d##*/}"
	done
	[ "$now" = "$last" ] || echo "vGPUs:$now."
	last=$now
	$b sleep 1
done
"""

# Every wait ends when what it waits for is there: so much longer on a machine that has much to do.
PATIENCE = 4

COUNT = {"tests": 0, "failed": 0}


def check(name, good, detail=""):
    """One TAP line; what was seen follows a failure. Returns `good`."""
    COUNT["tests"] += 1
    COUNT["failed"] += not good
    print("%s %d - %s" % ("ok" if good else "not ok", COUNT["tests"], name), flush=True)
    if not good:
        for line in str(detail).strip().splitlines()[-12:]:
            print("#   " + line, flush=True)
    return good


def finish():
    """The plan; the exit status."""
    print("1..%d" % COUNT["tests"], flush=True)
    return 1 if COUNT["failed"] else 0


def run(*argv, seconds=60):
    """(status, output) of a command."""
    started = time.monotonic()
    try:
        result = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, errors="replace",
                                timeout=PATIENCE * seconds, check=False)
        status, text = result.returncode, result.stdout
    except subprocess.TimeoutExpired as error:
        status, text = 124, "%s\nno end after %d s" % (error.stdout, PATIENCE * seconds)
    print("# %5.1f s  %s" % (time.monotonic() - started, " ".join(argv)), file=sys.stderr,
          flush=True)
    return status, text


def works(name, *argv, seconds=60):
    """A check that a command succeeds; returns its output."""
    status, text = run(*argv, seconds=seconds)
    check(name, status == 0, "status %d\n%s" % (status, text))
    return text


def refused(name, reason, *argv):
    """A check that a command fails and says why."""
    status, text = run(*argv)
    check(name, status != 0 and bool(re.search(reason, text)), "status %d\n%s" % (status, text))


def read(*path):
    """A file's text without the last newline, or None."""
    try:
        with open(os.path.join(*path), encoding="utf-8") as stream:
            return stream.read().rstrip("\n")
    except OSError:
        return None


def write(text, *path):
    """Into a file of sysfs; None or the errno's name."""
    try:
        with open(os.path.join(*path), "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        return error.strerror
    return None


def until(condition, seconds):
    """Whether it became true in time."""
    end = time.monotonic() + PATIENCE * seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def exists(uuid):
    """Whether the vGPU is there."""
    return os.path.isdir(os.path.join(MDEVS, uuid))


def remove_all():
    """No vGPU is left for the next part."""
    for uuid in os.listdir(MDEVS):
        with contextlib.suppress(OSError):
            write("1", MDEVS, uuid, "remove")


def kernel():
    """The guest's kernel: the host's own."""
    return "/boot/vmlinuz-" + os.uname().release


def initrd():
    """Makes the guest's initrd; its path."""
    path = "/tmp/guest.initrd"
    if os.path.exists(path):
        return path
    top = "/tmp/guest"
    for folder in ("bin", "dev", "sys"):
        os.makedirs(os.path.join(top, folder))
    shutil.copy("/usr/bin/busybox", os.path.join(top, "bin"))
    with open(os.path.join(top, "init"), "w", encoding="utf-8") as stream:
        stream.write(GUEST_INIT)
    os.chmod(os.path.join(top, "init"), 0o755)
    subprocess.run("cd %s && find . | cpio --quiet -o -H newc >%s" % (top, path), shell=True,
                   check=True)
    return path
