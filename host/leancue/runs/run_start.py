"""The start of a run's log, with every value checked: info, settings, prescription.

The log's checksums prove that the bytes are unchanged, not that they are valid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from leancore.coaching import prescription
from leancore.schema import settings

from leancue.basis import value_checks
from leancue.basis.errors import LogError
from leancue.basis.value_checks import ValueCheck, text, time_of_day, whole
from leancue.language.words import _

if TYPE_CHECKING:
    from leancue.runs.runlog import Run

AGAIN = "Type `leancue runs pull --again` to read the run once more from the clip."


def _is_code(value: Any) -> bool:
    try:
        prescription.checked({"patient": value})
    except ValueError:
        return False
    return True


CODE = ValueCheck(_is_code, "a patient's code")
NUMBER = whole(-(1 << 31), (1 << 31) - 1)  # the range of the clip's records
NUMBERS = ValueCheck(
    lambda value: NUMBER.fits(value) or isinstance(value, list) and all(map(NUMBER.fits, value)),
    "a whole number or a list of them",
)
# The clip's information about itself and the run; other keys come from later versions.
INFO = {
    "uid": text(), "board": text(), "core": text(), "version": text(),
    "session": whole(0, 10_000), "wall_s": time_of_day(), "patient": CODE,
}  # fmt: skip


class Configuration(NamedTuple):
    """The clip's configuration for a run; ``session``: sessions done before it."""

    settings: dict[str, int]
    prescription: dict[str, Any]
    session: int


def info_of(data: bytes) -> dict[str, Any]:
    """Return the info of a run; ValueError if invalid."""
    values = value_checks.json_object(data)
    return {
        name: value_checks.taken(form, values[name], name)
        for name, form in INFO.items()
        if name in values
    }  # fmt: skip


def settings_of(data: bytes) -> dict[str, Any]:
    """Return the settings of a run of any version; ValueError if invalid."""
    values = value_checks.json_object(data)
    return {name: value_checks.taken(NUMBER, value, name) for name, value in values.items()}


def prescription_of(data: bytes) -> dict[str, Any]:
    """Return the prescription of a run of any version; ValueError if invalid."""
    values = {"patient": None, **value_checks.json_object(data)}
    return {
        name: value_checks.taken(CODE if name == "patient" else NUMBERS, value, name)
        for name, value in values.items()
    }


def configuration(run: Run) -> Configuration:
    """Return the clip's configuration for a run.

    Raises:
        LogError: it is missing, of another version, or out of range.
    """
    if not run.settings or not run.prescription:
        raise LogError(
            _("Run {run_id} has no configuration.", run_id=run.run_id),
            _("Its first page is lost."),
            AGAIN,
        )
    try:
        configured = settings.checked(run.settings)
        prescribed = prescription.checked(run.prescription)
    except (ValueError, KeyError) as error:
        raise LogError(
            _(
                "The configuration of run {run_id} cannot be used: {error}.",
                run_id=run.run_id,
                error=error,
            ),
            _("The clip's version differs from this desk tool."),
            "Install the same version on both: `leancue install`.",
        ) from error
    return Configuration(configured, prescribed, run.info.get("session", 0))
