"""The actions of a study: enrol, show the next session, unlock. All are idempotent.

The clinic's page learns of a session when its prescription is stored, one session at a time; later
sessions are neither in the library nor on a clip, so no page can show them (allocation concealment:
Schulz & Grimes 2002, Lancet 359:614, doi 10.1016/S0140-6736(02)07750-4).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from leancore.coaching.prescription import MAX_SESSIONS
from leancore.coaching.session_plan import UNMEASURED

from leancue.basis.errors import StudyError
from leancue.basis.times import known_s, said
from leancue.library import Library, RunRow
from leancue.study.allocation import FEEDBACK_PERCENT, Place, order
from leancue.study.study_file import Participant, Shown, Study


class Next(NamedTuple):
    """A session that may be sent: its number from 0, its place in the order, the prescription."""

    session: int
    place: Place
    values: dict[str, Any]


def enrol(study: Study, library: Library, code: str, now_s: int) -> bool:
    """Enrol a patient of the library; False if already enrolled.

    Raises:
        PatientError: for an unknown patient.
        StudyError: the study is already unlocked.
    """
    if code in study.participants:
        return False
    if study.unlocked_s is not None:
        raise StudyError(
            f"The order of {study.name} was unlocked, so nobody can enrol any more.",
            way_out="Start a new study with `leancue study new DIR`.",
        )
    before = [run.summary.session for run in library.runs.of(code) if run.summary]
    study.participants[code] = Participant(now_s, max(before, default=-1) + 1)
    return True


def show_next(study: Study, library: Library, code: str, key: bytes, now_s: int) -> Next:
    """Show the next session of a participant, and store its prescription in the library.

    It stays the same until a run of it is filed, or it is skipped (``skip``).

    Raises:
        StudyError: where all were shown, or the own lean is not known.
        PatientError: for a patient who is not in the library any more.
    """
    person = study.participant(code)
    places = order(key, code, study.design)
    shown = person.shown[-1] if person.shown else None
    if shown is None or shown.skipped or runs_of_session(library, code, person, shown.session):
        shown = _another(study, person, code, now_s)
    place = places[shown.session]
    values = _values(library, study, person, code, shown.session, place)
    library.prescriptions.add(code, values, f"study {study.name}, session {shown.session + 1}")
    if shown not in person.shown:
        person.shown.append(shown)
    return Next(shown.session, place, values)


def skip(study: Study, library: Library, code: str, session: int, why: str) -> None:
    """Give up a session (0 = first) that was shown and has no run; StudyError for any other."""
    person = study.participant(code)
    if not 0 <= session < len(person.shown):
        raise StudyError(f"Session {session + 1} of {code} was not shown yet.")
    if runs_of_session(library, code, person, session):
        raise StudyError(
            f"Session {session + 1} of {code} has a run.",
            "It counts as planned and cannot be skipped.",
        )
    person.shown[session].skipped = why


def _another(study: Study, person: Participant, code: str, now_s: int) -> Shown:
    if len(person.shown) >= study.design.total:
        raise StudyError(f"{code} has had all {study.design.total} sessions of {study.name}.")
    _require_clock(person, now_s)
    return Shown(len(person.shown), now_s)


def _require_clock(person: Participant, now_s: int) -> None:
    """Reject an implausible time, since runs are assigned to sessions by time."""
    last_s = max((shown.at_s for shown in person.shown if not shown.skipped), default=0)
    if known_s(now_s) and now_s >= last_s:
        return
    raise StudyError(
        f"By this computer's clock it is {said(now_s, '%Y-%m-%d %H:%M', 'no day that can be')}.",
        f"The last session was shown on {said(last_s, '%Y-%m-%d %H:%M')}. One of the two dates is "
        "wrong."
        if last_s
        else "The clock may never have been set.",
        "Set the clock, then type the command again. A session shown at a wrong time can be "
        "skipped with `leancue study skip`.",
    )


def _values(
    library: Library, study: Study, person: Participant, code: str, session: int, place: Place
) -> dict[str, Any]:
    """Return the patient's prescription with a plan of only this session.

    Every entry is this session's, so whichever a clip takes is correct.
    """
    known = library.prescriptions.current(code)
    if known is None or known.values["baseline_cdeg"] == UNMEASURED:
        raise StudyError(
            f"The prescription of {code} has no own lean.",
            "The band must be the same in all sessions of a study.",
            "Measure it in a run without cues, and enter it in the prescription first.",
        )
    sessions = min(person.done_before + session + 1, MAX_SESSIONS)
    plan = {
        "sessions": sessions, "minutes": [study.design.minutes] * sessions,
        "feedback_percent": [FEEDBACK_PERCENT[place.condition]] * sessions, "ramp_sessions": 0,
    }  # fmt: skip
    return {**known.values, **plan}


def runs_of_session(library: Library, code: str, person: Participant, number: int) -> list[RunRow]:
    """Return the runs between the showing of one session and the next, oldest first.

    None for a participant who was erased from the library.
    """
    if is_erased(library, code):
        return []
    times = [shown.at_s for shown in person.shown]
    end_s = times[number + 1] if number + 1 < len(times) else None
    found = [
        run
        for run in library.runs.of(code)
        if run.summary is not None
        and not run.summary.is_baseline
        and run.began_s is not None
        and run.began_s >= times[number]
        and (end_s is None or run.began_s < end_s)
    ]
    return sorted(found, key=lambda run: run.when_s)


def is_erased(library: Library, code: str) -> bool:
    """Return whether a participant was erased from the library."""
    return all(patient.code != code for patient in library.patients.all(archived=True))


def unlock(study: Study, now_s: int) -> bool:
    """Unlock the order; False if it was unlocked already."""
    if study.unlocked_s is not None:
        return False
    study.unlocked_s = now_s
    return True


def need_unlocked(study: Study) -> None:
    """Raise StudyError if the study is locked: results would reveal the conditions."""
    if study.unlocked_s is None:
        raise StudyError(
            f"The order of {study.name} is concealed.",
            "Anyone who sees results by condition may guess what comes next.",
            "When all sessions are done, type `leancue study unlock DIR`.",
        )


def progress(study: Study, library: Library) -> Mapping[str, tuple[int, int]]:
    """Return for each participant the number of sessions shown, and of those with a run."""
    return {
        code: (
            len(person.shown),
            sum(bool(runs_of_session(library, code, person, i)) for i in range(len(person.shown))),
        )
        for code, person in study.participants.items()
    }
