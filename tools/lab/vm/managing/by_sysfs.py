# SPDX-License-Identifier: GPL-2.0
"""What Proxmox VE, KubeVirt and OpenStack do with sysfs, replayed.

Read in: pve-common src/PVE/SysFSTools.pm (get_mdev_types, pci_create_mdev_device,
generate_mdev_uuid), KubeVirt pkg/virt-handler/device-manager/mediated_devices_types.go and
mediated_device.go, nova nova/privsep/libvirt.py (create_mdev).
"""

import glob
import os
import uuid

from .base import BDF, MDEVS, PARENT, check, exists, read, remove_all, write

TYPES = PARENT + "/mdev_supported_types"
CLASS = "/sys/class/mdev_bus/" + BDF


def main():
    """All of it."""
    for part in (proxmox, kubevirt, nova):
        part()
        remove_all()


def proxmox():
    """Types with their files; a UUID made of the VM's number; the link to the type."""
    kinds = sorted(os.listdir(TYPES))
    check("proxmox: types have what its list shows", kinds and all(
        (read(TYPES, k, "available_instances") or "").isdigit() and
        read(TYPES, k, "description") and read(TYPES, k, "name") for k in kinds), kinds)
    name = "00000000-0000-0000-0000-%012d" % 100
    kind = "ivgpu-GVTg_V5_4"
    before = int(read(TYPES, kind, "available_instances"))
    said = write(name, TYPES, kind, "create")
    check("proxmox: makes the vGPU of VM 100", not said and os.path.isdir(
        os.path.join(PARENT, name)), said)
    link = os.readlink(os.path.join(PARENT, name, "mdev_type"))
    check("proxmox: finds its type by the link", link.endswith("/" + kind), link)
    check("proxmox: sees one fewer", int(read(TYPES, kind, "available_instances")) == before - 1)
    check("proxmox: removes it", not write("1", MDEVS, name, "remove") and not exists(name))


def kubevirt():
    """All instances of a type, found again by name, parent, IOMMU group and NUMA node."""
    found = {os.path.basename(p): p for p in glob.glob(
        "/sys/class/mdev_bus/*/mdev_supported_types/*")}
    path = found.get("ivgpu-GVTg_V5_8", "")
    count = int(read(path, "available_instances") or 0)
    said = [write(str(uuid.uuid4()), path, "create") for _ in range(count)]
    check("kubevirt: makes all %d there is room for" % count, count == 8 and not any(said), said)
    bad = []
    for name in os.listdir(MDEVS):
        here = os.path.join(MDEVS, name)
        group = os.path.basename(os.readlink(here + "/iommu_group"))
        good = (read(here, "mdev_type/name") == "GVTg_V5_8" and
                os.path.realpath(here).split("/")[-2] == BDF and
                os.path.exists("/dev/vfio/" + group))
        if not good:
            bad.append(name)
    check("kubevirt: knows each by name, parent and IOMMU group", not bad, bad)
    check("kubevirt: reads the parent's NUMA node", (read(PARENT, "numa_node") or "x").lstrip(
        "-").isdigit())
    check("kubevirt: sees no room for more", read(path, "available_instances") == "0")
    check("kubevirt: removes all", not any(
        write("1", MDEVS, name, "remove") for name in os.listdir(MDEVS)) and
        read(path, "available_instances") == str(count))


def nova():
    """By the class of parents."""
    name, kind = str(uuid.uuid4()), CLASS + "/mdev_supported_types/ivgpu-GVTg_V5_4"
    check("openstack: makes a vGPU", not write(name, kind, "create") and exists(name))
    check("openstack: reads the type's API", read(kind, "device_api") == "vfio-pci")
    check("openstack: a UUID that is in use is refused",
          write(name, kind, "create") == "File exists")
