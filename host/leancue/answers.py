"""What a clip answers, as records with names and types; an answer of another shape is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar

from leancore.messages import PROTOCOL

from leancue import __version__
from leancue.errors import ProtocolMismatch

T = TypeVar("T")


@dataclass(frozen=True)
class Hello:
    """Who answers: ``settings`` is the fingerprint of its settings, ``core`` the core's version."""

    protocol: int
    uid: str
    version: str
    board: str
    settings: str
    patient: str
    core: str = ""


@dataclass(frozen=True)
class Info:
    """How the clip is. ``battery_mv`` None = unknown; ``faults``: what it noticed since start."""

    mode: str
    battery_mv: int | None
    runs: int
    free_pages: int
    pages: int
    session: int
    baseline_cdeg: int | None
    faults: Any
    up_s: int | None = None


@dataclass(frozen=True)
class Trace:
    """``image``: fingerprint of the source that the clip's program was made from, "" = itself.

    ``error``: the last one that nobody foresaw, as Python tells it, "" = none.
    """

    image: str
    error: str


@dataclass(frozen=True)
class RunEntry:
    """A run on the clip. ``wall_s``: when it began, seconds since 1970, 0 = the clip had no clock.

    ``closed``: 1 if the run was ended and saved, 0 if it is going on or was cut off.
    ``patient``: "" where only the pages know.
    """

    run_id: int
    pages: int
    wall_s: int
    seconds: int
    closed: int
    patient: str = ""


def read(cls: type[T], answer: Mapping[str, Any], request: str) -> T:
    """Return ``answer`` as a ``cls``; keys that ``cls`` does not know are those of later versions.

    Raises:
        ProtocolMismatch: where a key is missing or of another type.
    """
    values = {}
    for field in fields(cls):  # type: ignore[arg-type]
        if field.name not in answer:
            if field.default is not MISSING:
                continue
            raise nonsense(request, f"it lacks `{field.name}`")
        value = answer[field.name]
        if not _fits(value, str(field.type)):
            raise nonsense(request, f"`{field.name}` is {value!r}, not {field.type}")
        values[field.name] = value
    return cls(**values)


def read_run(row: Any) -> RunEntry:
    """Return one row of the answer to ``runs``; ProtocolMismatch if it is none."""
    if not isinstance(row, list):
        raise nonsense("runs", f"{row!r} is no run")
    names = [field.name for field in fields(RunEntry)]
    return read(RunEntry, dict(zip(names, row, strict=False)), "runs")


def check_protocol(answer: Mapping[str, Any]) -> None:
    """Refuse a clip of another protocol: ProtocolMismatch, naming both versions."""
    protocol = answer.get("protocol")
    if protocol == PROTOCOL:
        return
    version = answer.get("version")
    raise ProtocolMismatch(
        f"The clip speaks protocol {protocol} (its software is {version}), "
        f"this desk tool protocol {PROTOCOL} (it is {__version__}).",
        "They were installed from different releases.",
        f"{_newer(protocol)} Or use the desk tool of the clip's release: "
        f"`pip install leancue=={version}`.",
    )


def _newer(protocol: Any) -> str:
    """How to bring the older of the two to the release of the other."""
    if isinstance(protocol, int) and protocol < PROTOCOL:
        return "Type `leancue install`: it updates the clip, whose runs stay."
    return "Type `pip install --upgrade leancue`: it updates the desk tool."


def nonsense(request: str, how: str) -> ProtocolMismatch:
    """The error for an answer to ``request`` that this desk tool cannot use."""
    return ProtocolMismatch(
        f"The clip's answer to `{request}` cannot be used: {how}.",
        "Clip and desk tool may be of different releases.",
        "Compare them with `leancue devices` and `leancue --version`.",
    )


_KINDS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "str": (str,),
    "int | None": (int, type(None)),
    "Any": (object,),
}


def _fits(value: Any, kind: str) -> bool:
    return isinstance(value, _KINDS[kind])
