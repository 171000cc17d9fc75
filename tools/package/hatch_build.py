"""The project's addresses in the metadata, from LEANCUE_ADDRESS; a release has them.

An sdist carries them on: a wheel built from it has the same.
"""

from __future__ import annotations

import os
from email.parser import Parser
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

# Label → path after the address.
PAGES = {
    "Homepage": "", "Documentation": "/tree/main/shared/docs", "Source": "", "Issues": "/issues",
    "Changelog": "/blob/main/CHANGELOG.md", "Downloads": "/releases",
}  # fmt: skip


class Addresses(MetadataHookInterface):
    """Build hook that fills in ``project.urls``."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the addresses, if known."""
        address = os.environ.get("LEANCUE_ADDRESS", "").rstrip("/")
        told = Path(self.root, "PKG-INFO")
        if address:
            metadata["urls"] = {label: address + rest for label, rest in PAGES.items()}
        elif told.is_file():  # within an sdist
            lines = Parser().parsestr(told.read_text("utf-8")).get_all("Project-URL") or []
            metadata["urls"] = dict(line.split(", ", 1) for line in lines)
        else:
            metadata["urls"] = {}
