# SPDX-License-Identifier: GPL-2.0
"""The virtual host's command line, and the processes it consists of: simulators and QEMU."""

import ctypes
import os
import select
import shlex
import signal
import subprocess
import time

from . import initrd, inside, kernels
from .base import BUILD, LabError, read_file, say

GPU_SLOTS = ("02.0", "03.0", "04.0", "05.0")
PORTS = ("out", "err", "ctl")
GPUSIM = "build/gpusim/gpusim"
GPUSIM_START_SECONDS = 20
LATENCY_QOS = "/dev/cpu_dma_latency"  # Documentation/power/pm_qos_interface.rst of Linux
GPUSIM_END_SECONDS = 10

# An SVM processor, without what the emulator lacks (it would warn of each).
CPU = "EPYC,+svm,+npt,-fxsr-opt,-misalignsse,-osvw,-topoext,-nrip-save,-xsavec"

# What every kernel in the lab gets: settings that make emulated machines quick and stable.
# lastbus: without it the kernel looks for 255 buses that are not there, 20,000 exits in a guest.
# Emulated processors are slow: i915 6.1 fills its part of the GGTT in one go at start, some
# 100,000 traps, which is no lock-up.
COMMON_APPEND = "console=ttyS0 mitigations=off panic=0 pci=lastbus=0 watchdog_thresh=60 " \
    "rcupdate.rcu_cpu_stall_timeout=120"
HOST_APPEND = "loglevel=5 kvm.halt_poll_ns=0"
IOMMU_APPEND = "intel_iommu=on iommu=nopt"
GUEST_APPEND = "loglevel=4"


def seen_inside(path):
    """A path below the build folder as processes in the root file system see it."""
    return os.path.join("/repo/build", os.path.relpath(path, BUILD))


def die_with_parent():
    """Runs in the child: a killed lab leaves no machine behind (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def start(argv, log, share=None, **options):
    """Start a process inside, with its stderr in a log."""
    with open(log, "ab") as stream:
        options.setdefault("stdout", stream)
        return subprocess.Popen(inside.command(argv, share=share), stderr=stream,
                                stdin=subprocess.DEVNULL, env=inside.environment(),
                                preexec_fn=die_with_parent, **options)


def stay_awake():
    """
    Processors that have nothing to do wait for it awake, which saves them some 50 us when it comes,
    until what this returns is closed; None where there is no such switch.
    """
    try:
        # pylint: disable-next=consider-using-with
        file = open(LATENCY_QOS, "wb", buffering=0)
        file.write(bytes(4))    # microseconds
        return file
    except OSError:
        return None


class Gpusim:
    """One simulated GPU, listening for QEMU."""

    def __init__(self, run, index, name, options):
        self.name = name
        self.socket = os.path.join(run, "gpu%d.sock" % index)
        self.log = os.path.join(run, "gpusim%d.log" % index)
        self.messages = os.path.join(run, "gpusim%d.stderr" % index)
        self.control = os.path.join(run, "control%d.sock" % index)
        argv = ["chrt", "-f", "1"] if options.undisturbed else []
        argv += ["/repo/" + GPUSIM, "--socket", seen_inside(self.socket), "--gpu", name,
                 "--aperture", str(options.aperture), "--log", seen_inside(self.log),
                 "--control", seen_inside(self.control),
                 "--index", str(index)] + shlex.split(options.gpusim)
        self.process = start(argv, self.messages, stdout=subprocess.PIPE)
        self.wait_listening()

    def wait_listening(self):
        """Until it says so, or fail with what it said instead."""
        ready, _, _ = select.select([self.process.stdout], [], [], GPUSIM_START_SECONDS)
        line = self.process.stdout.readline().decode() if ready else ""
        if not line.startswith("listening "):
            self.process.kill()
            self.process.wait()
            raise LabError("the simulated GPU %s did not start: %s" % (
                self.name, (line + read_file(self.messages, "")).strip()[-500:] or "no output"))

    def end(self):
        """Wait for its end, which follows QEMU's; None or what went wrong."""
        try:
            status = self.process.wait(GPUSIM_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return "the simulated GPU %s did not end with QEMU" % self.name
        if status:
            text = read_file(self.messages, "").strip().splitlines()[-3:]
            return "the simulated GPU %s ended with status %d: %s" % (
                self.name, status, " / ".join(text))
        return None


def p9(tag, path, slot, more=""):
    """A folder for the virtual machine by 9p."""
    return ["-fsdev", "local,id=%s,path=%s,security_model=none,multidevs=remap%s"
            % (tag, path, more),
            "-device", "virtio-9p-pci,fsdev=%s,mount_tag=%s,addr=%s" % (tag, tag, slot)]


def command(run, options, gpus):
    """QEMU's command line for the virtual host."""
    memory = options.memory
    append = " ".join((COMMON_APPEND, HOST_APPEND, "lab.role=host", options.driver_append,
                       IOMMU_APPEND if options.iommu else "", options.append))
    argv = ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none",
            "-no-reboot", "-name", "ivgpu-lab-host",
            "-machine", "q35,memory-backend=mem", "-m", "%dM" % memory,
            "-object", "memory-backend-memfd,id=mem,size=%dM,share=on" % memory,
            "-accel", "tcg,thread=multi", "-cpu", CPU, "-smp", "2",
            "-kernel", initrd.ensure_image(options.kernel),
            "-initrd", initrd.ensure(options.kernel, "host"),
            "-append", append,
            "-serial", "file:" + seen_inside(os.path.join(run, "host-console.log")),
            "-device", "virtio-serial-pci,id=serial,addr=10.0"]
    if options.iommu:
        argv += ["-device", "intel-iommu,caching-mode=on"]
    for port in PORTS:
        path = seen_inside(os.path.join(run, port + ".sock"))
        argv += ["-chardev", "socket,id=%s,path=%s" % (port, path),
                 "-device", "virtserialport,chardev=%s,name=lab.%s" % (port, port)]
    argv += p9("root", "/pristine", "11.0", ",readonly=on") + p9("repo", "/repo", "12.0")
    argv += p9("lab", seen_inside(run), "13.0") + p9("share", "/share", "14.0")
    for index, gpu in enumerate(gpus):
        argv += ["-device", '{"driver":"vfio-user-pci","addr":"%s",'
                 '"socket":{"type":"unix","path":"%s"}}'
                 % (GPU_SLOTS[index], seen_inside(gpu.socket)),
                 "-chardev", "socket,id=gpu%d,path=%s" % (index, seen_inside(gpu.control)),
                 "-device", "virtserialport,chardev=gpu%d,name=lab.gpu%d" % (index, index)]
    return argv + shlex.split(options.qemu_args)


class Machine:
    """A running virtual host."""

    def __init__(self, run, options):
        self.run = run
        self.gpus = []
        self.awake = stay_awake() if options.undisturbed else None
        names = [] if options.gpu == "none" else options.gpu.split(",")
        if len(names) > len(GPU_SLOTS):
            raise LabError("at most %d GPUs" % len(GPU_SLOTS))
        try:
            for index, name in enumerate(names):
                self.gpus.append(Gpusim(run, index, name, options))
            argv = ["nice", "-n", "-20"] if options.undisturbed else []
            argv += command(run, options, self.gpus)
            self.qemu = start(argv, os.path.join(run, "qemu.log"), share=options.share)
        except BaseException:
            self.kill_gpus()
            raise
        say("virtual host: kernel %s (%s)%s" % (
            options.kernel, kernels.release(options.kernel),
            ", simulated GPU " + options.gpu if names else ", no GPU"))

    def kill_gpus(self):
        """End the simulators at once."""
        for gpu in self.gpus:
            gpu.process.kill()
            gpu.process.wait()

    def stop(self):
        """End the machine; returns what went wrong with the simulators."""
        if self.awake:
            self.awake.close()
        if self.qemu.poll() is None:
            self.qemu.terminate()
            end = time.monotonic() + 5
            while self.qemu.poll() is None and time.monotonic() < end:
                time.sleep(0.02)
            if self.qemu.poll() is None:
                self.qemu.kill()
                self.qemu.wait()
        return [text for text in (gpu.end() for gpu in self.gpus) if text]
