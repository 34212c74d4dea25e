# SPDX-License-Identifier: GPL-2.0
"""libvirt, with the example files of Documentation/examples as they are."""

import os
import re
import shutil
import struct
import xml.etree.ElementTree as tree
import zlib

from .base import (EXAMPLES, MDEVS, PARENT, check, exists, initrd, kernel, read, refused, run, until,
                   works, write)

PCI = "pci_0000_00_02_0"
CONF = """user = "root"
group = "root"
namespaces = []
cgroup_controllers = []
security_driver = "none"
seccomp_sandbox = 0
remember_owner = 0
"""
SERIAL = "/tmp/domain.log"
DOMAIN = "/tmp/domain.xml"
DISK = "/var/lib/libvirt/images/one.img"
SHOT = "/tmp/shot.png"
BOOT_SECONDS = 60


def virsh(*argv):
    """The command."""
    return ("virsh", "-q") + argv


def uuid_of(example):
    """The UUID in an example file."""
    return re.search(r"[0-9a-f]{8}-[-0-9a-f]{27}", read(EXAMPLES, example)).group(0)


def node(uuid):
    """libvirt's name of a vGPU."""
    return "mdev_%s_0000_00_02_0" % uuid.replace("-", "_")


def start_daemons():
    """libvirtd and virtlogd, without systemd."""
    with open("/etc/libvirt/qemu.conf", "w", encoding="utf-8") as stream:
        stream.write(CONF)
    for argv in (("virtlogd", "-d"), ("libvirtd", "-d")):
        works("libvirt: %s starts" % argv[0], *argv)
    check("libvirt: answers", until(lambda: run(*virsh("uri"))[0] == 0, 30))


def node_devices():
    """nodedev: the parent, and a vGPU from definition to autostart."""
    uuid, path = uuid_of("vgpu.xml"), os.path.join(EXAMPLES, "vgpu.xml")
    name = node(uuid)
    parents = works("libvirt: nodedev-list --cap mdev_types",
                    *virsh("nodedev-list", "--cap", "mdev_types"))
    check("libvirt: knows the GPU as a parent", PCI in parents.split(), parents)
    text = works("libvirt: nodedev-dumpxml of the GPU", *virsh("nodedev-dumpxml", PCI))
    kinds = {t.get("id"): t.findtext("availableInstances")
             for t in tree.fromstring(text).iter("type") if t.get("id")}
    check("libvirt: knows the types", kinds.get("ivgpu-GVTg_V5_8") == "8" and len(kinds) == 4,
          kinds)
    works("libvirt: nodedev-create", *virsh("nodedev-create", path))
    check("libvirt: nodedev-create makes it", exists(uuid))
    works("libvirt: nodedev-destroy", *virsh("nodedev-destroy", name))
    check("libvirt: nodedev-destroy removes it", not exists(uuid))
    works("libvirt: nodedev-define", *virsh("nodedev-define", path))
    works("libvirt: nodedev-start", *virsh("nodedev-start", name))
    works("libvirt: nodedev-autostart", *virsh("nodedev-autostart", name))
    info = works("libvirt: nodedev-info", *virsh("nodedev-info", name))
    check("libvirt: active, persistent, started at boot", len(re.findall(r": +yes$", info, re.M))
          == 3 and exists(uuid), info)
    listed = works("libvirt: nodedev-list --cap mdev", *virsh("nodedev-list", "--cap", "mdev"))
    check("libvirt: lists it", name in listed.split(), listed)


def write_domain():
    """The example, and what boots a kernel of the lab in it and lets it speak."""
    domain = tree.parse(os.path.join(EXAMPLES, "domain.xml"))
    system, devices = domain.find("os"), domain.find("devices")
    for tag, text in (("kernel", kernel()), ("initrd", initrd()),
                      ("cmdline", "console=ttyS0 mitigations=off quiet")):
        tree.SubElement(system, tag).text = text
    serial = tree.SubElement(devices, "serial", type="file")
    tree.SubElement(serial, "source", path=SERIAL)
    domain.write(DOMAIN)


def colours(path):
    """How many different pixels a PNG of 8 bits per channel has; 0: it is none. No filter types
    are undone: equal rows of one colour stay few, a picture with letters has many."""
    with open(path, "rb") as stream:
        data = stream.read()
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return 0
    packed, at = b"", 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        packed += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    raw = zlib.decompress(packed)
    return len({raw[i:i + 3] for i in range(1, len(raw) - 3, 3)})


def said(text):
    """How often the guest said this."""
    return (read(SERIAL) or "").count(text)


def sees(vgpus):
    """Whether the guest's last word is that it has so many vGPUs."""
    lines = re.findall(r"^vGPUs:(.*)\.\r?$", read(SERIAL) or "", re.M)
    return bool(lines) and len(lines[-1].split()) == vgpus


def firmware():
    """The example as it is: there is nothing to boot, and the firmware says so on ramfb."""
    path = os.path.join(EXAMPLES, "domain.xml")
    status, text = run("virt-xml-validate", path, "domain")
    check("libvirt: the example domain is valid", status == 0, text)
    with open(DISK, "wb") as stream:
        stream.truncate(1 << 20)
    works("libvirt: define", *virsh("define", path))
    works("libvirt: start", *virsh("start", "one"))

    def letters():
        return run(*virsh("screenshot", "one", SHOT))[0] == 0 and colours(SHOT) >= 2
    check("libvirt: the screenshot shows the firmware's text (ramfb)", until(letters, 20),
          "%d colours" % colours(SHOT))
    shutil.copy(SHOT, "/share/firmware.png")
    works("libvirt: destroy", *virsh("destroy", "one"))
    works("libvirt: undefine", *virsh("undefine", "one"))


def guest_boots():
    """The example and a kernel."""
    write_domain()
    works("libvirt: define it anew", *virsh("define", DOMAIN))
    works("libvirt: start with a kernel", *virsh("start", "one"))
    check("libvirt: the guest is up, with its vGPU", until(
        lambda: said("guest is up") == 1 and sees(1), BOOT_SECONDS), read(SERIAL))


def one_without_monitor():
    """The vGPU of the second example: only such a one can come while a domain runs."""
    uuid = uuid_of("hostdev.xml")
    write(uuid, PARENT, "mdev_supported_types/ivgpu-GVTg_V5_8/create")
    write("none", MDEVS, uuid, "ivgpu/monitor")


def hotplug():
    """A second vGPU comes and goes while the domain runs."""
    uuid, path = uuid_of("hostdev.xml"), os.path.join(EXAMPLES, "hostdev.xml")
    one_without_monitor()
    works("libvirt: attach-device", *virsh("attach-device", "one", path))
    check("libvirt: the guest sees two vGPUs", until(lambda: sees(2), 20), read(SERIAL))
    works("libvirt: detach-device", *virsh("detach-device", "one", path))
    check("libvirt: the guest sees one vGPU", until(lambda: sees(1), 30), read(SERIAL))
    check("libvirt: the domain has it no more", until(
        lambda: uuid not in run(*virsh("dumpxml", "one"))[1], 20))
    works("libvirt: the vGPU can be removed", "sh", "-c", "echo 1 >%s/%s/remove" % (MDEVS, uuid))


def what_does_not_work():
    """Saving and moving a domain fails and says why; the domain goes on."""
    reason = r"(?i)mdev|mediated|vfio|hostdev|host device|assigned"
    refused("libvirt: managedsave names the reason", reason, *virsh("managedsave", "one"))
    refused("libvirt: save names the reason", reason, *virsh("save", "one", "/tmp/one.save"))
    refused("libvirt: snapshot names the reason", reason, *virsh(
        "snapshot-create-as", "one", "s1", "--memspec", "/tmp/one.mem"))
    refused("libvirt: migrate names the reason", reason, *virsh(
        "migrate", "--live", "one", "qemu:///system"))
    state = run(*virsh("domstate", "one"))[1].strip()
    check("libvirt: the domain runs on", state == "running", state)


def end_of_it():
    """Reset, end, and everything undone."""
    works("libvirt: reset", *virsh("reset", "one"))
    check("libvirt: the guest is up once more", until(lambda: said("guest is up") == 2,
                                                      BOOT_SECONDS), read(SERIAL))
    works("libvirt: destroy again", *virsh("destroy", "one"))
    works("libvirt: undefine again", *virsh("undefine", "one"))
    name = node(uuid_of("vgpu.xml"))
    works("libvirt: nodedev-destroy at the end", *virsh("nodedev-destroy", name))
    works("libvirt: nodedev-undefine", *virsh("nodedev-undefine", name))
    left = run(*virsh("nodedev-list", "--all", "--cap", "mdev"))[1].split()
    check("libvirt: nothing is left", not left and not os.listdir(MDEVS), left)


def examples(where):
    """For commands of the documents: libvirt answers, and the examples are in the folder."""
    if run(*virsh("uri"))[0]:
        start_daemons()
    for name in os.listdir(EXAMPLES):
        shutil.copy(os.path.join(EXAMPLES, name), where)
    with open(DISK, "wb") as stream:
        stream.truncate(1 << 20)


def running():
    """For commands of the documents: the example domain runs a kernel."""
    write_domain()
    run(*virsh("define", DOMAIN))
    run(*virsh("start", "one"))
    check("libvirt: (the domain runs a kernel)", until(lambda: sees(1), BOOT_SECONDS), read(SERIAL))


def forget():
    """Nothing of the examples is left in libvirt."""
    name = node(uuid_of("vgpu.xml"))
    for argv in (("destroy", "one"), ("undefine", "one"), ("nodedev-destroy", name),
                 ("nodedev-undefine", name)):
        run(*virsh(*argv))


def main():
    """All of it."""
    start_daemons()
    for part in (node_devices, firmware, guest_boots, hotplug, what_does_not_work, end_of_it):
        part()
