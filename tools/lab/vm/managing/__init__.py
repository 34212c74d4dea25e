# SPDX-License-Identifier: GPL-2.0
"""Programs that manage mediated devices, run for real on ivgpu's; see run-manage."""
