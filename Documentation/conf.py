# SPDX-License-Identifier: GPL-2.0
"""Sphinx: `sphinx-build Documentation OUTPUT`, with nothing but what Sphinx itself brings."""

project = "ivgpu"
master_doc = "index"
language = "en"
html_theme = "alabaster"
exclude_patterns = ["ABI", "examples"]
highlight_language = "none"
