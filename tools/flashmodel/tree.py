"""All folders and files of a volume, with their contents."""

from __future__ import annotations

from dataclasses import dataclass

from tools.flashmodel.disk import BLOCK_BYTES
from tools.flashmodel.fat import Fat

_FOLDER, _ATTRIBUTES_AT = 0x10, 11


@dataclass(frozen=True)
class Entry:
    """A file or folder; ``start``: its first cluster; ``size`` in bytes, 0 for a folder."""

    is_folder: bool
    start: int
    size: int


def tree(fat: Fat) -> dict[str, Entry]:
    """Return the entries of the volume, by path."""
    found: dict[str, Entry] = {}
    _walk(fat, "", list(range(fat.layout.root_first, fat.layout.data_first)), found)
    return found


def content(fat: Fat, entry: Entry) -> bytes:
    """Return the content of a file."""
    image = fat.disk.chip.image
    places = (block * BLOCK_BYTES for block in _blocks(fat, entry.start))
    return b"".join(image[at : at + BLOCK_BYTES] for at in places)[: entry.size]


def _walk(fat: Fat, folder: str, blocks: list[int], found: dict[str, Entry]) -> None:
    for name, place, raw in list(fat.listed(blocks)):
        if name in (".", ".."):
            continue
        start, size = fat.start_and_size(place)
        is_folder = bool(raw[_ATTRIBUTES_AT] & _FOLDER)
        found[f"{folder}/{name}"] = Entry(is_folder, start, size)
        if is_folder:
            _walk(fat, f"{folder}/{name}", _blocks(fat, start), found)


def _blocks(fat: Fat, start: int) -> list[int]:
    count = fat.layout.cluster_blocks
    return [fat.layout.block_of(cluster) + i for cluster in fat.chain(start) for i in range(count)]
