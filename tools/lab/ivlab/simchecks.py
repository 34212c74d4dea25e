# SPDX-License-Identifier: GPL-2.0
"""`make check-sim`: the simulated GPU, proven by software that nobody of this project wrote."""

import glob
import os
import re
import subprocess

from . import checks, igt, inside, runner, tap, vmchecks
from .base import BUILD, KERNELS, LabError, REPO, read_file, write_file

SELECTION = os.path.join(igt.HERE, "igt-selection.txt")
LIMITS = igt.Limits(240, 400, 600)  # seconds; see igt-selection.txt
# GPUs on which stock i915 must do nothing that is undefined: the one of another generation, a
# low-power one and one with a second video engine. The others by hand, as the README says.
STRICT_GPUS = ("bdw", "bxt", "skl-gt3")
FAULTS_KERNEL = "6.12"              # see vm/sim-faults
# Without paravirtual EOI the emulator has less time to deliver an interrupt twice: see ../README.md,
# "Failures of the emulator".
KVMGT_CPU = "-cpu host,kvm-pv-eoi=off"
GAVE_UP = re.compile(r"guest \d+: i915 (made no device|is not up)")
NO_PROBLEM = ("command_problems", "faults", "dma_outside_memory")     # counts of gpusim --play
OUTCOMES = {"SUCCESS": tap.PASS, "SKIP": tap.SKIP}


def selection(kernel):
    """IGT's tests to run natively on a kernel, as the user of tools/lab/igt would name them."""
    names = []
    for line in read_file(SELECTION, "").splitlines():
        words = line.split("#")[0].split()
        if words and words[0] in ("all", kernel):
            names.append(words[1])
    if not names:
        raise LabError("%s has no test for kernel %s" % (SELECTION, kernel))
    return names


def as_tap(results):
    """IGT's results as TAP text, each skip and failure with IGT's own line."""
    lines = ["TAP version 13", "1..%d" % len(results)]
    for number, result in enumerate(results, 1):
        outcome = OUTCOMES.get(result.result, tap.FAIL)
        lines.append("%s %d %s%s" % ("not ok" if outcome == tap.FAIL else "ok", number,
                                     igt.name_of(result),
                                     " # SKIP " + result.why if outcome == tap.SKIP else ""))
        if outcome == tap.FAIL:
            lines.append("# %s: %s" % (result.result, result.why))
    return "\n".join(lines) + "\n"


def gave_up(results):
    """Did i915 give the GPU up? What one that works finds wrong is something else."""
    return any(r.outcome == tap.FAIL and ("i915_wedged" in r.name or GAVE_UP.search(r.detail))
               for r in results)


def stubbornly(what, run, *args):
    """Results of a run; of another one, where i915 gave the GPU up.

    For its first requests i915 allows 200 ms (I915_GEM_IDLE_TIMEOUT), which was seen to be too little
    for an emulated guest on a busy machine. Once more then, and said.
    """
    results = list(run(*args))
    if gave_up(results):
        print("sim: %s: i915 gave the GPU up; once more" % what, flush=True)
        results = list(run(*args))
    return results


def native(kernel):
    """Stock i915, two tools and a selection of IGT on one virtual host."""
    plan = igt.expand(selection(kernel))
    status, results, text = igt.run(
        plan, LIMITS, ["--kernel", kernel, "--memory", "6144", "--timeout", "850"],
        command="tools/lab/vm/prove-gpusim")
    own = "\n".join(l for l in text.splitlines() if not l.startswith(igt.LINE))
    counted = tap.parse("sim", own)
    for result in results:
        counted.append(tap.Result("igt:" + igt.name_of(result),
                                  OUTCOMES.get(result.result, tap.FAIL),
                                  "%s: %s" % (result.result, result.why)))
    seen = {(r.program, r.subtest) for r in results}
    for program, subtests in plan.items():
        counted += [tap.step("igt:%s@%s" % (program, s), False, "was not run")
                    for s in subtests if (program, s) not in seen]
    os.makedirs(os.path.join(BUILD, "check-sim"), exist_ok=True)
    write_file(os.path.join(BUILD, "check-sim", "igt-%s.tap" % kernel), as_tap(results))
    for result in counted:
        result.name = "%s/%s" % (kernel, result.name)
    counted.append(tap.step("%s/sim:lab run" % kernel, status == 0, vmchecks.last_words(text)))
    return counted


def strict(gpu):
    """Stock i915 on another GPU: binds, draws, and nothing of it is undefined."""
    status, text = vmchecks.lab("host", "--driver", "i915", "--gpu", gpu, "--gpusim=--strict",
                                "--timeout", "300", "--",
                                "/repo/build/guest/ivgpu-blit", "--engines")
    results = tap.parse("sim-strict-%s" % gpu, text)
    results.append(tap.step("sim-strict-%s:nothing undefined" % gpu, status == 0,
                            vmchecks.last_words(text)))
    return results


def faults():
    """The simulator's faults under stock i915."""
    status, text = vmchecks.lab("host", "--driver", "i915", "--kernel", FAULTS_KERNEL,
                                "--timeout", "1000", "--", "tools/lab/vm/sim-faults")
    results = tap.parse("sim-faults", text)
    # i915 warns of what is done to it here, so the lab's own status tells nothing.
    results.append(tap.step("sim-faults:were injected", results, vmchecks.last_words(text)))
    return results


def kvmgt():
    """One run of two stock guests under the kernel's own GVT-g: its results."""
    status, text = vmchecks.lab("guest", "--driver", "kvmgt", "--vgpus", "2", "--guest-append",
                                "i915.disable_display=1", "--guest-qemu-args=" + KVMGT_CPU,
                                "--timeout", "400", "--",
                                "/repo/build/guest/ivgpu-blit", "--engines")
    results = []
    for number in (1, 2):
        prefix = "[g%d] " % number
        own = "\n".join(l[len(prefix):] for l in text.splitlines() if l.startswith(prefix))
        results += tap.parse("kvmgt, g%d" % number, own)
    results.append(tap.step("kvmgt: lab run", status == 0, vmchecks.last_words(text)))
    return results


def play():
    """AUB files that Mesa's intel_dump_gpu wrote: all page tables walked, all commands known."""
    names = sorted(glob.glob(os.path.join(REPO, "selftests", "streams", "mesa-*.aub*")))
    # Their page tables name pages that the recorder never wrote, and --play wants every page.
    names = [n for n in names if not re.search(r"-(samples|textures)\.aub", n)]
    yield tap.step("sim:there are AUB files to play", names)
    for name in names:
        platform = re.search(r"-(skl|kbl|cfl|bdw)-", os.path.basename(name)).group(1)
        result = inside.run(["build/gpusim/gpusim", "--play", os.path.relpath(name, REPO),
                             "--gpu", platform], check=False, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)
        counts = dict(re.findall(r"^(\w+) (\d+)$", result.stdout, re.M))
        commands = sum(map(int, re.findall(r"^engine .* commands (\d+)", result.stdout, re.M)))
        good = result.returncode == 0 and commands and int(counts.get("page_tables", 0)) and \
            all(counts.get(name) == "0" for name in NO_PROBLEM)
        yield tap.step("sim:plays " + os.path.basename(name), good, result.stdout[-600:])


def check_sim():
    """The simulated GPU proven by stock i915, IGT, intel_gpu_top, intel_reg and Mesa."""
    igt.install()
    checks.build_guest_tools()
    runner.make_gpusim()
    result = inside.run(["python3", "-B", "tools/lab/test-run-igt"], check=False, text=True,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    yield from tap.parse("run-igt", result.stdout)
    yield from play()
    for kernel in KERNELS:
        yield from stubbornly("Linux " + kernel, native, kernel)
    for gpu in STRICT_GPUS:
        yield from stubbornly(gpu, strict, gpu)
    yield from stubbornly("faults", faults)


def check_kvmgt():
    """The simulated GPU proven by the kernel's own GVT-g with two stock guests."""
    checks.build_guest_tools()
    yield from stubbornly("kvmgt", kvmgt)
