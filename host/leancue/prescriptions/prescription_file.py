"""A prescription as a file (TOML) in the therapist's units, and as text.

The core uses centidegrees, permille and percent; a file has degrees, a factor and shares. Values
are exact: one that the core cannot represent is an error and never rounded.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from numbers import Integral
from pathlib import Path
from typing import Any

from leancore.coaching import prescription
from leancore.coaching.session_plan import UNMEASURED, for_session

from leancue.basis.errors import PrescriptionError
from leancue.basis.files import read_at_most, reason_of
from leancue.basis.value_checks import shown
from leancue.language.formats import as_written
from leancue.language.words import _, n_
from leancue.prescriptions.prescription_values import (
    KEYS,
    LISTS,
    SESSIONS,
    Key,
    OutOfRangeError,
    TooFineError,
    default,
    exact,
    held,
    limits,
    what_it_is,
)

Values = dict[str, Any]

_BYTES_MOST = 32 * 1024  # with long comments
_LINE_LETTERS_MOST = 1000  # TOML's reader takes seconds for a key of thousands of parts
_NAME_LETTERS = 40
_PROBLEMS_MOST = 20


PATIENT = "patient"
RAW = "raw"
PLAN = "plan"
_TOP = (PATIENT, RAW, PLAN, *(key.name for key in KEYS))
_IN_PLAN = (SESSIONS.name, *(key.name for key in LISTS))


def load(path: str | Path) -> Values:
    """Read a prescription file; return it like ``leancore.coaching.prescription.checked``.

    Raises:
        PrescriptionError: with all problems of the file.
    """
    path = Path(path)
    try:
        text = read_at_most(path, _BYTES_MOST).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PrescriptionError(
            f"Cannot read the prescription {path}: {reason_of(error)}.",
            "The name may be misspelt, or the file is not UTF-8 text.",
            "Type the command again with the name of an existing prescription (TOML).",
        ) from error
    return loads(text, str(path))


def loads(text: str, name: str = "the prescription") -> Values:
    """Like ``load``, from ``text``; ``name`` is used in messages."""
    try:
        raw = _parsed(text)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise _error(name, [f"it is not TOML: {error}"]) from error
    return from_keys(raw, name)


def from_keys(keys: Mapping[str, Any], name: str = "the prescription") -> Values:
    """Like ``loads``, from the keys of a file; a float has its printed value."""
    raw = _exactly(keys)
    problems: list[str] = []
    values = _convert(raw, problems)
    if problems:
        raise _error(name, problems)
    try:
        return prescription.checked(values)
    except ValueError as error:
        raise _error(name, [in_degrees(str(error))]) from error


def _parsed(text: str) -> Values:
    """Parse the TOML; an implausibly large file is rejected unread."""
    if len(text) > _BYTES_MOST:
        raise ValueError(f"it has more than {_BYTES_MOST // 1024} kB")
    if any(len(line) > _LINE_LETTERS_MOST for line in text.splitlines()):
        raise ValueError(f"it has a line of more than {_LINE_LETTERS_MOST} characters")
    return tomllib.loads(text, parse_float=Decimal)


def _exactly(value: Any, levels: int = 4) -> Any:
    """Return ``value`` with decimals for floats and plain integers, in tables and lists too.

    ``levels``: maximum depth; the keys, the plan, its lists, their entries.
    """
    if isinstance(value, float):
        return Decimal(repr(float(value)))  # not numpy's own way to print one
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    if levels and isinstance(value, Mapping):
        return {name: _exactly(inner, levels - 1) for name, inner in value.items()}
    if levels and isinstance(value, list | tuple):
        return [_exactly(inner, levels - 1) for inner in value]
    return value


def _convert(raw: Values, problems: list[str]) -> Values:
    """Return the core's values of a whole file; append errors to ``problems``."""
    values: Values = {}
    plan = raw.get(PLAN, {})
    if not isinstance(plan, dict):
        problems.append(f"{PLAN} must be a table that begins with the line [{PLAN}]")
        plan = {}
    problems.extend(_unknown(raw, _TOP, ""))
    problems.extend(_unknown(plan, _IN_PLAN, f"{PLAN}."))
    if PATIENT in raw:
        values[PATIENT] = _patient(raw[PATIENT], problems)
    if RAW in raw:
        values[RAW] = int(raw[RAW] is True)
        if not isinstance(raw[RAW], bool):
            problems.append(f"{RAW} = {shown(raw[RAW])} must be true or false")
    for key in KEYS:
        if key.name in raw:
            values[key.core] = _number(key, key.name, raw[key.name], problems)
    values.update(_plan(plan, problems))
    return values


def _unknown(raw: Values, known: tuple[str, ...], prefix: str) -> list[str]:
    """Return a problem for each unknown key, with the nearest known one."""
    dotted = {**{name: name for name in _TOP}, **{name: f"{PLAN}.{name}" for name in _IN_PLAN}}
    problems = []
    for name in raw:
        if name not in known:
            near = difflib.get_close_matches(name[:_NAME_LETTERS], dotted, 1, 0.5)
            hint = (
                (f"did you mean {dotted[near[0]]}?")
                if near
                else f"known keys are {', '.join(known)}"
            )
            problems.append(f"unknown key {prefix}{shown(name, str)}: {hint}")
    return problems


def _patient(code: Any, problems: list[str]) -> Any:
    try:
        prescription.checked({PATIENT: code})
    except ValueError as error:
        problems.append(str(error))
    return code


def _plan(plan: Values, problems: list[str]) -> Values:
    values: Values = {}
    before = len(problems)
    for key in LISTS:
        if key.name in plan:
            values[key.core] = _list(key, plan[key.name], problems)
    if SESSIONS.name in plan:
        where = f"{PLAN}.{SESSIONS.name}"
        values[SESSIONS.core] = _number(SESSIONS, where, plan[SESSIONS.name], problems)
    elif values:
        values[SESSIONS.core] = max(len(entries) for entries in values.values())
    if len(problems) > before:
        return values
    sessions = values.get(SESSIONS.core, default(SESSIONS.core))
    for key in LISTS:
        entries = values.get(key.core, default(key.core))
        if len(entries) != sessions:
            found = f"has {len(entries)}" if key.name in plan else "is missing"
            problems.append(f"{PLAN}.{key.name} {found}: give {sessions} entries, one per session")
    return values


def _list(key: Key, entries: Any, problems: list[str]) -> list[int]:
    where = f"{PLAN}.{key.name}"
    most = prescription.MAX_SESSIONS
    if not isinstance(entries, list) or not 1 <= len(entries) <= most:
        problems.append(f"{where} must be a list [ , , ] of 1 to {most} numbers, one per session")
        return []
    return [
        _number(key, f"{where}, entry {i + 1},", entry, problems) for i, entry in enumerate(entries)
    ]


def _number(key: Key, where: str, value: Any, problems: list[str]) -> int:
    """Return ``value`` in the core's units; append a problem if it cannot be represented."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        problems.append(f"{where} = {shown(value)} must be a number, {_range(key)}")
        return 0
    said = shown(value, str)
    try:
        return held(key.core, value, key.scale)
    except OutOfRangeError:
        problems.append(f"{where} = {said} is out of range: {_range(key)}")
    except TooFineError:
        step = exact(1, key.scale)
        problems.append(f"{where} = {said} is finer than the clip can store: use steps of {step}")
    return 0


def in_degrees(message: str) -> str:
    """Return a message of the core with its centidegrees as degrees."""
    return re.sub(r"\((-?\d+)(?: cdeg)?\)", lambda m: f"({exact(int(m[1]), 100)}°)", message)


def _error(name: str, problems: list[str]) -> PrescriptionError:
    if len(problems) == 1:
        what = f"{name}: {problems[0]}"
    else:
        told = problems[:_PROBLEMS_MOST]
        listed = "; ".join(f"({i + 1}) {problem}" for i, problem in enumerate(told))
        listed += "; …" if len(told) < len(problems) else ""
        what = f"{name} has {len(problems)} problems: {listed}"
    return PrescriptionError(what, "Nothing was changed.", "Correct it and type the command again.")


def dump(values: Values) -> str:
    """Return a complete prescription (core form) as TOML that loads back to the same."""
    lines = [f'{PATIENT} = "{values[PATIENT]}"']
    for key in KEYS:
        if values[key.core] == UNMEASURED:
            lines.append(f"# {key.name}: not measured yet; the next run, without cues, measures it")
        else:
            lines.append(_line(key, exact(values[key.core], key.scale)))
    lines.append(f"{RAW} = {str(bool(values[RAW])).lower()}  # {what_it_is(RAW)}")
    lines += ["", f"[{PLAN}]", _line(SESSIONS, str(values[SESSIONS.core]))]
    for key in LISTS:
        entries = ", ".join(exact(entry, key.scale) for entry in values[key.core])
        lines.append(_line(key, f"[{entries}]"))
    return "\n".join(lines) + "\n"


def _line(key: Key, text: str) -> str:
    return f"{key.name} = {text}  # {_range(key)}: {what_it_is(key.core)}"


def _range(key: Key) -> str:
    low, high = limits(key.core, key.scale)
    return f"{low} to {high} {key.unit}".rstrip()


def describe(values: Values) -> str:
    """Return the prescription in the therapist's terms, one sentence."""
    low, high, cap = (
        values[name] for name in ("offset_low_cdeg", "offset_high_cdeg", "cap_offset_cdeg")
    )
    base = values["baseline_cdeg"]
    if base == UNMEASURED:
        return _(
            "Lean {low} to {high}° farther forward than the runner's own lean, which the next run "
            "measures without cues. Cap {cap}° above it.",
                 low=_said(low), high=_said(high), cap=_said(cap))  # fmt: skip
    return _("Lean {low} to {high}° farther forward than the own {own}°, so {begin} to {end}° at "
             "the lower back; cap {cap}°.",
             low=_said(low), high=_said(high), own=_said(base), begin=_said(base + low),
             end=_said(base + high), cap=_said(base + cap))  # fmt: skip


def describe_session(values: Values, session: int) -> str:
    """Return the plan of ``session`` (0 = first), one sentence.

    It applies once the own lean is known; see ``describe_next`` for the next run.
    """
    minutes = for_session(values, "minutes", session)
    return n_("Session {session} of {sessions}: {number} minute, {cues}.",
              "Session {session} of {sessions}: {number} minutes, {cues}.",
              minutes, session=session + 1, sessions=values["sessions"],
              cues=cues_of(for_session(values, "feedback_percent", session)))  # fmt: skip


def cues_of(percent: int) -> str:
    """Return the share of a session with cues."""
    if percent == 0:
        return _("no cues except the cap")
    if percent == 100:
        return _("cues all the time")
    return _("cues {percent} % of the time", percent=percent)


def describe_next(values: Values, session: int) -> str:
    """Return what the next run is, one sentence; ``session`` (0 = first) is the next of the plan.

    A run that measures the own lean is not a session of the plan.
    """
    if values["baseline_cdeg"] == UNMEASURED:
        return n_("A run of {number} minute without cues, to measure the runner's own lean.",
                  "A run of {number} minutes without cues, to measure the runner's own lean.",
                  for_session(values, "minutes", session))  # fmt: skip
    return describe_session(values, session)


def _said(cdeg: int) -> str:
    return as_written(exact(cdeg, 100))
