"""The library of a clinic: patients, prescriptions, clips, sessions, runs, notes.

``Library`` is the public interface; it returns plain records (``stored_records``, ``overview``).
Every call is a separate transaction, may come from any thread, and raises only errors of
``basis.errors``.

::

    with Library() as library:                                # or Library(folder or URL)
        library.patients.add("K-014")                         # get, has, all, archive
        made = library.prescriptions.add("K-014", values, "clinic page")   # current, history
        library.prescriptions.sent(made.id, uid)              # after the clip read it back
        for filing in library.file_run(pulled.path, patient="K-014"):
            filing.outcome                                    # filed, already, grown, questioned
        library.runs.inbox()                                  # move(id, code), remove(id)
        library.runs.of("K-014"); library.runs.log(run_id)    # rows; a runlog.Run
        library.sessions.set_pain(session_id, 3)
        library.notes.add("K-014", "ran on sand", session_id)  # change, remove, of
        library.devices.seen(uid, board, version)             # name, give, get, all, of
        library.drafts.keep("K-014", "note", "half a sen")    # get, drop
        library.visits.say("K-014", pain=3, felt="some", went="hard")   # today, of
        library.marks.put(run_id, 0, speed_mm_s=2800)         # live, remove, of_run
        library.on_clips.of("K-014")                          # what the clips said themselves
        library.options.set("retention_days", 365)
        library.overview()                             # list of PatientSummary: the patients' page
        library.chart("K-014")                                # Chart: the patient's page
        library.add_example(); library.remove_example()
        plan = library.erasure("K-014"); plan.words; library.erase(plan)   # two steps
        library.export_patient("K-014", folder_or_zip)
        library.backup(folder); library.check()               # Library.restore(backup), adopt()
        library.overdue(); library.tidy()                     # raw samples past their time, the bin

``Library(reading=True)`` shows the state at its opening and never writes.
"""

from leancue.library.library import Library
from leancue.library.overview import Chart, PatientSummary
from leancue.library.stored_records import (
    Device,
    Draft,
    Filing,
    Note,
    OnClip,
    Patient,
    Prescription,
    RunMark,
    RunRow,
    Session,
    Visit,
)

__all__ = [
    "Chart", "Device", "Draft", "Filing", "Library", "Note", "OnClip", "Patient", "PatientSummary",
    "Prescription", "RunMark", "RunRow", "Session", "Visit",
]  # fmt: skip
