#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of ivgpu-top, ivgpu-report and ivgpu-convert-gvtg on made-up trees, in TAP."""

import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
A, B = "69766770-0000-4000-8000-00000000000a", "69766770-0000-4000-8000-00000000000b"
GPU = "/sys/devices/pci0000:00/0000:00:02.0"
TESTS = []


def test(function):
    """Marks a test; its docstring is its name."""
    TESTS.append(function)
    return function


def put(root, files):
    """Write files below a root."""
    for name, text in files.items():
        path = root + name
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)


def link(root, name, target):
    """A link below a root, relative as sysfs has it."""
    path = root + name
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.makedirs(root + target, exist_ok=True)
    os.symlink(os.path.relpath(root + target, os.path.dirname(path)), path)


def add_vgpu(root, uuid, kind, weight, busy, group, cap=0):
    """A vGPU in sysfs."""
    device = GPU + "/" + uuid
    stats = {"%s/ivgpu/stats/rcs0_busy_ns" % device: "%d\n" % busy,
             "%s/ivgpu/stats/bcs0_busy_ns" % device: "0\n",
             "%s/ivgpu/stats/rcs0_requests" % device: "42\n"}
    put(root, {device + "/ivgpu/weight": "%d\n" % weight, device + "/ivgpu/state": "running\n",
               device + "/ivgpu/cap_percent": "%d\n" % cap, **stats})
    link(root, device + "/mdev_type", GPU + "/mdev_supported_types/" + kind)
    link(root, device + "/iommu_group", "/sys/kernel/iommu_groups/%d" % group)
    link(root, "/sys/bus/mdev/devices/" + uuid, device)
    put(root, {"/sys/kernel/debug/ivgpu/0000:00:02.0/%s/stats" % uuid:
               "traps 100\nrefused_submissions 3\nresets 1\npinned_pages 512\n"
               "ggtt_rejected 5\nppgtt_rejected 6\n"})


def host(root):
    """Two vGPUs of ivgpu, one of somebody else."""
    add_vgpu(root, A, "ivgpu-GVTg_V5_8", 2, 1000, 7)
    add_vgpu(root, B, "ivgpu-GVTg_V5_4", 6, 0, 8, cap=50)
    add_vgpu(root, "11111111-0000-4000-8000-000000000000", "mtty-1", 1, 0, 9)
    put(root, {"/proc/321/comm": "qemu\n"})
    os.makedirs(root + "/proc/321/fd")
    os.symlink("/dev/vfio/7", root + "/proc/321/fd/12")


def run(name, root, *arguments, status=0):
    """Output of a tool on a root."""
    result = subprocess.run([sys.executable, "-B", os.path.join(HERE, name)] + list(arguments) +
                            (["--root", root] if root else []), text=True, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert result.returncode == status, "status %d: %s" % (result.returncode, result.stderr)
    return result.stdout + result.stderr


@test
def top_json(root):
    """ivgpu-top --json has sysfs' names, the owner, and only ivgpu's devices"""
    host(root)
    found = json.loads(run("ivgpu-top", root, "--json"))
    assert [v["uuid"] for v in found] == [A, B], found
    assert found[0]["stats"]["rcs0_busy_ns"] == 1000 and found[0]["weight"] == 2
    assert found[0]["owner"] == {"pid": 321, "comm": "qemu"} and found[1]["owner"] is None
    assert found[1]["cap_percent"] == 50 and found[0]["counters"]["pinned_pages"] == 512


@test
def top_table(root):
    """ivgpu-top --once shows the due share by weight, held by the cap"""
    host(root)
    lines = run("ivgpu-top", root, "--once", "--delay", "0").splitlines()
    assert len(lines) == 3, lines
    assert re.search(r"qemu/321 +2 +- +25 ", lines[1]), lines[1]
    assert re.search(r" 6 +50 +50 ", lines[2]), lines[2]
    assert lines[1].rstrip().endswith("2M")


@test
def top_narrow(root):
    """ivgpu-top fits a terminal of 80 columns"""
    host(root)
    os.environ["COLUMNS"] = "80"
    try:
        lines = run("ivgpu-top", root, "--once", "--delay", "0").splitlines()
    finally:
        del os.environ["COLUMNS"]
    assert len(lines) == 8 and all(len(l) <= 80 for l in lines), lines
    assert lines[0] == A + " GVTg_V5_8 running qemu/321", lines[0]
    assert lines[5].split()[0::2] == ["rcs0", "bcs0"], lines[5]
    assert lines[6] == "  weight 6, cap 50, due 50%; - req/s, - traps/s", lines[6]
    assert lines[7] == "  11 faults, 3 refused, 1 resets, 2M pinned", lines[7]


@test
def top_busy(root):
    """ivgpu-top's busy share is what changed over the interval"""
    host(root)
    sys.path.insert(0, HERE)
    namespace = {"__name__": "ivgpu_top"}
    with open(os.path.join(HERE, "ivgpu-top"), encoding="utf-8") as stream:
        exec(compile(stream.read(), "ivgpu-top", "exec"), namespace)
    _, old = namespace["reading"](root)
    put(root, {"/sys/bus/mdev/devices/%s/ivgpu/stats/rcs0_busy_ns" % A: "500001000\n"})
    _, new = namespace["reading"](root)
    shares = namespace["busy_percent"](old[0], new[0], 1000000000)
    assert shares == {"rcs0": 50.0, "bcs0": 0.0}, shares
    put(root, {"/sys/bus/mdev/devices/%s/ivgpu/stats/rcs0_requests" % A: "142\n"})
    _, new = namespace["reading"](root)
    assert namespace["rate"](old[0], new[0], "requests", 2000000000) == 50
    assert namespace["rate"](None, new[0], "requests", 2000000000) is None
    assert namespace["total"](new[0], "faults") == 11
    assert namespace["bar"](50.0) == "#####.....  50%", namespace["bar"](50.0)


@test
def top_prometheus(root):
    """ivgpu-top --prometheus: one TYPE line per metric, every sample labelled"""
    host(root)
    lines = run("ivgpu-top", root, "--prometheus").splitlines()
    types = [l for l in lines if l.startswith("# TYPE")]
    assert len(types) == len(set(types)) and "# TYPE ivgpu_busy_ns_total counter" in types
    assert 'ivgpu_busy_ns_total{gpu="0000:00:02.0",uuid="%s",mdev_type="ivgpu-GVTg_V5_8",' \
        'engine="rcs0"} 1000' % A in lines
    sample = re.compile(r'ivgpu_\w+\{gpu="[^"]+",uuid="[^"]+",mdev_type="[^"]+"'
                        r'(,engine="\w+")?\} \d+$')
    assert all(sample.match(l) for l in lines if not l.startswith("#")), lines


@test
def top_nothing(root):
    """ivgpu-top says what is wrong where there are no mediated devices"""
    assert "no mediated devices" in run("ivgpu-top", root, "--once", status=1)


def machine(root, driver="ivgpu", options="CONFIG_PCI=y\nCONFIG_VFIO=m\nCONFIG_VFIO_MDEV=m\n"
            "CONFIG_KVM=m\n"):
    """A host in order."""
    put(root, {GPU + "/vendor": "0x8086\n", GPU + "/device": "0x1912\n",
               GPU + "/class": "0x030000\n",
               GPU + "/resource": "0x0 0x0 0x0\n0x0 0x0 0x0\n0xe0000000 0xefffffff 0x0\n",
               GPU + "/mdev_supported_types/ivgpu-GVTg_V5_8/available_instances": "8\n",
               "/proc/sys/kernel/osrelease": "6.12\n", "/boot/config-6.12": options,
               "/proc/cpuinfo": "flags\t: fpu vmx\n", "/dev/kvm": "", "/proc/cmdline": "quiet\n",
               "/sys/module/ivgpu/refcnt": "0\n"})
    if driver:
        link(root, GPU + "/driver", "/sys/bus/pci/drivers/" + driver)
    link(root, "/sys/bus/pci/devices/0000:00:02.0", GPU)


@test
def report_good(root):
    """ivgpu-report finds nothing missing on a host in order"""
    machine(root)
    text = run("ivgpu-report", root)
    assert "nothing is missing" in text and "MISSING" not in text
    assert "the aperture has 256 MiB" in text
    assert "ivgpu-GVTg_V5_8: 8 more" in text


@test
def report_i915(root):
    """ivgpu-report names the driver that has the GPU, and the step"""
    machine(root, driver="i915")
    text = run("ivgpu-report", root, status=1)
    assert "belongs to the driver i915" in text and "/sys/bus/pci/drivers/i915/unbind" in text


@test
def report_kernel(root):
    """ivgpu-report names a kernel option that lacks, and swiotlb=force"""
    machine(root, options="CONFIG_PCI=y\nCONFIG_VFIO=m\nCONFIG_KVM=m\n")
    put(root, {"/proc/cmdline": "quiet swiotlb=force\n"})
    text = run("ivgpu-report", root, status=1)
    assert "lacks CONFIG_VFIO_MDEV" in text and "swiotlb=force" in text and "2 missing" in text


@test
def report_unknown(root):
    """ivgpu-report refuses a GPU that is not in the table, and a machine without one"""
    assert "no Intel graphics" in run("ivgpu-report", root, status=1)
    machine(root, driver=None)
    put(root, {GPU + "/device": "0x9a49\n"})
    assert "8086:9a49, which ivgpu does not support" in run("ivgpu-report", root, status=1)


@test
def report_ids(_):
    """ivgpu-report's list of ids is the module's"""
    path = os.path.join(HERE, "..", "..", "drivers", "ivgpu", "gpu", "device_info.c")
    with open(path, encoding="utf-8") as stream:
        rows = re.findall(r'ROW\((0x[0-9a-f]{4}), "([^"]+)", (\w+),', stream.read())
    refused = ("BROADWELL", "BROXTON", "GEMINILAKE")
    with open(os.path.join(HERE, "ivgpu-ids"), encoding="ascii") as stream:
        listed = [tuple(l.split(None, 1)) for l in stream.read().splitlines() if l[0] != "#"]
    assert rows and [r[:2] for r in rows if r[2] not in refused] == listed


@test
def report_bug(root):
    """ivgpu-report --bug prints parameters and counters"""
    machine(root)
    host(root)
    put(root, {"/sys/module/ivgpu/parameters/map_ggtt": "Y\n"})
    text = run("ivgpu-report", root, "--bug")
    assert "map_ggtt: Y" in text and "rcs0_requests" in text and "traps 100" in text


@test
def convert_mdevctl(root):
    """ivgpu-convert-gvtg --write changes the type only, and keeps the old file"""
    old = {"mdev_type": "i915-GVTg_V5_4", "start": "auto", "attrs": []}
    put(root, {"/d/0000:00:02.0/" + A: json.dumps(old)})
    run("ivgpu-convert-gvtg", None, "--write", root + "/d")
    path = root + "/d/0000:00:02.0/" + A
    with open(path, encoding="utf-8") as stream:
        assert json.load(stream) == dict(old, mdev_type="ivgpu-GVTg_V5_4")
    with open(path + ".gvtg", encoding="utf-8") as stream:
        assert json.load(stream) == old
    assert "unchanged" in run("ivgpu-convert-gvtg", None, "--write", root + "/d")


@test
def convert_libvirt(root):
    """ivgpu-convert-gvtg: a node device gets the new type, a domain stays"""
    put(root, {"/n.xml": "<device><capability type='mdev'><type id='i915-GVTg_V5_8'/>"
               "</capability></device>\n",
               "/d.xml": "<domain type='kvm'><address uuid='%s'/></domain>\n" % A})
    assert "<type id='ivgpu-GVTg_V5_8'/>" in run("ivgpu-convert-gvtg", None, root + "/n.xml")
    text = run("ivgpu-convert-gvtg", None, root + "/d.xml")
    assert "nothing to change" in text and "<address uuid='%s'/>" % A in text


@test
def convert_refused(root):
    """ivgpu-convert-gvtg refuses Broadwell's types, broken JSON and other files"""
    put(root, {"/v4": '{"mdev_type": "i915-GVTg_V4_2"}', "/broken": "{", "/other": "hello"})
    assert "refuses Broadwell" in run("ivgpu-convert-gvtg", None, root + "/v4", status=1)
    assert "broken JSON" in run("ivgpu-convert-gvtg", None, root + "/broken", status=1)
    assert "neither" in run("ivgpu-convert-gvtg", None, root + "/other", status=1)


def main():
    """Exit status 0 when all is well."""
    print("1..%d" % len(TESTS))
    failed = 0
    for index, function in enumerate(TESTS, 1):
        with tempfile.TemporaryDirectory() as root:
            try:
                function(root)
                verdict = "ok"
            except Exception as error:  # the other tests must still run
                verdict = "not ok"
                failed += 1
                print("# %s: %s" % (type(error).__name__, error))
        print("%s %d %s" % (verdict, index, function.__doc__))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
