"""A clip's answers, as records with names, types and ranges; other answers are rejected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, TypeVar

from leancore.coaching import prescription as prescriptions
from leancore.link.messages import PROTOCOL
from leancore.schema import settings as settings_table
from leancore.schema import table

from leancue import __version__
from leancue.basis import program, value_checks
from leancue.basis.errors import ProtocolMismatch
from leancue.basis.value_checks import (
    counts,
    flag,
    lines,
    maybe,
    numbers,
    shown,
    text,
    time_of_day,
    whole,
)
from leancue.language.reasons import said
from leancue.language.words import _

T = TypeVar("T")

# The largest drive of a board has 16 MB; a log with more pages, or more runs than pages, is
# invalid.
PAGES_MOST = 1 << 14
RUNS_MOST = PAGES_MOST
RUN_ID_MOST = (1 << 31) - 1
RUN_S_MOST = (1 << 28) // 1000  # the clip's ticks cannot measure a longer run
_U32 = (1 << 32) - 1
_CDEG = whole(-(1 << 15), (1 << 15) - 1)
_MS = whole(0, 1 << 29)
SETTINGS_MOST = 1000
_WHY_LETTERS = 512  # control payloads are not longer


@dataclass(frozen=True)
class Hello:
    """The clip's identity: ``settings`` is the settings hash, ``core`` the core's version."""

    protocol: Annotated[int, whole(0, 255)]
    uid: Annotated[str, text(least=1)]
    version: Annotated[str, text()]
    board: Annotated[str, text()]
    settings: Annotated[str, text()]
    patient: Annotated[str, text()]
    core: Annotated[str, text()] = ""


@dataclass(frozen=True)
class Info:
    """The clip's state. ``battery_mv`` None = unknown.

    ``faults``: number of a fault → count since the start. ``check``: result of the last
    commissioning: s since 1970, number of findings, shakes in cm/s²; [] = never.
    """

    mode: Annotated[str, text()]
    battery_mv: Annotated[int | None, maybe(whole(0, 20_000))]
    runs: Annotated[int, whole(0, RUNS_MOST)]
    free_pages: Annotated[int, whole(0, PAGES_MOST)]
    pages: Annotated[int, whole(0, PAGES_MOST)]
    session: Annotated[int, whole(0, 10_000)]
    baseline_cdeg: Annotated[int | None, maybe(_CDEG)]
    faults: Annotated[dict[int, int], counts(200, _U32)]
    up_s: Annotated[int | None, maybe(whole(0, _U32))] = None
    check: Annotated[list[int], numbers(6, 0, _U32)] = field(default_factory=list)

    @property
    def runs_unread(self) -> bool:
        """In edit mode the log is the desk's: the clip does not look which runs are in it."""
        return not self.pages and self.mode == "edit mode"


@dataclass(frozen=True)
class Trace:
    """``image``: hash of the source of the clip's program, "" = source is installed.

    ``error``: the last unexpected error, as Python's traceback, "" = none.
    """

    image: Annotated[str, text()]
    error: Annotated[str, lines(_WHY_LETTERS)]


@dataclass(frozen=True)
class RunEntry:
    """A run on the clip. ``wall_s``: its start, seconds since 1970, 0 = unknown.

    ``closed``: 1 if the run was ended and saved, 0 if it is going on or was interrupted.
    ``seconds``: duration, or the least it was unless ``closed``. The patient is in its first page.
    """

    run_id: Annotated[int, whole(0, RUN_ID_MOST)]
    pages: Annotated[int, whole(0, PAGES_MOST)]
    wall_s: Annotated[int, time_of_day()]
    seconds: Annotated[int, whole(0, RUN_S_MOST)]
    closed: Annotated[int, flag()]


@dataclass(frozen=True)
class Challenge:
    """The challenge for a proof of the clinic's key, and whether the clip is locked."""

    challenge: Annotated[str, text()] = ""
    counter: Annotated[int, whole(0, (1 << 53) - 1)] = 0
    uid: Annotated[str, text()] = ""
    locked: Annotated[int, flag()] = 0
    reads: Annotated[int, flag()] = 0


@dataclass(frozen=True)
class FileState:
    """A file as the clip reads it; ``bytes`` -1 = absent."""

    bytes: Annotated[int, whole(-1, _U32)]
    crc: Annotated[int, whole(0, _U32)]


@dataclass(frozen=True)
class Done:
    """The effect of a command."""

    done: Annotated[str, text()] = ""


@dataclass(frozen=True)
class Refusal:
    """The reason of a refusal."""

    error: Annotated[str, text(_WHY_LETTERS)] = "without a reason"
    why: Annotated[str, text(_WHY_LETTERS)] = ""


@dataclass(frozen=True)
class Moment:
    """A moment of the live stream, in the clip's own names and units; see ``messages``.

    ``lost``: moments not sent for lack of time. ``cue`` 0 = none.
    """

    t: Annotated[int, _MS] = 0
    lean: Annotated[int, _CDEG] = 0
    cadence: Annotated[int, whole(0, (1 << 16) - 1)] = 0
    activity: Annotated[int, whole(0, 3)] = 0
    band: Annotated[int, flag()] = 0
    fb: Annotated[int, flag()] = 0
    lo: Annotated[int, _CDEG] = 0
    hi: Annotated[int, _CDEG] = 0
    cap: Annotated[int, _CDEG] = 0
    lost: Annotated[int, whole(0, _U32)] = 0
    cue: Annotated[int, whole(0, 4)] = 0
    ms: Annotated[int, _MS] = 0


def read(cls: type[T], answer: Mapping[str, Any], request: str) -> T:
    """Return ``answer`` as a ``cls``; unknown keys come from later versions.

    Raises:
        ProtocolMismatch: a key is missing, or its value has a wrong type or range.
    """
    try:
        return value_checks.read(cls, answer)
    except ValueError as error:
        raise nonsense(request, str(error)) from None


def read_run(row: Any) -> RunEntry:
    """Return one row of the answer to ``runs``; ProtocolMismatch if it is none."""
    if not isinstance(row, list):
        raise nonsense("runs", _("{shown} is not a run", shown=shown(row)))
    names = [one.name for one in fields(RunEntry)]
    return read(RunEntry, dict(zip(names, row, strict=False)), "runs")


def read_moment(frame: Mapping[str, Any]) -> dict[str, int]:
    """Return a frame of the live stream as a ``Moment``; ProtocolMismatch."""
    moment = read(Moment, frame, "live")
    return {one.name: getattr(moment, one.name) for one in fields(Moment) if one.name in frame}


def number(answer: Mapping[str, Any], key: str, most: int, request: str) -> int:
    """Return the whole number from 0 to ``most`` under ``key``; ProtocolMismatch if it is none."""
    try:
        return int(value_checks.taken(whole(0, most), answer.get(key), key))
    except ValueError as error:
        raise nonsense(request, str(error)) from None


def read_settings(values: Mapping[str, Any]) -> dict[str, int]:
    """Return all settings of a clip, without those of later versions; ProtocolMismatch."""
    names = [str(name) for name in settings_table.SETTINGS[table.NAME]]
    missing = [name for name in names if name not in values]
    if missing:
        raise nonsense("settings_get", _("`{missing}` is missing", missing=missing[0]))
    try:
        return settings_table.checked({name: values[name] for name in names})
    except ValueError as error:
        raise nonsense("settings_get", str(error)) from None


def read_prescription(answer: Mapping[str, Any], request: str) -> dict[str, Any]:
    """Return a clip's prescription, in the core's units; ProtocolMismatch."""
    missing = [name for name in prescriptions.default() if name not in answer]
    if missing:
        raise nonsense(request, _("`{missing}` is missing", missing=missing[0]))
    try:
        return prescriptions.checked(answer)
    except ValueError as error:
        raise nonsense(request, str(error)) from None
    except KeyError as error:
        raise nonsense(request, _("it has an unknown `{named}`", named=error.args[0])) from None


def check_protocol(answer: Mapping[str, Any]) -> None:
    """Reject a clip with another protocol: ProtocolMismatch with both versions."""
    protocol = answer.get("protocol")
    if type(protocol) is int and protocol == PROTOCOL:
        return
    version = answer.get("version")
    release = (
        version if isinstance(version, str) and len(version) <= value_checks.WORD_LETTERS else ""
    )
    raise ProtocolMismatch(
        _(
            "The clip speaks protocol {shown} (its software is {release}), this desk tool "
            "protocol {protocol} (it is {version}).",
            shown=shown(protocol),
            release=release or _("unknown"),
            protocol=PROTOCOL,
            version=__version__,
        ),
        _("They come from different releases."),
        f"{_newer(protocol)} Or use the desk tool of the clip's release"
        + (f": `pip install leancue=={release}`." if release and not program.FROZEN else "."),
    )


def _newer(protocol: Any) -> str:
    """The way out: update the older of the two."""
    if isinstance(protocol, int) and protocol < PROTOCOL:
        return "Type `leancue install`: it updates the clip, whose runs stay."
    return program.get_newer()


def nonsense(request: str, how: str) -> ProtocolMismatch:
    """The error for an unusable answer to ``request``."""
    return ProtocolMismatch(
        _("The clip's answer to `{request}` cannot be used: {how}.", request=request,
          how=said(how)),
        _("The clip and the desk tool may come from different releases."),
        "Compare them with `leancue devices` and `leancue --version`.",
    )  # fmt: skip
