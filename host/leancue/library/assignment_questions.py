"""Why a run is not filed at once: one table, in the words that a person is asked with."""

from __future__ import annotations

# key: words, with the patient's code in the log, the clip's UID and another patient's code
QUESTIONS = {
    "no_patient": "The log names no patient: nobody had prescribed for the clip {uid} yet.",
    "unknown_patient": "The log names the patient {named}, whom the library does not have.",
    "other_expected": "The log names the patient {named}, but {other} was expected.",
    "other_owner": "The log names the patient {named}, but the clip {uid} was {other}'s then.",
    "archived": "The log names the patient {named}, who is archived.",
    "unreadable": "The beginning of the log is lost, and with it whose run it is.",
}


def in_words(question: str, named: str, uid: str, other: str) -> str:
    """Return the question as one reads it; "" without one."""
    if not question:
        return ""
    return QUESTIONS[question].format(named=named, uid=uid, other=other or "another patient")
