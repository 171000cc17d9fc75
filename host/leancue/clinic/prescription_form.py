"""A prescription being typed: parsing, errors and warnings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from leancore.coaching import prescription
from leancore.coaching.prescription import MAX_SESSIONS
from leancore.coaching.session_plan import UNMEASURED

from leancue.language.formats import as_written, numbers
from leancue.language.reasons import said
from leancue.language.words import _
from leancue.prescriptions.prescription_file import in_degrees
from leancue.prescriptions.prescription_values import (
    BY_CORE,
    KEYS,
    LISTS,
    SESSIONS,
    Key,
    OutOfRangeError,
    TooFineError,
    exact,
    held,
    limits,
)
from leancue.prescriptions.unusual_values import unusual
from leancue.report.sentences import number, plus_minus
from leancue.runs.measurement_error import METHOD_ERROR

STEEPER_CDEG = 400  # of the offset, from one session to the next
NARROW_CAP_CDEG = 100


@dataclass
class PrescriptionForm:
    """Texts by the core's names; the plan's as lists, one entry per session."""

    texts: dict[str, str]
    minutes: list[str]
    feedback_percent: list[str]
    raw: bool = True

    def resized(self, sessions: int) -> None:
        """Make the plan as long as ``sessions``; new ones are as the last."""
        for entries in (self.minutes, self.feedback_percent):
            del entries[sessions:]
            entries += [entries[-1]] * (sessions - len(entries))


@dataclass
class Reading:
    """The meaning of a draft. ``values`` None while something is wrong.

    ``problems``: by the core's name, ("minutes", 3) for the plan, "" for the whole.
    """

    values: dict[str, Any] | None = None
    problems: dict[Any, str] = field(default_factory=dict)


def draft_of(values: Mapping[str, Any]) -> PrescriptionForm:
    """Return a prescription as texts to type over."""
    texts = {name: shown(name, values[name]) for name in (*_names(), "sessions")}
    return PrescriptionForm(
        texts,
        [str(entry) for entry in values["minutes"]],
        [str(entry) for entry in values["feedback_percent"]],
        bool(values["raw"]),
    )


def as_text(draft: PrescriptionForm) -> str:
    """Return a draft as text that ``of_text`` reads."""
    return json.dumps(asdict(draft), sort_keys=True)


def of_text(text: str) -> PrescriptionForm | None:
    """Return the draft in a text; None if its form differs, as in another version."""
    try:
        values = json.loads(text)
        draft = PrescriptionForm(**values)
    except (ValueError, TypeError):
        return None
    names = {*_names(), "sessions"}
    fits = isinstance(draft.texts, dict) and draft.texts.keys() == names
    return draft if fits and len(draft.minutes) == len(draft.feedback_percent) else None


def _names() -> tuple[str, ...]:
    return tuple(key.core for key in KEYS)


def shown(name: str, value: int) -> str:
    """Return a value as typed; "" for an unmeasured lean."""
    if name == "baseline_cdeg" and value == UNMEASURED:
        return ""
    return as_written(exact(value, _scale(BY_CORE[name])))


def range_words(name: str) -> str:
    """Return the range of a value, from the table, in the typed unit."""
    key = BY_CORE[name]
    low, high = (as_written(text) for text in limits(name, _scale(key)))
    gap = "" if key.sign in ("°", "") else " "
    sign = _(key.sign) if key.sign.isalpha() else key.sign
    return _("{low} to {high}", low=low, high=high + gap + sign)


def _scale(key: Key) -> int:
    """Number of the core's units per typed unit: shares are typed in percent."""
    return 1 if key in LISTS else key.scale


def read(draft: PrescriptionForm, patient: str) -> Reading:
    """Parse the texts; return values or errors."""
    found = Reading()
    values: dict[str, Any] = {"patient": patient, "raw": int(draft.raw)}
    for key in (*KEYS, SESSIONS):
        values[key.core] = _read_into(found, key.core, key.core, draft.texts[key.core])
    for key, entries in zip(LISTS, (draft.minutes, draft.feedback_percent), strict=True):
        values[key.core] = [
            _read_into(found, (key.core, i), key.core, text) for i, text in enumerate(entries)
        ]
    if found.problems:
        return found
    try:
        found.values = prescription.checked(values)
    except ValueError as error:
        words = numbers(in_degrees(said(error))).replace("offset_low", _("its lower limit"))
        words = words.replace("offset_high", _("its upper limit"))
        found.problems[""] = words[0].upper() + words[1:] + "."
    return found


def _read_into(found: Reading, place: Any, name: str, text: str) -> int:
    try:
        return _read_one(name, text)
    except ValueError as error:
        found.problems[place] = str(error)
        return 0


def _read_one(name: str, text: str) -> int:
    """Return the core's number. ValueError in words."""
    text = text.strip().replace("−", "-").replace(",", ".")
    if name == "baseline_cdeg" and not text:
        return UNMEASURED
    if not text:
        raise ValueError(_("A number is missing: {range}.", range=range_words(name)))
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(_("This is not a number: {range}.", range=range_words(name))) from None
    scale = _scale(BY_CORE[name])
    try:
        return held(name, value, scale)
    except OutOfRangeError:
        raise ValueError(_("Out of range: {range}.", range=range_words(name))) from None
    except TooFineError:
        raise ValueError(
            _(
                "Finer than the clip can store: use steps of {step}.",
                step=as_written(exact(1, scale)),
            )
        ) from None


def sessions_in(draft: PrescriptionForm) -> int | None:
    """Return the typed number of sessions, None if it is not a number in range."""
    try:
        return min(_read_one("sessions", draft.texts["sessions"]), MAX_SESSIONS)
    except ValueError:
        return None


def warnings(values: Mapping[str, Any], measured_cdeg: int | None = None) -> list[str]:
    """Return warnings about allowed but unusual values.

    ``measured_cdeg``: the own lean measured by a run, None if none.
    """
    rules = (_narrow, _cap_near, _ramp, _always_cued, _cues_return)
    found = [words for rule in rules if (words := rule(values))]
    return [*unusual(values, measured_cdeg, round(100 * METHOD_ERROR.own_deg)), *found]


def _narrow(values: Mapping[str, Any]) -> str:
    width = (values["offset_high_cdeg"] - values["offset_low_cdeg"]) / 100
    if width >= 2 * METHOD_ERROR.own_deg:
        return ""
    return _(
        "The band is {width}° wide, narrower than the error of the method ({error}). Cues may come "
        "while the lean is in the band.",
        width=number(width),
        error=plus_minus(METHOD_ERROR.own_deg),
    )


def _cap_near(values: Mapping[str, Any]) -> str:
    room = values["cap_offset_cdeg"] - values["offset_high_cdeg"]
    if room >= NARROW_CAP_CDEG:
        return ""
    return _(
        "The cap is only {room}° above the band. The cap cue may come while the lean is in the "
        "band.",
        room=number(room / 100),
    )


def _ramp(values: Mapping[str, Any]) -> str:
    sessions = values["ramp_sessions"]
    if not sessions or values["offset_low_cdeg"] <= STEEPER_CDEG * sessions:
        return ""
    step = number(values["offset_low_cdeg"] / 100 / sessions)
    return _(
        "The offset grows fast, by {step}° per session. Spread over more sessions it grows by less "
        "than {less}°.",
        step=step,
        less=as_written(f"{STEEPER_CDEG / 100:g}"),
    )


def _always_cued(values: Mapping[str, Any]) -> str:
    if len(values["minutes"]) < 4 or values["feedback_percent"][-1] < 100:
        return ""
    return _(
        "The cues never fade. In studies, what was learned with constant cues was retained least."
    )


def _cues_return(values: Mapping[str, Any]) -> str:
    shares = values["feedback_percent"]
    for i, (before, after) in enumerate(zip(shares, shares[1:], strict=False)):
        if after > before:
            return _(
                "Session {session} has more cues than session {before}. With fading, cues become "
                "fewer.",
                session=i + 2,
                before=i + 1,
            )
    return ""
