"""The space that files and folders take on a FAT drive, in whole clusters.

Source: Microsoft, "FAT: General Overview of On-Disk Format", 1.03: a folder is a chain of clusters
too, with 32 bytes per file and another 32 for each 13 characters of a long name. The root folder is
outside the clusters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leancue.installer.drive_files import NEW

_ENTRY_BYTES = 32
_LONG_NAME_PIECE = 13
_OWN_ENTRIES = 2  # "." and ".."


@dataclass(frozen=True)
class Room:
    """A drive of clusters of ``cluster_bytes``; all results are in bytes, in whole clusters."""

    cluster_bytes: int

    def of(self, size_bytes: int) -> int:
        """A file of that size."""
        return -(-size_bytes // self.cluster_bytes) * self.cluster_bytes

    def of_all(self, sizes_bytes: Iterable[int]) -> int:
        """Files of those sizes."""
        return sum(map(self.of, sizes_bytes))

    def folder_at_most(self, names: Iterable[str]) -> int:
        """A folder of those names, each created through a temporary name.

        All systems except Windows write each name as a long one. The temporary names leave gaps
        that the next ones reuse unless they are longer, so the longest counts twice.
        """
        names = list(names)
        beside = max((_entries(name + NEW) for name in names), default=0)
        return self._folder(sum(map(_entries, names)) + 2 * beside)

    def folder_at_least(self, names: Iterable[str]) -> int:
        """A folder of those names, all stored as short names."""
        return self._folder(len(list(names)))

    def tree_at_most(self, sizes_bytes: Mapping[str, int], top: str) -> int:
        """Files by path, and the folders from ``top`` down that hold them."""
        folders = map(self.folder_at_most, folders_of(sizes_bytes, top).values())
        return self.of_all(sizes_bytes.values()) + sum(folders)

    def tree_at_least(self, sizes_bytes: Mapping[str, int], top: str) -> int:
        """The minimum of the same."""
        folders = map(self.folder_at_least, folders_of(sizes_bytes, top).values())
        return self.of_all(sizes_bytes.values()) + sum(folders)

    def _folder(self, entries: int) -> int:
        return self.of((_OWN_ENTRIES + entries) * _ENTRY_BYTES)


def _entries(name: str) -> int:
    return 1 + -(-len(name) // _LONG_NAME_PIECE)


def folders_of(paths: Iterable[str], top: str) -> dict[str, set[str]]:
    """Return the names in each folder from ``top`` down that lead to ``paths``."""
    found: dict[str, set[str]] = {top: set()}
    for path in paths:
        while path != top:
            folder, _, name = path.rpartition("/")
            found.setdefault(folder, set()).add(name)
            path = folder
    return found
