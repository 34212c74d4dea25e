# SPDX-License-Identifier: GPL-2.0
"""mdevctl: a vGPU's definition, its life, and that it is back when the GPU is."""

from .base import BDF, MDEVS, check, exists, read, run, until, works, write

UUID = "5f0d1c1e-6d5f-4a65-8a3c-3a6c1f7b0c01"
TYPE = "ivgpu-GVTg_V5_4"
AUTO_SECONDS = 20


def listed(*options):
    """mdevctl's line about the vGPU."""
    return next((l for l in run("mdevctl", "list", *options)[1].splitlines() if UUID in l), "")


def main():
    """All of it."""
    types = works("mdevctl: types", "mdevctl", "types")
    check("mdevctl: types tells the types", all(w in types for w in (
        BDF, TYPE, "Available instances: 6", "Device API: vfio-pci", "low_gm_size: 128MB")), types)
    works("mdevctl: define", "mdevctl", "define", "--uuid", UUID, "--parent", BDF, "--type", TYPE)
    check("mdevctl: a definition makes no vGPU", not exists(UUID) and "manual" in listed("-d"),
          listed("-d"))
    works("mdevctl: start", "mdevctl", "start", "--uuid", UUID)
    check("mdevctl: list shows it", TYPE in listed() and exists(UUID), listed())
    works("mdevctl: stop", "mdevctl", "stop", "--uuid", UUID)
    check("mdevctl: stop removes it", not exists(UUID))
    works("mdevctl: modify --auto", "mdevctl", "modify", "--uuid", UUID, "--auto")
    works("mdevctl: modify --addattr", "mdevctl", "modify", "--uuid", UUID,
          "--addattr", "ivgpu/weight", "--value", "7")
    rebind()
    works("mdevctl: stop again", "mdevctl", "stop", "--uuid", UUID)
    works("mdevctl: undefine", "mdevctl", "undefine", "--uuid", UUID)
    check("mdevctl: nothing is left", not listed() and not listed("-d"))


def rebind():
    """The GPU goes and comes, as at boot: udev's rule starts the vGPU with its settings."""
    driver = "/sys/bus/pci/drivers/ivgpu/"
    said = write(BDF, driver, "unbind") or write(BDF, driver, "bind")
    check("mdevctl: auto: the vGPU is there when the GPU is", not said and until(
        lambda: exists(UUID), AUTO_SECONDS), said or "no such vGPU")
    check("mdevctl: auto: with its attribute", until(
        lambda: read(MDEVS, UUID, "ivgpu/weight") == "7", 5), read(MDEVS, UUID, "ivgpu/weight"))
