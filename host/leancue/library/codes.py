"""Codes of patients: validity, and error messages."""

from __future__ import annotations

from leancore.coaching import prescription

from leancue.basis.errors import PatientError
from leancue.language.reasons import said
from leancue.language.words import _

NOBODY = str(prescription.default()["patient"])  # the code on a clip without prescription


def check(code: str) -> str:
    """Return ``code`` without surrounding blanks, if it is valid.

    The rule is the clip's own (``coaching.prescription``), because every log has the code.

    Raises:
        PatientError: saying what is wrong with it.
    """
    code = code.strip()
    try:
        prescription.checked({"patient": code})
    except ValueError as error:
        raise PatientError(
            _("`{code}` cannot be a patient's code: {why}.", code=code, why=said(error)),
            _("The code is stored on the clip and in every log. It must not be a name."),
            _("For example K-014."),
        ) from None
    if code == NOBODY:
        raise PatientError(
            _("`{code}` cannot be a patient's code.", code=code),
            _("A clip without a prescription uses this word."),
            _("For example K-014."),
        )
    return code


_ALIKE = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8",
                        "-": None, "_": None, ".": None})  # fmt: skip


def shape(code: str) -> str:
    """Return the shape of a code: two codes with the same shape are easily confused.

    Case and separators are ignored, and letters that look like digits become those digits.
    """
    return code.strip().upper().translate(_ALIKE) or code.strip()


def unknown(code: str) -> PatientError:
    """The error for a patient who is not in the library."""
    return PatientError(
        _("The library has no patient {code}.", code=code),
        _("The code may be misspelt, or the patient was erased."),
        "See all with `leancue library patients`.",
    )
