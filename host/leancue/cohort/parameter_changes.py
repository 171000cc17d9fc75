"""What is to be other than on the day: values of the prescription, settings, orientation."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from leancore.coaching import prescription
from leancore.schema import settings, table

from leancue.basis.errors import SettingsError
from leancue.basis.value_checks import scaled
from leancue.prescriptions.prescription_values import KEYS

ORIENTATIONS = ("chip", "own", "both")
_KEYS = {key.name: key for key in KEYS}
_SETTINGS = tuple(str(name) for name in settings.SETTINGS[table.NAME])


@dataclass(frozen=True)
class Changes:
    """(name, value) pairs in the core's units; everything else stays as on the day."""

    prescription: tuple[tuple[str, int], ...] = ()
    settings: tuple[tuple[str, int], ...] = ()

    def prescribed(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return a run's prescription with the changes. ValueError where they do not fit it."""
        return prescription.checked({**values, **dict(self.prescription)})

    def configured(self, values: dict[str, int]) -> dict[str, int]:
        """Return a run's settings with the changes. ValueError out of range."""
        return settings.checked({**values, **dict(self.settings)})

    def __str__(self) -> str:
        """Return them in the core's units, or that there are none."""
        pairs = [f"{name} = {value}" for name, value in (*self.prescription, *self.settings)]
        return ", ".join(pairs) or "nothing changed"


def read(pairs: Iterable[str], orientation: str = "") -> Changes:
    """Return what ``NAME=VALUE`` pairs ask for: names of a prescription file, or of settings.

    Raises:
        SettingsError: for a name that neither has, or a value that cannot be one.
    """
    prescribed, configured = [], []
    for pair in pairs:
        name, equals, text = pair.partition("=")
        name = name.strip()
        if name in _KEYS:
            key = _KEYS[name]
            value = _scaled(pair, text, key.scale)
            _check(pair, prescription.TABLE, key.core, value)
            prescribed.append((key.core, value))
        elif name in _SETTINGS and equals:
            value = _scaled(pair, text, 1)
            _check(pair, settings.SETTINGS, name, value)
            configured.append((name, value))
        else:
            raise _unknown(pair, name)
    if orientation:
        if orientation not in ORIENTATIONS:
            raise SettingsError(f"The orientation is one of {', '.join(ORIENTATIONS)}.")
        configured.append(("orientation", ORIENTATIONS.index(orientation)))
    return Changes(tuple(prescribed), tuple(configured))


def _scaled(pair: str, text: str, scale: int) -> int:
    try:
        found = scaled(Decimal(text.strip()), scale)
    except InvalidOperation:
        raise SettingsError(f"`{pair}`: `{text}` is not a number.") from None
    if found is None:
        raise SettingsError(
            f"`{pair}` is finer than the clip can store: use steps of {1 / scale:g}."
        )
    return found


def _check(pair: str, rows: Any, name: str, value: int) -> None:
    try:
        table.check(rows, name, value)
    except ValueError as error:
        raise SettingsError(f"`{pair}`: {error}.") from None


def _unknown(pair: str, name: str) -> SettingsError:
    near = difflib.get_close_matches(name, [*_KEYS, *_SETTINGS], 1)
    return SettingsError(
        f"`{pair}` names no known parameter.",
        f"Did you mean `{near[0]}`?" if near else "",
        f"Type NAME=VALUE with one of {', '.join(_KEYS)}, or a name of `leancue settings list`.",
    )
