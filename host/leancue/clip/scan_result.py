"""Result of a port scan: clips, trouble, others; and the choice of one clip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from leancue.basis.errors import DeviceError, NoDevice, SeveralDevices
from leancue.clip.answers import Hello
from leancue.clip.client import Client


@dataclass(frozen=True)
class Found:
    """A clip that answered on ``port``. ``client``: its connection, which holds the port."""

    port: str
    hello: Hello
    client: Client = field(repr=False, compare=False)


@dataclass(frozen=True)
class Scan:
    """The clips that answered, and the ports that could not be queried, with the reason.

    ``others``: ports with something else. The ports of the clips stay open until ``close``:
    a clip notices that its port is closed, and may then unload what it has loaded for the host.
    """

    clips: tuple[Found, ...]
    trouble: tuple[DeviceError, ...]
    others: tuple[str, ...] = ()

    def close(self, but: Found | None = None) -> None:
        """Close the ports, ``but`` that of one clip."""
        for clip in self.clips:
            if clip is not but:
                clip.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def the_one(found: Scan, name: str | None) -> Found:
    """Return the clip called ``name``, the only one there is if None; never a guess.

    A UID may be shortened to its beginning.

    Raises:
        SeveralDevices, NoDevice, or the trouble in the way: with the way out.
    """
    begins = (name or "").lower()
    clips = [clip for clip in found.clips if clip.hello.uid.lower().startswith(begins)]
    clips = [clip for clip in clips if is_called(clip.hello, name)] or clips
    if len(clips) == 1:
        return clips[0]
    raise _several(clips) if clips else _none(name, found)


def is_called(hello: Hello, name: str | None) -> bool:
    """Whether ``name`` is this clip's full UID, which excludes all others."""
    return bool(name) and hello.uid.lower() == str(name).lower()


def _several(clips: Sequence[Found]) -> SeveralDevices:
    listing = "; ".join(
        f"{clip.hello.uid} on {clip.port} (patient {clip.hello.patient})" for clip in clips
    )
    return SeveralDevices(
        f"{len(clips)} clips are plugged in: {listing}.",
        "This program does not guess which one you mean.",
        f"Choose one: add `--device {clips[0].hello.uid}`. `leancue feel` with that option makes "
        "it buzz. To choose it permanently, set the environment variable LEANCUE_DEVICE.",
    )


def _none(name: str | None, found: Scan) -> DeviceError:
    if found.trouble:  # a known reason is more helpful than "nothing found"
        return found.trouble[0]
    if name and found.clips:
        listing = ", ".join(clip.hello.uid for clip in found.clips)
        return NoDevice(
            f"No clip called {name} is plugged in. Plugged in: {listing}.",
            way_out="Look with `leancue devices`.",
        )
    return nothing(found.others, name)


def nothing(others: Iterable[str], name: str | None = None) -> NoDevice:
    """The error for a host without a clip; ``others``: ports with something else."""
    listing = ", ".join(others)
    beside = f" (something else is on {listing})" if listing else ""
    called = f" called {name}" if name else ""
    return NoDevice(
        f"No clip{called} is plugged in{beside}.",
        "The clip may be switched off, without its software, or on a charge-only cable.",
        "Try another cable and check with `leancue devices`. `leancue doctor` checks this "
        "computer. No hardware? Try `leancue demo`.",
    )
