"""The settings of the library: one table."""

from __future__ import annotations

from typing import NamedTuple

from leancue.basis.errors import LibraryError
from leancue.commissioning.levelling import TARGET_CMPS2, TARGET_RANGE_CMPS2
from leancue.language.words import _
from leancue.library.models import OptionRecord
from leancue.library.repository import Repository


class LibrarySetting(NamedTuple):
    """A setting: its range, and what it means."""

    default: int
    low: int
    high: int
    unit: str
    help: str


OPTIONS = {
    "retention_days": LibrarySetting(
        0, 0, 36500, "days",
        "how long raw samples are kept after a run; 0 = for ever. After that they stay in the bin "
        "for bin_days. Steps, cues, events, prescription, settings and figures are kept",
    ),
    "bin_days": LibrarySetting(
        30, 0, 365, "days",
        "how long files that are no longer needed stay in the bin until `leancue library tidy` "
        "deletes them: old raw samples, and parts of runs that were pulled completely later. "
        "Erased data is deleted at once",
    ),
    "sessions_per_week": LibrarySetting(
        4, 1, 14, "sessions", "how many sessions per week are planned; used to count missed ones"
    ),
    "motor_target_cmps2": LibrarySetting(
        TARGET_CMPS2, *TARGET_RANGE_CMPS2, "cm/s²",
        "how strongly the case of every clip should shake at a cue; `leancue check --level` sets "
        "the motor's strength accordingly",
    ),
    "speed_unit": LibrarySetting(
        0, 0, 2, "", "unit in which speeds are typed and shown: 0 = km/h, 1 = min/km, 2 = mph"
    ),
    "backup_days": LibrarySetting(
        7, 0, 365, "days", "how old the last safety copy may be before the page shows a reminder; "
                           "0 = never"
    ),
    "lock_minutes": LibrarySetting(
        10, 0, 240, "minutes", "how long the page may be unused before it locks, if a PIN is set; "
                               "0 = never",
    ),
}  # fmt: skip


class LibrarySettings(Repository):
    """``library.options``."""

    def get(self, name: str) -> int:
        """Return a setting. LibraryError for a name that is not in ``OPTIONS``.

        For an impossible value, as in a damaged database, the default, since it may control
        deletions.
        """
        option = _option(name)
        with self._database.read() as db:
            row = db.get(OptionRecord, name)
        value = int(row.value) if row is not None and row.value.isdecimal() else option.default
        return value if option.low <= value <= option.high else option.default

    def set(self, name: str, value: int) -> None:
        """Change a setting. LibraryError for an unknown name or a value out of range."""
        option = _option(name)
        if not option.low <= value <= option.high:
            raise LibraryError(
                _(
                    "`{name} = {value}` is out of range: {low} to {high} {unit}.",
                    name=name,
                    value=value,
                    low=option.low,
                    high=option.high,
                    unit=option.unit,
                )
            )
        with self._database.write() as db:
            db.merge(OptionRecord(key=name, value=str(value)))


def _option(name: str) -> LibrarySetting:
    if name not in OPTIONS:
        raise LibraryError(
            _("There is no setting `{name}`; there are {names}.", name=name,
              names=", ".join(OPTIONS))
        )  # fmt: skip
    return OPTIONS[name]
