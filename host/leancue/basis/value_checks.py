"""Checks of external values (type and range), shared by answers of a clip and logs.

A record is a dataclass whose fields are annotated with their check:
``Annotated[int, whole(0, 255)]``; ``read`` fills it from a JSON object.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple, TypeVar, get_type_hints

from leancue.basis.plain_text import plain, plain_lines, plain_values
from leancue.basis.times import known_s

T = TypeVar("T")

WORD_LETTERS = 64  # of a name, a code, a version
_DIGITS_MOST = 40  # of a decimal number that is accepted
_SHOWN_LETTERS = 60  # of a value in a message


class ValueCheck(NamedTuple):
    """``fits``: whether a value is allowed; ``take``: the stored value; ``words`` for messages."""

    fits: Callable[[Any], bool]
    words: str
    take: Callable[[Any], Any] = lambda value: value


def whole(low: int, high: int) -> ValueCheck:
    """An integer from ``low`` to ``high``; true and false do not count."""
    return ValueCheck(
        lambda value: type(value) is int and low <= value <= high,
        f"a whole number from {low} to {high}",
    )


def text(most: int = WORD_LETTERS, least: int = 0) -> ValueCheck:
    """A text of ``least`` to ``most`` characters."""
    return ValueCheck(
        lambda value: isinstance(value, str) and least <= len(value) <= most,
        f"a text of {least} to {most} characters",
        plain,
    )


def lines(most: int) -> ValueCheck:
    """A text of at most ``most`` characters, possibly of several lines."""
    return ValueCheck(
        lambda value: isinstance(value, str) and len(value) <= most,
        f"a text of at most {most} characters",
        plain_lines,
    )


def maybe(form: ValueCheck) -> ValueCheck:
    """A value of ``form``, or null."""
    return ValueCheck(
        lambda value: value is None or form.fits(value),
        f"{form.words}, or null",
        lambda value: None if value is None else form.take(value),
    )


def flag() -> ValueCheck:
    """Yes or no, also as 1 or 0."""
    return ValueCheck(lambda value: type(value) in (bool, int) and value in (0, 1), "0 or 1", int)


def one_of(*words: str) -> ValueCheck:
    """One of these words."""
    return ValueCheck(lambda value: value in words, f"one of {', '.join(words)}")


def numbers(most: int, low: int, high: int, least: int = 0) -> ValueCheck:
    """A list of ``least`` to ``most`` whole numbers from ``low`` to ``high``."""
    each = whole(low, high)
    return ValueCheck(
        lambda value: (
            isinstance(value, list) and least <= len(value) <= most and all(map(each.fits, value))
        ),
        f"a list of {least} to {most} whole numbers from {low} to {high}",
    )


def an_object() -> ValueCheck:
    """An object with any content."""
    return ValueCheck(lambda value: isinstance(value, dict), "an object")


def objects() -> ValueCheck:
    """An object of objects."""
    return ValueCheck(
        lambda value: (
            isinstance(value, dict) and all(isinstance(one, dict) for one in value.values())
        ),
        "an object of objects",
    )


def time_of_day() -> ValueCheck:
    """Seconds since 1970; an implausible time is stored as 0, unknown."""
    return ValueCheck(lambda value: type(value) is int, "a whole number", known_s)


def counts(most: int, high: int) -> ValueCheck:
    """An object of at most ``most`` numbers, each with its count (up to ``high``)."""

    def fits(value: Any) -> bool:
        return (
            isinstance(value, dict)
            and len(value) <= most
            and all(_is_small(name) and whole(0, high).fits(n) for name, n in value.items())
        )

    words = f"an object of at most {most} numbers, each with its count"
    return ValueCheck(fits, words, lambda value: {int(name): n for name, n in value.items()})


def _is_small(name: Any) -> bool:
    return isinstance(name, str) and name.isascii() and name.isdigit() and len(name) <= 4


def as_written(value: Any) -> str:
    """Return a value roughly as its file has it, without Python's type names."""
    if isinstance(value, list):
        return f"[{', '.join(map(as_written, value))}]"
    return str(value) if isinstance(value, Decimal | date | time) else repr(value)


def shown(value: Any, form: Callable[[Any], str] = as_written) -> str:
    """Return a value shortened for a message."""
    words = plain(form(value))
    return words if len(words) <= _SHOWN_LETTERS else words[:_SHOWN_LETTERS] + "…"


def scaled(value: int | Decimal, scale: int) -> int | None:
    """Return ``value * scale`` exactly; None if it is not an integer or too large."""
    if isinstance(value, Decimal):
        _sign, digits, exponent = value.as_tuple()
        if not isinstance(exponent, int):  # infinite, or not a number
            return None
        if len(digits) > _DIGITS_MOST or abs(exponent) > _DIGITS_MOST:
            return None
    exact = Fraction(value) * scale
    return int(exact) if exact.denominator == 1 else None


def json_object(data: bytes) -> dict[str, Any]:
    """Return the JSON object in ``data``, its texts filtered (``plain_values``).

    Raises:
        ValueError: where it is none, saying why.
    """
    try:
        values = plain_values(json.loads(data))
    except (ValueError, RecursionError):  # nested too deep; a number of thousands of digits
        raise ValueError("it is not JSON") from None
    if not isinstance(values, dict):
        raise ValueError("it is not a JSON object")
    return values


def read(cls: type[T], values: Mapping[str, Any]) -> T:
    """Return ``values`` as a ``cls``; unknown keys come from later versions and are ignored.

    Raises:
        ValueError: a key is missing, or its value does not pass its check.
    """
    kept = {}
    forms = _forms(cls)  # type: ignore[arg-type]  # every class can be a key
    for field in fields(cls):  # type: ignore[arg-type]
        if field.name in values:
            kept[field.name] = taken(forms[field.name], values[field.name], field.name)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"`{field.name}` is missing")
    return cls(**kept)


def taken(form: ValueCheck, value: Any, name: str) -> Any:
    """Return the stored form of ``value``, called ``name``; ValueError if it is not of ``form``."""
    if not form.fits(value):
        raise ValueError(f"`{name}` is {shown(value)}, not {form.words}")
    return form.take(value)


@cache
def _forms(cls: type) -> dict[str, ValueCheck]:
    hints = get_type_hints(cls, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}
