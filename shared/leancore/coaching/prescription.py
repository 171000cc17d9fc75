"""The prescription: a band relative to the runner's own lean, a cap and a plan.

On the wire and in the log a prescription is a JSON object with exactly the keys of ``TABLE``,
``patient`` and the two lists of the plan; angles in centidegrees, shares in percent.
"""

from leancore.coaching.session_plan import UNMEASURED
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import described
from leancore.schema import table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from leancore.hints import Prescription

MAX_SESSIONS = 12
_CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

# name, default, min, max, unit, description
TABLE = described((
    ("baseline_cdeg", UNMEASURED, -1000, 4000, "cdeg", "own running lean, relative to standing"),
    ("offset_low_cdeg", 700, -500, 2000, "cdeg", "lower edge of the band above the baseline"),
    ("offset_high_cdeg", 1000, -300, 2500, "cdeg", "upper edge of the band above the baseline"),
    ("cap_offset_cdeg", 1400, 0, 3000, "cdeg", "over-lean cap above the baseline"),
    ("gain_permille", 1000, 300, 3000, "1/1000", "trunk angle over sensor angle"),
    ("raw", 1, 0, 1, "0/1", "record the samples, so that the decisions can be proved"),
    ("ramp_sessions", 0, 0, MAX_SESSIONS, "sessions", "sessions over which the offset grows"),
    ("sessions", 8, 1, MAX_SESSIONS, "sessions", "planned sessions"),
))  # fmt: skip

# list name, default, min, max, unit, description: one entry per session
PLAN = described((
    ("minutes", [15, 17, 19, 21, 23, 26, 28, 30], 1, 120, "min", "running time"),
    ("feedback_percent", [100, 100, 100, 100, 75, 50, 25, 10], 0, 100, "%", "time with cues"),
))  # fmt: skip


def default() -> "Prescription":
    """Return the default prescription of a new clip."""
    values = table.defaults(TABLE)
    for name, each in table.defaults(PLAN).items():
        values[name] = list(each)
    values["patient"] = "unnamed"
    return values


def checked(values: "Mapping[str, Any]") -> "Prescription":
    """Return a complete prescription from ``values`` (a dict, may be partial).

    Raises ValueError with the reason, KeyError for an unknown key.
    """
    result = default()
    for name, value in values.items():
        if name == "patient":
            result[name] = _check_patient(value)
        elif name in PLAN[table.NAME]:
            result[name] = _check_plan(name, value)
        elif name == "baseline_cdeg" and value in (None, UNMEASURED):
            result[name] = UNMEASURED
        else:
            result[name] = table.check(TABLE, name, value)
    _check_whole(result)
    return result


def _check_patient(code: "Any") -> str:
    if not isinstance(code, str) or not 1 <= len(code) <= 24:
        raise ValueError("patient must be a code of 1 to 24 characters")
    for letter in code:
        if letter not in _CODE:
            raise ValueError("patient may hold letters, digits and - _ . only, not %r" % letter)
    return code


def _check_plan(name: str, values: "Any") -> list[int]:
    if not isinstance(values, (list, tuple)) or not 1 <= len(values) <= MAX_SESSIONS:
        raise ValueError("%s must be a list of 1 to %d numbers" % (name, MAX_SESSIONS))
    return [table.check(PLAN, name, value) for value in values]


def _check_whole(values: "Prescription") -> None:
    if values["offset_low_cdeg"] >= values["offset_high_cdeg"]:
        raise ValueError(
            "the band is inverted: offset_low (%d) must be below offset_high (%d cdeg)"
            % (values["offset_low_cdeg"], values["offset_high_cdeg"])
        )
    if values["cap_offset_cdeg"] <= values["offset_high_cdeg"]:
        raise ValueError(
            "the cap (%d) must be above the band's upper edge (%d cdeg)"
            % (values["cap_offset_cdeg"], values["offset_high_cdeg"])
        )
    for name in PLAN[table.NAME]:
        if len(values[name]) != values["sessions"]:
            raise ValueError(
                "%s has %d entries but sessions = %d"
                % (name, len(values[name]), values["sessions"])
            )
