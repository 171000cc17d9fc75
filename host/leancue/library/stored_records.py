"""The library's results: plain records, independent of the open database.

Times are UTC in whole seconds since 1970; their names end in ``_s``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leancue.runs.run_summary import RunSummary


@dataclass(frozen=True)
class Patient:
    """A patient. ``archived_s``: since when out of the lists, or None.

    ``comment``: for the patient, on the home sheet.
    """

    id: int
    code: str
    created_s: int
    archived_s: int | None
    example: bool
    comment: str = ""


@dataclass(frozen=True)
class Prescription:
    """A prescription. ``values``: as ``leancore.coaching.prescription.checked`` gives it.

    ``made_by``: a person's or program's word; ``changes``: what is other than before, in words;
    ``sent_s``, ``sent_to``: when a clip last read it back, and its UID.
    """

    id: int
    patient: str
    made_s: int
    made_by: str
    values: dict[str, Any]
    sha256: str
    changes: str
    sent_s: int | None = None
    sent_to: str | None = None


@dataclass(frozen=True)
class Device:
    """A clip; ``patient``: the code of whose it is, or None; ``since_s``: since when.

    ``check_json``: as ``DeviceRecord``.
    """

    uid: str
    board: str
    version: str
    name: str
    seen_s: int
    patient: str | None
    since_s: int | None
    check_json: str = ""


@dataclass(frozen=True)
class Draft:
    """What was typed and not kept; ``base_id``: the prescription that it began from, or None."""

    kind: str
    text: str
    base_id: int | None
    written_s: int


@dataclass(frozen=True)
class Visit:
    """What the patient said on a ``day``; ``felt``, ``went``: keys of ``visits.FELT``, ``WENT``."""

    day: str
    pain: int | None
    felt: str
    went: str


@dataclass(frozen=True)
class OnClip:
    """A clip's last report of its content.

    ``read_s``: when it was asked last; ``since_s``: since when it has said the same. ``values``:
    its prescription, None where that is no patient's of the library; ``own_lean_cdeg``: the lean
    that it takes as the runner's own, None = not measured. ``sending_s``: when a prescription
    was sent that it has not read back since, None = no such; ``sending_id``: which.
    """

    uid: str
    patient: str | None
    read_s: int | None
    since_s: int | None
    values: dict[str, Any] | None
    own_lean_cdeg: int | None
    sessions: int
    sending_s: int | None = None
    sending_id: int | None = None


@dataclass(frozen=True)
class RunMark:
    """A marked moment of a run, in ms since it began; ``live``: in ms of running."""

    id: int
    run_id: int | None
    marked_s: int
    live: bool
    at_ms: int
    words: str
    speed_mm_s: int | None
    incline_permille: int | None


@dataclass(frozen=True)
class Session:
    """What was run on one day for one entry of the plan (0 = first, -1 = the baseline).

    ``day``: local date as YYYY-MM-DD, "" where the clip had no clock; ``pain``: 0 to 10 or None.
    """

    id: int
    number: int
    day: str
    pain: int | None


@dataclass(frozen=True)
class RunRow:
    """A run. ``id``: the library's, for all its calls; ``number``: the clip's.

    ``patient``: None while ``question`` (a key of ``QUESTIONS``) is open; ``words``: the
    question as one reads it, or "". ``named``: the patient's code in the log. ``began_s``: None
    where the clip had no clock, or where it is doubtful what the log says: ``doubted_s``, in words
    ``doubt``, or "". ``raw_erased_s``: when the raw samples were given up, ``proof``
    what their last proof said. ``speed_mm_s``, ``incline_permille``: means of what was
    marked, or None. ``summary``: None where the log cannot be understood.
    """

    id: int
    patient: str | None
    session_id: int | None
    uid: str
    number: int
    named: str
    began_s: int | None
    doubted_s: int | None
    filed_s: int
    question: str
    words: str
    doubt: str
    log_sha256: str
    log_bytes: int
    raw_erased_s: int | None
    proof: str
    speed_mm_s: int | None
    incline_permille: int | None
    summary: RunSummary | None

    @property
    def logged_s(self) -> int | None:
        """When it began as its log says, doubtful or not; None where it does not say."""
        return self.doubted_s if self.began_s is None else self.began_s

    @property
    def when_s(self) -> int:
        """When it began, or when it was filed where that is not known."""
        return self.filed_s if self.began_s is None else self.began_s


@dataclass(frozen=True)
class Note:
    """A note on a patient, perhaps on one session; ``written_by``: initials, or ""."""

    id: int
    session_id: int | None
    written_s: int
    text: str
    written_by: str = ""


@dataclass(frozen=True)
class Filing:
    """The result of importing a run.

    ``outcome``: ``filed``, ``already`` (here, nothing changed), ``grown`` (here, now with more
    pages) or ``questioned`` (stored, but in the inbox until a person assigns it).
    """

    outcome: str
    run: RunRow
