# SPDX-License-Identifier: GPL-2.0
"""The lab: virtual machines to build ivgpu for and run it in."""
