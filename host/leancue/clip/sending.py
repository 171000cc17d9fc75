"""Checks before sending to a clip, and of what it reads back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from leancore.coaching import prescription as prescriptions
from leancore.link import framing
from leancore.schema import settings as settings_table
from leancore.schema import table

from leancue.basis.errors import DeviceRefused, PrescriptionError, SettingsError
from leancue.clip.exchange import encode
from leancue.language.reasons import said
from leancue.language.words import _


def check_prescription(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the complete prescription from ``values``; PrescriptionError if invalid."""
    try:
        return prescriptions.checked(values)
    except ValueError as error:
        what = said(error)
    except KeyError as error:
        what = _("there is no `{named}` in it", named=error.args[0])
    raise PrescriptionError(
        _("The prescription cannot be sent: {what}.", what=what),
        way_out="Check it with `leancue prescribe check FILE.toml`.",
    )


def check_settings(values: Mapping[str, int]) -> None:
    """Reject settings that are unknown or out of range: SettingsError."""
    for name in values:
        check_setting_name(name)
    try:
        settings_table.checked(values)
    except ValueError as error:
        raise SettingsError(
            f"{said(error)}.", way_out="See all ranges with `leancue settings list`."
        ) from None


def check_setting_name(name: str) -> None:
    """Reject an unknown setting, suggesting the nearest name: SettingsError."""
    names = [str(name) for name in settings_table.SETTINGS[table.NAME]]
    if name in names:
        return
    near = get_close_matches(name, names, 1)
    raise SettingsError(
        _("There is no setting `{name}`.", name=name),
        _("Did you mean `{near}`?", near=near[0]) if near else "",
        "See all names with `leancue settings list`.",
    )


def parts(values: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Split ``values`` into dicts that each fit into one payload."""
    part: dict[str, int] = {}
    for name, value in values.items():
        if part and len(encode({**part, name: value})) > framing.MAX_CONTROL:
            yield part
            part = {}
        part[name] = value
    if part:
        yield part


def compare(asked: Mapping[str, Any], after: Mapping[str, Any], look: str) -> None:
    """Raise DeviceRefused, naming a key, if a clip reads back something else."""
    wrong = [name for name, value in asked.items() if after.get(name) != value]
    if wrong:
        name = wrong[0]
        raise DeviceRefused(
            _(
                "The clip did not save what was sent: `{name}` reads back as {found}, not {asked} "
                "({number} of {values} values differ).",
                name=name,
                found=f"{after.get(name)!r}",
                asked=f"{asked[name]!r}",
                number=len(wrong),
                values=len(asked),
            ),
            _("Its memory may be damaged."),
            _("Send it again, then compare with `{look}`.", look=look),
        )
