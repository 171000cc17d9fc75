"""Texts of why a run is not filed at once, or its date is doubtful."""

from __future__ import annotations

from leancue.language import formats
from leancue.language.words import N_, _

# key: words, with the patient's code in the log, the clip's UID and another patient's code
QUESTIONS = {
    "no_patient": N_("The log names no patient: the clip {uid} had no prescription yet."),
    "unknown_patient": N_("The log names the patient {named}, who is not in the library."),
    "other_expected": N_("The log names the patient {named}, but {other} was expected."),
    "other_owner": N_(
        "The log names the patient {named}, but at that time the clip {uid} belonged to {other}."
    ),
    "archived": N_("The log names the patient {named}, who is archived."),
    "unreadable": N_("The beginning of the log is lost, so the patient is unknown."),
}


def in_words(question: str, named: str, uid: str, other: str) -> str:
    """Return the question as text; "" without one."""
    if not question:
        return ""
    other = other or _("another patient")
    return _(QUESTIONS[question], named=named, uid=uid, other=other)


def doubt_words(doubted_s: int | None, filed_s: int) -> str:
    """Return the doubt about a run's date; "" if there is none."""
    if doubted_s is None:
        return ""
    return _(
        "The log dates it {said}. That is doubtful: the clip got its prescription later, or the "
        "dates of its other runs contradict it. The clip's clock was probably wrong. The run is "
        "dated {filed} instead, when it was added to the library.",
        said=formats.moment(doubted_s),
        filed=formats.day(filed_s, _("an unknown day")),
    )
