# SPDX-License-Identifier: GPL-2.0
"""The parts of `make check` that run in virtual machines."""

import os
import re
import shutil
import subprocess
import sys

from . import checks, dma, igt, kmsg, machine, runner, tap
from .base import BUILD, KERNELS, REPO, read_file

LAB = os.path.join(REPO, "tools", "lab", "lab")
KMSG = "# kmsg "  # records of /dev/kmsg that vm/guest-sleep prints
REPEATS = re.compile(r"repeats after a failure of the emulator: (\d+)")


def lab(*argv, output=None, whole=False):
    """Run the lab, its output shown; returns (status, text since the last boot of the virtual host, or
    all if @whole)."""
    lines = []
    with subprocess.Popen([sys.executable, "-B", LAB] + list(argv), text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        for line in process.stdout:
            if not whole and runner.is_again(line):
                lines.clear()   # half of a test's output
            lines.append(line)
            sys.stdout.write(line)
            sys.stdout.flush()
    text = "".join(lines)
    if output:
        with open(output, "w", encoding="utf-8") as stream:
            stream.write(text)
    return process.returncode, text


def last_words(text):
    """The lab's last messages, for the list of failures."""
    return "\n".join(l for l in text.splitlines() if l.startswith("lab:"))[-800:]


def selftest_results(folder, names, prefix):
    """What run-selftests left in a folder, each name with a prefix."""
    results = []
    for name in names:
        tag = "%s/%s" % (prefix, name)
        output = read_file(os.path.join(folder, name + ".tap"))
        if output is None:
            results.append(tap.step(tag, False, "was not run"))
            continue
        end = re.search(r"# exit status (\d+)\s*$", output)
        own = tap.parse(name, output)
        if not end or (end.group(1) not in ("0", "4") and all(
                r.outcome != tap.FAIL for r in own)):
            own.append(tap.step(name + ":end", False, "exit status %s" % (
                end.group(1) if end else "unknown: cut off")))
        for result in own:
            result.name = "%s/%s" % (prefix, result.name)
        results += own
    return results


# A page of 1 GiB, which is not to be had in one piece once the machine has run for a while, and as
# much memory more.
HUGE_PAGE = ("--memory", "5120", "--append", "hugepagesz=1G hugepages=1")


def kselftest(kernel, names):
    """All kselftest programs in one virtual host."""
    share = os.path.join(BUILD, "kselftest", kernel)
    shutil.rmtree(share, ignore_errors=True)
    os.makedirs(share)
    log = os.path.join(share, "dma.log")
    status, text = lab("host", "--kernel", kernel, *HUGE_PAGE, "--share", share,
                       "--timeout", "900", "--gpusim", "--log-dma " + machine.seen_inside(log),
                       "--keep-logs", os.path.join(share, "logs"), "--",
                       "tools/lab/vm/run-selftests", *names)
    results = selftest_results(share, names, kernel)
    results.append(tap.step("%s/lab run" % kernel, status == 0, last_words(text)))
    for result in dma.judge(log, share):
        result.name = "%s/%s" % (kernel, result.name)
        results.append(result)
    return results


def check_kselftest():
    """kselftest programs on the three kernels."""
    checks.build_selftests()
    names = checks.selftest_names()
    for kernel in KERNELS:
        yield from kselftest(kernel, names)


def kselftest_again(failed):
    """The programs of failed results once more, on the kernels where they failed."""
    checks.build_selftests()
    names = checks.selftest_names()
    for kernel in KERNELS:
        own = [r.name[len(kernel) + 1:] for r in failed if r.name.startswith(kernel + "/")]
        chosen = [n for n in names if any(o.partition(":")[0] == n for o in own)]
        if own:
            # Few of the programs leave notes for the judge of the GPU's DMA.
            yield from (r for r in kselftest(kernel, chosen or names)
                        if not chosen or r.name != kernel + "/dma:notes")


def check_two_gpus():
    """Two GPUs in one host: each with vGPUs, one unbound while the other works."""
    checks.build_selftests()
    share = os.path.join(BUILD, "kselftest", "two-gpus")
    shutil.rmtree(share, ignore_errors=True)
    os.makedirs(share)
    status, text = lab("host", "--gpu", "skl,kbl", "--share", share, "--",
                       "tools/lab/vm/run-selftests", "two_gpus")
    yield from selftest_results(share, ["two_gpus"], "skl,kbl")
    yield tap.step("skl,kbl/lab run", status == 0, last_words(text))


# The GPUs that the driver's table has besides the one of all other runs.
OTHER_GPUS = ("kbl", "cfl", "cml")


def guests(count, what, *options):
    """So many stock guests at once, each pixel and each batch checked; `what` names the run."""
    status, text = lab("guest", "--vgpus", str(count), "--timeout", "420", *options, "--",
                       "/repo/build/guest/ivgpu-blit", "--engines")
    results = []
    for number in range(1, count + 1):
        prefix = "[g%d] " % number
        own = "\n".join(l[len(prefix):] for l in text.splitlines() if l.startswith(prefix))
        results += tap.parse("%s, g%d" % (what, number), own)
    results.append(tap.step("%s: lab run" % what, status == 0, last_words(text)))
    return results


# What pins, maps and takes away.
BEHIND_IOMMU = ("submit", "memory")


def check_iommu():
    """kselftest programs with the GPU behind an IOMMU; none with bounce buffers before it."""
    checks.build_selftests()
    share = os.path.join(BUILD, "kselftest", "iommu")
    shutil.rmtree(share, ignore_errors=True)
    os.makedirs(share)
    status, text = lab("host", "--iommu", *HUGE_PAGE, "--share", share, "--",
                       "tools/lab/vm/run-selftests", *BEHIND_IOMMU)
    yield from selftest_results(share, BEHIND_IOMMU, "iommu")
    yield tap.step("iommu/lab run", status == 0, last_words(text))
    yield from swiotlb()


def swiotlb():
    """A kernel that bounces all DMA: the driver says why it does not bind."""
    logs = os.path.join(BUILD, "kselftest", "swiotlb")
    shutil.rmtree(logs, ignore_errors=True)
    _, text = lab("host", "--append", "swiotlb=force", "--keep-logs", logs, "--", "true")
    said = read_file(os.path.join(logs, "kmsg.txt"), "")
    yield tap.step("swiotlb: not bound", "not bind" in text, last_words(text))
    yield tap.step("swiotlb: says how to boot", "boot without swiotlb=force" in said,
                   said[-800:])


def times(usual):
    """How often a guest is reset, its i915 bound anew, or sleeps: TIMES, of the environment."""
    return int(os.environ.get("TIMES") or usual)


def check_life():
    """A guest that is reset under work, rebinds its i915 and starts its kernel anew (kexec)."""
    checks.build_guest_tools()
    n = times(2)
    status, text = lab("guest", "--resets", str(n), "--timeout", str(300 + 60 * n), "--",
                       "/repo/tools/lab/vm/guest-life", str(n))
    own = "\n".join(l[5:] for l in text.splitlines() if l.startswith("[g1] "))
    # What was printed before the last reset was cut off.
    yield from tap.parse("life", "TAP version 13" + own.rpartition("TAP version 13")[2])
    yield tap.step("life: lab run", status == 0, last_words(text))


def guest_sleep(guest, n):
    """A guest with this kernel sleeps (S3) and wakes, with work on the GPU before and after each time."""
    tag = "guest-sleep/" + guest
    status, text = lab("guest", "--guest-packed", "--guest-kernel", guest, "--timeout", str(300 + 60 * n),
                       "--keep-logs", os.path.join(BUILD, tag), "--",
                       "/repo/tools/lab/vm/guest-sleep", str(n))
    own = [l[5:] for l in text.splitlines() if l.startswith("[g1] ")]
    yield from tap.parse(tag, "\n".join(l for l in own if not l.startswith(KMSG)))
    # The lab's own copy ends before the first sleep.
    messages = list(kmsg.texts(l[len(KMSG):] for l in own if l.startswith(KMSG)))
    woken = sum("Waking up from system sleep state S3" in m for m in messages)
    yield tap.step(tag + ": it was S3 each time", woken == n, "%d of %d" % (woken, n))
    bad = kmsg.bad_lines(messages, "ivgpu")
    yield tap.step(tag + ": kernel", messages and not bad, "\n".join(bad[:8]))
    noted = text.count("guest 1 had ")  # more than at first fails the run
    yield tap.step(tag + ": what is pinned was looked at", noted == n + 1, "%d times" % noted)
    yield tap.step(tag + ": lab run", status == 0, last_words(text))


def check_guest_sleep():
    """Guests of each kernel; in 6.1 i915 relies on the GGTT's entries when it wakes."""
    checks.build_guest_tools()
    shutil.rmtree(os.path.join(BUILD, "guest-sleep"), ignore_errors=True)
    for guest in ("6.1", "6.12", "7.2"):
        yield from guest_sleep(guest, times(3))


# A balloon, and 512 MiB that can be plugged in.
GUEST_DEVICES = ("-m size=512M,maxmem=2G -device virtio-balloon-pci,addr=16.0 "
                 "-object memory-backend-ram,id=more,size=512M "
                 "-device virtio-mem-pci,id=plug,memdev=more,requested-size=0,addr=17.0")
VIOMMU = "-machine kernel-irqchip=split -device intel-iommu,caching-mode=on"


def check_guest_memory():
    """A guest's memory by balloon and virtio-mem; a guest behind an IOMMU of its own."""
    checks.build_guest_tools()
    share = os.path.join(BUILD, "kselftest", "guest-memory")  # by it the guest tells its QEMU
    shutil.rmtree(share, ignore_errors=True)
    os.makedirs(share)
    status, text = lab("guest", "--timeout", "420", "--guest-memory", "512", "--share", share,
                       "--guest-qemu-args", GUEST_DEVICES, "--",
                       "env", "LAB_MEMORY=512", "/repo/tools/lab/vm/guest-memory")
    own = "\n".join(l[5:] for l in text.splitlines() if l.startswith("[g1] "))
    yield from tap.parse("guest-memory", own)
    yield tap.step("guest-memory: lab run", status == 0, last_words(text))
    status, text = lab("guest", "--timeout", "420", "--guest-qemu-args", VIOMMU,
                       "--guest-append", "intel_iommu=on", "--",
                       "sh", "-c", "ls /sys/class/iommu/ | grep . && "
                       "exec /repo/build/guest/ivgpu-blit --engines")
    own = "\n".join(l[5:] for l in text.splitlines() if l.startswith("[g1] "))
    yield from tap.parse("viommu", own)
    yield tap.step("viommu: lab run", status == 0, last_words(text))


def check_hangs():
    """A VFIO client hangs an engine 1000 times, a stock guest five times; nobody else sees a reset."""
    checks.build_guest_tools()
    checks.build_selftests()
    status, text = lab("host", "--timeout", "600", "--", "env", "IVGPU_HANGS=1000",
                       "build/selftests/sched_faults", "-t", "hangs_beside_blits")
    yield from tap.parse("hangs, client", text)
    yield tap.step("hangs: lab run with a client", status == 0, last_words(text))
    share = os.path.join(BUILD, "hangs")
    shutil.rmtree(share, ignore_errors=True)
    os.makedirs(share)
    status, text = lab("guest", "--vgpus", "2", "--share", share, "--timeout", "420", "--",
                       "/repo/tools/lab/vm/guest-hangs", "5")
    yield from per_guest("hangs", text, (1, 2))
    yield tap.step("hangs: lab run", status == 0, last_words(text))


def per_guest(name, text, numbers):
    """Results of the TAP that each guest has printed."""
    for number in numbers:
        prefix = "[g%d] " % number
        own = "\n".join(l[len(prefix):] for l in text.splitlines() if l.startswith(prefix))
        yield from tap.parse("%s, g%d" % (name, number), own)


def check_wsim():
    """gem_wsim's simulated workloads in two guests side by side."""
    checks.build_guest_tools()
    igt.install()
    status, text = lab("guest", "--vgpus", "2", "--share", igt.FOLDER, "--timeout", "400", "--",
                       "/repo/tools/lab/vm/guest-wsim")
    yield from per_guest("wsim", text, (1, 2))
    yield tap.step("wsim: lab run", status == 0, last_words(text))


def check_beside():
    """A stock guest boots and works beside seven vGPUs with endless batches on every engine."""
    checks.build_guest_tools()
    checks.build_selftests()
    share = os.path.join(BUILD, "beside")
    shutil.rmtree(share, ignore_errors=True)
    os.makedirs(share)
    status, text = lab(
        "guest", "--share", share, "--timeout", "400", "--before",
        "build/selftests/endless /share/runs /share/stop /share/result >/share/log 2>&1 & "
        "for i in $(seq 300); do [ -e /share/runs ] && exit 0; sleep 0.2; done; "
        "cat /share/log; exit 1",
        "--", "/repo/tools/lab/vm/guest-beside")
    yield from per_guest("beside", text, (1,))
    yield from tap.parse("beside", read_file(os.path.join(share, "result"), ""))
    yield tap.step("beside: lab run", status == 0, last_words(text))


def check_guest():
    """Host and guest kernels on the diagonal; a guest on each of the other GPUs."""
    checks.build_guest_tools()
    for kernel in KERNELS:
        yield from guests(2, "guest %s on %s" % (kernel, kernel),
                          "--kernel", kernel, "--guest-kernel", kernel)
    yield from guests(len(OTHER_GPUS), "guests on " + ",".join(OTHER_GPUS),
                      "--gpu", ",".join(OTHER_GPUS))
