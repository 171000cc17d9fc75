"""Codes of patients: what may be one, and how it is said when it may not."""

from __future__ import annotations

from leancore.coaching import prescription

from leancue.basis.errors import PatientError

NOBODY = str(prescription.default()["patient"])  # what a clip says that nobody has prescribed for


def check(code: str) -> str:
    """Return ``code`` without blanks around it, if it can be a patient's.

    The rule is the clip's own (``coaching.prescription``), for the code stands in every log.

    Raises:
        PatientError: saying what is wrong with it.
    """
    code = code.strip()
    try:
        prescription.checked({"patient": code})
    except ValueError as error:
        raise PatientError(
            f"`{code}` cannot be a patient's code: {error}.",
            "The code stands on the clip and in every log; it is never a name.",
            "Choose one like K-014.",
        ) from None
    if code == NOBODY:
        raise PatientError(
            f"`{code}` cannot be a patient's code.",
            "It is what a clip says that nobody has prescribed for.",
            "Choose one like K-014.",
        )
    return code


def unknown(code: str) -> PatientError:
    """The error for a patient who is not in the library."""
    return PatientError(
        f"The library has no patient {code}.",
        "The code may be misspelt, or the patient was erased.",
        "See all with `leancue library patients`.",
    )
